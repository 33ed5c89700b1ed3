"""The terminal: its kind, size, colours and encoding."""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

from core.text import clean
from tui.doctor.check import Check, note, ok, warn

SMALLEST = (80, 24)


def check_terminal(environ: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Nothing here can fail: `smid once` needs no terminal at all."""
    term = environ.get("TERM", "")
    # The screen is drawn on stderr and the keys are read from stdin.
    missing = [name for name, stream in (("input", sys.__stdin__), ("screen", sys.__stderr__)) if not _is_tty(stream)]
    if missing:
        yield note("terminal", f"none here ({' and '.join(missing)} redirected): only 'smid once' and the like can run")
    elif term in ("", "dumb"):
        yield warn("terminal", f"TERM={term or '(unset)'} cannot draw: set TERM, xterm-256color suits most")
    else:
        yield ok("terminal", f"TERM={clean(term, 40)}{_multiplexer(environ)}")
        yield _check_size()
        yield _check_colours(environ, term)
    yield _check_encoding(getattr(sys.__stderr__, "encoding", None) or "unknown")


def _check_size() -> Check:
    try:
        columns, rows = os.get_terminal_size(2)
    except OSError:
        return warn("size", "unknown: the terminal does not tell it")
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return warn("size", f"{columns}x{rows}: under 80x24 most panes are left out; designed for 120x40")
    return ok("size", f"{columns}x{rows}" + ("" if columns >= 120 and rows >= 40 else " (designed for 120x40)"))


def _check_colours(environ: Mapping[str, str], term: str) -> Check:
    if environ.get("NO_COLOR"):
        return note("colours", "none, as NO_COLOR asks; signs and words say everything")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ok("colours", "16 million")
    if "256color" in term:
        return ok("colours", "256; COLORTERM=truecolor gives more where the terminal can")
    return note("colours", "16; TERM=xterm-256color gives more where the terminal can")


def _check_encoding(encoding: str) -> Check:
    if encoding.lower().replace("-", "") == "utf8":
        return ok("encoding", "UTF-8")
    return warn("encoding", f"{clean(encoding, 40)}: use a UTF-8 locale (LC_ALL=C.UTF-8), or smid --ascii")


def _multiplexer(environ: Mapping[str, str]) -> str:
    named = (("TMUX", "tmux"), ("STY", "screen"), ("SSH_CONNECTION", "SSH"))
    inside = [name for variable, name in named if environ.get(variable)]
    return f", in {', '.join(inside)}" if inside else ""


def _is_tty(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
