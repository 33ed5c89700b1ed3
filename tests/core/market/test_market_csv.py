"""Files of bars: what is read, and the sentence about what cannot be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.market.csv import DAILY_HEADER, INTRADAY_HEADER, CsvError, load_daily, load_minutes
from core.text import clean

REAL = Path(__file__).parents[4] / "shared" / "market"
GOOD = "2026-02-26,10,11,9,10.5,10.4,100\n2026-02-27,10.5,12,10,11.5,11.4,200\n"


def daily(tmp_path: Path, body: str | bytes, header: str = DAILY_HEADER) -> Path:
    path = tmp_path / "IWM.csv"
    raw = body if isinstance(body, bytes) else f"{header}\n{body}".encode()
    path.write_bytes(raw)
    return path


def complaint(path: Path) -> str:
    with pytest.raises(CsvError) as error:
        load_daily(path, "IWM")
    return str(error.value)


def check_good(path: Path) -> None:
    bars = load_daily(path, "IWM")
    assert bars.symbol == "IWM"
    assert [str(day) for day in bars.sessions] == ["2026-02-26", "2026-02-27"]
    assert bars.open.tolist() == [10, 10.5]
    assert bars.high.tolist() == [11, 12]
    assert bars.low.tolist() == [9, 10]
    assert bars.close.tolist() == [10.5, 11.5]
    assert bars.adj_close.tolist() == [10.4, 11.4]
    assert bars.volume.tolist() == [100, 200]
    assert bars.notes == ()


@pytest.mark.parametrize(
    "raw",
    [
        f"{DAILY_HEADER}\n{GOOD}",
        f"{DAILY_HEADER}\n{GOOD}".rstrip("\n"),
        f"{DAILY_HEADER}\n{GOOD}\n\n",
        f"\n{DAILY_HEADER}\n \n{GOOD}".replace("\n2026-02-27", "\n\r\n2026-02-27"),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in [DAILY_HEADER, *GOOD.split()]),
        f"{DAILY_HEADER}\n{GOOD}".replace("10.5,10.4", '"10.5","10.4"'),
        f"{DAILY_HEADER}\n{GOOD}{GOOD.splitlines()[1]}\n",
        f"{DAILY_HEADER}\n{GOOD}2026-02-27,10.50,12.0,10,11.5,11.4,2e2\n",
        f"{DAILY_HEADER}\n{GOOD}".replace("\n", "\r\n"),
        f"\ufeff{DAILY_HEADER}\n{GOOD}",
        f"\ufeff{DAILY_HEADER}\n{GOOD}".replace("\n", "\r\n"),
    ],
    ids=[
        *("plain", "no newline at the end", "blank lines at the end", "blank lines anywhere", "quoted", "some quoted"),
        *("a line twice", "a line twice in other digits", "CRLF", "BOM", "BOM and CRLF"),
    ],
)
def test_all_ways_to_write_a_text_file_are_read(tmp_path: Path, raw: str) -> None:
    check_good(daily(tmp_path, raw.encode()))


def test_empty_cells_are_not_a_number(tmp_path: Path) -> None:
    bars = load_daily(daily(tmp_path, "2026-02-27,,nan,null,11.5,,\n"), "IWM")
    assert np.isnan([bars.open[0], bars.high[0], bars.low[0], bars.volume[0]]).all()
    assert bars.adj_close.tolist() == bars.close.tolist() == [11.5]


def test_one_adjusted_close_lacking_is_not_made_up(tmp_path: Path) -> None:
    bars = load_daily(daily(tmp_path, GOOD.replace("10.4", "")), "IWM")
    assert np.isnan(bars.adj_close[0])
    assert bars.adj_close[1] == 11.4


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("2026-02-27,10,11,9,ten,10,1\n", "IWM.csv line 2: expected a number under Close, found 'ten'"),
        ("2026-02-27,10,11,9,10,10\n", "IWM.csv line 2: expected 7 values, found 6"),
        (GOOD + "\n" + GOOD, "IWM.csv line 5: expected a Date after 2026-02-27, found 2026-02-26"),
        (GOOD + "\n\nx\n", "IWM.csv line 6: expected 7 values, found 1"),
        (GOOD + "2026-02-28,10,11\n", "IWM.csv line 4: expected 7 values, found 3"),
        ("2026-02-26,10,1", "IWM.csv line 2: expected a bar, found the end of the file"),
        ("2026-02-26,10,1\n" + GOOD, "IWM.csv line 2: expected 7 values, found 3"),
        (
            GOOD + '2026-02-28,"10,11,9,10.5,10.4,1\n',
            "IWM.csv line 4: expected 7 values, found quotes that do not match",
        ),
        (GOOD + '2026-02-28,"1,0",11,9,10,10,1\n', "IWM.csv line 4: expected a number under Open, found '1,0'"),
        (GOOD + "2026-02-27,ten,1,1,1,1,1\n", "IWM.csv line 4: expected a Date after 2026-02-27, found it again"),
        ("x,1,1,1,1,1,1\nx,1,1,1,1,1,2\n", "IWM.csv line 2: expected a Date like 2026-02-27, found 'x'"),
        (
            "2026-02-27,1,1,1,1,1,1\n2026-02-27,1,1,1,2,1,1\n",
            "IWM.csv line 3: 2026-02-27 again with other values, neither is used",
        ),
        (GOOD + "03/02/2026,1,1,1,1,1,1\n", "IWM.csv line 4: expected a Date like 2026-02-27, found '03/02/2026'"),
        ("2026-02-30,1,1,1,1,1,1\n", "IWM.csv line 2: expected a Date like 2026-02-27, found '2026-02-30'"),
        ("today,1,1,1,1,1,1\n", "IWM.csv line 2: expected a Date like 2026-02-27, found 'today'"),
        ("9999-12-31,1,1,1,1,1,1\n", "IWM.csv line 2: expected a Date like 2026-02-27, found '9999-12-31'"),
        (GOOD + "2026-02-25,1,1,1,1,1,1\n", "IWM.csv line 4: expected a Date after 2026-02-27, found 2026-02-25"),
        ("2026-02-27,1,inf,1,1,1,1\n", "IWM.csv line 2: expected a number under High, found 'inf'"),
        ("2026-02-27,1,1,1,1,1,1e999\n", "IWM.csv line 2: expected a number under Volume, found '1e999'"),
        (",1,inf,1,1,1,1\n", "IWM.csv line 2: expected a Date like 2026-02-27, found ''"),
        ("", "IWM.csv line 2: expected a bar, found the end of the file"),
    ],
)
def test_the_first_bad_line_is_named(tmp_path: Path, body: str, sentence: str) -> None:
    assert complaint(daily(tmp_path, body)) == sentence


@pytest.mark.parametrize("left", ["2", "2026-03-02,10,11", '2026-03-02,10,11,9,"10', "2026-03-02,10,11,9,10,10"])
def test_a_last_line_cut_off_is_left_out_and_told(tmp_path: Path, left: str) -> None:
    """As it is read while another program writes it."""
    bars = load_daily(daily(tmp_path, GOOD + left), "IWM")
    assert [str(day) for day in bars.sessions] == ["2026-02-26", "2026-02-27"]
    assert bars.notes == ("IWM.csv line 4 is cut off and not used",)


def test_of_lines_that_contradict_each_other_none_is_used(tmp_path: Path) -> None:
    last = "2026-03-02,1,1,1,1,1,1\n"
    again = GOOD + GOOD.splitlines()[1].replace("11.5", "11.6") + "\n" + last
    bars = load_daily(daily(tmp_path, again), "IWM")
    assert [str(day) for day in bars.sessions] == ["2026-02-26", "2026-03-02"]
    assert bars.notes == ("IWM.csv line 4: 2026-02-27 again with other values, neither is used",)
    bars = load_daily(daily(tmp_path, again + last.replace("1,1\n", "2,1\n")), "IWM")
    assert [str(day) for day in bars.sessions] == ["2026-02-26"]
    assert bars.notes == ("IWM.csv line 4: 2026-02-27 again with other values, neither is used (and 1 more)",)


@pytest.mark.parametrize(
    ("symbol", "notes"),
    [("IWM", ("IWM.csv has no adjusted closes: dividends are not counted",)), ("^VIX", ()), ("EURUSD=X", ())],
)
def test_without_adjusted_closes_the_close_counts_and_that_is_told(
    tmp_path: Path, symbol: str, notes: tuple[str, ...]
) -> None:
    header = "Date,Open,High,Low,Close,Volume"
    for path in (
        daily(tmp_path, "2026-02-27,10,12,9,11.5,200\n", header),
        daily(tmp_path, "2026-02-27,10,12,9,11.5,,200\n"),
    ):
        bars = load_daily(path, symbol)
        assert bars.adj_close.tolist() == bars.close.tolist() == [11.5]
        assert bars.volume.tolist() == [200]
        assert bars.notes == notes


def test_a_wrong_header_is_shown_beside_the_right_one(tmp_path: Path) -> None:
    path = daily(tmp_path, GOOD, header="Date,Close")
    assert complaint(path) == f"IWM.csv line 1: expected the header '{DAILY_HEADER}', found 'Date,Close'"


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    assert complaint(daily(tmp_path, b"")) == f"IWM.csv line 1: expected the header '{DAILY_HEADER}', found ''"


def test_text_in_another_encoding_is_refused_by_line(tmp_path: Path) -> None:
    path = daily(tmp_path, f"{DAILY_HEADER}\n2026-02-27,1,1,1,1,1,1\n".encode() + "2026-03-02,é".encode("latin-1"))
    assert complaint(path) == "IWM.csv line 3: expected UTF-8 text"


def test_what_is_shown_of_a_file_cannot_steer_a_terminal(tmp_path: Path) -> None:
    text = complaint(daily(tmp_path, "2026-02-27,1,1,1,\x1b[2J\x9b31m,1,1\n"))
    assert text == clean(text)
    assert "found" in text


def test_a_directory_or_nothing_is_no_file(tmp_path: Path) -> None:
    assert complaint(tmp_path) == f"{tmp_path.name}: there is no such file"
    assert complaint(tmp_path / "X.csv") == "X.csv: there is no such file"


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{DAILY_HEADER}\n{text}".encode()))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "IWM.csv"
    path.write_bytes(raw)
    try:
        bars = load_daily(path, "IWM")
    except CsvError as error:
        assert "IWM.csv" in str(error)  # noqa: PT017 - either outcome is fine
    else:
        assert len(bars) >= 1


def minutes(tmp_path: Path, body: str, name: str = "IWM_5m.csv") -> Path:
    path = tmp_path / name
    path.write_text(f"{INTRADAY_HEADER}\n{body}")
    return path


@pytest.mark.parametrize("stamp", ["2026-03-24T13:30:00Z", "2026-03-24 13:30:00+00:00", "2026-03-24 13:30:00Z"])
def test_a_recording_knows_its_interval(tmp_path: Path, stamp: str) -> None:
    bars = load_minutes(minutes(tmp_path, f"{stamp},1,2,0.5,1.5,7\n"), "IWM")
    assert bars.interval == 300
    assert str(bars.times[0]) == "2026-03-24T13:30:00"
    row = [float(column[0]) for column in (bars.open, bars.high, bars.low, bars.close, bars.volume)]
    assert row == [1, 2, 0.5, 1.5, 7]


@pytest.mark.parametrize(
    "stamp", ["2026-03-24T13:30:00", "2026-03-24T13:30:00-04:00", "2026-03-24T25:30:00Z", "2026-03-24"]
)
def test_times_must_be_utc(tmp_path: Path, stamp: str) -> None:
    with pytest.raises(CsvError, match=r"IWM_5m\.csv line 2: expected a Datetime like 2026-03-24T13:30:00Z"):
        load_minutes(minutes(tmp_path, f"{stamp},1,2,0.5,1.5,7\n"), "IWM")


def test_a_recording_that_is_being_written_is_read_to_its_last_whole_line(tmp_path: Path) -> None:
    body = "2026-03-24T13:30:00Z,1,2,0.5,1.5,7\n2026-03-24T13:35:00Z,1,2,"
    bars = load_minutes(minutes(tmp_path, body), "IWM")
    assert bars.close.tolist() == [1.5]
    assert bars.notes == ("IWM_5m.csv line 3 is cut off and not used",)


def test_a_recording_without_interval_in_its_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CsvError, match=r"IWM_7m\.csv: expected a name ending in _1m"):
        load_minutes(minutes(tmp_path, "", "IWM_7m.csv"), "IWM")


@pytest.mark.skipif(not (REAL / "daily").is_dir(), reason="the real market files are not here")
def test_real_files_are_read_as_pandas_reads_them() -> None:
    import pandas as pd

    for path in sorted((REAL / "daily").glob("*.csv")):
        ours, frame = load_daily(path, path.stem), pd.read_csv(path, parse_dates=["Date"])
        assert ours.sessions.tolist() == frame["Date"].dt.date.tolist()
        np.testing.assert_array_equal(ours.close, frame["Close"].to_numpy(np.float64))
        adjusted = frame["Adj Close"]
        expected = (frame["Close"] if adjusted.isna().all() else adjusted).to_numpy(np.float64)
        np.testing.assert_allclose(ours.adj_close, expected, rtol=1e-15)
        np.testing.assert_array_equal(ours.volume, frame["Volume"].to_numpy(np.float64))
