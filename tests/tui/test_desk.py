"""What the keys change, what is asked of the engine, and what comes of its answers."""

from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest
from made import AT, make_history, make_settings, make_snapshot

from core.clock import ManualClock
from core.engine.last_known import mark_last_known
from core.engine.link import Link, LinkState
from core.engine.messages import (
    Acknowledge,
    Bell,
    Explained,
    Notice,
    Play,
    Refresh,
    Snooze,
    ToEngine,
    WantExplanation,
    WantHistory,
)
from core.rules.level import Level
from core.snapshot import EMPTY, Finding, Health, Snapshot, SubjectState
from tui.desk import Desk
from widgets.view import View

LIVE = Link(LinkState.LIVE)
LATER = AT + timedelta(hours=2)


@dataclass
class Room:
    """A desk and everything it said."""

    views: list[View] = field(default_factory=list)
    asked: list[ToEngine] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    rung: list[Bell] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = ManualClock(AT)
        said = {
            "publish": self.views.append,
            "ask": self.asked.append,
            "tell": self.told.append,
            "ring": self.rung.append,
            "explain": self.explained.append,
        }
        self.desk = Desk(make_settings(), self.clock, **said)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def live(room: Room) -> Room:
    room.desk.on_link(LIVE)
    room.desk.on_snapshot(make_snapshot())
    room.asked.clear()
    return room


def test_it_opens_with_the_first_pair_and_the_settings_lookback(room: Room) -> None:
    assert (room.desk.view.pair, room.desk.view.lookback) == ("IWM/SPY", "2Y")


def test_curves_are_asked_for_once(room: Room) -> None:
    room.desk.on_link(LIVE)
    for sequence in range(3):
        room.desk.on_snapshot(make_snapshot(sequence))
    assert room.asked == [WantHistory(subject="IWM/SPY")]


def test_an_explanation_is_asked_for_and_handed_on(live: Room) -> None:
    live.desk.explain("IWM/SPY.ratio")
    assert live.asked == [WantExplanation("IWM/SPY.ratio")]
    answer = Explained(address="IWM/SPY.ratio", reason="no such thing")
    live.desk.on_explained(answer)
    assert live.explained == [answer]


FINDING = Finding(rule="streak", subject="IWM/SPY", level=Level.WARN, text="large won nine sessions running")


def test_a_finding_is_acknowledged_and_snoozed(live: Room) -> None:
    opens = AT + timedelta(hours=18)
    session = msgspec.structs.replace(make_snapshot().session, next_open=opens)
    live.desk.on_snapshot(msgspec.structs.replace(make_snapshot(3), session=session))
    live.asked.clear()
    live.desk.acknowledge(FINDING, "ann")
    live.desk.snooze(FINDING, "ann")
    assert live.asked == [
        Acknowledge(rule="streak", subject="IWM/SPY", who="ann"),
        Snooze(rule="streak", subject="IWM/SPY", who="ann", until=opens),
    ]


def test_without_a_finding_or_an_opening_nothing_is_asked(live: Room) -> None:
    live.desk.acknowledge(None, "ann")
    live.desk.snooze(None, "ann")
    live.desk.snooze(FINDING, "ann")
    assert live.asked == []
    assert [notice.text[:22] for notice in live.told] == ["No finding is chosen: "] * 2 + ["When the exchange open"]


def test_a_bell_is_rung(live: Room) -> None:
    bell = Bell(level=Level.WARN, title="WARN IWM/SPY", text="large won nine sessions running")
    live.desk.on_bell(bell)
    assert live.rung == [bell]


def test_nothing_is_asked_before_there_is_an_engine(room: Room) -> None:
    room.desk.on_snapshot(make_snapshot())
    assert room.asked == []


def test_curves_are_asked_for_again_when_history_changes(live: Room) -> None:
    live.desk.on_history(make_history(key="k1"))
    live.desk.on_snapshot(msgspec.structs.replace(make_snapshot(2), history_key="k2"))
    assert live.asked == [WantHistory(subject="IWM/SPY")]


def test_another_engine_is_asked_again(live: Room) -> None:
    live.desk.on_link(Link(LinkState.LOST, "gone"))
    live.desk.on_link(LIVE)
    assert live.asked == [WantHistory(subject="IWM/SPY")]


