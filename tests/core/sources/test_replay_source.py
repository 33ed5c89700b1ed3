"""A recorded day played again: nothing is used before it was complete."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_makers import REAL, SETTINGS, WALL, opened, utc, walk, write_daily, write_minutes

from core.clock import ManualClock
from core.errors import NoDataError, UsageError
from core.market.quotes import Quote
from core.sources.base import Ok, Problem, ProblemKind, QuoteBatch, Source
from core.sources.replay import ReplaySource

DAY = date(2026, 3, 24)
OPEN, CLOSE = utc("2026-03-24 13:30"), utc("2026-03-24 20:00")


@pytest.fixture
def market(tmp_path: Path) -> Path:
    for symbol in ("SPY", "IWM", "TLT"):
        write_daily(tmp_path / "daily", symbol, date(2025, 12, 1), date(2026, 3, 27))
    intraday = tmp_path / "intraday"
    write_minutes(intraday, "SPY_1m", OPEN, walk(100, 390), 60)
    write_minutes(intraday, "SPY_5m", utc("2026-03-23 13:30"), walk(100, 78), 300)
    write_minutes(intraday, "IWM_1m", OPEN, [100.0, 101.0, 99.0, *walk(100, 387)], 60)
    write_minutes(intraday, "IWM_5m", OPEN, walk(500, 78), 300)
    write_minutes(intraday, "^SPX_5m", OPEN, walk(6000, 78), 300)
    return tmp_path


def batch_of(source: Source, *symbols: str) -> QuoteBatch:
    answer = source.fetch_quotes(symbols)
    assert isinstance(answer, Ok)
    return answer.value


def replay(market: Path, clock: ManualClock, **more: object) -> ReplaySource:
    """With all histories read, so that its tape runs."""
    source = unread(market, clock, **more)
    for symbol in SETTINGS.symbols:
        source.fetch_history(symbol)
    return source


def unread(market: Path, clock: ManualClock, **more: object) -> ReplaySource:
    source = opened(f"replay:{market}", market, clock, **more).__enter__()
    assert isinstance(source, ReplaySource)
    return source


def test_the_open_is_not_missed_while_histories_are_read(market: Path, clock: ManualClock) -> None:
    source = unread(market, clock, speed=600.0)
    first, *rest = SETTINGS.symbols
    for symbol in rest:
        source.fetch_history(symbol)
        clock.advance(1.0)
    assert (source.now(), source.playback().paused) == (OPEN, True)
    source.fetch_history(first)
    clock.advance(1.0)
    assert (source.now(), source.playback().paused) == (OPEN + timedelta(minutes=10), False)


def test_a_pause_while_histories_are_read_holds_afterwards(market: Path, clock: ManualClock) -> None:
    source = unread(market, clock)
    source.pause(True)
    for symbol in SETTINGS.symbols:
        source.fetch_history(symbol)
    clock.advance(60.0)
    assert source.now() == OPEN


def test_it_begins_at_the_open_with_the_previous_close(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock)
    assert source.label == "REPLAY 2026-03-24"
    assert source.now() == OPEN
    assert source.poll_seconds == 1.0
    before = (market / "daily" / "IWM.csv").read_text().split("2026-03-23,")[1].split("\n")[0].split(",")
    assert batch_of(source, "IWM").quotes["IWM"] == Quote(
        symbol="IWM", price=float(before[3]), time=utc("2026-03-23 20:00")
    )


def test_a_bar_is_known_when_it_is_over(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock)
    clock.advance(59.9)
    assert batch_of(source, "IWM").quotes["IWM"].time < OPEN
    clock.advance(0.1)
    assert batch_of(source, "IWM").quotes["IWM"].time == OPEN + timedelta(minutes=1)
    assert batch_of(source, "^GSPC").problems["^GSPC"].reason == "^GSPC: no recorded bar is complete yet"
    clock.advance(240)
    assert batch_of(source, "^GSPC").quotes["^GSPC"].time == OPEN + timedelta(minutes=5)


def test_running_totals_by_hand(market: Path, clock: ManualClock) -> None:
    """Closes 100, 101, 99; each bar opens at the close before it and reaches 0.05 beyond both; volume 10."""
    source = replay(market, clock)
    clock.advance(180)
    quote = batch_of(source, "IWM").quotes["IWM"]
    assert (quote.open, quote.high, quote.low, quote.price, quote.volume) == (100.0, 101.05, 98.95, 99.0, 30.0)
    minutes = source.fetch_minutes("IWM")
    assert isinstance(minutes, Ok)
    assert minutes.value.close.tolist() == [100.0, 101.0, 99.0]
    assert [str(at) for at in minutes.value.times] == [f"2026-03-24T13:3{n}:00" for n in range(3)]


def test_the_finest_recording_is_played(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock, speed=600)
    clock.advance(10)
    assert batch_of(source, "IWM").quotes["IWM"].price < 200  # the five-minute file lies around 500


def test_the_coarser_one_where_the_finest_lacks_the_day(market: Path, clock: ManualClock) -> None:
    write_minutes(market / "intraday", "SPY_5m", utc("2026-03-20 13:30"), walk(700, 78), 300)
    source = replay(market, clock, date=date(2026, 3, 20))
    clock.advance(300)
    assert batch_of(source, "SPY").quotes["SPY"].price > 600


def test_what_is_not_recorded_keeps_its_history(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock)
    problem = batch_of(source, "TLT").problems["TLT"]
    assert problem.kind is ProblemKind.MISSING
    assert problem.reason == "TLT: not recorded on 2026-03-24"
    assert isinstance(source.fetch_history("TLT"), Ok)
    assert isinstance(source.fetch_history("QQQ"), Problem)


def test_a_previous_close_of_a_saturday_is_as_old_as_friday(market: Path, clock: ManualClock) -> None:
    (market / "daily" / "IWM.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n2026-03-21,1,1,1,1,1,1\n")
    assert batch_of(replay(market, clock), "IWM").quotes["IWM"].time == utc("2026-03-20 20:00")


def test_recordings_before_the_calendar_begins_are_none(tmp_path: Path, clock: ManualClock) -> None:
    write_minutes(tmp_path, "SPY_1m", utc("1929-10-29 15:00"), [1.0, 2.0], 60)
    with pytest.raises(NoDataError, match="holds no recorded session"):
        replay(tmp_path, clock)


def test_daily_history_ends_before_the_day_until_it_is_final(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock)
    for seconds, last in ((0, date(2026, 3, 23)), (23_400 + 1_199, date(2026, 3, 23)), (1, DAY)):
        clock.advance(seconds)
        answer = source.fetch_history("SPY")
        assert isinstance(answer, Ok)
        assert answer.value.sessions[-1].item() == last


def test_a_day_that_the_daily_file_lacks_is_made_of_its_recording(market: Path, clock: ManualClock) -> None:
    write_daily(market / "daily", "IWM", date(2025, 12, 1), date(2026, 3, 23))
    source = replay(market, clock)
    clock.advance(30_000)
    answer, quote = source.fetch_history("IWM"), batch_of(source, "IWM").quotes["IWM"]
    assert isinstance(answer, Ok)
    bars = answer.value
    assert bars.sessions[-1].item() == DAY
    assert (bars.open[-1], bars.high[-1], bars.low[-1], bars.close[-1], bars.volume[-1]) == (
        quote.open, quote.high, quote.low, quote.price, 3900.0,
    )  # fmt: skip
    assert bars.adj_close[-1] == quote.price
    assert bars.adj_close[-2] == pytest.approx(bars.close[-2])


def test_on_an_ex_date_the_closes_before_it_have_the_dividend_taken_off(market: Path, clock: ManualClock) -> None:
    """The day pays 1 %, another 2 % follow: what a live source would have said that morning."""
    lines = ["2026-03-20,100,100,100,100,97.02,1", "2026-03-24,99,99,99,99,97.02,1", "2026-03-25,99,99,99,99,99,1"]
    header = "Date,Open,High,Low,Close,Adj Close,Volume"
    (market / "daily" / "IWM.csv").write_text("\n".join([header, *lines]) + "\n")
    answer = replay(market, clock).fetch_history("IWM")
    assert isinstance(answer, Ok)
    assert answer.value.adj_close == pytest.approx([99.0])


def test_time_stops_twenty_minutes_after_the_close(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock, speed=600)
    assert source.playback().ends == CLOSE + timedelta(minutes=20)
    clock.advance(41)
    assert source.now() == CLOSE + timedelta(minutes=20)
    assert batch_of(source, "SPY").quotes["SPY"].time == CLOSE
    source.step(3600)
    source.set_speed(1)
    clock.advance(3600)
    assert source.now() == CLOSE + timedelta(minutes=20)


def test_a_change_of_speed_does_not_jump(market: Path, clock: ManualClock) -> None:
    source = replay(market, clock, speed=60)
    clock.advance(10)
    source.set_speed(1)
    assert source.now() == OPEN + timedelta(minutes=10)
    clock.advance(5)
    source.pause(True)
    source.set_speed(600)
    clock.advance(100)
    assert source.now() == OPEN + timedelta(minutes=10, seconds=5)
    source.pause(False)
    clock.advance(1)
    assert source.now() == OPEN + timedelta(minutes=20, seconds=5)


@pytest.mark.parametrize(("asked", "given_"), [(0, 1), (-5, 1), (1e9, 600), (float("nan"), 1), (float("inf"), 600)])
def test_speed_stays_within_its_bounds(market: Path, clock: ManualClock, asked: float, given_: float) -> None:
    source = replay(market, clock)
    source.set_speed(asked)
    assert source.playback().speed == given_


@pytest.mark.parametrize("seconds", [float("nan"), -1.0])
def test_no_step_goes_back(market: Path, clock: ManualClock, seconds: float) -> None:
    source = replay(market, clock)
    clock.advance(100)
    source.step(seconds)
    assert source.now() == OPEN + timedelta(seconds=100)


@pytest.mark.parametrize("speed", [0.5, 601, -1])
def test_a_speed_out_of_bounds_does_not_open(market: Path, clock: ManualClock, speed: float) -> None:
    with pytest.raises(UsageError, match="runs at 1 to 600 times"):
        replay(market, clock, speed=speed)


@settings(deadline=None, max_examples=60)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["run", "step", "pause", "go", "speed"]), st.integers(1, 4000)), max_size=12
    )
)
def test_no_bar_later_than_the_moment_is_ever_used(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int]]
) -> None:
    """Whatever is pressed, the answers are those of files that end where the replayed moment is."""
    market = tmp_path_factory.getbasetemp() / "shared"
    bars = {"SPY_1m": (60, walk(100, 390, 1)), "IWM_5m": (300, walk(100, 78, 2))}
    if not market.exists():
        for name, (step, closes) in bars.items():
            write_daily(market / "daily", name[:3], date(2026, 3, 2), date(2026, 3, 27))
            write_minutes(market, name, OPEN, closes, step)
    clock = ManualClock(WALL)
    source = replay(market, clock)
    last = source.now()
    for move, amount in moves:
        press(source, clock, move, amount)
        assert source.now() >= last
        last = source.now()
        for name, (step, closes) in bars.items():
            check_moment(source, name[:3], step, closes)


def press(source: ReplaySource, clock: ManualClock, move: str, amount: int) -> None:
    if move == "run":
        clock.advance(amount)
    elif move == "step":
        source.step(amount)
    elif move == "speed":
        source.set_speed(amount)
        clock.advance(1)
    else:
        source.pause(move == "pause")


def check_moment(source: ReplaySource, symbol: str, step: int, closes: list[float]) -> None:
    """The quote against what can be known by counting the bars that are over."""
    done = min(int((source.now() - OPEN).total_seconds() // step), len(closes))
    quote = batch_of(source, symbol).quotes[symbol]
    if done == 0:
        assert quote.time < OPEN
        assert isinstance(source.fetch_minutes(symbol), Problem)
        return
    seen = closes[:done]
    assert quote.price == pytest.approx(seen[-1], abs=1e-4)
    assert quote.time == OPEN + timedelta(seconds=done * step)
    assert quote.high == pytest.approx(max(seen) + 0.05, abs=2e-4)
    assert quote.low == pytest.approx(min(seen) - 0.05, abs=2e-4)
    assert quote.volume == 10 * done
    minutes = source.fetch_minutes(symbol)
    assert isinstance(minutes, Ok)
    assert len(minutes.value.close) == done


def test_bars_outside_the_session_are_not_played(market: Path, clock: ManualClock) -> None:
    write_minutes(market / "intraday", "TLT_1m", utc("2026-03-24 12:00"), [80.0] * 90 + [90.0] * 390 + [10.0] * 30, 60)
    source = replay(market, clock)
    clock.advance(30_000)
    quote = batch_of(source, "TLT").quotes["TLT"]
    assert (quote.low, quote.high, quote.price) == (79.95, 90.05, 90.0)


@pytest.mark.parametrize("place", ["beside", "inside", "among"])
def test_daily_bars_are_looked_for_around(tmp_path: Path, clock: ManualClock, place: str) -> None:
    recordings = tmp_path / "day"
    write_minutes(recordings, "SPY_1m", OPEN, walk(100, 390), 60)
    daily = {"beside": tmp_path / "daily", "inside": recordings / "daily", "among": recordings}[place]
    write_daily(daily, "SPY", date(2026, 3, 2), date(2026, 3, 23))
    assert isinstance(replay(recordings, clock).fetch_history("SPY"), Ok)


def test_what_is_left_out_of_a_recording_is_told_with_the_history(market: Path, clock: ManualClock) -> None:
    path = market / "intraday" / "IWM_1m.csv"
    path.write_text(path.read_text()[:-20])
    source = replay(market, clock)
    for seconds in (0, 7 * 3600):
        clock.advance(seconds)
        answer = source.fetch_history("IWM")
        assert isinstance(answer, Ok)
        assert answer.value.notes == ("IWM_1m.csv line 391 is cut off and not used",)


def test_a_bad_recording_is_told_and_the_others_go_on(market: Path, clock: ManualClock) -> None:
    (market / "intraday" / "IWM_1m.csv").write_text("Datetime,Open,High,Low,Close,Volume\n2026-03-24T13:30:00Z,1,1\n")
    source = replay(market, clock)
    clock.advance(60)
    batch = batch_of(source, "IWM", "SPY")
    assert batch.problems["IWM"].kind is ProblemKind.ERROR
    assert batch.problems["IWM"].reason == "IWM_1m.csv line 2: expected 6 values, found 3"
    assert "SPY" in batch.quotes


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 3, 25), "2026-03-25 is not recorded: there are 2 days, 2026-03-23 to 2026-03-24"),
        (date(2026, 3, 22), "2026-03-22 is not recorded"),
    ],
)
def test_a_day_that_is_not_recorded_is_refused(market: Path, clock: ManualClock, day: date, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        replay(market, clock, date=day)


def test_a_directory_without_recordings_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    write_daily(tmp_path, "SPY", date(2026, 3, 2), date(2026, 3, 23))
    with pytest.raises(NoDataError, match=r"has no recordings such as SPY_1m\.csv"):
        replay(tmp_path, clock)


def test_a_directory_with_bad_recordings_only_says_what_is_bad(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "SPY_1m.csv").write_text("Datetime,Close\n")
    with pytest.raises(NoDataError, match=r"no recorded session; SPY_1m\.csv line 1: expected the header"):
        replay(tmp_path, clock)


@pytest.mark.skipif(not (REAL / "intraday").is_dir(), reason="the real recordings are not here")
@pytest.mark.parametrize("place", ["", "intraday"])
def test_the_real_day(tmp_path: Path, clock: ManualClock, place: str) -> None:
    """2026-03-24 from open to close, against the recording grouped by pandas."""
    import pandas as pd

    frame = pd.read_csv(REAL / "intraday" / "IWM_1m.csv", parse_dates=["Datetime"], index_col="Datetime")
    day = frame.loc["2026-03-24"]
    source = opened(f"replay:{REAL / place}", tmp_path, clock, date=DAY, speed=600).__enter__()
    for symbol in SETTINGS.symbols:
        source.fetch_history(symbol)
    for _ in range(12):
        clock.advance(2.95)
        at = source.now()
        known = day[day.index + pd.Timedelta(minutes=1) <= pd.Timestamp(at)]
        quote = batch_of(source, "IWM").quotes["IWM"]
        expected = [known.Open.iloc[0], known.High.max(), known.Low.min(), known.Close.iloc[-1], known.Volume.sum()]
        np.testing.assert_allclose([quote.open, quote.high, quote.low, quote.price, quote.volume], expected)  # type: ignore[list-item]
    assert datetime(2026, 3, 24, 19, tzinfo=UTC) < source.now() < CLOSE
