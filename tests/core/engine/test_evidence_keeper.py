"""When track records are made: once for each state of the history, nobody waiting; and what a failure costs."""

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from msgspec import structs
from scripted import EXCHANGE, TOOLS, Market, ScriptedSource, fake_snapshot, make_settings

from core.clock import ManualClock
from core.drivers import NO_DRIVERS
from core.engine.book import Book
from core.engine.engine import Engine
from core.engine.evidence_keeper import (
    REST_SECONDS,
    RETRY_SECONDS,
    EvidenceError,
    EvidenceKeeper,
    keep_in_process,
)
from core.engine.evidence_process import Task, to_legs, to_line
from core.engine.messages import WantEvidence
from core.engine.opening import Opened
from core.engine.spec import EngineSpec
from core.engine.workers import Workers
from core.evidence.build import build_pair, frame, name_all_episodes
from core.evidence.ground import Ground, build_ground
from core.evidence.kept import find_directory, load_pair, save_pair
from core.evidence.ledger import count_tests
from core.evidence.record import SignalRecord
from core.evidence.signals import SIGNALS
from core.evidence.words import say_record
from core.market.bars import Bars
from core.market.line import line_of

AT = datetime(2026, 2, 27, 23, tzinfo=UTC)
PAIRS = ("IWM/SPY", "MDY/SPY")
DAYS = EXCHANGE.sessions(date(2022, 1, 3), AT.date())
SETTINGS = make_settings()


def make(symbol, seed, days=DAYS):
    prices = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, len(DAYS))))[: len(days)]
    return Bars(symbol, days, *(prices,) * 5, np.full(len(prices), 1e6))


def fill(book, days=DAYS):
    for seed, name in enumerate(("IWM", "SPY", "MDY"), start=1):
        book.add_history(name, make(name, seed, days), AT)
    book.panel(AT, 0.0, least_gap=0.0, is_live=True)
    return book


class Maker:
    """Stands in for the process: keeps a short record of each pair, one each time it is let go."""

    def __init__(self):
        self.asked, self.steps, self.error, self.ended = [], asyncio.Semaphore(99), None, 0

    async def __call__(self, task):
        self.asked.append([legs.pair for legs in task.pairs])
        try:
            for legs in task.pairs:
                await self.steps.acquire()
                if self.error is not None:
                    raise self.error
                name = "pullback_63d_4"
                signal = SIGNALS[name]
                record = SignalRecord(
                    name=name,
                    says=signal.says,
                    direction=-1,
                    source="A3",
                    horizon="1-3 months",
                    reason=f"made of {len(to_line(legs).values)} sessions",
                )
                pair = build_pair(Ground(to_line(legs)), (), task.data, 1)
                evidence = frame((structs.replace(pair, signals=(record,)),), task.data, 1, task.at, task.label)
                save_pair(Path(task.directory), task.key, evidence)
                yield legs.pair
        finally:
            self.ended += 1


@pytest.fixture
def clock():
    return ManualClock(AT)


@pytest.fixture
def paths(tmp_path):
    return EngineSpec("yahoo", str(tmp_path)).paths


@pytest.fixture
def book():
    return fill(Book(SETTINGS, TOOLS, None))


@pytest.fixture
def maker():
    return Maker()


def make_keeper(book, clock, paths, maker):
    done = []
    keeper = EvidenceKeeper(book, SETTINGS, clock, paths, lambda: done.append(book.evidence.note), maker)
    clock.advance(REST_SECONDS)
    return keeper, done


def consider(keeper, *, is_quiet=True):
    keeper.consider(AT, "SCRIPTED", is_quiet=is_quiet)


async def settle(keeper):
    while keeper.is_busy:
        await asyncio.sleep(0)


def said(sessions):
    return f"no evidence: made of {sessions} sessions"


async def test_pair_by_pair_and_how_far_it_is(book, clock, paths, maker):
    keeper, done = make_keeper(book, clock, paths, maker)
    version = book.version
    consider(keeper)
    await settle(keeper)
    assert maker.asked == [list(PAIRS)]
    assert done == [f"is being calculated: {count} of 2 pairs" for count in (0, 1)] + [""]
    assert book.version > version
    for pair in PAIRS:
        assert book.evidence.find(pair, "pullback_63d_4") == said(len(DAYS))
    for _ in range(3):
        consider(keeper)
    assert not keeper.is_busy
    assert len(maker.asked) == 1


async def test_nobody_waits_and_what_is_there_is_told(book, clock, paths, maker):
    maker.steps = asyncio.Semaphore(1)
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper)
    for _ in range(9):
        await asyncio.sleep(0)
    assert keeper.is_busy
    assert book.evidence.find("IWM/SPY", "pullback_63d_4") == said(len(DAYS))
    assert book.evidence.find("MDY/SPY", "pullback_63d_4") == "is being calculated: 1 of 2 pairs"
    consider(keeper)
    assert len(maker.asked) == 1
    maker.steps.release()
    await settle(keeper)
    assert book.evidence.find("MDY/SPY", "pullback_63d_4") == said(len(DAYS))


