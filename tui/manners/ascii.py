"""ASCII letters only, for terminals without UTF-8: the last thing done to every line before it is written."""

import re
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# What a character looks most like; of what is not here, blocks become #, braille dots become dots, the rest ?.
_LOOKS = {
    **dict.fromkeys("─━═╌┄┈╴╶‒–—―−▔▁⎯", "-"),
    **dict.fromkeys("│┃║╎┆┊▏▕╵╷⎸⎹", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋", "+"),
    **dict.fromkeys("▲△↑⬆", "^"),
    **dict.fromkeys("▼▽↓⬇", "v"),
    **dict.fromkeys("▶►▸→…", ">"),
    **dict.fromkeys("◀◄◂←⏎⌫", "<"),
    **dict.fromkeys("●◉•⬤", "*"),
    **dict.fromkeys("○◌", "o"),
    **dict.fromkeys("·∙⋅", "."),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("“”″", '"'),
    **dict(zip("×σΣ≥≤±✓✗\u00a0\u2800", "xsS><++x  ", strict=True)),
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
}


@lru_cache(4096)
def to_ascii(character: str) -> str:
    """A likeness of one character, as wide as it is."""
    if character in _LOOKS:
        return _LOOKS[character]
    if "\u2581" <= character <= "\u259f":
        return "#"
    if "\u2801" <= character <= "\u28ff":
        return "." if ord(character) - 0x2800 < 0x40 else ":"
    return "?" * cell_len(character)


class AsciiFilter(LineFilter):
    """Replaces what is not ASCII, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(_NOT_ASCII.sub(lambda match: to_ascii(match[0]), text), style, control)
            for text, style, control in segments
        ]