def test_minute_curves_are_asked_for_once_a_minute(live: Room) -> None:
    live.desk.choose_lookback("1D")
    for seconds in (1, 30, 52, 53):
        live.desk.on_snapshot(msgspec.structs.replace(make_snapshot(seconds), as_of=AT + timedelta(seconds=seconds)))
    assert live.asked == [WantHistory(subject="IWM/SPY", unit="minute")] * 2, "19:32:08, and from 19:33:00 on"


def test_late_curves_of_another_pair_are_kept_but_not_shown(live: Room) -> None:
    count = len(live.views)
    live.desk.on_history(make_history("IJR/SPY"))
    assert len(live.views) == count
    live.desk.choose_pair("IJR/SPY")
    assert live.desk.view.history is not None
    assert live.desk.view.history.subject == "IJR/SPY"


def test_pairs_go_round(live: Room) -> None:
    seen = []
    for _ in range(3):
        live.desk.step_pair(1)
        seen.append(live.desk.view.pair)
    live.desk.step_pair(-1)
    assert [*seen, live.desk.view.pair] == ["IJR/SPY", "MDY/SPY", "IWM/SPY", "MDY/SPY"]


def test_lookbacks_hold_at_their_ends(live: Room) -> None:
    for _ in range(20):
        live.desk.step_lookback(1)
    assert live.desk.view.lookback == "max"
    for _ in range(20):
        live.desk.step_lookback(-1)
    assert live.desk.view.lookback == "1D"


def test_every_view_is_a_new_object(live: Room) -> None:
    assert len({id(view) for view in live.views}) == len(live.views)


def test_a_lost_engine_leaves_the_last_numbers(live: Room) -> None:
    live.desk.on_link(Link(LinkState.LOST, "The engine ended."))
    assert live.desk.view.snapshot.sequence == 1
    assert not live.desk.view.is_live


def test_last_known_numbers_come_with_their_curves(room: Room) -> None:
    room.desk.recall(make_snapshot(), [make_history()], AT)
    assert room.desk.view.history == make_history()
    assert not room.desk.view.is_live


def test_refresh_is_asked_of_the_engine(live: Room) -> None:
    live.desk.refresh()
    assert live.asked == [Refresh()]


def test_refresh_without_an_engine_says_why_not(room: Room) -> None:
    room.desk.on_link(Link(LinkState.FAILED, "No engine can be had."))
    room.desk.refresh()
    assert room.asked == []
    assert [notice.text for notice in room.told] == ["No engine can be had."]


def test_a_live_market_cannot_be_paused(live: Room) -> None:
    live.desk.pause()
    live.desk.change_speed(1)
    assert live.asked == []
    assert "not a recording" in live.told[0].text


@pytest.mark.parametrize(
    ("speed", "steps", "expected"),
    [(1.0, 1, 2.0), (60.0, -1, 30.0), (55.0, 1, 120.0)],
)
def test_speed_goes_by_known_steps(live: Room, speed: float, steps: int, expected: float) -> None:
    live.desk.on_snapshot(make_snapshot(2, speed=speed, ends=LATER))
    live.desk.change_speed(steps)
    assert live.asked == [Play(speed=expected)]


@pytest.mark.parametrize(
    ("speed", "steps", "words"), [(600.0, 1, "600x is as fast as it goes."), (1.0, -1, "1x is as slow as it goes.")]
)
def test_the_ends_of_the_speeds_are_told(live: Room, speed: float, steps: int, words: str) -> None:
    live.desk.on_snapshot(make_snapshot(2, speed=speed, ends=LATER))
    live.desk.change_speed(steps)
    assert live.asked == []
    assert [notice.text for notice in live.told] == [words]


def test_keys_of_a_recording_that_has_ended_are_answered(live: Room) -> None:
    live.desk.on_snapshot(make_snapshot(2, speed=600.0, ends=AT + timedelta(minutes=10)))
    live.clock.advance(2)
    for press in (live.desk.pause, live.desk.step, lambda: live.desk.change_speed(1)):
        press()
    assert live.asked == []
    assert [notice.text.partition(";")[0] for notice in live.told] == ["The recording has ended"] * 3


