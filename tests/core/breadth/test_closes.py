"""Closes from directories and tables: joined on all sessions, spelled anyhow, never beyond the day, faults told."""

from datetime import date

import numpy as np
import pytest

from core.breadth.closes import load_closes
from core.market.csv import CsvError

UNTIL = date(2026, 12, 31)


def write_bars(directory, symbol, closes, first=2, adjusted=1.0):
    directory.mkdir(exist_ok=True)
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
    for i, c in enumerate(closes):
        row = [f"2026-03-{first + i:02}", c, c + 1, c - 1, c, c * adjusted, 1000] if c is not None else None
        lines += [",".join(map(str, row))] if row else []
    (directory / f"{symbol}.csv").write_text("\n".join(lines) + "\n")
    return directory


def write_table(path, text):
    path.write_text(text)
    return path


TABLE = "Date,A,BRK_B,C\n2026-03-02,1,10,100\n2026-03-03,2,,101\n2026-03-04,3,12,102\n"


def test_a_table(tmp_path):
    """The columns asked for, under the names that they were asked for by."""
    closes = load_closes([write_table(tmp_path / "t.csv", TABLE)], ["BRKB", "A", "Z"], UNTIL)
    assert closes.symbols == ("A", "BRKB")
    assert closes.sessions.astype(str).tolist() == ["2026-03-02", "2026-03-03", "2026-03-04"]
    np.testing.assert_array_equal(closes.values, [[1, 2, 3], [10, np.nan, 12]])
    assert closes.values.flags.c_contiguous


def test_a_table_with_a_byte_order_mark_and_other_line_endings(tmp_path):
    (tmp_path / "t.csv").write_bytes(("\ufeff" + TABLE + "\n").replace("\n", "\r\n").encode())
    plain = load_closes([write_table(tmp_path / "u.csv", TABLE)], ["A", "C"], UNTIL)
    marked = load_closes([tmp_path / "t.csv"], ["A", "C"], UNTIL)
    np.testing.assert_array_equal(marked.values, plain.values)
    np.testing.assert_array_equal(marked.sessions, plain.sessions)


def test_a_directory(tmp_path):
    """Adjusted closes, on the sessions that anybody has; a file under another spelling is found."""
    write_bars(tmp_path / "bars", "A", [10.0, 11.0], adjusted=0.5)
    bars = write_bars(tmp_path / "bars", "BRK-B", [20.0, 21.0], first=3)
    closes = load_closes([bars], ["A", "BRK-B", "Z"], UNTIL)
    assert closes.symbols == ("A", "BRK-B")
    np.testing.assert_array_equal(closes.values, [[5, 5.5, np.nan], [np.nan, 20, 21]])


def test_the_first_path_that_knows_a_symbol_is_asked(tmp_path):
    bars = write_bars(tmp_path / "bars", "A", [10.0])
    table = write_table(tmp_path / "t.csv", TABLE)
    first = load_closes([bars, table], ["A", "C"], UNTIL)
    assert first.values[0, 0] == 10
    assert first.values[1].tolist() == [100, 101, 102]
    assert load_closes([table, bars], ["A", "C"], UNTIL).values[0].tolist() == [1, 2, 3]


def test_nothing_later_than_the_day_is_read(tmp_path):
    bars = write_bars(tmp_path / "bars", "A", [10.0, 11.0, 12.0])
    table = write_table(tmp_path / "t.csv", TABLE + "2026-03-05,later,is,broken\n")
    closes = load_closes([bars, table], ["A", "C"], date(2026, 3, 3))
    assert closes.sessions.astype(str).tolist() == ["2026-03-02", "2026-03-03"]
    np.testing.assert_array_equal(closes.values, [[10, 11], [100, 101]])


def test_bars_are_shown_as_they_come(tmp_path):
    bars = write_bars(tmp_path / "bars", "A", [10.0, 11.0, 12.0])
    seen = {}
    load_closes([bars], ["A"], date(2026, 3, 3), seen.__setitem__)
    assert {symbol: found.volume.tolist() for symbol, found in seen.items()} == {"A": [1000, 1000]}


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ("10 11 1e9 12 13", [10, 11, None, 12, 13]),
        ("10 11 0.0001 12 13", [10, 11, None, 12, 13]),
        ("10 11 -5 0 13", [10, 11, None, None, 13]),
        ("10 11 inf nan 13", [10, 11, None, None, 13]),
        # A level that stays is believed from its second close on: a share may be consolidated a hundred to one.
        ("10 11 1100 1210 1300", [10, 11, None, 1210, 1300]),
        # A doubling is a day's news.
        ("10 30 90 12 13", [10, 30, 90, 12, 13]),
    ],
)
def test_closes_that_cannot_be(tmp_path, cells, kept):
    lines = [f"2026-03-{i + 2:02},{cell}" for i, cell in enumerate(cells.split())]
    table = write_table(tmp_path / "t.csv", "\n".join(["Date,A", *lines]) + "\n")
    expected = [np.nan if value is None else value for value in kept]
    np.testing.assert_array_equal(load_closes([table], ["A"], UNTIL).values[0], expected)


def test_a_broken_file_costs_its_own_symbol_only(tmp_path):
    bars = write_bars(tmp_path / "bars", "A", [10.0])
    (bars / "B.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n2026-03-02,1,2,x,1,1,5\n")
    closes = load_closes([bars], ["A", "B"], UNTIL)
    assert closes.symbols == ("A",)
    assert len(closes.problems) == 1
    assert "B.csv line 2" in closes.problems[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "t.csv line 1: expected 'Date' and symbols, found ''"),
        ("Day,A\n", "t.csv line 1: expected 'Date' and symbols, found 'Day,A'"),
        ("Date,A\n2026-03-02,1,2\n", "t.csv line 2: expected 2 values, found 3"),
        ("Date,A\n2026-03-02,1\n2026-03-02,2\n", "t.csv line 3 column Date: expected a day after 2026-03-02"),
        ("Date,A\n20260302,1\n", "t.csv line 2 column Date: expected a day, found '20260302'"),
        ("Date,A\n2026-02-30,1\n", "t.csv line 2 column Date: expected a day, found '2026-02-30'"),
        ("Date,A,B\n2026-03-02,1,1\n2026-03-03,1,one\n", "t.csv line 3 column B: expected a number or nothing"),
    ],
)
def test_broken_tables_are_told_with_file_line_and_column(tmp_path, text, sentence):
    with pytest.raises(CsvError) as caught:
        load_closes([write_table(tmp_path / "t.csv", text)], ["A", "B"], UNTIL)
    assert sentence in str(caught.value)


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"Date,A\n2026-03-02,\xff\n")
    with pytest.raises(CsvError, match=r"t\.csv: expected UTF-8 text"):
        load_closes([tmp_path / "t.csv"], ["A"], UNTIL)


def test_nothing_known(tmp_path):
    closes = load_closes([], ["A"], UNTIL)
    assert (closes.symbols, closes.values.shape) == ((), (0, 0))
    assert load_closes([write_table(tmp_path / "t.csv", TABLE)], ["Z"], UNTIL).symbols == ()
