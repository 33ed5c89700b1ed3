"""The engine's cycle with a scripted market and a clock that moves only when told to."""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from scripted import EVENING, OPEN, SYMBOLS, TOOLS, Market, ScriptedSource, ScriptedTape, make_settings, problem

from core.clock import ManualClock
from core.engine.engine import HUNG_SECONDS, Engine
from core.engine.last_known import load_last_known
from core.engine.messages import Goodbye, Notice, Play, Refresh
from core.engine.spec import EngineSpec
from core.engine.tools import Tools
from core.market.bars import Bars, MinuteBars
from core.market.panel import Panel
from core.settings import Settings
from core.snapshot import Health, Measure, Phase, Snapshot, SubjectState
from core.sources.base import Ok, Problem, ProblemKind
from core.store import open_store


class Bench:
    """An engine without a socket: cycles are made by hand."""

    def __init__(self, path: Path, clock: ManualClock, market: Market, settings: Settings) -> None:
        self.clock, self.market = clock, market
        self.spec = EngineSpec("yahoo", str(path))
        self.spec.paths.data.mkdir(parents=True, exist_ok=True)
        self.engine = Engine(self.spec, settings, clock, market)
        self.sent: list[Snapshot] = []
        publish = self.engine.server.publish

        def record(snapshot: Snapshot) -> int:
            self.sent.append(snapshot)
            return publish(snapshot)

        self.engine.server.publish = record  # type: ignore[method-assign]

    @property
    def last(self) -> Snapshot:
        return self.engine.publisher.snapshot

    async def cycles(self, count: int, seconds: float = 0.0) -> None:
        for _ in range(count):
            await self.engine.cycle()
            self.clock.advance(seconds)

    async def load(self) -> None:
        """Open, poll, and fetch all histories."""
        await self.cycles(2 + 2 * len(SYMBOLS), 3.0)
        await self.cycles(1)


@asynccontextmanager
async def bench(
    path: Path,
    source: Callable[[ManualClock], ScriptedSource] = ScriptedSource,
    *,
    start: timedelta = timedelta(0),
    tools: Tools = TOOLS,
    settings: Settings | None = None,
) -> AsyncIterator[Bench]:
    clock = ManualClock(OPEN + start)
    made = Bench(path, clock, Market(source(clock), tools), settings or make_settings())
    try:
        yield made
    finally:
        if made.market.source.gate is not None:
            made.market.source.gate.set()
        await made.engine.finish()