async def test_it_begins_some_seconds_after_all_others_are_done(book, clock, paths, maker):
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper, is_quiet=False)
    clock.advance(REST_SECONDS - 1)
    consider(keeper)
    assert not keeper.is_busy
    clock.advance(1)
    consider(keeper)
    assert keeper.is_busy
    await settle(keeper)


async def test_a_restart_finds_what_is_kept_at_once(book, clock, paths, maker):
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper)
    await settle(keeper)
    again = fill(Book(SETTINGS, TOOLS, None))
    restarted, _ = make_keeper(again, clock, paths, maker)
    consider(restarted, is_quiet=False)
    assert again.evidence.find("MDY/SPY", "pullback_63d_4") == said(len(DAYS))
    assert (restarted.is_busy, len(maker.asked)) == (False, 1)


async def test_a_new_session_makes_new_records_and_the_old_are_told_meanwhile(clock, paths, maker):
    book = fill(Book(SETTINGS, TOOLS, None), DAYS[:-1])
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper)
    await settle(keeper)
    old = {file.name for file in find_directory(paths).iterdir()}
    fill(book)
    maker.steps = asyncio.Semaphore(0)
    consider(keeper)
    await asyncio.sleep(0)
    assert book.evidence.find("IWM/SPY", "pullback_63d_4") == said(len(DAYS) - 1)
    assert (
        keeper.answer(WantEvidence(pair="IWM/SPY", signal="pullback_63d_4")).evidence.pairs[0].sessions == len(DAYS) - 1
    )
    for _ in PAIRS:
        maker.steps.release()
    await settle(keeper)
    assert book.evidence.find("IWM/SPY", "pullback_63d_4") == said(len(DAYS))
    assert not old & {file.name for file in find_directory(paths).iterdir()}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EvidenceError("it ended with 1: no module"), "it ended with 1: no module"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (TimeoutError(), "TimeoutError"),
        (EvidenceError("\x1b[2J" + "x" * 999), "\N{REPLACEMENT CHARACTER}[2J"),
    ],
)
async def test_a_failure_is_told_and_tried_again_an_hour_later(book, clock, paths, maker, caplog, error, told):
    maker.error = error
    keeper, _ = make_keeper(book, clock, paths, maker)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            consider(keeper)
            await settle(keeper)
    assert (len(maker.asked), maker.ended, len(caplog.messages)) == (1, 1, 1)
    assert book.evidence.find("IWM/SPY", "x").startswith(f"not calculated: {told}")
    assert keeper.answer(WantEvidence(pair="IWM/SPY", signal="x")).reason.startswith(f"not calculated: {told}")
    maker.error = None
    clock.advance(RETRY_SECONDS)
    consider(keeper)
    await settle(keeper)
    assert book.evidence.find("IWM/SPY", "pullback_63d_4") == said(len(DAYS))
    assert book.evidence.note == ""


async def test_after_a_failure_only_what_is_missing_is_made(book, clock, paths, maker):
    maker.steps = asyncio.Semaphore(1)
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper)
    while not book.evidence.short:
        await asyncio.sleep(0)
    maker.error = EvidenceError("killed")
    maker.steps.release()
    await settle(keeper)
    maker.error, maker.steps = None, asyncio.Semaphore(9)
    clock.advance(RETRY_SECONDS)
    consider(keeper)
    await settle(keeper)
    assert maker.asked == [list(PAIRS), ["MDY/SPY"]]


async def test_the_end_does_not_wait(book, clock, paths, maker):
    maker.steps = asyncio.Semaphore(0)
    keeper, _ = make_keeper(book, clock, paths, maker)
    consider(keeper)
    await asyncio.sleep(0)
    await keeper.close()
    assert (keeper.is_busy, maker.ended) == (False, 1)
    await keeper.close()


async def test_questions_are_answered_from_what_is_kept(book, clock, paths, maker):
    keeper, _ = make_keeper(book, clock, paths, maker)
    assert keeper.answer(WantEvidence(pair="IWM/SPY", signal="pullback_63d_4")).reason
    consider(keeper)
    await settle(keeper)
    told = keeper.answer(WantEvidence(pair="IWM/SPY", signal="pullback_63d_4"))
    assert [one.name for one in told.evidence.pairs[0].signals] == ["pullback_63d_4"]
    assert (told.evidence.label, told.pair, told.signal) == ("SCRIPTED", "IWM/SPY", "pullback_63d_4")
    for pair, signal in (("IWM/SPY", "nothing"), ("\x1b[2J/../x", "\x00"), ("", "")):
        nothing = keeper.answer(WantEvidence(pair=pair, signal=signal))
        assert nothing.evidence is None
        assert nothing.reason
        assert "\x1b" not in nothing.reason + nothing.pair
        msgspec.msgpack.encode(nothing)


async def test_constituents_are_waited_for(clock, paths, maker):
    settings = structs.replace(SETTINGS, breadth=structs.replace(SETTINGS.breadth, holdings=("IWM=/nowhere.csv",)))
    book = fill(Book(settings, TOOLS, None))
    keeper = EvidenceKeeper(book, settings, clock, paths, lambda: None, maker)
    clock.advance(REST_SECONDS)
    consider(keeper)
    assert not keeper.is_busy
    book.set_funds({"IWM": "nowhere.csv: cannot be read"})
    consider(keeper)
    assert keeper.is_busy
    await settle(keeper)


