"""What `core.sources.base.Source` promises, put to every source there is."""

from datetime import UTC, date, timedelta

import numpy as np
import pytest
from source_cases import SOURCES
from source_makers import Case

from core.clock import ManualClock
from core.market.bars import Bars
from core.sources.base import Ok, Playable, Problem, ProblemKind, Source
from core.sources.registry import SOURCES as REGISTERED
from core.text import clean

NO_SYMBOLS = ["../SPY", "spy", "", "IWM/SPY", "A" * 16, "\x1b[2J"]
PRICES = ("open", "high", "low", "close", "adj_close")


def bars_of(source: Source, symbol: str, since: date | None = None) -> Bars:
    answer = source.fetch_history(symbol, since)
    assert isinstance(answer, Ok), answer
    return answer.value


def check_problem(problem: object) -> None:
    assert isinstance(problem, Problem)
    assert problem.kind is ProblemKind.MISSING
    assert problem.reason
    assert problem.reason == clean(problem.reason)
    assert problem.at.utcoffset() == timedelta(0)


def test_every_registered_source_is_here() -> None:
    assert {case.name for case in SOURCES} == set(REGISTERED)


def test_it_says_what_it_is(source: Source, case: Case) -> None:
    assert source.name == case.name
    assert bool(source.label) is not source.is_live
    assert source.label == clean(source.label)
    assert source.poll_seconds is None or source.poll_seconds > 0
    assert source.now().tzinfo is UTC


@pytest.mark.parametrize("symbol", ["SPY", "IWM"])
def test_history_is_a_clean_table(source: Source, symbol: str) -> None:
    bars = bars_of(source, symbol)
    assert bars.symbol == symbol
    assert len(bars) > 20
    assert bars.sessions.dtype == np.dtype("datetime64[D]")
    assert (np.diff(bars.sessions) > np.timedelta64(0)).all()
    assert bars.sessions[-1].item() <= source.now().date()
    for column in PRICES:
        values = getattr(bars, column)
        assert values.dtype == np.float64
        assert values.shape == bars.sessions.shape
        assert (values > 0).all(), column
    assert (bars.high >= np.maximum(bars.open, bars.close) - 1e-9).all()
    assert (bars.low <= np.minimum(bars.open, bars.close) + 1e-9).all()
    assert (bars.volume >= 0).all()


def test_history_since_is_its_tail(source: Source) -> None:
    whole = bars_of(source, "SPY")
    since = whole.sessions[-5].item()
    tail = bars_of(source, "SPY", since)
    assert tail.sessions.tolist() == whole.sessions[-5:].tolist()
    assert tail.close.tolist() == whole.close[-5:].tolist()


def test_the_same_question_has_the_same_answer(source: Source) -> None:
    assert bars_of(source, "IWM").close.tolist() == bars_of(source, "IWM").close.tolist()


def test_quotes_answer_every_symbol_once(source: Source) -> None:
    asked = ["SPY", "IWM", "SPY", *NO_SYMBOLS]
    answer = source.fetch_quotes(asked)
    assert isinstance(answer, Ok)
    batch = answer.value
    assert set(batch.quotes) == {"SPY", "IWM"}
    assert set(batch.problems) == set(NO_SYMBOLS)
    for symbol, quote in batch.quotes.items():
        assert quote.symbol == symbol
        assert quote.price > 0
        assert quote.time.utcoffset() == timedelta(0)
        assert quote.time <= source.now()
    for problem in batch.problems.values():
        check_problem(problem)


def test_a_quote_is_within_its_session(source: Source) -> None:
    answer = source.fetch_quotes(["SPY"])
    assert isinstance(answer, Ok)
    quote = answer.value.quotes["SPY"]
    assert quote.previous_close is not None
    assert quote.low is not None
    assert quote.high is not None
    assert quote.low <= quote.price <= quote.high


def test_no_symbols_no_quotes(source: Source) -> None:
    answer = source.fetch_quotes([])
    assert isinstance(answer, Ok)
    assert not answer.value.quotes
    assert not answer.value.problems


@pytest.mark.parametrize("symbol", NO_SYMBOLS)
def test_what_is_no_symbol_is_missing(source: Source, symbol: str) -> None:
    check_problem(source.fetch_history(symbol))
    check_problem(source.fetch_minutes(symbol))


def test_minutes_are_of_the_session_so_far(source: Source, case: Case) -> None:
    answer = source.fetch_minutes("SPY")
    if not case.has_minutes:
        check_problem(answer)
        return
    assert isinstance(answer, Ok)
    minutes = answer.value
    assert minutes.symbol == "SPY"
    assert minutes.times.dtype == np.dtype("datetime64[s]")
    assert len(minutes.times) == len(minutes.close) == len(minutes.volume) > 1
    assert (np.diff(minutes.times) > np.timedelta64(0)).all()
    assert minutes.times[-1].item().replace(tzinfo=UTC) <= source.now()
    assert (minutes.close > 0).all()
    assert len(set(minutes.times.astype("datetime64[D]").tolist())) == 1


def test_answers_carry_the_market_time(source: Source, clock: ManualClock) -> None:
    first = source.fetch_quotes(["SPY"])
    assert first.at <= source.now()
    clock.advance(30)
    assert source.fetch_quotes(["SPY"]).at >= first.at


def test_a_playable_source_can_be_steered(source: Source, clock: ManualClock) -> None:
    if not isinstance(source, Playable):
        pytest.skip("its time is its own")
    source.pause(True)
    paused = source.now()
    clock.advance(10)
    assert source.now() == paused
    source.step(60)
    assert source.now() == paused + timedelta(seconds=60)
    source.step(-600)
    assert source.now() == paused + timedelta(seconds=60)
    source.pause(False)
    source.set_speed(20)
    clock.advance(3)
    assert source.now() == paused + timedelta(seconds=120)
    assert source.playback().speed == 20
    assert source.playback().begins < source.now() < source.playback().ends


def test_it_can_be_closed_twice(source: Source) -> None:
    source.close()
    source.close()
