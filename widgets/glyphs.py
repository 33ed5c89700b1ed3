"""The signs the panes draw with, and their ASCII stand-ins for terminals that have nothing else."""

from rich.cells import cell_len

SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
BLOCKS = " ▁▂▃▄▅▆▇█"
UP, DOWN, DOT = "▲", "▼", "●"
UP_ARROW, DOWN_ARROW = "↑", "↓"
BAR, RAIL = "━", "─"
TAG = "▸"

_ASCII = str.maketrans(
    dict(zip(SUPERSCRIPT, "0123456789", strict=True))
    | dict(zip("▁▂▃▄▅▆▇█", "__--==##", strict=True))
    | dict(zip("─━┄╌│┊╎┃╭╮╰╯┼├┤┬┴", "-=--||||++++++++"[:17].ljust(17, "+"), strict=True))
    | dict(zip("▲▼●○▸◂…—–−·×σ≥≤↑↓←→⚠", "^v*o><>---.xs><^v<>!", strict=True))
)


def to_ascii(text: str) -> str:
    """`text` in the same number of cells with ASCII characters only; what has no stand-in becomes `?`."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() else "?" * cell_len(char) for char in text.translate(_ASCII))