def test_a_line_crosses_to_the_process_to_the_last_bit(book):
    line = line_of(book.base, "IWM/SPY")
    again = to_line(msgspec.msgpack.decode(msgspec.msgpack.encode(to_legs(line)), type=type(to_legs(line))))
    for name in ("sessions", "values", "small", "large", "raw_small", "raw_large"):
        assert np.array_equal(getattr(again, name), getattr(line, name)), name


def test_the_economy_crosses_with_it(book):
    line = line_of(book.base, "IWM/SPY")
    past = np.where(np.arange(len(line.values)) < 9, np.nan, 0.25)
    legs = to_legs(line, {"sahm": past})
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(legs), type=type(legs))
    assert np.array_equal(np.frombuffer(again.economy["sahm"]), past, equal_nan=True)


def make_task(book, paths, **fields):
    return Task(
        directory=str(find_directory(paths)),
        key="a" * 16,
        data=book.base.key,
        label="SCRIPTED",
        at=AT,
        until=AT.date(),
        settings=SETTINGS,
        **{"pairs": tuple(to_legs(line_of(book.base, pair)) for pair in PAIRS), **fields},
    )


def rounded(evidence):
    """Sums over more threads than the one that the process has may differ in their last bit."""

    def look(value):
        if isinstance(value, dict):
            return {key: look(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [look(one) for one in value]
        return f"{value:.9g}" if isinstance(value, float) else value

    return look(msgspec.to_builtins(evidence))


async def test_the_process_makes_what_would_be_made_here(book, paths):
    """For real: another process, whose record of a pair is the one that this process would make."""
    task = make_task(book, paths)
    assert [pair async for pair in keep_in_process(task)] == list(PAIRS)
    ground, signals, tests = build_ground(book.base, "IWM/SPY"), tuple(SIGNALS.values()), count_tests(PAIRS)
    record = name_all_episodes(ground, build_pair(ground, signals, book.base.key, tests), signals)
    kept = load_pair(find_directory(paths), "a" * 16, "IWM/SPY")
    assert rounded(kept) == rounded(frame((record,), book.base.key, tests, AT, "SCRIPTED"))
    assert "episodes" in say_record(kept.find("IWM/SPY", "trend_20_up"))


async def test_a_process_that_fails_says_why(book, paths):
    find_directory(paths).parent.mkdir(parents=True)
    find_directory(paths).write_text("no directory")
    with pytest.raises(EvidenceError, match=r"it ended with 1: .*is not a directory"):
        _ = [pair async for pair in keep_in_process(make_task(book, paths))]


async def test_left_early_no_process_stays(book, paths):
    answers = keep_in_process(make_task(book, paths))
    assert await anext(answers) == "IWM/SPY"
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    await answers.aclose()
    with suppress(FileNotFoundError):
        assert children.read_text().split() == []


async def test_looks_at_files_every_minute_do_not_hold_them_back(book, paths, clock, maker):
    class Files:
        """Economic series in files that never change."""

        def stamp(self, at):
            return "always the same"

        def load(self, at):
            return NO_DRIVERS.macro

    source = ScriptedSource(clock)
    opened = Opened(source, TOOLS, economy=Files())

    async def fit_all(_):
        return []

    workers = Workers(book, SETTINGS, paths, opened, clock, lambda: None, fit_all=fit_all, keep_all=maker)
    market = SimpleNamespace(source=source, loading=0, has_first_tries=lambda: False)
    for _ in range(100):
        workers.consider(market)
        clock.advance(3)
        for _ in range(5):
            await asyncio.sleep(0)
    assert maker.asked == [list(SETTINGS.pairs)]
    await workers.close()


async def test_the_engine_makes_them_tells_them_and_answers(tmp_path, maker):
    """All the way: histories, the short form in the snapshot, and a viewer's question."""
    clock, seen, sent = ManualClock(AT), [], []

    def analysis(*args, evidence, **kwargs):
        seen.append(evidence)
        return fake_snapshot(*args, **kwargs)

    spec = EngineSpec("yahoo", str(tmp_path))
    spec.paths.data.mkdir(parents=True, exist_ok=True)
    market = Market(ScriptedSource(clock), replace(TOOLS, build_snapshot=analysis))
    engine = Engine(spec, make_settings(), clock, market, keep_all=maker)
    for _ in range(12 + int(REST_SECONDS / 3)):
        await engine.cycle()
        clock.advance(3)
        for _ in range(5):
            await asyncio.sleep(0)
    assert maker.asked == [list(PAIRS)]
    assert seen[-1].find("IWM/SPY", "pullback_63d_4").startswith("no evidence: made of")

    class Viewer:
        is_attached = True

        def send(self, message):
            sent.append(message)

    engine.on_question(Viewer(), WantEvidence(pair="IWM/SPY", signal="pullback_63d_4"))
    assert sent[0].evidence.pairs[0].pair == "IWM/SPY"
    await engine.finish()
