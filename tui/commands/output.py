"""Writing answers to stdout and complaints to stderr, whole and in UTF-8, whatever the locale and the streams are."""

import os
import sys
from typing import TextIO

from core.errors import OutputError
from core.text import clean


def write(answer: bytes) -> None:
    """Print `answer`; raises `BrokenPipeError` when nobody reads any more, `OutputError` where it cannot be written."""
    if sys.stdout is None:
        raise OutputError("The answer cannot be written: standard output is closed.")
    left = memoryview(answer)
    try:
        sys.stdout.flush()
        while left:  # unbuffered, a full disk takes a part without complaint
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        silence(sys.stdout)
        raise
    except OSError as error:
        silence(sys.stdout)
        raise OutputError(f"The answer cannot be written: {clean(error.strerror or error)}.") from None


def tell(text: object, stream: TextIO | None = None) -> None:
    """Say a sentence on stderr (`stream` stands in for it); where nobody can hear it, the exit code has to do."""
    stream = stream or sys.stderr
    if stream is None:
        return  # print would take stdout instead
    try:
        print(f"smid: {clean(text, 2_000)}", file=stream, flush=True)
    except OSError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """Lead `stream` nowhere: what is still buffered must not complain when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
