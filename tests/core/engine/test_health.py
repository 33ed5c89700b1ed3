"""What is said of the source."""

from datetime import UTC, datetime, timedelta

import pytest
from scripted import EXCHANGE, TOOLS, ScriptedSource, ScriptedTape, make_settings

from core.clock import ManualClock
from core.engine.book import Book
from core.engine.health import Pulse, build_source_info, confirm, judge
from core.snapshot import Health, SourceInfo
from core.sources.base import Problem, ProblemKind

AT = datetime(2026, 2, 25, 15, 0, tzinfo=UTC)


def fails(kind: ProblemKind, reason: str) -> Problem:
    return Problem(kind=kind, reason=reason, at=AT)


ONE = {"IJR": fails(ProblemKind.MISSING, "not known there")}
TWO = {**ONE, "MDY": fails(ProblemKind.ERROR, "odd")}


@pytest.mark.parametrize(
    ("pulse", "problems", "said"),
    [
        (Pulse(), {}, (Health.WAITING, "")),
        (Pulse(asked_at=AT), {}, (Health.OK, "")),
        (Pulse(asked_at=AT), ONE, (Health.DEGRADED, "IJR: not known there")),
        (Pulse(asked_at=AT), TWO, (Health.DEGRADED, "2 of 46 symbols fail; IJR: not known there")),
        (Pulse(asked_at=AT), {"A": fails(ProblemKind.ERROR, "A.csv is gone")}, (Health.DEGRADED, "A.csv is gone")),
        (Pulse(asked_at=AT, problem=fails(ProblemKind.ERROR, "down")), TWO, (Health.ERROR, "down")),
        (Pulse(asked_at=AT, problem=fails(ProblemKind.RATE_LIMITED, "wait")), {}, (Health.RATE_LIMITED, "wait")),
        (Pulse(asked_at=AT, hung="no answer"), {}, (Health.ERROR, "no answer")),
    ],
)
def test_the_worst_is_said_first(pulse: Pulse, problems: dict[str, Problem], said: tuple[Health, str]) -> None:
    assert judge(pulse, problems, 46) == said


@pytest.mark.parametrize(
    ("health", "reason", "said"),
    [
        (Health.OK, "", ""),
        (Health.DEGRADED, "IJR: odd", "IJR: odd"),
        (Health.RATE_LIMITED, "Yahoo asks us to wait", "Yahoo asks us to wait; next try 15:07 UTC"),
        (Health.ERROR, "", "next try 15:07 UTC"),
    ],
)
def test_trouble_names_the_next_try_where_one_waits_for_it(health: Health, reason: str, said: str) -> None:
    source = SourceInfo(name="yahoo", health=health, reason=reason, next_poll=AT + timedelta(minutes=7))
    assert source.trouble == said


def test_final_needs_the_time_and_a_poll_after_it() -> None:
    final = datetime(2026, 2, 25, 21, 20, tzinfo=UTC)
    session = EXCHANGE.info(final)
    assert session.is_final
    assert not confirm(session, None).is_final
    assert not confirm(session, final - timedelta(seconds=1)).is_final
    assert confirm(session, final).is_final
    assert not confirm(EXCHANGE.info(final - timedelta(seconds=1)), final).is_final


def test_what_was_not_recorded_does_not_fail() -> None:
    """Of a recording; of a live source it does."""
    settings = make_settings()
    for source, said in (
        (
            ScriptedTape(ManualClock(AT)),
            (Health.OK, f"{len(settings.symbols) - 1} of {len(settings.symbols)} symbols recorded"),
        ),
        (ScriptedSource(ManualClock(AT)), (Health.DEGRADED, "IJR: not known there")),
    ):
        book = Book(settings, TOOLS, None)
        book.quote_problems = dict(ONE)
        info = build_source_info(source, book, Pulse(asked_at=AT, succeeded_at=AT), settings.symbols, 0)
        assert (info.health, info.reason) == said
