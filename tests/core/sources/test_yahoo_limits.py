"""Budget, breakers, absences and what is kept of them on disk."""

import json
from pathlib import Path

import pytest
from source_makers import utc

from core.clock import ManualClock
from core.sources.yahoo.absences import Absences
from core.sources.yahoo.breaker import Breaker, Circuit
from core.sources.yahoo.budget import Budget
from core.sources.yahoo.ledger import Account, Ledger


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(utc("2026-03-24 15:00"))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "budget.json")


def test_a_minute_holds_sixty_requests(clock: ManualClock, ledger: Ledger) -> None:
    budget = Budget(clock, ledger, 60, 360)
    for _ in range(60):
        assert budget.wait() == 0
        budget.charge(1, failed=False)
    assert budget.wait() == pytest.approx(1.0)
    clock.advance(1)
    assert budget.wait() == pytest.approx(0.0, abs=1e-3)


def test_an_hour_holds_three_hundred_and_sixty(clock: ManualClock, ledger: Ledger) -> None:
    budget = Budget(clock, ledger, 60, 360)
    sent = 0
    for _ in range(3600):
        while budget.wait() <= 1e-6:
            budget.charge(1, failed=False)
            sent += 1
        clock.advance(1)
    assert sent == pytest.approx(720, abs=2), "what was there and what flowed back"
    for _ in range(3600):
        if budget.wait() <= 1e-6:
            budget.charge(1, failed=False)
            sent += 1
        clock.advance(1)
    assert sent == pytest.approx(1080, abs=3), "in the long run 360 an hour"


@pytest.mark.parametrize(("requests", "failed", "cost"), [(1, False, 1), (1, True, 3), (5, True, 5), (3, False, 3)])
def test_a_failure_costs_three_at_least(
    clock: ManualClock, ledger: Ledger, requests: int, failed: bool, cost: int
) -> None:
    budget = Budget(clock, ledger, 60, 360)
    budget.charge(requests, failed=failed)
    assert budget.account().hour == 360 - cost
    assert budget.account().minute == 60 - cost


def test_a_clock_put_back_brings_no_tokens(ledger: Ledger) -> None:
    Budget(ManualClock(utc("2026-03-24 15:00")), ledger, 60, 360).charge(30, failed=False)
    earlier = Budget(ManualClock(utc("2026-03-24 14:00")), ledger, 60, 360)
    assert earlier.account().minute == 30


def test_the_ledger_is_private_and_whole(tmp_path: Path, clock: ManualClock, ledger: Ledger) -> None:
    Budget(clock, ledger, 60, 360).charge(1, failed=False)
    file = tmp_path / "budget.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["hour"] == 359
    assert [path.name for path in tmp_path.iterdir()] == ["budget.json"], "no half-written file stays"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"minute": "x"}', b"\xff\xfe"])
def test_a_broken_ledger_is_begun_anew(tmp_path: Path, clock: ManualClock, content: bytes) -> None:
    (tmp_path / "budget.json").write_bytes(content)
    budget = Budget(clock, Ledger(tmp_path / "budget.json"), 60, 360)
    assert budget.account().hour == 360
    budget.charge(1, failed=False)
    assert budget.account().hour == 359


def test_without_a_disk_the_process_still_remembers(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "budget.json")  # a directory that cannot be
    budget = Budget(clock, ledger, 60, 360)
    budget.charge(10, failed=False)
    assert budget.account().hour == 350


def test_the_waits_double_up_to_the_cap(clock: ManualClock) -> None:
    breaker = Breaker(clock, 60, 1800, random=lambda: 1.0)
    waits = []
    for _ in range(7):
        breaker.trip("no")
        waits.append((breaker.retry_at() - clock.now()).total_seconds())
        clock.advance(waits[-1])
        assert breaker.is_half_open
    assert waits == pytest.approx([60, 120, 240, 480, 960, 1800, 1800])
    breaker.reset()
    assert not breaker.is_half_open
    breaker.trip("no")
    assert (breaker.retry_at() - clock.now()).total_seconds() == pytest.approx(60)


@pytest.mark.parametrize(
    ("chance", "retry_after", "expected"),
    [(0.0, None, 30), (0.5, None, 30), (0.9, None, 54), (0.0, 300.0, 300), (0.9, 10.0, 54)],
)
def test_jitter_is_full_but_never_at_once_and_a_named_wait_is_kept(
    clock: ManualClock, chance: float, retry_after: float | None, expected: float
) -> None:
    breaker = Breaker(clock, 60, 1800, random=lambda: chance)
    breaker.trip("no", retry_after)
    assert (breaker.retry_at() - clock.now()).total_seconds() == pytest.approx(expected)


def test_the_circuit_outlives_its_process(clock: ManualClock, ledger: Ledger) -> None:
    budget = Budget(clock, ledger, 60, 360)
    first = Circuit(clock, ledger, budget, random=lambda: 1.0)
    first.trip("Yahoo asks us to wait")
    first.trip("Yahoo asks us to wait")
    budget.charge(7, failed=False)
    second = Circuit(clock, ledger, budget, random=lambda: 1.0)
    assert second.retry_at() == first.retry_at()
    assert second.reason
    assert budget.account().hour == 353
    clock.advance(121)
    assert second.is_half_open
    second.reset()
    first.reload()
    assert not first.is_half_open


def test_a_wait_that_lies_in_a_wrong_future_ends_within_a_day(clock: ManualClock, ledger: Ledger) -> None:
    ledger.save(Account(60, 360, clock.now().timestamp(), open_until=9e9, steps=2))
    circuit = Circuit(clock, ledger, Budget(clock, ledger, 60, 360), random=lambda: 1.0)
    assert (circuit.retry_at() - clock.now()).total_seconds() <= 86_400


def test_absences_need_three_answers_and_end_with_one(clock: ManualClock) -> None:
    absences = Absences(clock)
    assert [absences.note("X") for _ in range(2)] == [1, 2]
    assert absences.recheck_at("X") is None
    absences.note("X")
    assert absences.recheck_at("X") is not None
    assert absences.recheck_at("Y") is None
    clock.advance(86_401)
    assert absences.recheck_at("X") is None
    absences.note("X")
    assert absences.recheck_at("X") is not None, "one more is enough now"
    absences.clear("X")
    absences.note("X")
    assert absences.recheck_at("X") is None
