"""When claims are calculated: once asked, on whole histories, anew when something changed; what a failure says."""

import asyncio
import os
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec import structs
from scripted import EXCHANGE, TOOLS, make_settings

from core.claims.record import Verdict
from core.clock import ManualClock
from core.engine.book import Book
from core.engine.claim_keeper import LOOK_SECONDS, REST_SECONDS, ClaimKeeper
from core.engine.messages import Claimed, WantClaims, encoder, viewer_decoder
from core.market.bars import Bars

AT = datetime(2026, 2, 27, 23, tzinfo=UTC)
DAYS = EXCHANGE.sessions(date(2024, 1, 3), AT.date())
CLAIM = """
[{name}]
kind = "figure"
says = "Small caps are about where they were against large caps"
who = "me"
said = 2026-02-13
claimed = 0.0
tolerance = {tolerance}
of = "IWM/SPY.gap_20d"
"""


def bars(symbol, seed, days=DAYS):
    prices = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, len(DAYS))))[: len(days)]
    return Bars(symbol, days, *(prices,) * 5, np.full(len(prices), 1e6))


class House:
    """A keeper, a book and a fetcher that says how far it is."""

    def __init__(self, file):
        settings = make_settings()
        self.file = file
        self.file.write_text(CLAIM.format(name="mine", tolerance=9.0))
        self.settings = structs.replace(
            settings, claims=structs.replace(settings.claims, file=str(file), shipped=False)
        )
        self.clock, self.done = ManualClock(AT), 0
        self.book = Book(self.settings, TOOLS, None)
        self.fetcher = SimpleNamespace(
            loading=0, has_first_tries=lambda: False, source=SimpleNamespace(now=lambda: AT, label="MADE")
        )
        self.keeper = ClaimKeeper(self.settings, self.clock, self._note)

    def _note(self):
        self.done += 1

    def fill(self, days=DAYS):
        for seed, name in enumerate(("IWM", "SPY", "MDY"), start=1):
            self.book.add_history(name, bars(name, seed, days), AT)
        self.book.panel(AT, 0.0, least_gap=0.0, is_live=True)

    def ask(self, known=""):
        return self.keeper.answer(WantClaims(known=known), self.book, self.fetcher)

    async def wait(self, known=""):
        assert self.ask(known) is None
        assert self.keeper._task is not None
        await self.keeper._task
        return self.ask(known)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "claims.toml")


async def test_nothing_is_calculated_without_a_market_or_before_histories_are_whole(house):
    assert house.keeper.answer(WantClaims(), None, None) is None
    house.fill()
    house.fetcher.loading = 3
    assert house.ask() is None
    assert house.keeper._task is None
    house.clock.advance(REST_SECONDS)
    told = await house.wait()  # it does not wait for ever
    assert told is not None


async def test_what_is_told_and_that_the_loop_is_woken(house):
    house.fill()
    told = await house.wait()
    assert house.done == 1
    assert told.ledger is not None
    assert (told.ledger.label, told.ledger.until, told.ledger.at) == ("MADE", "2026-02-27", AT)
    (record,) = told.ledger.claims
    assert (record.id, record.verdict, record.own) == ("mine", Verdict.CONFIRMED, True)
    assert viewer_decoder.decode(encoder.encode(told)) == told


async def test_who_knows_it_waits_until_something_changes(house):
    house.fill(DAYS[:-1])
    first = await house.wait()
    assert house.ask(first.key) is None
    assert house.done == 1, "the same data, and nothing is calculated anew"
    house.fill()
    second = await house.wait(first.key)
    assert second.key != first.key
    assert second.ledger.until == "2026-02-27"


async def test_a_changed_file_is_read_again(house):
    house.fill()
    first = await house.wait()
    house.file.write_text(CLAIM.format(name="other", tolerance=0.0))
    os.utime(house.file, ns=(1, 1))
    assert house.ask(first.key) is None
    assert house.done == 1, "files are looked at every few seconds only"
    house.clock.advance(LOOK_SECONDS)
    second = await house.wait(first.key)
    assert [(one.id, one.verdict) for one in second.ledger.claims] == [("other", Verdict.NOT_REPRODUCED)]


async def test_a_failure_is_told(house, monkeypatch):
    import core.claims.make

    def fail(*_):
        raise MemoryError("of all things")

    monkeypatch.setattr(core.claims.make, "make_ledger", fail)
    house.fill()
    told = await house.wait()
    assert told == Claimed(key="1", reason="the claims were not calculated: of all things")


async def test_closing_ends_what_is_running(house):
    house.fill()
    house.ask()
    await house.keeper.close()
    assert house.keeper._task.done()
    await asyncio.sleep(0)
    assert house.done == 0
