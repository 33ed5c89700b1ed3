"""What is held of FRED: never lost, every version kept, and asked for no more often than needed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec import structs

from core.clock import ManualClock, SystemClock
from core.config import load_settings
from core.macro.archive import Archive
from core.macro.catalogue import CATALOGUE
from core.macro.fred import Answer, Fred, FredError
from core.macro.text import Rows
from core.store import open_store
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback

START = datetime(2026, 3, 24, 15, tzinfo=UTC)  # a Tuesday
SETTINGS = structs.replace(load_settings().macro, requests_per_day=200)


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
def server(clock):
    with Loopback(clock, hang_seconds=20.0) as made, redirect(made.url):
        yield made.fred


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path / "smid.db", START)
    yield made
    made.close()


def opened(store, settings=SETTINGS):
    archive = Archive(settings, store)
    archive.load()
    return archive


def round_of(archive, clock, most=500):
    """Ask for everything that is due; the names."""
    names = []
    while len(names) < most and (question := archive.next_question(clock.now())):
        names.append(question.name)
        try:
            archive.take(question, Fred(SystemClock()).fetch(question, 5.0), clock.now())
        except FredError as error:
            archive.note_failure(question, error, clock.now())
    return names


def known(archive, name, day):
    return archive.build().known(name, np.datetime64(day))


def test_everything_once_and_then_once_a_day_what_can_be_new(server, store, clock):
    archive = opened(store)
    assert sorted(round_of(archive, clock)) == sorted(CATALOGUE)
    assert round_of(archive, clock) == []
    clock.advance(23 * 3600)
    daily = {name for name, info in CATALOGUE.items() if info.rhythm == "daily"}
    again = set(round_of(archive, clock))
    assert daily <= again
    assert "DRTSCIS" not in again, "the next survey of lenders is weeks away"
    assert again - daily <= {name for name, info in CATALOGUE.items() if info.rhythm != "daily"}


def test_another_process_goes_on_where_this_one_stopped(server, store, clock):
    first = opened(store)
    round_of(first, clock)
    second = opened(store)
    assert round_of(second, clock) == []
    for name in CATALOGUE:
        mine, theirs = known(first, name, "2026-03-24"), known(second, name, "2026-03-24")
        assert type(mine) is type(theirs)
        if not isinstance(mine, str):
            assert (mine.values == theirs.values).all()
            assert (mine.observed == theirs.observed).all()


def test_what_is_served_no_longer_is_still_held(server, store, clock):
    """The high-yield spread: the whole past once, later three years alone."""
    archive = opened(store)
    round_of(archive, clock)
    before = len(archive.build().series["BAMLH0A0HYM2"].values)
    server.set("three-years")
    clock.advance(23 * 3600)
    round_of(archive, clock)
    assert len(opened(store).build().series["BAMLH0A0HYM2"].values) >= before > 1000


def test_only_what_may_have_changed_is_asked_for(server, store, clock):
    archive = opened(store)
    round_of(archive, clock)
    clock.advance(23 * 3600)
    round_of(archive, clock)
    asked = {one["id"]: one for one in server.asked}
    assert asked["DFII10"]["cosd"] == "2026-01-01", "daily: sixty days back, from the first of that month"
    assert {one["cosd"] for one in server.asked[: len(CATALOGUE)]} == {"1985-01-01"}


def test_an_unchanged_answer_is_asked_for_with_its_mark(server, store, clock):
    archive = opened(store)
    round_of(archive, clock)
    clock.advance(23 * 3600)
    round_of(archive, clock)
    clock.advance(23 * 3600)
    count = len(store.macro.load("DFII10").values)
    round_of(archive, clock)
    assert [one["etag"] for one in server.asked if one["id"] == "DFII10"][-1]
    assert len(store.macro.load("DFII10").values) in (count, count + 1)


def test_a_revision_is_a_version_of_its_own_from_the_day_it_was_seen(server, store, clock):
    archive = opened(store)
    round_of(archive, clock)
    first = known(archive, "GS10", "2026-03-24")
    server.set("revision", "GS10")
    clock.advance(8 * 86_400)
    round_of(archive, clock)
    then, now = known(archive, "GS10", "2026-03-31"), known(archive, "GS10", "2026-04-01")
    assert then.values[-1] == first.values[-1]
    assert now.values[now.observed == then.observed[-1]] == pytest.approx(first.values[-1] * 1.1)
    versions = store.macro.load("GS10")
    assert len(versions.values) > len(np.unique(versions.observed))


def test_a_report_that_came_late_was_not_known_before(store, clock):
    """Looked for in vain on Monday, there on Thursday: on Tuesday nobody knew it, whatever the calendar says."""
    archive = opened(store)
    question = next(q for q in iter(lambda: archive.next_question(clock.now()), None) if q)
    days = np.array(["2025-11-01", "2025-12-01"], "datetime64[D]")
    question = structs.replace(question, name="UNRATE")
    archive.take(question, Answer(Rows(days, np.array([4.4, 4.5]))), clock.now())
    clock.advance(3 * 86_400)
    days = np.append(days, np.datetime64("2026-01-01"))
    archive.take(question, Answer(Rows(days, np.array([4.4, 4.5, 4.6]))), clock.now())
    series = opened(store).build().series["UNRATE"]
    assert series.available.astype(str).tolist() == ["2025-12-05", "2026-01-09", "2026-03-25"]
    # December's rate was due on 2026-01-09; January's, due on 2026-02-06, was not there on 2026-03-24.


def test_what_was_seen_before_its_day_was_known_when_seen(store, clock):
    archive = opened(store)
    question = structs.replace(archive.next_question(clock.now()), name="GDPNOW")
    archive.take(question, Answer(Rows(np.array(["2026-01-01"], "datetime64[D]"), np.array([2.1]))), clock.now())
    assert known(archive, "GDPNOW", "2026-03-24").last == 2.1


@pytest.mark.parametrize("mode", ["404", "nothing", "html", "wrong", "truncated", "empty"])
def test_a_series_that_fails_takes_nothing_with_it(server, store, clock, mode):
    server.set(mode, "DGS10")
    archive = opened(store)
    assert len(round_of(archive, clock)) == len(CATALOGUE)
    told = known(archive, "DGS10", "2026-03-24")
    assert isinstance(told, str)
    assert told.startswith("needs DGS10 of FRED: ")
    assert not isinstance(known(archive, "GS10", "2026-03-24"), str)
    assert round_of(archive, clock) == [], "not again today"
    server.set("ok")
    clock.advance(23 * 3600)
    assert "DGS10" in round_of(archive, clock)


@pytest.mark.parametrize(("mode", "seconds"), [("500", 900), ("429", 1200)])
def test_when_fred_fails_it_is_left_alone_ever_longer(server, store, clock, mode, seconds):
    server.set(mode)
    archive = opened(store)
    assert len(round_of(archive, clock)) == 1
    assert "asks us to wait" in known(archive, "GS10", "2026-03-24") or "500" in known(archive, "GS10", "2026-03-24")
    clock.advance(seconds - 1)
    assert round_of(opened(store), clock) == [], "a restart does not ask at once either"
    clock.advance(2)
    assert len(round_of(archive, clock)) == 1
    clock.advance(1300)
    assert len(round_of(archive, clock)) == 0, "twice as long"
    server.set("ok")
    clock.advance(1800)
    assert len(round_of(archive, clock)) >= len(CATALOGUE) - 2


def test_the_days_budget_is_kept(server, store, clock):
    archive = opened(store, structs.replace(SETTINGS, requests_per_day=5))
    assert len(round_of(archive, clock)) == 5
    assert len(round_of(opened(store, structs.replace(SETTINGS, requests_per_day=5)), clock)) == 0
    clock.advance(10 * 3600)  # the next day (UTC)
    assert len(round_of(archive, clock)) == 5


def test_switched_off_nothing_is_asked(server, store, clock):
    archive = opened(store, structs.replace(SETTINGS, fetch=False))
    assert round_of(archive, clock) == []
    assert "switched off" in known(archive, "GS10", "2026-03-24")


def test_observations_can_be_neither_changed_nor_removed(store):
    import sqlite3

    from core.store.macro import Version

    store.macro.append("GS10", [Version(20000, 1.0, 4.0)])
    for statement in ("UPDATE macro SET value = 5", "DELETE FROM macro"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            store._db.execute(statement)
    store.macro.append("GS10", [Version(20000, 1.0, 5.0)])
    assert store.macro.load("GS10").values.tolist() == [4.0]


def test_what_is_far_in_the_future_is_not_taken(store, clock):
    archive = opened(store)
    question = structs.replace(archive.next_question(clock.now()), name="DGS10")
    days = np.array([clock.now().date() + timedelta(days=n) for n in (-1, 40)], "datetime64[D]")
    archive.take(question, Answer(Rows(days, np.array([4.0, 9.0]))), clock.now())
    assert store.macro.load("DGS10").values.tolist() == [4.0]
