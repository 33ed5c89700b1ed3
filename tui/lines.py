"""Pages as lines of text with the roles of their colours, for the screen and for stdout alike."""

import textwrap
from collections.abc import Iterable, Iterator

_LABEL = 9

Part = tuple[str, str]
"""Text, and the role of its colour in the palette."""
Line = tuple[Part, ...]


def join_blocks(blocks: Iterable[Iterable[Line]]) -> list[Line]:
    """All lines, an empty one between two blocks; blocks without any are left out."""
    lines: list[Line] = []
    for block in map(list, blocks):
        lines += [(), *block] if block and lines else block
    return lines


def to_text(lines: Iterable[Line]) -> str:
    """The lines in plain words, ending in a line feed."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def labelled(label: str, text: str, width: int, role: str = "text") -> Iterator[Line]:
    """`text` beside its label, wrapped under itself."""
    room = max(10, width - _LABEL - 2)
    for number, line in enumerate(textwrap.wrap(text, room)):
        yield (f"  {label if number == 0 else '':<{_LABEL}}", "muted"), (line, role)


def title(text: str, width: int) -> Iterator[Line]:
    """A heading, wrapped."""
    yield from (((line, "bright"),) for line in textwrap.wrap(text, width))