def saved(seconds: float, **source: object) -> Snapshot:
    """What an engine that has just begun tells of what was saved `seconds` after `AT`."""
    return mark_last_known(msgspec.structs.replace(make_snapshot(9, **source), as_of=AT + timedelta(seconds=seconds)))


@pytest.mark.parametrize("first", [saved(-14), saved(0), EMPTY])
def test_a_new_engine_does_not_turn_the_clock_back_with_what_it_had_saved(live: Room, first: Snapshot) -> None:
    live.clock.advance(20)
    live.desk.on_snapshot(first)
    assert live.desk.market_time == live.desk.view.now == AT + timedelta(seconds=20)
    assert live.desk.view.snapshot.as_of == AT
    assert live.desk.view.snapshot.source.health is Health.WAITING
    assert live.desk.view.snapshot.quality["IWM/SPY"].state is SubjectState.STALE


def test_a_session_that_begins_anew_is_shown(live: Room) -> None:
    live.clock.advance(20)
    live.desk.on_snapshot(saved(-14))
    again = msgspec.structs.replace(make_snapshot(10), as_of=AT - timedelta(seconds=30))
    live.desk.on_snapshot(again)
    assert live.desk.view.snapshot == again
    assert live.desk.market_time == AT - timedelta(seconds=30)


def test_a_late_snapshot_does_not_turn_the_clock_of_a_recording_back(live: Room) -> None:
    """At 600x a second on the way is ten minutes of the market."""
    live.desk.on_snapshot(make_snapshot(2, speed=600.0, ends=LATER))
    live.clock.advance(2)
    assert live.desk.market_time == AT + timedelta(minutes=20)
    late = msgspec.structs.replace(make_snapshot(3, speed=600.0, ends=LATER), as_of=AT + timedelta(minutes=12))
    live.desk.on_snapshot(late)
    assert live.desk.market_time == AT + timedelta(minutes=20)
    live.clock.advance(1)
    assert live.desk.market_time == AT + timedelta(minutes=22)
    paused = msgspec.structs.replace(make_snapshot(4, paused=True, speed=0.0, ends=LATER), as_of=late.as_of)
    live.desk.on_snapshot(paused)
    assert live.desk.market_time == late.as_of, "where it stands is known exactly"


def test_a_view_carries_the_time_of_its_snapshot(room: Room) -> None:
    room.clock.advance(86_400 * 241)
    room.desk.on_link(LIVE)
    assert room.views[-1].now == AT + timedelta(days=241)
    room.desk.on_snapshot(make_snapshot(ends=LATER))
    assert room.views[-1].now == AT


def test_a_recording_is_paused_continued_and_stepped(live: Room) -> None:
    live.desk.on_snapshot(make_snapshot(2, ends=LATER))
    live.desk.pause()
    live.desk.on_snapshot(make_snapshot(3, ends=LATER, paused=True))
    live.desk.pause()
    live.desk.step()
    assert live.asked == [Play(paused=True), Play(paused=False), Play(step_seconds=60.0)]


def test_a_live_market_has_the_time_of_the_clock(live: Room) -> None:
    live.desk.on_snapshot(make_snapshot(2, is_live=True))
    live.clock.advance(90)
    assert live.desk.market_time == AT + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("source", "expected"),
    [({"speed": 60.0}, 600), ({"speed": 60.0, "paused": True}, 0), ({"speed": 0.0}, 0), ({}, 10)],
)
def test_a_recording_has_its_own_time(room: Room, source: dict[str, object], expected: int) -> None:
    room.clock.advance(86_400)
    room.desk.on_snapshot(make_snapshot(2, ends=AT + timedelta(hours=5), **source))
    room.clock.advance(10)
    assert room.desk.market_time == AT + timedelta(seconds=expected)


def test_a_recording_does_not_run_past_its_end(room: Room) -> None:
    room.desk.on_snapshot(make_snapshot(2, speed=600.0, ends=AT + timedelta(minutes=2)))
    room.clock.advance(3_600)
    assert room.desk.market_time == AT + timedelta(minutes=2)


def test_last_known_numbers_are_as_old_as_their_file(room: Room) -> None:
    room.clock.advance(7_200)
    room.desk.recall(make_snapshot(), [], saved_at=AT + timedelta(seconds=3_600))
    assert room.desk.market_time - AT == timedelta(seconds=3_600)
