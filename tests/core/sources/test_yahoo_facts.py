"""A session of questions about earnings: the real source against the loopback server, asked by the engine's fetcher."""

from collections import Counter
from datetime import date

from msgspec import structs
from source_makers import SETTINGS
from yahoo_lab import OPEN, open_lab

from core.engine.book import Book
from core.engine.fetcher import Fetcher
from core.engine.source_thread import SourceThread
from core.engine.tools import load_tools
from core.store import open_store
from tests.loopback.summary import holdings_of

HOURS = 5
UNIVERSE = structs.replace(SETTINGS.universe, pairs=("IWM/SPY",), averages=("IWM",), symbols=(), sectors=False)
REFRESH = structs.replace(SETTINGS.refresh, open_seconds=300.0)


def asked(lab):
    """Whose summaries were asked for, in order."""
    paths = (path for path in lab.server.paths if "/quoteSummary/" in path)
    return [path.partition("/quoteSummary/")[2].partition("?")[0] for path in paths]


async def test_two_funds_once_and_six_companies_an_hour(tmp_path):
    settings = structs.replace(SETTINGS, universe=UNIVERSE, refresh=REFRESH)
    with open_lab(tmp_path / "cache", at=OPEN) as lab:
        store, thread, tools = open_store(tmp_path / "smid.sqlite", OPEN), SourceThread(), load_tools()
        book = Book(settings, tools, store)
        fetcher = Fetcher(lab.source, thread, book, tools, settings, lab.clock)
        fetcher.schedule.checked = await book.load()
        for _ in range(HOURS * 60):
            await fetcher.step()
            lab.clock.advance(60.0)
        thread.close()
        told, requests = asked(lab), lab.server.total
    companies = [symbol for symbol in told if symbol not in ("IWM", "SPY")]
    assert told[:2] == ["IWM", "SPY"]
    assert set(Counter(told).values()) == {1}
    assert set(companies) <= {*holdings_of("IWM"), *holdings_of("SPY")}
    assert 15 <= len(companies) <= 6 * HOURS
    assert requests <= 30 * HOURS  # a twelfth of the budget, polls and histories included
    known, day = book.drivers.fundamentals, date(2026, 3, 24)
    assert round(known.find("^RUT", "pe", day).value, 1) == 17.5
    assert known.find("IWM", "pe", day).day == date(2026, 3, 23)  # the session whose closes it rests on
    assert known.find("IWMA", "reports", day).value == 4.0
    kept = store.facts.load(["IWM", "SPY"], date(2026, 1, 1))
    assert {fact.subject for fact in kept} == set(told)
    store.close()
