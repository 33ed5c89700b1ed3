"""What cannot be is told on the command line: before any screen where that is cheap, else as the engine learns it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pty_screen import ENTERED, LEFT, PtyScreen, environment

from core.engine.lock import find_holder

HEADER = "Datetime,Open,High,Low,Close,Volume\n"
DAILY = "Date,Open,High,Low,Close,Adj Close,Volume\n"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Two days of two bars each; the second session of a fund that opens at 100 and 101."""
    directory = tmp_path / "recordings"
    directory.mkdir()
    for symbol, price in (("SPY", 100), ("IWM", 40)):
        stamps = [f"2026-03-{day}T13:{minute}:00Z" for day in (24, 25) for minute in (30, 35)]
        rows = [f"{stamp},{price},{price + 1},{price - 1},{price},10\n" for stamp in stamps]
        (directory / f"{symbol}_5m.csv").write_text(HEADER + "".join(rows))
        (directory / f"{symbol}.csv").write_text(DAILY + f"2026-03-23,{price},{price},{price},{price},{price},1\n")
    return directory


@contextmanager
def smid(home: Path, *arguments: str) -> Iterator[PtyScreen]:
    """The monitor on a pty; its engines end with it."""
    data = home / "data"
    try:
        with PtyScreen(["-m", "tui.cli", *arguments, "--data-dir", str(data)], environment(home)) as screen:
            yield screen
    finally:
        for pid in filter(None, map(find_holder, data.glob("*/engine.lock"))):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def sentence(screen: PtyScreen) -> str:
    """What was said once the screen, if there was one, is left."""
    return " ".join(bytes(screen.output).rpartition(LEFT)[2].decode().split("smid: ")[1].split())


@pytest.mark.parametrize("arguments", [["replay", "{}"], ["--source", "files:{}"], ["--source", "replay:{}"]])
def test_an_empty_directory_is_told_before_any_screen(tmp_path: Path, arguments: list[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with smid(tmp_path, *(word.format(empty) for word in arguments)) as screen:
        assert screen.wait() == 2
        assert ENTERED not in screen.output
        assert sentence(screen).startswith(f"{empty} has no ")


def test_a_data_directory_that_cannot_be_is_told_before_any_screen(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with smid(tmp_path, "--source", "simulated") as screen:
        assert screen.wait() == 2
        assert ENTERED not in screen.output
        assert "Not a directory; --data-dir DIR keeps" in sentence(screen)


def test_a_day_that_is_not_recorded_is_told_as_soon_as_the_engine_knows(tmp_path: Path, recordings: Path) -> None:
    with smid(tmp_path, "replay", str(recordings), "--date", "2026-12-01") as screen:
        assert screen.wait() == 2
        assert sentence(screen) == "2026-12-01 is not recorded: there are 2 days, 2026-03-24 to 2026-03-25."


def test_two_days_of_a_recording_play_beside_each_other(tmp_path: Path, recordings: Path) -> None:
    with smid(tmp_path, "replay", str(recordings), "--date", "2026-03-24", "--speed", "1") as first:
        first.until_text("REPLAY 2026-03-24")
        with smid(tmp_path, "replay", str(recordings), "--date", "2026-03-25") as second:
            second.until_text("REPLAY 2026-03-25")
        assert "REPLAY 2026-03-24" in first.text()


def test_a_speed_is_given_to_a_replay_that_is_being_watched(tmp_path: Path, recordings: Path) -> None:
    with smid(tmp_path, "replay", str(recordings), "--speed", "1") as first:
        first.until_text("REPLAY 2026-03-25")
        with smid(tmp_path, "replay", str(recordings), "--speed", "60") as second:
            second.until_text("60x")
            first.until_text("60x")
