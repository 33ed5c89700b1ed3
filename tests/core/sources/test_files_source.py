"""A directory of daily bars, evaluated at the close of a session."""

from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from source_makers import REAL, utc, write_daily
from source_makers import opened as open_at

from core.clock import ManualClock
from core.errors import NoDataError, UsageError
from core.market.bars import Bars
from core.market.quotes import Quote
from core.sources.base import Ok, Problem, ProblemKind, Source
from core.sources.folder import DailyFolder

FIRST, LAST = date(2025, 11, 3), date(2026, 3, 31)


def opened(spec: str, tmp_path: Path, now: str = "2026-04-03 12:00", **more: object) -> AbstractContextManager[Source]:
    return open_at(spec, tmp_path, ManualClock(utc(now)), **more)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for symbol in ("SPY", "IWM", "^GSPC", "DX-Y.NYB", "EURUSD=X"):
        write_daily(tmp_path / "market", symbol, FIRST, LAST)
    return tmp_path / "market"


def bars_of(source: Source, symbol: str) -> Bars:
    answer = source.fetch_history(symbol)
    assert isinstance(answer, Ok), answer
    return answer.value


def quote_of(source: Source, symbol: str) -> Quote:
    answer = source.fetch_quotes([symbol])
    assert isinstance(answer, Ok)
    return answer.value.quotes[symbol]


def problem_of(source: Source, symbol: str) -> Problem:
    answer = source.fetch_history(symbol)
    assert isinstance(answer, Problem)
    batch = source.fetch_quotes([symbol])
    assert isinstance(batch, Ok)
    assert batch.value.problems[symbol].reason == answer.reason
    return answer


def test_without_a_date_it_is_the_newest_close(directory: Path) -> None:
    with opened(f"files:{directory}", directory) as source:
        assert source.label == "FILES as of 2026-03-31"
        assert source.now() == utc("2026-03-31 20:20")  # 16:20 in New York
        assert source.is_live is False


def test_a_half_day_is_final_at_twenty_past_one(directory: Path) -> None:
    with opened(f"files:{directory}", directory, date=date(2025, 11, 28)) as source:
        assert source.now() == utc("2025-11-28 18:20")
        assert quote_of(source, "SPY").time == utc("2025-11-28 18:00")


@pytest.mark.parametrize(
    ("day", "session"),
    [
        (date(2026, 2, 27), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 2, 27)),
        (date(2025, 12, 25), date(2025, 12, 24)),
    ],
    ids=["a session", "a Saturday", "a holiday"],
)
def test_history_is_cut_at_the_session(directory: Path, day: date, session: date) -> None:
    with opened(f"files:{directory}", directory, date=day) as source:
        assert source.label == f"FILES as of {session}"
        assert bars_of(source, "IWM").sessions[-1].item() == session


def test_nothing_after_the_session_matters(directory: Path, tmp_path: Path) -> None:
    """The same answers from files that end at the session as from files that go on."""
    day = date(2026, 1, 15)
    short = tmp_path / "short"
    for symbol in ("SPY", "IWM"):
        write_daily(short, symbol, FIRST, day)
    with opened(f"files:{directory}", directory, date=day) as long, opened(f"files:{short}", short) as cut:
        assert long.now() == cut.now()
        for symbol in ("SPY", "IWM"):
            ours, theirs = bars_of(long, symbol), bars_of(cut, symbol)
            for column in ("sessions", "open", "high", "low", "close", "adj_close", "volume"):
                np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column))
        assert long.fetch_quotes(["SPY", "IWM"]) == cut.fetch_quotes(["SPY", "IWM"])


def test_a_quote_is_the_last_close(directory: Path) -> None:
    (directory / "IWM.csv").write_text(
        "Date,Open,High,Low,Close,Adj Close,Volume\n"
        "2026-03-27,9,12,8,10,9.5,100\n2026-03-30,11,13,10,12,11.5,200\n2026-03-31,,,,,,\n"
    )
    with opened(f"files:{directory}", directory) as source:
        assert quote_of(source, "IWM") == Quote(
            symbol="IWM",
            price=12.0,
            time=utc("2026-03-30 20:00"),
            previous_close=10.0,
            open=11.0,
            high=13.0,
            low=10.0,
            volume=200.0,
        )


