"""The one log: private, bounded, and the place of everything that libraries print."""

import contextlib
import logging
import stat
from pathlib import Path

import pytest

from core import log


def test_it_is_private_dated_and_takes_what_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "smid.log"
    handler = log.open_log(path, rotates=True)
    try:
        logging.getLogger("smid.engine").info("hello")
        logging.getLogger("yfinance").info("chatter")
        with contextlib.redirect_stdout(log.LogStream(logging.getLogger("smid.printed"), logging.INFO)):
            print("1 failed\n\n  two")
    finally:
        log.close_log(handler)
    lines = path.read_text().splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == ["hello", "1 failed", "  two"]
    assert lines[0][10] == "T"
    assert lines[0][19] == "Z"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logging.getLogger("smid.engine").warning("after the end")
    assert "after the end" not in path.read_text()


def test_it_rotates_and_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 1000)
    handler = log.open_log(tmp_path / "smid.log", rotates=True)
    try:
        for number in range(200):
            logging.getLogger("smid.engine").info("line %d", number)
    finally:
        log.close_log(handler)
    files = list(tmp_path.iterdir())
    assert len(files) == log.KEPT + 1
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert sum(file.stat().st_size for file in files) <= 1000 * (log.KEPT + 1)


def test_a_viewer_follows_the_file_that_the_engine_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 400)
    path = tmp_path / "smid.log"
    engine, viewer = log.open_log(path, rotates=True), log.open_log(path)
    record = logging.makeLogRecord({"msg": "x" * 300, "levelno": logging.WARNING})
    for _ in range(3):
        engine.emit(record)
    viewer.emit(logging.makeLogRecord({"msg": "the viewer's words", "levelno": logging.WARNING}))
    assert "the viewer's words" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for handler in (engine, viewer):
        log.close_log(handler)
