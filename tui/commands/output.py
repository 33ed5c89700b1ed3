"""Writing an answer to stdout, whole and in UTF-8, whatever the locale says."""

import sys


def write(answer: bytes) -> None:
    """Print `answer`; raises `BrokenPipeError` when nobody reads any more."""
    sys.stdout.flush()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