def test_a_bar_of_a_day_without_session_is_as_old_as_the_session_before(directory: Path) -> None:
    """The 14th of February 2026 is a Saturday."""
    (directory / "IWM.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n2026-02-14,1,1,1,1,1,1\n")
    with opened(f"files:{directory}", directory) as source:
        assert quote_of(source, "IWM").time == utc("2026-02-13 21:00")


def test_what_ended_before_the_calendar_begins_has_no_quote(directory: Path) -> None:
    (directory / "IWM.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n1929-10-29,1,1,1,1,1,1\n")
    with opened(f"files:{directory}", directory) as source:
        answer = source.fetch_quotes(["IWM"])
    assert isinstance(answer, Ok)
    assert answer.value.problems["IWM"].reason == "IWM.csv has no close to quote"


@pytest.mark.parametrize("symbol", ["^GSPC", "DX-Y.NYB", "EURUSD=X"])
def test_symbols_with_signs_have_files(directory: Path, symbol: str) -> None:
    with opened(f"files:{directory}", directory) as source:
        assert len(bars_of(source, symbol)) > 50
        assert symbol in DailyFolder(directory).symbols()


def test_a_symbol_without_a_file_is_missing(directory: Path) -> None:
    with opened(f"files:{directory}", directory) as source:
        problem = problem_of(source, "TLT")
    assert problem.kind is ProblemKind.MISSING
    assert problem.reason == "market has no file TLT.csv"


def test_a_symbol_not_yet_traded_is_missing(directory: Path) -> None:
    write_daily(directory, "NEW", date(2026, 3, 2), LAST)
    with opened(f"files:{directory}", directory, date=date(2026, 2, 27)) as source:
        problem = problem_of(source, "NEW")
    assert problem.kind is ProblemKind.MISSING
    assert problem.reason == "NEW.csv has no bar before 2026-02-28"


def test_a_bad_file_is_told_and_the_others_go_on(directory: Path) -> None:
    (directory / "IWM.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n2026-03-31,1,1,1,\x1b[31m,1,1\n")
    with opened(f"files:{directory}", directory) as source:
        problem = problem_of(source, "IWM")
        assert len(bars_of(source, "SPY")) > 50
    assert problem.kind is ProblemKind.ERROR
    assert problem.reason.startswith("IWM.csv line 2: expected a number under Close, found '\ufffd[31m'")


def test_no_name_leads_out_of_the_directory(directory: Path, tmp_path: Path) -> None:
    write_daily(tmp_path, "SECRET", FIRST, LAST)
    folder = DailyFolder(directory)
    for name in ("../SECRET", "..", str(tmp_path / "SECRET"), "SECRET\x00"):
        answer = folder.history(name, None, LAST, LAST, utc("2026-03-31 20:20"))
        assert isinstance(answer, Problem)
        assert answer.kind is ProblemKind.MISSING


def test_without_the_benchmark_any_file_gives_the_date(tmp_path: Path) -> None:
    write_daily(tmp_path / "one", "TLT", FIRST, date(2026, 1, 30))
    with opened(f"files:{tmp_path / 'one'}", tmp_path) as source:
        assert source.label == "FILES as of 2026-01-30"


@pytest.mark.parametrize("day", [date(2025, 10, 31), date(2026, 4, 1), date(2050, 1, 3), date(1950, 1, 3)])
def test_a_day_without_data_is_refused(directory: Path, day: date) -> None:
    with pytest.raises(UsageError, match=f"holds 2025-11-03 to 2026-03-31: {day} is not in it"):
        opened(f"files:{directory}", directory, date=day).__enter__()


