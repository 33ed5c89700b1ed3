"""Every character has an ASCII likeness of its own width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tui.manners.ascii import AsciiFilter

BLACK = Color(0, 0, 0)


def filtered(text: str) -> str:
    return "".join(segment.text for segment in AsciiFilter().apply([Segment(text, Style())], BLACK))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("╭─ ² Gaps ─╮", "+- 2 Gaps -+"),
        ("│ ▲ +0.42 │", "| ^ +0.42 |"),
        ("▼ ● ○ ×", "v * o x"),
        ("█▄▁", "##-"),
        ("⠀⠁⣿", " .:"),
        ("日本", "????"),
        ("crowding 70 of 100…", "crowding 70 of 100>"),  # a full stop would end it
        ("plain ASCII, [brackets]", "plain ASCII, [brackets]"),
    ],
)
def test_likenesses(text: str, expected: str) -> None:
    assert filtered(text) == expected


@given(st.characters(exclude_categories=["Cs", "Cc", "Mn", "Me", "Cf"]))
def test_nothing_else_gets_through_and_no_width_changes(character: str) -> None:
    result = filtered(character)
    assert result.isascii()
    assert cell_len(result) == cell_len(character)


def test_styles_stay() -> None:
    bold = Style(bold=True)
    assert AsciiFilter().apply([Segment("▲", bold)], BLACK) == [Segment("^", bold)]
