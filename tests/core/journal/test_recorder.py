"""What the recorder writes: of a session, of its close, after a restart, and of what persons say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_days import CLOSES, GOOD, HOLD, OPEN, PAIR, Day, finding
from msgspec import structs

from core.journal.entry import Change, Entry, JournalError, Query
from core.rules.level import Level
from core.snapshot import Quality, SubjectState
from core.store import JournalTable, open_memory_journal

INFO, WATCH, WARN, CRITICAL = Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL
KEY = ("pullback", PAIR)


@pytest.fixture
def ledger() -> Iterator[JournalTable]:
    made = open_memory_journal()
    yield made
    made.close()


@pytest.fixture
def day(ledger):
    made = Day(ledger)
    made.begin()
    return made


def test_what_was_there_when_the_journal_began_is_written_at_once(ledger):
    day = Day(ledger)
    day.look(finding(WARN), finding(INFO, "streak", provisional=False, blocked=True))
    assert day.kept == [("found", "ok", "warn", True), ("found", "ok", "info", False)]
    day.look(finding(WARN), finding(INFO, "streak", provisional=False), after=1000)
    assert len(day.kept) == 2
    assert ledger.read(Query())[0].note == "there when the journal began"


def test_a_rise_is_provisional_and_the_close_confirms_it(day):
    assert day.held(finding(WARN))
    assert day.kept == [("raised", "ok", "warn", True)]
    day.look(finding(WARN), after=3600)
    day.close(finding(WARN))
    day.look(structs.replace(finding(WARN), provisional=False), settled=True, after=60)
    assert day.kept == [("raised", "ok", "warn", True), ("confirmed", "ok", "warn", False)]


@pytest.mark.parametrize(
    ("level", "written"),
    [
        (None, ("withdrawn", "warn", "ok", False)),
        (INFO, ("withdrawn", "warn", "info", False)),
        (CRITICAL, ("raised", "warn", "critical", False)),
    ],
)
def test_a_close_at_another_level_says_so(day, level, written):
    day.held(finding(WARN))
    day.close(*([finding(level)] if level else []))
    assert day.kept[1:] == [written]


def test_an_entry_says_all_there_is_to_say(day, ledger):
    day.quality[PAIR] = Quality(state=SubjectState.DEGRADED)
    day.held(finding(WATCH, text="fell \x1b[2J 4 %"))
    (entry,) = ledger.read(Query(rule="pullback"))
    assert (entry.time, entry.session) == (day.at, "2026-02-26")
    assert (entry.value, entry.threshold, entry.quality, entry.who) == (-0.05, -0.04, "degraded", "engine")
    assert entry.text == "fell \N{REPLACEMENT CHARACTER}[2J 4 %"


def test_a_price_that_flutters_writes_nothing(day):
    for _ in range(50):
        day.look(finding(WARN), after=100)
        day.look(after=100)
    assert day.kept == []
    for level in (WARN, WATCH) * 20:  # always at least watch
        day.look(finding(level), after=30)
    assert day.kept == [("raised", "ok", "watch", True)]


def test_within_a_session_levels_only_rise(day):
    day.held(finding(WATCH))
    for _ in range(20):
        day.held(finding(CRITICAL))
        day.held(finding(INFO))
        day.held()
    assert day.kept == [("raised", "ok", "watch", True), ("raised", "watch", "critical", True)]
    day.close(finding(INFO))
    assert day.kept[2:] == [("withdrawn", "critical", "info", False)]


def test_a_confirmed_finding_comes_down_and_ends_at_closes_alone(day):
    day.close(finding(WARN))
    day.next_day()
    day.held()
    assert day.kept == [("raised", "ok", "warn", False)]
    day.close(finding(WATCH))
    day.next_day()
    day.close()
    assert day.kept[1:] == [("lowered", "warn", "watch", False), ("resolved", "watch", "ok", False)]


def test_closing_values_that_are_not_in_confirm_nothing(day):
    day.held(finding(WARN))
    day.at = CLOSES + timedelta(minutes=30)
    day.look(finding(WARN), settled=True)  # this history is still to come: the finding says that it is provisional
    assert day.kept == [("raised", "ok", "warn", True)]


def test_bad_data_changes_nothing_but_what_is_said_of_data(day):
    day.close(finding(WARN))
    day.next_day()
    day.held(finding(CRITICAL, blocked=True))
    day.held(finding(INFO, blocked=True, provisional=False))
    day.quality[PAIR] = Quality(state=SubjectState.STALE)
    day.close()
    assert day.kept == [("raised", "ok", "warn", False)]
    stale = finding(WARN, "data_quality", provisional=False, blocked=True)
    day.held(stale)
    day.held()
    assert day.kept[1:] == [("raised", "ok", "warn", False), ("resolved", "warn", "ok", False)]


def test_what_is_said_of_data_has_to_hold_as_well(day):
    stale = finding(WARN, "data_quality", provisional=False, blocked=True)
    for _ in range(20):
        day.look(stale, after=15)
        day.look(after=15)
    assert day.kept == []


def test_a_session_that_runs_into_the_next_is_closed_by_what_it_showed_last(day):
    day.held(finding(WARN), finding(WATCH, "streak"))
    day.at = CLOSES - timedelta(seconds=1)
    day.look(finding(WARN))
    day.next_day()
    day.look()
    assert sorted(day.kept[2:]) == [("confirmed", "ok", "warn", False), ("withdrawn", "watch", "ok", False)]


def test_a_session_that_was_left_early_waits_for_a_close(day):
    day.held(finding(WARN))
    day.next_day()
    day.look()
    assert day.kept == [("raised", "ok", "warn", True)]
    day.close(finding(WARN))
    assert day.kept[1:] == [("confirmed", "ok", "warn", False)]


def test_a_pair_that_is_not_watched_and_a_rule_that_is_off_end(day):
    day.close(finding(WARN), finding(WATCH, "streak", "IWM"), finding(INFO, "volatility", "market"))
    del day.quality[PAIR]
    day.rules = day.rules - {"streak"}
    day.next_day()
    day.look()
    assert [(one[0], one[1]) for one in day.kept[3:]] == [("resolved", "warn"), ("resolved", "watch")]
    assert [one.note for one in day.ledger.read(Query(limit=2))] == ["the rule is off", "not watched any more"]


def test_a_restart_writes_nothing_twice(day):
    day.held(finding(WARN))
    for _ in range(3):
        day.restart()
        assert day.held(finding(WARN)) == []
    day.restart()
    day.close(finding(WARN))
    day.restart()
    assert day.close(finding(WARN)) == []
    assert day.kept == [("raised", "ok", "warn", True), ("confirmed", "ok", "warn", False)]
    day.restart()
    day.close()
    day.restart()
    assert day.close() == []
    assert len(day.kept) == 3


STEPS = st.tuples(st.sampled_from([None, INFO, WATCH, WARN, CRITICAL]), st.sampled_from(["live", "blocked", "close"]))


@given(st.lists(STEPS, max_size=30), st.booleans())
def test_any_run_of_looks_is_the_same_with_restarts(plan, is_live):
    """What is written does not depend on restarts, and always goes on from where the entry before it ended."""
    runs = []
    for restarts in (False, True):
        table = open_memory_journal()
        day = Day(table, live=is_live, hold=0)
        day.begin()
        for level, how in plan:
            found = [finding(level, blocked=how == "blocked")] if level else []
            if how == "close":
                day.close(*found)
                day.next_day()
            else:
                day.look(*found, after=60)
            if restarts:
                day.restart()
        runs.append((day.kept, day.recorder.standing(KEY), day.recorder.owed(OPEN)))
        table.close()
    assert without_ids(runs[0]) == without_ids(runs[1])
    level, tentative = "ok", None
    for change, before, after, provisional in runs[0][0]:
        assert before == (level if change in ("confirmed", "lowered", "resolved") else tentative or level)
        if provisional:
            tentative = after
        else:
            level, tentative = after, None


def without_ids(run):
    """Only a restart learns the numbers of entries."""
    kept, standing, owed = run
    news = standing.news and structs.replace(standing.news, id=0)
    return kept, standing.level, standing.tentative, news, [structs.replace(one, id=0) for one in owed]


def test_who_acknowledged_is_shown_until_the_finding_rises_or_ends(day):
    day.close(finding(WATCH))
    assert day.recorder.acknowledge(*KEY, "ann\n", day.at, "seen") == ""
    (shown,) = day.recorder.dress((finding(WATCH),), day.at)
    assert shown.acknowledged_by == "ann\N{REPLACEMENT CHARACTER}"
    assert day.recorder.acknowledge(*KEY, "bob", day.at) == "ann\N{REPLACEMENT CHARACTER} has acknowledged it already."
    day.restart()
    day.close(finding(WATCH))
    assert day.recorder.standing(KEY).is_quiet(day.at)
    (higher,) = day.recorder.dress((finding(WARN),), day.at)
    assert higher.acknowledged_by == "", "nobody has seen this level"
    day.close(finding(WARN))
    assert not day.recorder.standing(KEY).is_quiet(day.at)
    assert day.recorder.acknowledge(*KEY, "bob", day.at) == ""
    day.close()
    day.close(finding(WARN))
    assert day.recorder.dress((finding(WARN),), day.at)[0].acknowledged_by == ""


def test_what_is_acknowledged_before_it_held_is_written_with_it(day):
    day.look(finding(WATCH))
    assert day.recorder.acknowledge(*KEY, "ann", day.at) == ""
    assert [one[0] for one in day.kept] == ["raised", "acknowledged"]
    day.held(finding(WATCH))
    assert len(day.kept) == 2


def test_a_snooze_lasts_until_its_time_and_over_a_restart(day, ledger):
    day.close(finding(WATCH))
    until = day.at + timedelta(days=2)
    assert day.recorder.snooze(*KEY, until, day.at, "ann") == ""
    assert day.recorder.dress((finding(WATCH),), day.at)[0].snoozed_until == until
    day.restart()
    assert day.recorder.standing(KEY).is_quiet(day.at)
    day.next_day()
    day.close()  # over, and back while it is snoozed
    day.close(finding(WATCH))
    assert day.recorder.standing(KEY).is_quiet(day.at)
    day.at = until
    written = day.close(finding(WATCH))
    assert [entry.change for entry in written] == ["woken"]
    assert day.recorder.dress((finding(WATCH),), day.at)[0].snoozed_until is None
    assert ledger.read(Query(search="snoozed"))[0].until == until
    day.restart()
    assert day.close(finding(WATCH)) == []


def test_a_rise_ends_a_snooze(day):
    day.close(finding(WATCH))
    day.recorder.snooze(*KEY, day.at + timedelta(days=9), day.at, "ann")
    day.close(finding(WARN))
    assert not day.recorder.standing(KEY).is_quiet(day.at)


def test_what_cannot_be_is_a_sentence(day):
    assert "no warning 'streak' of IWM/SPY to acknowledge" in day.recorder.acknowledge("streak", PAIR, "ann", day.at)
    assert "no warning 'pullback' of IWM" in day.recorder.snooze("pullback", "IWM", day.at, day.at, "ann")
    day.look(finding(WARN))
    assert "is over" in day.recorder.snooze(*KEY, day.at, day.at, "ann")
    assert day.kept == []


class Full:
    """A ledger on a full disk."""

    def __init__(self, ledger: JournalTable) -> None:
        self.ledger, self.is_full = ledger, False

    def append(self, entries: list[Entry]) -> None:
        if self.is_full:
            raise JournalError("database or disk is full")
        self.ledger.append(entries)

    def __getattr__(self, name: str) -> object:
        return getattr(self.ledger, name)


def test_a_full_disk_is_told_and_made_good(ledger):
    full = Full(ledger)
    day = Day(full)
    day.begin()
    full.is_full = True
    assert [entry.level_to for entry in day.held(finding(WARN))] == [WARN], "told to the caller all the same"
    assert day.recorder.trouble == "the journal cannot be kept: database or disk is full"
    assert day.held(finding(WARN)) == [], "once"
    day.close(finding(WARN))
    assert day.kept == []
    full.is_full = False
    day.close(finding(WARN))
    assert day.recorder.trouble == ""
    assert day.kept == [("raised", "ok", "warn", True), ("confirmed", "ok", "warn", False)]


def test_dressing_says_when_a_finding_was_told(day):
    (raised,) = day.close(finding(WATCH))
    day.recorder.note_sent([raised], "hook", day.at, day.session)
    assert day.recorder.dress((finding(WATCH),), day.at)[0].notified_at == day.at
    assert day.recorder.dress((finding(WARN),), day.at)[0].notified_at is None
    assert day.quality == GOOD


def test_a_close_that_nobody_watched_is_told_by_history(day):
    day.held(finding(WARN))
    day.next_day()
    day.look(finding(WARN, confirmed=WARN))
    assert day.kept[1:] == [("confirmed", "ok", "warn", False)]
    assert day.ledger.read(Query(limit=1))[0].note == "at a close that was not watched"
    day.look(finding(INFO, confirmed=WARN))
    day.next_day()
    day.look(finding(CRITICAL, confirmed=WATCH))
    day.look(finding(CRITICAL, confirmed=WATCH), after=HOLD)
    assert day.kept[2:] == [("lowered", "warn", "watch", False), ("raised", "watch", "critical", True)]
    day.look(finding(CRITICAL, confirmed=WATCH), after=HOLD)
    assert len(day.kept) == 4, "of this session: its close is to come"


def test_history_withdraws_too_and_bad_data_says_nothing(day):
    day.held(finding(WARN))
    day.next_day()
    day.look(finding(INFO, confirmed=INFO, blocked=True))
    assert len(day.kept) == 1
    day.look(finding(INFO, confirmed=INFO))
    assert day.kept[1:] == [("withdrawn", "warn", "info", False)]


def test_the_first_look_knows_what_closes_said_before_it(ledger):
    day = Day(ledger)
    day.look(finding(WARN, confirmed=WATCH))
    assert day.kept == [("found", "ok", "watch", False), ("found", "watch", "warn", True)]
    day.close(finding(WATCH))
    assert day.kept[2:] == [("withdrawn", "warn", "watch", False)]


def test_what_is_pending_or_over_is_no_warning_to_acknowledge(day):
    day.look(finding(Level.OK))
    assert "There is no warning" in day.recorder.acknowledge(*KEY, "ann", day.at)
    assert day.kept == []


def test_what_a_close_said_before_anybody_watched_has_the_finding_s_sentence(ledger):
    """The level is that of the close, the sentence that of now, and no number is put beside that level."""
    entries = Day(ledger).look(finding(Level.WATCH, confirmed=Level.WARN))
    found = entries[0]
    assert (found.change, found.level_to, found.text) == (Change.FOUND, Level.WARN, "IWM/SPY is watch")
    assert (found.value, found.threshold) == (None, None)