def test_a_day_before_the_calendar_begins_is_refused(directory: Path) -> None:
    lines = (directory / "SPY.csv").read_text().split("\n", 1)
    (directory / "SPY.csv").write_text(f"{lines[0]}\n1929-10-29,1,1,1,1,1,1\n{lines[1]}")
    with pytest.raises(UsageError, match="1930-01-02 is not in it"):
        opened(f"files:{directory}", directory, date=date(1930, 1, 2)).__enter__()


def test_a_directory_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    with pytest.raises(NoDataError, match=r"has no CSV file of daily bars, such as SPY\.csv"):
        opened(f"files:{tmp_path}", tmp_path).__enter__()


def test_a_directory_with_bad_files_only_says_what_is_bad(tmp_path: Path) -> None:
    (tmp_path / "SPY.csv").write_text("Date,Close\n")
    with pytest.raises(NoDataError, match=r"SPY\.csv line 1: expected the header"):
        opened(f"files:{tmp_path}", tmp_path).__enter__()


@pytest.mark.parametrize(
    ("now", "session"), [("2026-03-31 20:19", "2026-03-30"), ("2026-03-31 20:20", "2026-03-31")], ids=["runs", "over"]
)
def test_a_bar_of_a_session_that_is_not_over_is_not_its_close(directory: Path, now: str, session: str) -> None:
    """As a file has it that is downloaded at noon."""
    with opened(f"files:{directory}", directory, now) as source:
        assert source.label == f"FILES as of {session}"
    if session != "2026-03-31":
        with pytest.raises(UsageError, match="2026-03-31 is not in it"):
            opened(f"files:{directory}", directory, now, date=LAST).__enter__()


def test_bars_after_the_newest_session_are_told(directory: Path) -> None:
    """The benchmark decides which session is the newest; of an earlier one that was asked for nothing is later."""
    write_daily(directory, "IWM", FIRST, date(2026, 4, 2))
    with opened(f"files:{directory}", directory) as source:
        assert bars_of(source, "IWM").notes == ("2 bars after 2026-03-31 not used, the last 2026-04-02",)
        assert bars_of(source, "SPY").notes == ()
    with opened(f"files:{directory}", directory, date=date(2026, 3, 2)) as source:
        assert bars_of(source, "IWM").notes == ()


@pytest.mark.skipif(not (REAL / "daily").is_dir(), reason="the real market files are not here")
def test_the_real_files_at_a_past_close(tmp_path: Path) -> None:
    """IWM and SPY at the close of 2026-02-27, as the files have them (grep '^2026-02-27' IWM.csv SPY.csv)."""
    with opened(f"files:{REAL / 'daily'}", tmp_path, date=date(2026, 2, 27)) as source:
        assert source.now() == utc("2026-02-27 21:20")
        lines = {
            s: (REAL / "daily" / f"{s}.csv").read_text().split("2026-02-27,")[1].split("\n")[0] for s in ("IWM", "SPY")
        }
        for symbol, line in lines.items():
            cells = [float(cell) for cell in line.split(",")]
            assert quote_of(source, symbol).price == cells[3]
            assert cells[4] < cells[3]  # dividends paid since are in the file
            assert bars_of(source, symbol).adj_close[-1] == pytest.approx(cells[3], rel=1e-12)


def test_adjusted_closes_know_only_dividends_of_the_day_and_before(directory: Path) -> None:
    """Closes of 100 with 1 % paid on 4 March and 2 % on 20 March, as a file written on 31 March has them."""
    rows = {"2026-03-03": 0.99 * 0.98, "2026-03-04": 0.98, "2026-03-19": 0.98, "2026-03-20": 1.0}
    lines = [f"{day},100,100,100,100,{100 * factor:.6f},1" for day, factor in rows.items()]
    (directory / "SPY.csv").write_text("\n".join(["Date,Open,High,Low,Close,Adj Close,Volume", *lines]) + "\n")
    for day, expected in (("2026-03-19", [99, 100, 100]), ("2026-03-20", [97.02, 98, 98, 100])):
        with opened(f"files:{directory}", directory, date=date.fromisoformat(day)) as source:
            assert bars_of(source, "SPY").adj_close == pytest.approx(expected)
