"""A walk through history: the entries are what the rules' paths say, and what is asked for is what a journal tells."""

from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from core.config import load_settings, shipped_file
from core.journal.backfill import choose, count_levels, list_changes
from core.journal.entry import HISTORY, Change, Query
from core.journal.walked import Tally
from core.rules import read_rules
from core.rules.level import Level
from core.rules.lifecycle import Tempo, start
from core.rules.settled import Path

RULES = read_rules(load_settings(shipped_file()).rules)
FIRST = np.datetime64("2026-01-05")


def closes_at(day: date) -> datetime:
    return datetime.combine(day, time(21), UTC)


def path(steps: list[int], values: list[float], rule: str = "pullback", subject: str = "IWM/SPY") -> Path:
    days = FIRST + np.arange(len(steps))
    counts = tuple(np.bincount(steps, minlength=4).tolist())
    array = np.array(steps, np.int8)
    return Path(rule, subject, days, array, np.array(values), start(Tempo((1, 1, 2), 3, 5)), values[-1], counts, {})


STEPS, VALUES = [0, 1, 1, 3, 2, 0, 0, 1], [0.0, -0.021, -0.03, -0.08, -0.05, -0.01, np.nan, -0.025]


def test_every_change_is_an_entry_at_its_close():
    entries = list_changes([path(STEPS, VALUES)], RULES, closes_at)
    told = [(e.session, e.change, e.level_from, e.level_to, e.value, e.threshold) for e in entries]
    assert told == [
        ("2026-01-06", Change.RAISED, Level.OK, Level.INFO, -0.021, -0.02),
        ("2026-01-08", Change.RAISED, Level.INFO, Level.WARN, -0.08, -0.07),
        ("2026-01-09", Change.LOWERED, Level.WARN, Level.WATCH, -0.05, -0.04),
        ("2026-01-10", Change.RESOLVED, Level.WATCH, Level.OK, -0.01, None),
        ("2026-01-12", Change.RAISED, Level.OK, Level.INFO, -0.025, -0.02),
    ]
    assert {e.who for e in entries} == {HISTORY}, "nobody is to take it for what was seen"
    assert entries[1].text == "IWM/SPY pullback_63d -8.0 %"
    assert entries[1].time == datetime(2026, 1, 8, 21, tzinfo=UTC)


def test_what_was_so_at_the_first_close_is_told_of_it():
    (entry,) = list_changes([path([2, 2], [-0.05, np.nan])], RULES, closes_at)
    assert (entry.session, entry.level_to) == ("2026-01-05", Level.WATCH)


def test_entries_of_several_are_in_the_order_of_time():
    paths = [path(STEPS, VALUES), path([0, 0, 1], [0.0, 0.0, -0.03], subject="IJR/SPY")]
    entries = list_changes(paths, RULES, closes_at)
    assert [e.time for e in entries] == sorted(e.time for e in entries)
    assert [e.subject for e in entries].count("IJR/SPY") == 1


def test_a_value_that_is_missing_says_nothing():
    (entry,) = list_changes([path([0, 1], [0.0, np.nan])], RULES, closes_at)
    assert (entry.value, entry.text) == (None, "")


def test_levels_are_counted_over_all_that_a_rule_watches():
    tallies = count_levels([path(STEPS, VALUES), path([0, 2, 2], [0.0, -0.05, -0.05], subject="IJR/SPY")], RULES)
    row = {"rule": "pullback", "judged": 11}
    assert tallies == (
        Tally(level=Level.INFO, times=3, sessions=3, last="2026-01-12", **row),
        Tally(level=Level.WATCH, times=2, sessions=3, last="2026-01-09", **row),
        Tally(level=Level.WARN, times=1, sessions=1, last="2026-01-08", **row),
    )


@pytest.mark.parametrize(
    ("query", "sessions"),
    [
        (Query(since=date(2026, 1, 10)), ["10", "12"]),
        (Query(until=date(2026, 1, 8)), ["06", "08"]),
        (Query(level=Level.WARN), ["08", "09"]),
        (Query(rule="streak"), []),
        (Query(subject="iwm/spy", limit=1), ["12"]),
        (Query(search="RAISED -8.0"), ["08"]),
    ],
)
def test_it_is_chosen_from_as_the_journal_is(query, sessions):
    entries = list_changes([path(STEPS, VALUES)], RULES, closes_at)
    assert [e.session.removeprefix("2026-01-") for e in choose(entries, query)] == sessions
