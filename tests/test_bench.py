"""The parts of the bench on something small: what they count, find and say. Nothing here depends on the clock."""

import os
import sys
from pathlib import Path

import pytest

from bench import analysis
from bench.analysis import as_another, time_ms
from bench.figures import Figure, table
from bench.home import Home, temporary_home
from bench.market import open_fixed_market
from bench.monitor import shows_data
from bench.process import cpu_seconds, memory_mb
from bench.screen import Screen
from core.engine.lock import EngineLock
from core.engine.spec import EngineSpec
from core.paths import make_private

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the bench reads /proc, which is Linux's")

ECHO = """
import os, sys, tty
tty.setraw(0)
columns, rows = os.get_terminal_size(0)
sys.stdout.write(f"\\x1b[2J\\x1b[1;1Hsize {columns}x{rows}\\x1b[4;1H0.3470 ")
sys.stdout.write("\\x1b[4;1Hdone  \\x1b[>13u")
sys.stdout.flush()
while sys.stdin.read(1) != "q":
    pass
"""


@pytest.mark.parametrize(
    ("figure", "row"),
    [
        (Figure("a", 0.4, "s", 0.5), "| a | 0.40 s | 0.5 s | within |"),
        (Figure("a", 0.5, "s", 0.5), "| a | 0.50 s | 0.5 s | within |"),
        (Figure("a", 0.51, "s", 0.5), "| a | 0.51 s | 0.5 s | OVER |"),
        (Figure("b", 4.32, "kB/min", 10), "| b | 4.3 kB/min | 10 kB/min | within |"),
        (Figure("c", 156.7, "kB"), "| c | 157 kB |  |  |"),
    ],
)
def test_a_figure_says_what_was_measured_and_whether_that_is_within_its_budget(figure: Figure, row: str) -> None:
    assert figure.row() == row


def test_a_table_is_markdown_with_a_row_a_figure() -> None:
    lines = table("Title", "How.", [Figure("a", 1, "s"), Figure("b", 2, "s")]).splitlines()
    assert lines[:3] == ["## Title", "", "How."]
    assert [line.count("|") for line in lines[4:]] == [5, 5, 5, 5]


def test_the_median_time_of_a_call_and_its_result() -> None:
    calls = []
    time, result = time_ms(lambda: calls.append(1) or len(calls), 3)
    assert result == 3
    assert time >= 0


def test_each_step_of_the_analysis_is_measured_and_what_was_kept_is_not_found_again() -> None:
    market = open_fixed_market(analysis.TODAY, 60.0)
    panel = market.add_quotes(market.build_base())
    another = as_another(panel, 1)
    assert another.completed is not None
    assert another.completed.key not in {panel.key, panel.completed and panel.completed.key}
    assert market.build_snapshot(another).measures == market.build_snapshot(panel).measures
    figures = analysis.measure(market, runs=1)
    assert [figure.what.split(":")[0] for figure in figures if figure.budget] == [
        "full analysis, everything anew",
        "a refresh",
    ]
    assert all(figure.value >= 0 for figure in figures)


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("  SMID   IWM vs SPY  ~0.3470 ▼0.43%", " q quit", True),
        ("  SMID   IWM vs SPY  1.0470", " q quit", True),
        ("  SMID   IWM vs SPY  —", " q quit", False),
        ("  SMID   IWM vs SPY  ~0.3470", "", False),
        ("  SMID   IWM vs SPY  closes 5:00  11:00:10 ET", " q quit", False),
    ],
)
def test_a_whole_frame_has_a_ratio_in_its_first_row_and_keys_in_its_last(first: str, last: str, whole: bool) -> None:
    assert shows_data([first, "│ 0.3500 │", last]) is whole


def test_a_screen_counts_bytes_finds_what_was_shown_and_waits_for_the_end() -> None:
    with Screen([sys.executable, "-c", ECHO], os.environ, (50, 6)) as screen:
        while not screen.chunks or b"done" not in screen.chunks[-1][1]:
            screen.read(0.05)
        assert screen.seconds_until(lambda rows: rows[0].startswith("size 50x6")) > 0
        assert screen.seconds_until(lambda rows: rows[3].strip() == "done") <= screen.chunks[-1][0]
        with pytest.raises(TimeoutError, match="size 50x6"):
            screen.seconds_until(lambda rows: False)
        assert 1 < screen.memory_mb() < 200
        assert screen.cpu_seconds() < 10
        assert screen.read(0) == 0
        assert screen.quit_seconds() < 10


def test_a_process_that_has_ended_is_not_taken_for_a_light_one() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    while cpu_seconds(pid) is None or Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    try:
        with pytest.raises(ProcessLookupError, match=str(pid)):
            memory_mb(pid)
    finally:
        os.waitpid(pid, 0)


def test_a_home_knows_its_own_engine_and_no_other(tmp_path: Path) -> None:
    ours, other = Home(tmp_path / "ours"), Home(tmp_path / "other")
    paths = EngineSpec("simulated", str(ours.path / "data")).paths
    make_private(paths.data)
    lock = EngineLock(paths.lock)
    assert ours.engine_pid() is None
    lock.acquire()
    assert ours.engine_pid() == os.getpid()
    assert other.engine_pid() is None
    lock.release()
    other.end_engine()


def test_a_temporary_home_is_removed() -> None:
    with temporary_home() as home:
        assert home.env["HOME"] == str(home.path)
        assert "--config" not in home.viewer()
        file = Path(home.viewer(15)[-1])
        assert file.read_text() == "[refresh]\nsimulated_seconds = 15\n"
    assert not home.path.exists()
