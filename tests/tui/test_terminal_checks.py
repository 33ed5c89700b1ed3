"""What a terminal must be, without one."""

import io

import pytest

from core.errors import UsageError
from tui.manners.terminal import check_terminal

GOOD = {"TERM": "xterm-256color"}


class FakeTerminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal and super().isatty() is False  # the real one raises ValueError once closed


def streams(encoding: str = "utf-8") -> tuple[FakeTerminal, FakeTerminal, FakeTerminal]:
    return FakeTerminal(), FakeTerminal(), FakeTerminal(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8"])
def test_a_good_terminal_is_accepted(encoding: str) -> None:
    check_terminal(GOOD, is_ascii=False, streams=streams(encoding))


def test_an_unset_term_is_accepted() -> None:
    check_terminal({}, is_ascii=False, streams=streams())


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_without_a_terminal_it_points_to_once(missing: int) -> None:
    three = list(streams())
    three[missing] = FakeTerminal(terminal=False)
    with pytest.raises(UsageError, match="smid once") as raised:
        check_terminal(GOOD, is_ascii=False, streams=(three[0], three[1], three[2]))
    assert raised.value.exit_code == 2


def test_closed_and_absent_streams_are_no_terminal() -> None:
    closed = FakeTerminal()
    closed.close()
    for first in (closed, None):
        with pytest.raises(UsageError, match="smid once"):
            check_terminal(GOOD, is_ascii=False, streams=(first, *streams()[1:]))


def test_a_dumb_terminal_is_refused() -> None:
    with pytest.raises(UsageError, match="TERM=dumb"):
        check_terminal({"TERM": "dumb"}, is_ascii=True, streams=streams())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_another_encoding_needs_ascii(encoding: str) -> None:
    with pytest.raises(UsageError, match=r"or smid --ascii \(for good: `ascii = true` under \[panes\]\)"):
        check_terminal(GOOD, is_ascii=False, streams=streams(encoding))
    check_terminal(GOOD, is_ascii=True, streams=streams(encoding))
