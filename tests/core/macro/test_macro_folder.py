"""A directory of FRED's files, and what is not there or wrong."""

from datetime import UTC, datetime

import numpy as np

from core.macro.catalogue import CATALOGUE
from core.macro.folder import NO_FOLDER, FolderFeed, find_folder

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)
DAY = np.datetime64("2026-02-27")


def write(path, name, text):
    path.mkdir(exist_ok=True)
    (path / f"{name}.csv").write_text(text, "utf-8")


def test_it_is_found_in_or_beside_the_bars_or_where_it_is_named(tmp_path):
    bars = tmp_path / "daily"
    bars.mkdir()
    assert find_folder(bars, "") is None
    (tmp_path / "macro").mkdir()
    assert find_folder(bars, "") == tmp_path / "macro"
    (bars / "macro").mkdir()
    assert find_folder(bars, "") == bars / "macro"
    assert find_folder(bars, str(tmp_path / "mine")) == tmp_path / "mine"


def test_every_series_is_there_or_says_why_not(tmp_path):
    write(tmp_path / "macro", "DGS10", "observation_date,DGS10\n2026-02-25,4.05\n2026-02-26,4.02\n2026-02-27,4.00\n")
    write(tmp_path / "macro", "DGS2", "observation_date,DGS10\n2026-02-25,4.05\n")
    write(tmp_path / "macro", "UNRATE", "observation_date,UNRATE\n")
    macro = FolderFeed(tmp_path / "macro").load(AT)
    known = macro.known("DGS10", DAY)
    assert known.observed.astype(str).tolist() == ["2026-02-25", "2026-02-26"], "that of the day is known on the next"
    assert macro.known("DGS2", DAY) == "needs DGS2 of FRED: DGS2, line 1: the answer is of DGS10"
    assert macro.known("UNRATE", DAY) == "UNRATE of FRED had not been published by 2026-02-27"
    assert macro.known("ICSA", DAY) == "needs ICSA of FRED: macro has no file ICSA.csv"
    assert macro.series.keys() | macro.problems.keys() == CATALOGUE.keys()


def test_without_a_directory_it_says_what_to_do():
    assert FolderFeed(None).load(AT).known("DGS10", DAY) == f"needs DGS10 of FRED: {NO_FOLDER}"


def test_what_ended_long_ago_is_not_taken_for_today(tmp_path):
    write(tmp_path / "macro", "DGS10", "observation_date,DGS10\n2025-12-05,4.1\n")
    told = FolderFeed(tmp_path / "macro").load(AT).known("DGS10", DAY)
    assert told == "DGS10 of FRED ends on 2025-12-05: its next value was due on 2025-12-09"


def test_its_stamp_changes_with_a_file(tmp_path):
    feed = FolderFeed(tmp_path / "macro")
    before = feed.stamp(AT)
    write(tmp_path / "macro", "DGS10", "observation_date,DGS10\n2026-02-25,4.05\n")
    assert feed.stamp(AT) != before == FolderFeed(tmp_path / "nowhere").stamp(AT)
