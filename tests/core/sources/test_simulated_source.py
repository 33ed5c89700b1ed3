"""The simulated market's clock and ticks: always in session, the same for the same seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from source_makers import EXCHANGE, SETTINGS, WALL, opened, utc

from core.clock import ManualClock
from core.errors import UsageError
from core.market.bars import Bars, MinuteBars
from core.market.quotes import Quote
from core.market.validate import validate_bars
from core.sources.base import Ok, Problem, Source
from core.sources.simulated.instruments import KNOWN
from core.sources.simulated.source import SimulatedSource

ELEVEN = utc("2026-03-25 15:00")  # in New York, on the session before WALL
CLOSE = utc("2026-03-25 20:00")


@pytest.fixture
def market(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    with opened("simulated", tmp_path, clock) as source:
        yield source


def bars_of(source: Source, symbol: str, since: date | None = None) -> Bars:
    answer = source.fetch_history(symbol, since)
    assert isinstance(answer, Ok), answer
    return answer.value


def quotes_of(source: Source, *symbols: str) -> dict[str, Quote]:
    answer = source.fetch_quotes(symbols or SETTINGS.symbols)
    assert isinstance(answer, Ok)
    assert not answer.value.problems
    return dict(answer.value.quotes)


def minutes_of(source: Source, symbol: str) -> MinuteBars:
    answer = source.fetch_minutes(symbol)
    assert isinstance(answer, Ok)
    return answer.value


def same(ours: Bars, theirs: Bars) -> bool:
    columns = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    return all(np.array_equal(getattr(ours, column), getattr(theirs, column)) for column in columns)


@pytest.mark.parametrize(
    ("wall", "session"),
    [
        ("2026-03-26 03:00", "2026-03-25 15:00"),  # still the 25th in New York
        ("2026-03-26 05:00", "2026-03-26 15:00"),  # the night before the open
        ("2026-03-28 18:00", "2026-03-27 15:00"),  # a Saturday
        ("2026-11-26 18:00", "2026-11-25 16:00"),  # Thanksgiving
        ("2026-11-27 23:00", "2026-11-27 16:00"),  # a half day, in winter
    ],
)
def test_it_opens_at_eleven_of_the_last_session(tmp_path: Path, wall: str, session: str) -> None:
    with opened("simulated", tmp_path, ManualClock(utc(wall))) as source:
        assert source.label == "SIMULATED"
        assert source.now() == utc(session)
        assert EXCHANGE.running_session(source.now()) == utc(session).date()


def test_it_runs_at_real_pace_and_rolls_to_the_next_open(market: Source, clock: ManualClock) -> None:
    clock.advance(0.25)
    assert market.now() == ELEVEN + timedelta(seconds=0.25)
    clock.advance(5 * 3600 - 0.5)
    assert market.now() == CLOSE - timedelta(seconds=0.25)
    clock.advance(0.25)
    assert market.now() == utc("2026-03-26 13:30")
    clock.advance(6.5 * 3600 + 60)
    assert market.now() == utc("2026-03-27 13:31")


def test_over_a_week_every_moment_is_in_session(market: Source, clock: ManualClock) -> None:
    for _ in range(60):
        clock.advance(9_999)
        assert EXCHANGE.running_session(market.now()) is not None


def test_the_same_seed_is_the_same_market(tmp_path: Path) -> None:
    clocks = ManualClock(WALL), ManualClock(WALL + timedelta(minutes=7))
    with opened("simulated:5", tmp_path, clocks[0]) as one, opened("simulated:5", tmp_path, clocks[1]) as other:
        assert quotes_of(one) == quotes_of(other)
        for symbol in reversed(SETTINGS.symbols):  # whatever the order of the questions
            assert same(bars_of(other, symbol), bars_of(one, symbol))
        for clock in clocks:
            clock.advance(40_000)
        assert quotes_of(other, "^VIX", "IWM") == quotes_of(one, "^VIX", "IWM")
        assert same(bars_of(other, "IWM"), bars_of(one, "IWM"))


def test_another_seed_is_another_market(tmp_path: Path) -> None:
    with opened("simulated:5", tmp_path) as one, opened("simulated:6", tmp_path) as other:
        assert not same(bars_of(one, "SPY"), bars_of(other, "SPY"))
        assert quotes_of(one, "SPY") != quotes_of(other, "SPY")


def test_tomorrow_it_is_the_same_market_one_session_longer(tmp_path: Path) -> None:
    clocks = ManualClock(WALL), ManualClock(WALL + timedelta(days=1))
    with opened("simulated", tmp_path, clocks[0]) as today, opened("simulated", tmp_path, clocks[1]) as tomorrow:
        for symbol in ("SPY", "IWM", "TLT", "^VIX", "ABCD"):
            ours, theirs = bars_of(today, symbol), bars_of(tomorrow, symbol)
            assert theirs.sessions[-2] == ours.sessions[-1]
            pair = [np.diff(np.log(close)) for close in (ours.close[-2000:], theirs.close[-2001:-1])]
            assert np.corrcoef(*pair)[0, 1] > 0.98, symbol


def test_a_quote_does_not_depend_on_how_time_got_there(tmp_path: Path) -> None:
    clocks = ManualClock(WALL), ManualClock(WALL)
    with opened("simulated", tmp_path, clocks[0]) as steady, opened("simulated", tmp_path, clocks[1]) as sudden:
        for _ in range(50):
            clocks[0].advance(613)
            quotes_of(steady, "IWM")
        clocks[1].advance(50 * 613)
        assert quotes_of(steady) == quotes_of(sudden)


def test_the_universe_has_twenty_years_up_to_the_session(market: Source) -> None:
    assert set(SETTINGS.symbols) <= set(KNOWN)
    expected = EXCHANGE.sessions(date(2006, 3, 25), date(2026, 3, 24))
    for symbol in SETTINGS.symbols:
        assert np.array_equal(bars_of(market, symbol).sessions, expected), symbol


def test_no_bar_is_one_that_validation_would_throw_out(market: Source) -> None:
    for symbol in SETTINGS.symbols:
        assert validate_bars(bars_of(market, symbol))[1] == (), symbol


def test_most_symbols_tick_within_a_few_seconds(market: Source, clock: ManualClock) -> None:
    before = quotes_of(market)
    clock.advance(5)
    after = quotes_of(market)
    assert all(after[symbol].time == before[symbol].time + timedelta(seconds=5) for symbol in after)
    assert sum(after[symbol].price != before[symbol].price for symbol in after) > len(after) / 2


def test_a_session_runs_into_its_bar(market: Source, clock: ManualClock) -> None:
    """The last quote before the close, and the totals seen so far, are the bar of the session that ended."""
    clock.advance(5 * 3600 - 0.5)
    last, minutes, before = quotes_of(market, "IWM")["IWM"], minutes_of(market, "IWM"), bars_of(market, "IWM")
    clock.advance(1)
    bars = bars_of(market, "IWM")
    assert len(bars) == len(before) + 1
    assert bars.sessions[-1].item() == date(2026, 3, 25)
    assert bars.open[-1] == last.open
    assert bars.high[-1] == pytest.approx(last.high, abs=0.05)
    assert bars.low[-1] == pytest.approx(last.low, abs=0.05)
    assert bars.close[-1] == pytest.approx(last.price, abs=0.05)
    assert bars.volume[-1] == pytest.approx(minutes.volume.sum(), rel=1e-3)
    assert quotes_of(market, "IWM")["IWM"].previous_close == bars.close[-1]


def test_quotes_follow_the_bars(market: Source) -> None:
    for symbol, quote in quotes_of(market).items():
        bars = bars_of(market, symbol)
        assert quote.previous_close == bars.close[-1]
        assert quote.open is not None
        assert abs(quote.open / bars.close[-1] - 1) < 0.3 if symbol in ("^VIX", "^RVX") else 0.05


def test_the_day_only_goes_on(market: Source, clock: ManualClock) -> None:
    """Highs do not fall, lows do not rise, volume does not shrink, minutes seen do not change."""
    previous, seen = quotes_of(market), minutes_of(market, "SPY")
    for _ in range(20):
        clock.advance(777)
        now, minutes = quotes_of(market), minutes_of(market, "SPY")
        for symbol, quote in now.items():
            assert quote.open == previous[symbol].open
            assert quote.high >= previous[symbol].high  # type: ignore[operator]
            assert quote.low <= previous[symbol].low  # type: ignore[operator]
            assert (quote.volume or 0) >= (previous[symbol].volume or 0)
        assert np.array_equal(minutes.close[: len(seen.close) - 1], seen.close[:-1])
        assert minutes.close[-1] == now["SPY"].price
        previous, seen = now, minutes


def test_a_half_day_is_short_and_quiet(tmp_path: Path) -> None:
    with opened("simulated", tmp_path, ManualClock(utc("2026-11-30 18:00"))) as source:
        bars = bars_of(source, "SPY")
        half = EXCHANGE.half_days(bars.sessions)
        assert 30 < half.sum() < 60  # two or three a year
        assert np.median(bars.volume[half]) < 0.6 * np.median(bars.volume[~half])


def test_a_symbol_nobody_knows_is_invented_once_and_for_all(tmp_path: Path) -> None:
    with opened("simulated", tmp_path) as one, opened("simulated", tmp_path) as other:
        assert same(bars_of(one, "ABCD"), bars_of(other, "ABCD"))
        assert not np.array_equal(bars_of(one, "ABCD").close, bars_of(one, "ABCE").close)
        correlation = np.corrcoef(*(np.diff(np.log(bars_of(one, s).adj_close)) for s in ("ABCD", "SPY")))[0, 1]
        assert 0.4 < correlation < 0.99
        assert 10 < quotes_of(one, "ABCD")["ABCD"].price < 500


def test_a_symbol_first_asked_for_days_later_is_the_same(tmp_path: Path) -> None:
    clocks = ManualClock(WALL), ManualClock(WALL)
    with opened("simulated", tmp_path, clocks[0]) as early, opened("simulated", tmp_path, clocks[1]) as late:
        quotes_of(early, "ABCD")
        for _ in range(4):
            for clock in clocks:
                clock.advance(20_000)
            quotes_of(early, "ABCD")
            quotes_of(late, "SPY")
        assert same(bars_of(late, "ABCD"), bars_of(early, "ABCD"))


def test_a_date_is_evaluated_at_its_close(tmp_path: Path, clock: ManualClock) -> None:
    with opened("simulated", tmp_path, clock, date=date(2026, 2, 28)) as source:
        clock.advance(100)
        assert source.now() == utc("2026-02-27 21:20")
        assert source.poll_seconds is None
        bars, quote = bars_of(source, "IWM"), quotes_of(source, "IWM")["IWM"]
        assert bars.sessions[-1].item() == date(2026, 2, 27)
        assert quote.time == utc("2026-02-27 21:00")
        assert quote.price == bars.close[-1]
        assert quote.previous_close == bars.close[-2]
        assert len(minutes_of(source, "IWM").close) == 390


@pytest.mark.parametrize("day", [date(2026, 3, 26), date(2004, 12, 31)])
def test_a_date_it_cannot_show_is_refused(tmp_path: Path, clock: ManualClock, day: date) -> None:
    with pytest.raises(UsageError, match="can show 2005 until today"):
        opened("simulated", tmp_path, clock, date=day).__enter__()


def test_what_lies_ahead_is_not_told(market: Source) -> None:
    answer = market.fetch_history("IWM", date(2026, 3, 25))
    assert isinstance(answer, Problem)
    assert answer.reason == "IWM has no complete session since 2026-03-25"


def test_it_keeps_the_seconds_of_two_sessions_only(market: Source, clock: ManualClock) -> None:
    assert isinstance(market, SimulatedSource)
    for _ in range(6):
        clock.advance(20_000)
        quotes_of(market, "IWM", "SPY")
    assert len(market._live) <= 2
