"""`take_snapshot`: from the engine that runs, from the store, or made here."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "engine"))

from scripted import OPEN, TOOLS, Market, ScriptedSource, make_settings, manual, problem, short_directory

from core.clock import ManualClock
from core.engine.book import Book
from core.engine.engine import Engine
from core.engine.fetcher import Fetcher
from core.engine.lock import EngineLock
from core.engine.server import bind
from core.engine.source_thread import SourceThread
from core.engine.spec import EngineSpec
from core.errors import NoDataError, UsageError
from core.explain import explain_address
from core.once import gather
from core.once.explanation import take_explanation
from core.once.running import ask_engine, ask_engine_for
from core.once.snapshot import take_snapshot
from core.paths import prepare
from core.snapshot import Health, Snapshot
from core.sources.base import Ok, Problem, ProblemKind, QuoteBatch

FAST = make_settings(history_pause_seconds=0.0)


@pytest.fixture
def spec() -> Iterator[EngineSpec]:
    with short_directory() as directory:
        yield EngineSpec("yahoo", str(directory))


def take(spec: EngineSpec, source: ScriptedSource, clock: ManualClock, since: date | None = None) -> Snapshot:
    return take_snapshot(spec, FAST, since=since, clock=clock, opening=Market(source), total_seconds=5)


def test_alone_it_fetches_everything_once_and_keeps_it(spec: EngineSpec) -> None:
    clock = manual()
    source = ScriptedSource(clock)
    snapshot = take(spec, source, clock)
    assert snapshot.measures["IWM.price"].value == 200.0
    assert snapshot.source.health is Health.OK
    assert snapshot.source.next_poll is not None
    assert sorted(source.calls) == ["history IWM", "history MDY", "history SPY", "quotes"]
    assert source.closed
    again = ScriptedSource(clock)
    assert take(spec, again, clock).history_key == snapshot.history_key
    assert again.calls == ["quotes"], "the histories were kept"


def test_a_first_time_that_takes_long_is_told(spec: EngineSpec) -> None:
    clock, told = manual(), []
    slow = make_settings(history_pause_seconds=30.0)

    def take_slowly() -> None:
        market = Market(ScriptedSource(clock))
        take_snapshot(spec, slow, since=None, clock=clock, tell=told.append, opening=market, total_seconds=0.1)

    take_slowly()
    assert told == ["3 histories are fetched for the first time, one by one: about 90 s."]
    take(spec, ScriptedSource(clock), clock)
    take_slowly()
    assert len(told) == 1, "they are here now"


def test_the_next_day_it_fetches_what_is_missing(spec: EngineSpec) -> None:
    clock = manual()
    take(spec, ScriptedSource(clock), clock)
    clock.advance(24 * 3600)
    source = ScriptedSource(clock)
    take(spec, source, clock)
    assert sorted(source.calls) == ["history IWM since", "history MDY since", "history SPY since", "quotes"]


async def test_a_running_engine_is_asked_and_the_source_is_not(spec: EngineSpec) -> None:
    clock = manual()
    prepare(spec.paths)
    engine = Engine(spec, FAST, clock, Market(ScriptedSource(clock)))
    await engine.start(bind(spec.paths.socket))
    for _ in range(8):
        await engine.cycle()
        clock.advance(3)
    told = await ask_engine(spec, FAST)
    assert told == engine.publisher.snapshot
    other = make_settings(open_seconds=77.0)
    assert await ask_engine(spec, other) is None, "an engine of other settings has other numbers"
    await engine.finish()
    assert await ask_engine(spec, FAST) is None


async def test_a_running_engine_explains(spec: EngineSpec) -> None:
    clock = manual()
    prepare(spec.paths)
    engine = Engine(spec, FAST, clock, Market(ScriptedSource(clock)))
    await engine.start(bind(spec.paths.socket))
    asking = asyncio.create_task(ask_engine_for(spec, FAST, "IWM.price"))
    while not asking.done():
        await engine.cycle()
        clock.advance(1)
        await asyncio.sleep(0.01)
    told = asking.result()
    assert told is not None
    assert (told.address, told.measure.value) == ("IWM.price", 200.0)
    assert await ask_engine_for(spec, FAST, "IWM.prize") is None, "it knows no such address"
    await engine.finish()
    assert await ask_engine_for(spec, FAST, "IWM.price") is None


def test_without_an_engine_it_explains_itself(spec: EngineSpec) -> None:
    clock = manual()
    market = Market(ScriptedSource(clock), replace(TOOLS, explain_address=explain_address))
    told = take_explanation(spec, FAST, "IWM/SPY.ratio", since=None, clock=clock, opening=market)
    assert told.address == "IWM/SPY.ratio"
    assert told.measure.value is not None


def test_a_wrong_address_is_refused_before_anything_is_fetched(spec: EngineSpec) -> None:
    clock = manual()
    source = ScriptedSource(clock)
    with pytest.raises(UsageError, match="has no measure 'gap_20'"):
        take_explanation(spec, FAST, "IWM/SPY.gap_20", since=None, clock=clock, opening=Market(source))
    assert source.calls == []


async def test_an_engine_that_is_still_loading_is_waited_for_and_then_taken(spec: EngineSpec) -> None:
    clock = manual()
    prepare(spec.paths)
    engine = Engine(spec, FAST, clock, Market(ScriptedSource(clock)))
    await engine.start(bind(spec.paths.socket))
    asking = asyncio.create_task(ask_engine(spec, FAST))
    while not asking.done():
        await engine.cycle()
        clock.advance(1)
        await asyncio.sleep(0.01)
    snapshot = asking.result()
    assert snapshot is not None
    assert snapshot.source.loading == 0
    await engine.finish()


def test_beside_another_poller_it_reads_the_store_and_asks_nothing(spec: EngineSpec) -> None:
    clock = manual()
    first = take(spec, ScriptedSource(clock), clock)
    lock = EngineLock(spec.paths.lock)
    assert lock.acquire()
    source = ScriptedSource(clock)
    second = take(spec, source, clock, since=date(2026, 1, 5))
    lock.release()
    assert source.calls == []
    assert second.history_key == first.history_key
    assert second.measures["IWM.price"].value == 200.0


def test_a_market_of_its_own_needs_no_engine_and_keeps_nothing() -> None:
    clock = manual()
    with short_directory() as directory:
        spec = EngineSpec("simulated", str(directory))
        snapshot = take(spec, ScriptedSource(clock, is_live=False), clock)
        assert not spec.paths.data.exists()
        assert snapshot.source.next_poll is None, "the wall clock has no place in another time"


def test_since_reaches_the_analysis(spec: EngineSpec) -> None:
    seen: list[object] = []

    def analysis(*args: object, **kwargs: object) -> Snapshot:
        seen.append(kwargs["since"])
        snapshot: Snapshot = TOOLS.build_snapshot(*args, **kwargs)
        return snapshot

    clock = manual()
    market = Market(ScriptedSource(clock), replace(TOOLS, build_snapshot=analysis))
    take_snapshot(spec, FAST, since=date(2026, 1, 5), clock=clock, opening=market)
    assert seen == [date(2026, 1, 5)]


def test_nothing_usable_is_an_error_with_the_reason(spec: EngineSpec) -> None:
    clock = manual()
    source = ScriptedSource(clock)
    source.problem = source.history_problem = problem(ProblemKind.ERROR, "no route to the exchange", OPEN)
    with pytest.raises(NoDataError, match="yahoo has no usable data: no route to the exchange"):
        take(spec, source, clock)


def test_a_source_that_cannot_be_reached_is_given_up_soon(spec: EngineSpec) -> None:
    clock = manual()
    source = ScriptedSource(clock)
    source.problem = source.history_problem = problem(ProblemKind.ERROR, "no route", OPEN)
    with pytest.raises(NoDataError):
        take(spec, source, clock)
    assert source.calls == ["quotes", "history IWM", "history SPY"]
    limited = ScriptedSource(clock)
    limited.problem = problem(ProblemKind.RATE_LIMITED, "slow down", OPEN, OPEN + timedelta(minutes=10))
    with pytest.raises(NoDataError, match="slow down"):
        take(spec, limited, clock)
    assert limited.calls == ["quotes"]


def test_silence_is_given_up_after_the_first_poll(spec: EngineSpec) -> None:
    """As in a network that swallows everything: each question would cost its whole deadline."""

    class Silent(ScriptedSource):
        def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
            clock.advance(gather.SILENT_SECONDS)
            return super().fetch_quotes(symbols)

    clock = manual()
    source = Silent(clock)
    source.problem = problem(ProblemKind.ERROR, "no answer in time", OPEN)
    with pytest.raises(NoDataError, match="no answer in time"):
        take(spec, source, clock)
    assert source.calls == ["quotes"]


def test_a_market_of_its_own_needs_no_place_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose disk is read-only."""

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    clock = manual()
    monkeypatch.setattr(Path, "mkdir", refuse)
    assert take(EngineSpec("simulated", "/nowhere"), ScriptedSource(clock, is_live=False), clock).measures


