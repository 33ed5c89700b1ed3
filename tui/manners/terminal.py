"""Is there a terminal that a screen can be drawn on? Otherwise a sentence, and exit code 2."""

import codecs
import sys
from collections.abc import Mapping
from typing import TextIO

from core.errors import UsageError
from core.text import clean


def check_terminal(
    environ: Mapping[str, str],
    *,
    is_ascii: bool,
    streams: tuple[TextIO | None, TextIO | None, TextIO | None] | None = None,
) -> None:
    """Raise `UsageError` where the monitor cannot run. `streams`: stdin, stdout, stderr; the screen goes to stderr."""
    stdin, stdout, stderr = streams or (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    if not all(_is_terminal(stream) for stream in (stdin, stdout, stderr)):
        raise UsageError(
            "The monitor needs a terminal for its input and output, and there is none here."
            " For scripts, pipes and cron there is `smid once` (--json or --text)."
        )
    if environ.get("TERM") == "dumb":
        raise UsageError(
            "TERM=dumb: this terminal cannot draw a screen. Set TERM to what it really is (xterm-256color, say),"
            " or use `smid once`."
        )
    encoding = _encoding(stderr)
    if encoding != "utf-8" and not is_ascii:
        raise UsageError(
            f"The encoding of this terminal is {clean(encoding, 40)}, not UTF-8: lines and dots would come out wrong."
            " Use a UTF-8 locale (LC_ALL=C.UTF-8, say), or smid --ascii (for good: `ascii = true` under [panes])."
        )


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _encoding(stream: TextIO | None) -> str:
    name = (stream.encoding if stream else None) or "ascii"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name
