"""yfinance kept in its place: silent, private, lazily imported, on time, and cured of what it remembers wrongly."""

import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_makers import SETTINGS
from yahoo_lab import THREE, Lab, open_lab, settings_with

from core.clock import SystemClock
from core.errors import UsageError
from core.sources.base import Context, Ok, Problem, ProblemKind
from core.sources.registry import open_source
from core.sources.yahoo.client import is_crumb
from core.sources.yahoo.source import YahooSource
from tests.loopback.modes import MODES
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with open_lab(tmp_path) as lab:
        yield lab


def test_opening_it_imports_neither_yfinance_nor_pandas(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from core.clock import SystemClock
from core.config import load_settings
from core.sources.base import Context
from core.sources.registry import open_source
source = open_source("yahoo", Context(SystemClock(), load_settings(), Path({str(tmp_path)!r})))
assert source.name == "yahoo"
source.close()
print(sorted({{"yfinance", "pandas", "curl_cffi", "peewee"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "[]\n"
    assert run.stderr == ""


def test_it_takes_no_argument(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="takes no argument"):
        open_source("yahoo:fast", Context(SystemClock(), SETTINGS, tmp_path))


def test_nothing_is_printed_whatever_happens(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, root.handlers[:] = root.handlers[:], []  # as in a program that has set up no log
    try:
        for mode in sorted(set(MODES) - {"hang", "hang-crumb"}):
            lab.server.set(mode)
            lab.source.fetch_quotes(THREE)
            lab.source.fetch_history("SPY")
            lab.clock.advance(7200)
    finally:
        root.handlers[:] = before
    assert capfd.readouterr() == ("", "")


def test_yfinances_words_go_to_our_log_on_one_clean_line(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    lab.poll()
    with caplog.at_level(logging.INFO, "core.sources.yahoo.client"):
        logging.getLogger("yfinance").error("possibly \x1b[31mdelisted\nreally")
    assert [record.name for record in caplog.records] == ["core.sources.yahoo.client"]
    assert caplog.records[0].getMessage().isprintable()
    assert not logging.getLogger("yfinance").propagate


def test_yfinances_warnings_are_off_after_its_import(lab: Lab) -> None:
    import yfinance

    lab.poll()
    assert not yfinance.config.debug.hide_exceptions
    with warnings.catch_warnings(record=True) as caught:
        warnings.warn_explicit("noise", DeprecationWarning, "history.py", 1, module="yfinance.scrapers.history")
    assert not caught


def test_its_files_are_private_and_ours(lab: Lab) -> None:
    lab.poll()
    directory = lab.cache / "yfinance"
    assert directory.stat().st_mode & 0o777 == 0o700
    assert (directory / "cookies.db").exists()
    assert (lab.cache / "yahoo-budget.json").stat().st_mode & 0o777 == 0o600


def test_the_cookie_is_kept_for_the_next_process(lab: Lab) -> None:
    lab.poll()
    lab.source.close()
    lab.server.reset_counts()
    lab.source.fetch_quotes(THREE)
    assert lab.server.counts == {"crumb": 1, "quote": 1}


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_cookie_file_is_thrown_away(lab: Lab, content: bytes) -> None:
    directory = lab.cache / "yfinance"
    directory.mkdir(mode=0o700)
    (directory / "cookies.db").write_bytes(content)
    assert set(lab.poll().quotes) == set(THREE)
    assert (directory / "cookies.db").read_bytes() != content


def test_a_cookie_that_is_no_cookie_is_thrown_away(lab: Lab) -> None:
    import pickle
    import sqlite3

    lab.poll()
    lab.source.close()
    with sqlite3.connect(lab.cache / "yfinance" / "cookies.db") as database:
        database.execute("update _cookieschema set cookie_bytes = ?", (pickle.dumps({".yahoo.com": {"/": {}}}),))
    database.close()
    assert set(lab.poll().quotes) == set(THREE)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Hs2kG.9Jx/k", True),
        ("EXAMPLEcrumb", True),
        ("", False),
        ("Too Many Requests", False),
        ("<html>", False),
        ("x" * 41, False),
        ("a\nb", False),
        (None, False),
    ],
)
def test_what_a_crumb_looks_like(text: object, good: bool) -> None:
    assert is_crumb(text) is good


@pytest.mark.parametrize("mode", ["429-crumb", "page-crumb"])
def test_a_poisoned_crumb_is_forgotten(lab: Lab, mode: str) -> None:
    lab.set(mode)
    assert isinstance(lab.source.fetch_history("SPY"), Ok), "a chart needs no crumb"
    lab.set("ok")
    assert set(lab.poll().quotes) == set(THREE)
    assert "Too" not in "".join(lab.server.paths)
    assert "html" not in "".join(lab.server.paths)


def test_a_crumb_that_hangs_does_not_outlast_the_deadline(tmp_path: Path) -> None:
    clock = SystemClock()
    with open_lab(tmp_path, deadline_seconds=2) as lab:
        # Time is real here, because the deadline is what is looked at.
        source = YahooSource(Context(clock, settings_with(deadline_seconds=2), tmp_path / "own"))
        lab.set("hang-crumb")
        begin = clock.monotonic()
        problem = source.fetch_quotes(THREE)
        took = clock.monotonic() - begin
        source.close()
    assert isinstance(problem, Problem)
    assert problem.kind is ProblemKind.ERROR
    assert took < 2.2, "yfinance alone would wait 30 seconds for the crumb"


def test_two_sources_after_each_other_do_not_share_a_session(tmp_path: Path, lab: Lab) -> None:
    lab.poll()
    with Loopback(lab.clock) as other, redirect(other.url):
        second = YahooSource(Context(lab.clock, SETTINGS, tmp_path / "second"))
        assert isinstance(second.fetch_quotes(THREE), Ok)
        second.close()
        assert other.counts == {"cookie": 1, "crumb": 1, "quote": 1}


def test_without_a_cache_directory_it_works_and_still_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_lab(tmp_path / "file" / "cache", requests_per_minute=6) as lab:
        assert set(lab.poll().quotes) == set(THREE)
        lab.set("429")
        lab.fail(after=15)
        assert lab.fail(after=15).kind is ProblemKind.RATE_LIMITED
        assert lab.server.total == 1
    assert (tmp_path / "file").read_text() == ""


def test_a_missing_yfinance_is_told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)
    assert lab.fail().reason.startswith("yfinance cannot be loaded (ModuleNotFoundError)")