async def test_quotes_first_then_histories_one_by_one(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        assert b.market.source.calls[:4] == ["quotes", "history IWM", "history SPY", "history MDY"]
        assert b.last.source.health is Health.OK
        assert b.last.source.loading == 0
        assert (b.last.source.fresh, b.last.source.total) == (3, 3)
        assert b.last.measures["IWM.price"].value == 200.0
        assert b.last.session.phase is Phase.OPEN
        assert b.market.source.threads == {"source"}
        assert b.market.source.most_inside == 1


async def test_a_new_price_is_published_and_the_same_is_not(tmp_path: Path) -> None:
    async with bench(tmp_path, lambda clock: ScriptedSource(clock, is_live=False)) as b:
        b.market.source.poll_seconds = 1.0
        await b.load()
        frozen = b.clock.now()
        b.market.source.now = lambda: frozen  # type: ignore[method-assign] # a fixed evaluation: nothing moves
        await b.cycles(3, 1.0)
        sent = len(b.sent)
        await b.cycles(20, 1.0)
        assert len(b.sent) == sent
        b.market.source.price["IWM"] = 201.0
        await b.cycles(1, 1.0)
        assert len(b.sent) == sent + 1
        assert b.last.measures["IWM.price"].value == 201.0
        assert b.last.sequence == b.sent[-2].sequence + 1


async def test_polls_are_fast_in_the_session_and_slow_outside(tmp_path: Path) -> None:
    async def polls_in_ten_minutes(start: timedelta) -> int:
        async with bench(tmp_path / str(start.total_seconds()), start=start) as b:
            await b.load()
            b.market.source.calls.clear()
            await b.cycles(600, 1.0)
            return b.market.source.calls.count("quotes")

    assert await polls_in_ten_minutes(timedelta(0)) == 40
    assert await polls_in_ten_minutes(EVENING - OPEN) == 2


async def test_closing_values_are_fetched_once_final_and_then_confirmed(tmp_path: Path) -> None:
    async with bench(tmp_path, start=timedelta(hours=6, minutes=-1)) as b:  # a minute before the close
        await b.load()
        assert not b.last.session.is_final
        history = b.last.history_key
        await b.cycles(19 * 60, 1.0)
        assert b.last.session.phase is Phase.POST
        assert not b.last.session.is_final
        assert b.last.history_key == history
        b.market.source.calls.clear()
        await b.cycles(3 * 60, 1.0)
        assert b.last.session.is_final
        assert b.last.history_key != history
        assert sorted(c for c in b.market.source.calls if "history" in c) == [
            "history IWM since",
            "history MDY since",
            "history SPY since",
        ]
        b.market.source.calls.clear()
        await b.cycles(3600, 1.0)
        assert not [c for c in b.market.source.calls if "history" in c]


async def test_histories_are_fetched_again_when_a_session_starts(tmp_path: Path) -> None:
    async with bench(tmp_path, start=EVENING - OPEN) as b:
        await b.load()
        b.clock.advance(15.2 * 3600)  # 14:12 the next day
        b.market.source.calls.clear()
        await b.cycles(400, 5.0)
        assert [c for c in b.market.source.calls if "history" in c] == [f"history {s} since" for s in SYMBOLS]


async def test_a_rescaled_past_is_fetched_whole(tmp_path: Path) -> None:
    async with bench(tmp_path, start=EVENING - OPEN) as b:
        await b.load()
        b.market.source.factor = 0.99  # a dividend: all adjusted closes before it change by one factor
        b.market.source.calls.clear()
        b.clock.advance(15.6 * 3600)
        await b.cycles(60, 5.0)
        assert [c for c in b.market.source.calls if "history" in c] == [
            *(f"history {s} since" for s in SYMBOLS[:1]),
            *(f"history {s}" for s in SYMBOLS[:1]),
            *(c for s in SYMBOLS[1:] for c in (f"history {s} since", f"history {s}")),
        ]


async def test_minutes_of_this_session_outlive_a_failure_and_those_of_another_do_not(tmp_path: Path) -> None:
    class Failing(ScriptedSource):
        fails = False

        def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
            if self.fails:
                return problem(ProblemKind.RATE_LIMITED, "Yahoo asks us to wait", self.now())
            return super().fetch_minutes(symbol)

    async with bench(tmp_path, Failing) as b:
        await b.load()
        assert b.engine.fetcher is not None
        wanted = partial(b.engine.publisher.minutes, "IWM/SPY", b.engine.fetcher)
        assert wanted() is None
        await b.cycles(3)
        shown = wanted()
        assert shown is not None
        assert len(shown.values) == 2
        Failing.fails = True
        b.clock.advance(61)
        assert wanted() is None, "they are due again"
        await b.cycles(4)
        assert wanted() == shown
        b.clock.advance(24 * 3600)
        wanted()
        await b.cycles(10, 3.0)
        after = wanted()
        assert after is not None
        assert (after.values, after.reason) == ((), "Yahoo asks us to wait")


async def test_what_has_no_history_says_what_kept_it_from_coming(tmp_path: Path) -> None:
    class Knowing(ScriptedSource):
        def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
            if symbol == "MDY":
                return problem(ProblemKind.MISSING, "the source does not know MDY", self.now())
            return super().fetch_history(symbol, since)

    async with bench(tmp_path, Knowing) as b:
        await b.cycles(3, 3.0)
        assert b.last.quality["MDY"].reason == "no history yet"
        await b.cycles(8, 3.0)
        for subject in ("MDY", "MDY/SPY"):
            assert b.last.quality[subject].state is SubjectState.MISSING
            assert b.last.quality[subject].reason == "the source does not know MDY"
        assert b.last.quality["IWM/SPY"].state is SubjectState.OK


async def test_a_late_answer_marks_and_is_not_waited_for(tmp_path: Path) -> None:
    async with bench(tmp_path, settings=make_settings(deadline_seconds=0.05)) as b:
        await b.load()
        shown = b.last.measures
        b.market.source.gate = threading.Event()
        b.clock.advance(15)
        await b.cycles(1)
        assert b.last.source.health is Health.ERROR
        assert b.last.source.reason == "scripted: no answer within 0.05 s"
        assert b.last.measures["IWM.price"].value == shown["IWM.price"].value
        b.clock.advance(200)
        calls = len(b.market.source.calls)
        await b.cycles(20, 5.0)
        assert len(b.market.source.calls) == calls, "nothing is asked beside a call that is still running"
        assert b.last.quality["IWM"].state is SubjectState.STALE
        b.market.source.price["IWM"] = 222.0
        b.market.source.gate.set()
        async with asyncio.timeout(5):
            await b.engine._thread.wait_free()
        assert b.last.measures["IWM.price"].value == 200.0, "the late answer is dropped"
        await b.cycles(2, 20.0)
        assert b.last.source.health is Health.OK
        assert b.last.measures["IWM.price"].value == 222.0


async def test_an_engine_with_a_call_that_never_returns_makes_room_for_a_new_one(tmp_path: Path) -> None:
    async with bench(tmp_path, settings=make_settings(deadline_seconds=0.01)) as b:
        await b.load()
        b.market.source.gate = threading.Event()
        b.clock.advance(15)
        await b.cycles(2)
        assert b.engine._ending is None
        b.clock.advance(HUNG_SECONDS)
        b.engine.on_viewers(1)
        await b.cycles(1)
        assert b.engine._ending == Goodbye(reason="the source has not answered for 5 minutes")


@pytest.mark.parametrize(
    ("kind", "health"), [(ProblemKind.RATE_LIMITED, Health.RATE_LIMITED), (ProblemKind.ERROR, Health.ERROR)]
)
async def test_a_failing_source_keeps_the_numbers_and_says_why(
    tmp_path: Path, kind: ProblemKind, health: Health
) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        retry = b.clock.now() + timedelta(minutes=10)
        b.market.source.problem = problem(kind, "come back later", b.clock.now(), retry)
        succeeded = b.last.source.last_success
        b.clock.advance(15)
        await b.cycles(1)
        assert (b.last.source.health, b.last.source.reason) == (health, "come back later")
        assert b.last.source.last_success == succeeded
        assert b.last.measures["IWM.price"].value == 200.0
        b.market.source.problem = None
        calls = len(b.market.source.calls)
        await b.cycles(50, 10.0)
        waited = len(b.market.source.calls) == calls
        assert waited == (kind is ProblemKind.RATE_LIMITED)
        await b.cycles(60, 10.0)
        assert b.last.source.health is Health.OK


async def test_the_next_try_is_told_anew_while_polls_fail(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        b.market.source.problem = problem(ProblemKind.ERROR, "down", b.clock.now())
        told = set()
        for _ in range(4):
            b.clock.advance(15)
            await b.cycles(1)
            told.add(b.sent[-1].source.next_poll)
            assert b.sent[-1].source.next_poll == b.clock.now() + timedelta(seconds=15)
        assert len(told) == 4, "a countdown must not stand at zero"


async def test_every_refresh_is_answered_if_it_has_to_wait_with_why(tmp_path: Path) -> None:
    class Asking:
        said: tuple[str, ...] = ()

        def send(self, notice: Notice) -> None:
            self.said = (*self.said, notice.text)

    async with bench(tmp_path) as b:
        peer = Asking()
        b.engine.on_question(peer, Refresh())  # type: ignore[arg-type]
        await b.load()
        b.clock.advance(10)
        b.engine.on_question(peer, Refresh())  # type: ignore[arg-type]
        b.clock.advance(5)
        await b.cycles(1, 1.0)
        b.engine.on_question(peer, Refresh())  # type: ignore[arg-type]
        retry = b.clock.now() + timedelta(minutes=10)
        b.market.source.problem = problem(ProblemKind.RATE_LIMITED, "Yahoo asks us to wait", b.clock.now(), retry)
        b.clock.advance(15)
        await b.cycles(1)
        b.engine.on_question(peer, Refresh())  # type: ignore[arg-type]
        assert peer.said == (
            "The market is still being opened.",
            "Asking scripted for new prices.",
            "The next poll is in 4 s: to keep within the source's budget.",
            "The next poll is in 10 minutes: Yahoo asks us to wait.",
        )


async def test_what_is_polled_seldom_is_not_stale_between_two_polls(tmp_path: Path) -> None:
    async with bench(tmp_path, settings=make_settings(open_seconds=120.0)) as b:
        await b.load()
        b.clock.advance(120)
        await b.cycles(1)
        b.market.source.problem = problem(ProblemKind.ERROR, "down", b.clock.now())
        await b.cycles(6, 50.0)
        assert b.last.quality["IWM"].state is SubjectState.OK
        await b.cycles(3, 50.0)
        assert b.last.quality["IWM"].state is SubjectState.STALE, "three polls without a trade"


async def test_an_exception_of_the_source_is_a_failure_like_any_other(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        b.market.source.error = ZeroDivisionError("by\x1b[2Jzero")
        b.clock.advance(15)
        await b.cycles(1)
        assert b.last.source.health is Health.ERROR
        assert b.last.source.reason == "scripted failed: by\N{REPLACEMENT CHARACTER}[2Jzero"


def raise_it(_: Snapshot) -> Snapshot:
    raise ValueError("bad number")


def slip_in(snapshot: Snapshot) -> Snapshot:
    """What numpy's functions return, and no JSON knows."""
    number = Measure(np.float64(1.0), "ratio", OPEN)
    return structs.replace(snapshot, measures={**snapshot.measures, "IWM.price": number})


@pytest.mark.parametrize(
    ("spoil", "words"), [(raise_it, "bad number"), (slip_in, "Encoding objects of type numpy.float64 is unsupported")]
)
async def test_a_mistake_in_the_analysis_is_told_and_the_engine_goes_on(
    tmp_path: Path, spoil: Callable[[Snapshot], Snapshot], words: str
) -> None:
    broken = False

    def analysis(*args: object, **kwargs: object) -> Snapshot:
        made: Snapshot = TOOLS.build_snapshot(*args, **kwargs)
        return spoil(made) if broken else made

    async with bench(tmp_path, tools=replace(TOOLS, build_snapshot=analysis)) as b:
        await b.load()
        broken = True
        b.clock.advance(15)
        await b.cycles(2)
        assert b.last.source.health is Health.ERROR
        assert b.last.source.reason == f"the analysis failed: {words}"
        assert b.last.measures["IWM.price"].value == 200.0
        broken = False
        b.clock.advance(15)
        await b.cycles(1)
        assert b.last.source.health is Health.OK


async def test_staleness_shows_without_any_answer(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        b.market.source.problem = problem(ProblemKind.ERROR, "down", b.clock.now())
        await b.cycles(10, 15.0)
        assert b.last.quality["IWM"].state is SubjectState.STALE


async def test_a_warm_start_shows_the_last_known_before_anything_is_fetched(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
    known = load_last_known(EngineSpec("yahoo", str(tmp_path)))
    assert known is not None
    assert set(known.histories) == {"IWM/SPY"}
    async with bench(tmp_path, start=timedelta(hours=1)) as b:
        assert b.market.opened == 0
        assert b.last.measures["IWM.price"].value == 200.0
        assert b.last.quality["IWM"].state is SubjectState.STALE
        assert "last known" in b.last.source.reason
        b.market.source.problem = problem(ProblemKind.ERROR, "down", b.clock.now())
        b.market.source.history_problem = b.market.source.problem
        await b.cycles(4, 3.0)
        assert b.last.measures["IWM.price"].value == 200.0, "from the store"
        assert b.last.quality["IWM"].state is SubjectState.STALE
        assert b.last.source.reason == "down"
        assert not [c for c in b.market.source.calls if "history" in c], "they are fetched for this session already"


async def test_a_live_market_is_stored_and_a_recording_is_not(tmp_path: Path) -> None:
    async with bench(tmp_path / "live") as b:
        await b.load()
        database = b.spec.paths.database
    store = open_store(database, OPEN)
    bars = store.load_bars("SPY")
    assert bars is not None
    assert bars.sessions[-1].item().isoformat() == "2026-02-24", "the running session is no history"
    assert store.load_quotes()["SPY"].price == 500.0
    store.close()
    async with bench(tmp_path / "tape", ScriptedTape) as b:
        await b.load()
        assert not b.spec.paths.database.exists()


async def test_a_correction_is_kept_with_both_values(tmp_path: Path) -> None:
    async with bench(tmp_path, start=EVENING - OPEN) as b:
        await b.load()
        b.market.source.price["SPY"] += 0.5
        b.clock.advance(15.6 * 3600)
        await b.cycles(30, 5.0)
        database = b.spec.paths.database
    store = open_store(database, OPEN)
    found = [c for c in store.load_corrections("SPY") if c.field == "close" and str(c.session) == "2026-02-24"]
    assert [(round(c.new - c.old, 6)) for c in found if c.new and c.old] == [0.5]
    store.close()


async def test_a_store_that_cannot_be_written_does_not_stop_the_market(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.cycles(1)
        assert b.engine._book is not None
        assert b.engine._book._store is not None
        b.engine._book._store._db.execute("PRAGMA query_only = 1")
        await b.load()
        assert b.last.measures["IWM.price"].value == 200.0
        assert b.last.source.reason.startswith("cannot save: attempt to write a readonly database")


async def test_a_store_of_a_newer_version_ends_the_engine_with_the_reason(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        store = open_store(b.spec.paths.database, OPEN)
        store._db.execute("PRAGMA user_version = 99")
        store.close()
        await b.cycles(1)
        assert b.engine._ending is not None
        assert "newer smid" in b.engine._ending.reason
        assert b.engine._ending.final
        assert b.engine._ending.refused


async def test_a_recording_is_steered_in_turn(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedTape) as b:
        await b.load()
        assert b.engine.fetcher is not None
        assert b.engine.fetcher.play(Play(paused=True))
        assert b.engine.fetcher.play(Play(speed=60.0, step_seconds=30.0))
        await b.cycles(4)
        assert isinstance(b.market.source, ScriptedTape)
        assert (b.market.source.paused, b.market.source.speed, b.market.source.skipped) == (True, 60.0, 30.0)
        assert (b.last.source.paused, b.last.source.speed) == (True, 60.0)
        assert b.last.source.ends == OPEN + timedelta(hours=6)


async def test_slow_polls_do_not_starve_the_histories(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedTape) as b:
        await b.cycles(1 + 2 * len(SYMBOLS), 5.0)  # every poll is due again when it is over
        assert [c for c in b.market.source.calls if "history" in c] == [f"history {s}" for s in SYMBOLS]


async def test_it_lingers_and_then_ends_unless_told_to_stay(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await b.load()
        b.engine.on_viewers(1)
        await b.cycles(1, 10_000.0)
        assert b.engine._ending is None
        b.engine.on_viewers(0)
        await b.cycles(1, 599.0)
        await b.cycles(1, 2.0)
        assert b.engine._ending is None
        await b.cycles(1)
        assert b.engine._ending == Goodbye(reason="nobody is watching any more")


async def test_a_recording_that_is_over_ends_with_its_last_viewer(tmp_path: Path) -> None:
    async with bench(tmp_path, ScriptedTape) as b:
        await b.load()
        b.clock.advance(6 * 3600)
        b.engine.on_viewers(1)
        await b.cycles(3, 1.0)
        assert b.engine._ending is None
        b.engine.on_viewers(0)
        await b.cycles(2, 1.0)
        assert b.engine._ending == Goodbye(reason="the recording is over and nobody is watching")


async def test_nothing_is_known_and_nothing_comes(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.market.source.problem = problem(ProblemKind.ERROR, "down", b.clock.now())
        b.market.source.history_problem = b.market.source.problem
        await b.cycles(8, 3.0)
        assert b.last.measures == {}
        assert b.last.source.reason == "down"
        assert b.last.source.loading == 0
        assert b.last.pairs == ("IWM/SPY", "MDY/SPY")
        assert structs.asdict(b.last)["session"].phase is Phase.OPEN


async def test_a_full_disk_is_told_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else says that the next start will have nothing to show."""

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with bench(tmp_path) as b:
        await b.load()
        monkeypatch.setattr("core.engine.publisher.save_last_known", fail)
        for _ in range(3):
            b.clock.advance(15)
            await b.cycles(1)
        assert "cannot save: No space left on device" in b.last.source.reason
        monkeypatch.undo()
        for _ in range(3):
            b.clock.advance(15)
            await b.cycles(1)
        assert b.last.source.reason == ""


async def test_rules_are_walked_beside_the_loop_once_for_each_history(tmp_path: Path) -> None:
    """And nothing of a new history is shown before they are."""
    seen: list[tuple[str, bool]] = []

    def walk(panel: Panel, _settings: Settings, **_drivers: object) -> None:
        seen.append((panel.key, threading.current_thread() is threading.main_thread()))

    def analysis(panel: Panel, *args: object, **kwargs: object) -> Snapshot:
        assert panel.key in [key for key, _ in seen]
        snapshot: Snapshot = TOOLS.build_snapshot(panel, *args, **kwargs)
        return snapshot

    async with bench(tmp_path, tools=replace(TOOLS, walk_rules=walk, build_snapshot=analysis)) as b:
        await b.load()
        b.clock.advance(15)
        await b.cycles(3)
        assert b.last.measures["IWM.price"].value == 200.0
        assert len({key for key, _ in seen}) == len(seen)
        assert not any(is_main for _, is_main in seen)