def test_one_symbol_that_fails_again_and_again_is_reason_enough_to_give_up(spec: EngineSpec) -> None:
    """With a source that hangs, the first symbol is due again before the second has had its turn."""
    clock = manual()
    source = ScriptedSource(clock)
    failed = problem(ProblemKind.ERROR, "no answer", OPEN, OPEN + timedelta(seconds=2))
    thread = SourceThread()
    fetcher = Fetcher(source, thread, Book(FAST, TOOLS, None), TOOLS, FAST, clock)
    thread.close()
    fetcher.pulse.asked_at, fetcher.pulse.problem = OPEN, failed
    fetcher.schedule.note_failure("IWM", 14.0, OPEN, failed)
    assert not gather._is_hopeless(fetcher)
    fetcher.schedule.note_failure("IWM", 42.0, OPEN, failed)
    assert gather._is_hopeless(fetcher)
    fetcher.pulse.problem = None
    assert not gather._is_hopeless(fetcher)


def test_a_failing_poll_still_answers_from_what_is_kept(spec: EngineSpec) -> None:
    clock = manual()
    take(spec, ScriptedSource(clock), clock)
    clock.advance(timedelta(hours=1).total_seconds())
    source = ScriptedSource(clock)
    source.problem = problem(ProblemKind.RATE_LIMITED, "too many requests", OPEN)
    snapshot = take(spec, source, clock)
    assert snapshot.source.health is Health.RATE_LIMITED
    assert snapshot.measures["IWM.price"].value == 200.0
