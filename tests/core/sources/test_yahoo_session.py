"""A trading day against the loopback server: before the open, open, ten minutes of 429, recovery, close."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from source_makers import utc
from yahoo_lab import Lab, open_lab, settings_with

from core.sources.base import Context, Ok, Problem, ProblemKind
from core.sources.yahoo.source import YahooSource
from tests.loopback.market import calendar, days_of, trade_at

ASKED = ("SPY", "IWM", "^RUT", "^VIX", "^TNX", "DX-Y.NYB")
BEFORE, OPENS, CLOSES = utc("2026-03-24 13:00"), utc("2026-03-24 13:30"), utc("2026-03-24 20:00")
YESTERDAY = utc("2026-03-23 20:00")


@pytest.fixture
def lab(tmp_path: Path):
    with open_lab(tmp_path, at=BEFORE) as lab:
        yield lab


def go(lab: Lab, moment: datetime) -> None:
    lab.clock.advance((moment - lab.clock.now()).total_seconds())


def close_of(symbol: str, day: str) -> float:
    row = calendar().sessions.tolist().index(datetime.fromisoformat(day).date())
    return float(days_of(symbol).close[row])


def test_a_whole_session(lab: Lab) -> None:
    check_before_open(lab)
    check_open(lab)
    check_ten_minutes_of_429(lab)
    check_recovery(lab)
    check_close(lab)


def check_before_open(lab: Lab) -> None:
    for symbol in ASKED:
        assert isinstance(lab.source.fetch_history(symbol), Ok)
    quotes = lab.poll(ASKED).quotes
    assert set(quotes) == set(ASKED)
    for symbol, quote in quotes.items():
        assert quote.time == YESTERDAY, "yesterday's trade says so itself"
        assert quote.price == close_of(symbol, "2026-03-23")
    assert quotes["^TNX"].delayed_by == 900
    assert quotes["SPY"].delayed_by == 0
    assert lab.server.counts == {"cookie": 1, "crumb": 1, "chart": 6, "quote": 1}


def check_open(lab: Lab) -> None:
    go(lab, OPENS + timedelta(seconds=30))
    prices = []
    for _ in range(8):
        quotes = lab.poll(ASKED, after=15).quotes
        assert set(quotes) == set(ASKED)
        assert quotes["SPY"].time == lab.clock.now()
        assert quotes["SPY"].price == trade_at("SPY", lab.clock.now()).price
        assert quotes["SPY"].previous_close == close_of("SPY", "2026-03-23")
        prices.append(quotes["SPY"].price)
    assert len(set(prices)) > 4, "live numbers move"
    bars = lab.source.fetch_history("SPY").value
    assert str(bars.sessions[-1]) == "2026-03-24"
    assert bars.close[-1] == prices[-1]
    minutes = lab.source.fetch_minutes("SPY").value
    assert minutes.times[0].item() == OPENS.replace(tzinfo=None)
    assert minutes.close[-1] == prices[-1]


def check_ten_minutes_of_429(lab: Lab) -> None:
    lab.set("429")
    begin = lab.clock.now()
    for _ in range(40):
        problem = lab.fail(ASKED, after=15)
        assert problem.kind is ProblemKind.RATE_LIMITED
        assert problem.reason == "Yahoo asks us to wait"
        assert problem.retry_at is not None
        assert problem.retry_at > lab.clock.now()
        assert lab.source.fetch_history("SPY").kind is ProblemKind.RATE_LIMITED, "one circuit for everything"
    assert lab.clock.now() - begin == timedelta(minutes=10)
    # Waits of 60, 120, 240 and 480 seconds, met by polls every 15: at 0:15, 1:15, 3:15 and 7:15.
    assert lab.server.total == 4
    assert all("symbols=SPY&" in path for path in lab.server.paths[1:]), "a probe asks for one symbol"


def check_recovery(lab: Lab) -> None:
    lab.set("ok")
    waited = lab.fail(ASKED, after=15)
    assert lab.server.total == 0
    assert waited.retry_at is not None
    go(lab, waited.retry_at)
    assert set(lab.poll(ASKED).quotes) == set(ASKED)
    assert lab.server.counts == {"quote": 2}
    assert "symbols=SPY&" in lab.server.paths[0]
    lab.poll(ASKED, after=15)
    assert lab.server.counts == {"quote": 3}, "no probe any more"
    lab.set("429")
    again = lab.fail(ASKED, after=15)
    assert again.retry_at is not None
    assert again.retry_at - lab.clock.now() < timedelta(seconds=61), "the waits begin anew"
    lab.set("ok")
    go(lab, again.retry_at)


def check_close(lab: Lab) -> None:
    go(lab, CLOSES - timedelta(seconds=5))
    assert lab.quote("SPY").time == lab.clock.now()
    quotes = lab.poll(ASKED, after=1205).quotes
    for symbol, quote in quotes.items():
        assert quote.price == close_of(symbol, "2026-03-24")
        assert quote.time == CLOSES
    bars = lab.source.fetch_history("IWM").value
    assert bars.close[-1] == close_of("IWM", "2026-03-24")
    assert lab.source.fetch_minutes("IWM").value.close[-1] == close_of("IWM", "2026-03-24")
    assert isinstance(lab.source.fetch_history("IWM", utc("2026-03-25").date()), Problem)
    newer = lab.source.fetch_history("IWM", utc("2026-03-25").date())
    assert newer.kind is ProblemKind.STALE
    assert newer.reason == "Yahoo has no bars of IWM since 2026-03-25"


def test_a_half_day_ends_at_one(tmp_path: Path) -> None:
    with open_lab(tmp_path, at=utc("2025-11-28 18:30")) as lab:
        assert lab.quote("SPY").time == utc("2025-11-28 18:00")
        assert len(lab.source.fetch_minutes("SPY").value.times) == 210


def test_on_a_sunday_friday_is_what_there_is(tmp_path: Path) -> None:
    with open_lab(tmp_path, at=utc("2026-03-22 15:00")) as lab:
        assert lab.quote("SPY").time == utc("2026-03-20 20:00")
        assert str(lab.source.fetch_history("SPY").value.sessions[-1]) == "2026-03-20"
        minutes = lab.source.fetch_minutes("SPY").value
        assert minutes.times[0].item() == utc("2026-03-20 13:30").replace(tzinfo=None)


def test_a_restart_does_not_forget_that_it_was_told_to_wait(lab: Lab) -> None:
    lab.set("429-retry")
    told = lab.fail(ASKED)
    lab.set("ok")
    second = YahooSource(Context(lab.clock, settings_with(), lab.cache))
    lab.clock.advance(200)
    problem = second.fetch_quotes(ASKED)
    assert isinstance(problem, Problem)
    assert problem.retry_at == told.retry_at
    assert lab.server.total == 0
    lab.clock.advance(101)
    assert isinstance(second.fetch_quotes(ASKED), Ok)
    second.close()


def test_the_hours_budget_holds_and_says_when(tmp_path: Path) -> None:
    with open_lab(tmp_path, at=OPENS, requests_per_hour=60, requests_per_minute=60) as lab:
        asked, problems = 0, []
        for _ in range(120):  # half an hour of polls every 15 seconds
            answer = lab.source.fetch_quotes(["SPY"])
            asked += isinstance(answer, Ok)
            problems += [answer] if isinstance(answer, Problem) else []
            lab.clock.advance(15)
        assert lab.server.total <= 60 + 30 + 2, "a full bucket, what flows back in half an hour, cookie and crumb"
        assert 85 <= asked <= 90
        assert {problem.kind for problem in problems} == {ProblemKind.RATE_LIMITED}
        assert problems[0].reason == "our own limit is reached"
        assert all(0 < (p.retry_at - p.at).total_seconds() <= 60 for p in problems)


def test_histories_leave_quotes_their_share_of_the_budget(tmp_path: Path) -> None:
    with open_lab(tmp_path, at=OPENS, requests_per_hour=60, requests_per_minute=60) as lab:
        lab.poll(["SPY"])
        answers = [lab.source.fetch_history("SPY", utc("2026-03-01").date()) for _ in range(56)]
        refused = [answer for answer in answers if isinstance(answer, Problem)]
        assert refused
        assert {problem.kind for problem in refused} == {ProblemKind.RATE_LIMITED}
        assert isinstance(lab.source.fetch_quotes(["SPY"]), Ok)
