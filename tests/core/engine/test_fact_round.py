"""Whom the source is asked about: each fund once a session, its constituents a few an hour, nobody twice."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs
from scripted import EXCHANGE, TOOLS, ScriptedSource, make_settings

from core.clock import ManualClock
from core.engine.book import Book
from core.engine.fact_round import FUND_PAUSE_SECONDS, HELD_SECONDS, RETRY_SECONDS, Ask, FactRound, funds_of
from core.engine.fetcher import Fetcher
from core.engine.source_thread import SourceThread
from core.fundamentals.fact import Reading
from core.settings import FundamentalsSettings
from core.sources.base import Ok, Problem, ProblemKind
from core.store import open_store

FRIDAY, MONDAY = date(2026, 2, 27), date(2026, 3, 2)
EVENING = datetime(2026, 2, 27, 23, tzinfo=UTC)
INDICES = ("Russell 2000=IWM,^RUT", "S&P 500=SPY,^GSPC", "Elsewhere=XXX")
OF = FundamentalsSettings(indices=INDICES, shipped=True, files=(), constituents=2, per_hour=6)
HELD = {"IWM": ("A", "B", "C"), "SPY": ("D", "A", "E")}


def make_round(*, is_live=True):
    return FactRound(OF, ("IWM", "SPY"), is_live)


def problem(kind, retry=None):
    return Problem(kind=kind, reason="no", at=EVENING, retry_at=EVENING + timedelta(seconds=retry) if retry else None)


def test_funds_first_then_the_largest_of_each_in_turn():
    told = make_round().list_all(HELD)
    assert [one.symbol for one in told] == ["IWM", "SPY", "A", "D", "B"]
    assert [one.is_fund for one in told] == [True, True, False, False, False]


def test_a_day_asks_each_once_and_the_pauses_are_kept():
    plan, answered, asked, now = make_round(), {}, [], 0.0
    while (ask := plan.due(now, FRIDAY, answered, HELD)) or now < 4000.0:
        if ask:
            asked.append((now, ask.symbol))
            answered[ask.symbol] = FRIDAY
            plan.note(ask, now, FRIDAY, None)
        now += 10.0
    assert [symbol for _, symbol in asked] == ["IWM", "SPY", "A", "D", "B"]
    gaps = [after - before for (before, _), (after, _) in itertools.pairwise(asked)]
    assert gaps == [FUND_PAUSE_SECONDS, FUND_PAUSE_SECONDS, 600.0, 600.0]
    assert plan.due(now, FRIDAY, answered, HELD) is None
    assert plan.due(now, MONDAY, answered, HELD) == Ask("IWM", True)


def test_what_fails_waits_and_lets_the_others_go_on():
    plan = make_round()
    plan.note(Ask("IWM", True), 0.0, FRIDAY, problem(ProblemKind.ERROR))
    assert plan.due(FUND_PAUSE_SECONDS, FRIDAY, {}, HELD) == Ask("SPY", True)
    assert plan.due(RETRY_SECONDS, FRIDAY, {}, HELD) == Ask("IWM", True)


@pytest.mark.parametrize(("retry", "wait"), [(None, HELD_SECONDS), (60.0, HELD_SECONDS), (7200.0, 7200.0)])
def test_a_refusal_holds_everything(retry, wait):
    plan = make_round()
    plan.note(Ask("IWM", True), 0.0, FRIDAY, problem(ProblemKind.RATE_LIMITED, retry))
    assert plan.due(wait - 1.0, FRIDAY, {}, HELD) is None
    assert plan.due(wait, FRIDAY, {}, HELD) == Ask("IWM", True)


def test_an_answer_of_an_older_session_is_not_asked_for_again_until_the_next():
    plan = make_round(is_live=False)
    for symbol in ("IWM", "SPY"):
        plan.note(Ask(symbol, True), 0.0, FRIDAY, None)
    assert plan.due(0.0, FRIDAY, {}, {}) is None
    assert plan.due(0.0, MONDAY, {}, {}) == Ask("IWM", True)


def test_only_watched_funds_are_asked_for():
    settings = make_settings()
    assert funds_of(structs.replace(settings, fundamentals=OF)) == ("IWM", "SPY")


class Telling(ScriptedSource):
    """Knows a fund of two companies."""

    def fetch_fundamentals(self, symbol, *, is_fund):
        self.calls.append(f"facts {symbol}")
        if not is_fund:
            return Ok((Reading(symbol, "up_30d", 3.0), Reading(symbol, "shares_billion", 1.0)), self.now())
        held = (Reading(symbol, "weight", 0.1, "A"), Reading(symbol, "weight", 0.2, "B"))
        return Ok((Reading(symbol, "pe", 17.0), *held), self.now())


async def run(path, clock, steps):
    """Fetch everything for a while; what was asked, and what is known."""
    settings = structs.replace(make_settings(), fundamentals=OF)
    store, thread = open_store(path, clock.now()), SourceThread()
    source, book = Telling(clock), Book(settings, TOOLS, store)
    checked = await book.load()
    fetcher = Fetcher(source, thread, book, TOOLS, settings, clock)
    fetcher.schedule.checked = checked
    for _ in range(steps):
        await fetcher.step()
        clock.advance(5.0)
    thread.close()
    book.close()
    return [call for call in source.calls if call.startswith("facts")], book


async def test_the_engine_asks_keeps_and_does_not_ask_again_after_a_restart(tmp_path):
    clock = ManualClock(EVENING)
    asked, book = await run(tmp_path / "smid.sqlite", clock, 900)
    assert asked == ["facts IWM", "facts SPY", "facts B", "facts A"]
    fact = book.drivers.fundamentals.find("^RUT", "pe", FRIDAY)
    assert (fact.value, fact.day, fact.source) == (17.0, EXCHANGE.last_complete(EVENING), "Yahoo Finance")
    again, restarted = await run(tmp_path / "smid.sqlite", clock, 200)
    assert again == []
    assert [one.value for one in restarted.drivers.fundamentals.past("IWM", "pe", FRIDAY)] == [17.0]
    assert restarted.constituents()["IWM"] == ("B", "A")


def test_the_store_keeps_what_it_saw_first_and_forgets_nothing(tmp_path):
    import sqlite3

    from core.fundamentals.fact import Fact

    store = open_store(tmp_path / "smid.sqlite", EVENING)
    facts = [Fact(FRIDAY, "IWM", "pe", "", 17.0, "Y", "m"), Fact(FRIDAY, "AAPL", "up_30d", "", 3.0, "Y")]
    store.facts.append(facts, EVENING)
    store.facts.append([structs.replace(facts[0], value=99.0)], EVENING)
    assert store.facts.load(["IWM"], date(2026, 1, 1)) == facts
    assert store.facts.load(["IWM"], MONDAY) == facts[:1]
    for change in ("DELETE FROM fundamentals", "UPDATE fundamentals SET value = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            store._db.execute(change)
    store.close()
