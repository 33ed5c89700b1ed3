"""Every fault of the loopback server against the real yfinance client: what comes back, and how often it asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from yahoo_lab import THREE, Lab, open_lab

from core.sources.base import Ok, Problem, ProblemKind
from core.text import clean
from tests.loopback.modes import MODES

ERROR, LIMITED, MISSING, STALE = (
    ProblemKind.ERROR,
    ProblemKind.RATE_LIMITED,
    ProblemKind.MISSING,
    ProblemKind.STALE,
)

# mode: kind, words of the reason, requests. The refused batch (401, 403, 404) is followed by charts, also refused.
BATCH_FAILS = {
    "429": (LIMITED, "asks us to wait", 1),
    "429-retry": (LIMITED, "asks us to wait", 1),
    "429-date": (LIMITED, "asks us to wait", 1),
    "401": (ERROR, "refuses us (401)", 3 + 3),
    "403": (ERROR, "refuses us (403)", 1 + 1),
    "404": (ERROR, "list of quotes is gone (404)", 1 + 3),
    "500": (ERROR, "has an error (500)", 1),
    "503": (ERROR, "has an error (503)", 1),
    "truncated": (ERROR, "cannot be read", 1),
    "garbage": (ERROR, "cannot be read", 1),
    "empty-body": (ERROR, "cannot be read", 1),
    "broken-transfer": (ERROR, "no connection|breaks off", 1),
    "consent": (ERROR, "consent page", 3),
    "page": (ERROR, "sends a web page", 1),
    "empty": (ERROR, "cannot be read", 1),
    "wrong-symbol": (ERROR, "other symbols than asked", 1),
    "missing-symbol": (ERROR, "none of 3 symbols", 1),
}
EACH_FAILS = {
    "null": (ERROR, "no usable price"),
    "nan": (ERROR, "no usable price"),
    "infinity": (ERROR, "no usable price"),
    "negative": (ERROR, "no usable price"),
    "zero": (ERROR, "no usable price"),
    "text": (ERROR, "no usable price"),
    "absurd": (ERROR, "waiting for it to be confirmed"),
    "absurd-all": (ERROR, "waiting for it to be confirmed"),
    "future": (ERROR, "ahead of this machine's clock"),
    "stale": (STALE, "older than the one before"),
    "backwards": (STALE, "older than the one before"),
    "split-today": (ERROR, "waiting for it to be confirmed"),
}
QUOTES_UNHARMED = {
    "ok",
    "null-last",
    "dividend-today",
    "duplicate",
    "escape",
    "no-meta",
    "no-zone",
    "no-period",
    "no-timestamp",
    "monthly",
    "bad-previous",
    "429-crumb",  # the crumb is at hand already
    "hang-crumb",
    "page-crumb",
}
CHART_FAILS = {
    "429": (LIMITED, "asks us to wait", 1),
    "429-retry": (LIMITED, "asks us to wait", 1),
    "401": (ERROR, "refuses us (401)", 3),
    "403": (ERROR, "refuses us (403)", 1),
    "404": (MISSING, "does not know SPY", 1),
    "missing-symbol": (MISSING, "does not know SPY", 1),
    "500": (ERROR, "has an error (500)", 1),
    "503": (ERROR, "has an error (503)", 1),
    "truncated": (ERROR, "cannot be read", 1),
    "garbage": (ERROR, "cannot be read", 1),
    "empty-body": (ERROR, "cannot be read", 1),
    "broken-transfer": (ERROR, "no connection|breaks off", 1),
    "consent": (ERROR, "consent page", 3),
    "page": (ERROR, "sends a web page", 1),
    "empty": (ERROR, "chart of SPY is empty", 1),
    "no-timestamp": (ERROR, "no bars of SPY", 1),
    "wrong-symbol": (ERROR, "XXXX instead of SPY", 1),
    "no-meta": (ERROR, "instead of SPY", 1),
    "no-zone": (ERROR, "no time zone", 1),
    "monthly": (ERROR, "wrong interval", 1),
    "null": (ERROR, "unusable", 1),
    "nan": (ERROR, "unusable", 1),
    "infinity": (ERROR, "unusable", 1),
    "negative": (ERROR, "unusable", 1),
    "zero": (ERROR, "unusable", 1),
    "text": (ERROR, "unusable", 1),
    "absurd-all": (ERROR, "do not fit its price", 1),
}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A source that has had one good poll, fifteen seconds ago."""
    with open_lab(tmp_path) as lab:
        assert set(lab.poll().quotes) == set(THREE)
        lab.clock.advance(15)
        yield lab


def check(problem: object, kind: ProblemKind, words: str) -> None:
    assert isinstance(problem, Problem), problem
    assert problem.kind is kind
    assert any(part in problem.reason for part in words.split("|")), problem.reason
    assert problem.reason == clean(problem.reason)
    assert "\n" not in problem.reason


@pytest.mark.parametrize("mode", BATCH_FAILS)
def test_a_batch_that_fails_is_one_problem_and_few_requests(lab: Lab, mode: str) -> None:
    kind, words, requests = BATCH_FAILS[mode]
    lab.set(mode)
    problem = lab.fail()
    check(problem, kind, words)
    assert lab.server.total == requests
    assert problem.at == lab.clock.now()
    assert problem.retry_at is not None
    assert problem.retry_at > lab.clock.now()


@pytest.mark.parametrize(("mode", "seconds"), [("429", 60), ("429-retry", 300), ("429-date", 600), ("503", 20)])
def test_the_wait_that_yahoo_names_is_kept(lab: Lab, mode: str, seconds: float) -> None:
    lab.set(mode)
    problem = lab.fail()
    assert problem.retry_at is not None
    assert (problem.retry_at - lab.clock.now()).total_seconds() == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize("mode", EACH_FAILS)
def test_a_quote_that_cannot_be_is_a_problem_of_its_symbol(lab: Lab, mode: str) -> None:
    kind, words = EACH_FAILS[mode]
    lab.set(mode, symbols="IWM")
    batch = lab.poll()
    check(batch.problems.pop("IWM"), kind, words)
    assert set(batch.quotes) == {"SPY", "AAPL"}
    assert not batch.problems
    assert lab.server.total == 1


@pytest.mark.parametrize("mode", sorted(QUOTES_UNHARMED))
def test_quotes_do_not_suffer_from_what_is_not_theirs(lab: Lab, mode: str) -> None:
    lab.set(mode)
    batch = lab.poll()
    assert set(batch.quotes) == set(THREE)
    assert not batch.problems
    assert lab.server.total == 1


def test_every_mode_is_in_a_table() -> None:
    special = {"hang", "reset", "last-only", "jump"}  # tests of their own below
    assert set(BATCH_FAILS) | set(EACH_FAILS) | QUOTES_UNHARMED | special == set(MODES)


@pytest.mark.parametrize("mode", CHART_FAILS)
@pytest.mark.parametrize("what", ["history", "minutes"])
def test_a_chart_that_fails_is_a_problem_and_never_empty(lab: Lab, mode: str, what: str) -> None:
    kind, words, requests = CHART_FAILS[mode]
    lab.set(mode)
    problem = getattr(lab.source, f"fetch_{what}")("SPY")
    check(problem, kind, words)
    assert lab.server.total == requests


def test_a_last_bar_that_contradicts_the_last_trade_is_refused_at_first_contact(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        lab.set("absurd")
        check(lab.source.fetch_history("SPY"), ERROR, "do not fit its price")


def test_no_bar_of_today_is_an_error_in_session(lab: Lab) -> None:
    lab.set("null-last")
    check(lab.source.fetch_history("SPY", lab.clock.now().date()), ERROR, "no bars of SPY since 2026-03-24")


def test_a_reset_connection_is_tried_once_more_by_the_library_at_most(lab: Lab) -> None:
    lab.set("reset")
    check(lab.fail(), ERROR, "no connection to Yahoo")
    assert 1 <= lab.server.total <= 2
    lab.set("ok")
    assert set(lab.poll(after=5).quotes) == set(THREE)


def test_a_server_that_hangs_costs_the_deadline_and_one_request(tmp_path: Path) -> None:
    with open_lab(tmp_path, deadline_seconds=1) as lab:
        lab.poll()
        lab.set("hang")
        check(lab.fail(after=15), ERROR, "does not answer")
        assert lab.server.total == 1


def test_when_only_the_last_of_a_batch_comes_the_others_are_not_blamed(tmp_path: Path) -> None:
    many = [f"S{number}" for number in range(20)]
    with open_lab(tmp_path) as lab:
        lab.set("last-only")
        seen: set[str] = set()
        for _ in range(4):
            batch = lab.poll(many, after=15)
            assert "S19" in batch.quotes
            assert {problem.kind for problem in batch.problems.values()} == {ERROR}
            assert {problem.reason for problem in batch.problems.values()} == {
                "Yahoo leaves out most of the symbols asked for"
            }
            seen |= set(batch.quotes)
        assert seen == set(many), "charts stand in for the others"
        lab.set("ok")
        assert set(lab.poll(many, after=15).quotes) == set(many)
        assert lab.server.counts == {"quote": 1}


def test_a_crumb_that_is_refused_leaves_the_charts(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        lab.set("429-crumb")
        batch = lab.poll()
        assert set(batch.quotes) == set(THREE)
        assert lab.server.counts == {"cookie": 1, "crumb": 1, "chart": 3}
        history = lab.source.fetch_history("SPY")
        assert isinstance(history, Ok)
        lab.poll(after=15)
        assert lab.server.counts["crumb"] == 1, "not asked again while it waits"
        assert lab.server.counts["quote"] == 0
        lab.set("ok")
        lab.poll(after=60)
        assert lab.server.counts == {"crumb": 1, "quote": 2}
        assert "crumb=Too" not in " ".join(lab.server.paths)


def test_a_refused_batch_is_replaced_by_charts_until_it_is_asked_again(lab: Lab) -> None:
    lab.set("401", on="quote")
    assert set(lab.poll().quotes) == set(THREE)
    assert lab.server.counts == {"quote": 2, "crumb": 1, "chart": 3}
    lab.poll(after=15)
    assert lab.server.counts["quote"] == 2, "the batch is closed for a minute"
    lab.set("ok")
    assert set(lab.poll(after=60).quotes) == set(THREE)
    assert lab.server.counts == {"quote": 2}, "one symbol first, then all"
    assert "symbols=SPY&" in lab.server.paths[0]


def test_charts_in_place_of_quotes_take_turns(tmp_path: Path) -> None:
    many = [f"S{number}" for number in range(20)]
    with open_lab(tmp_path) as lab:
        lab.set("401", on="quote")
        seen: set[str] = set()
        for _ in range(3):
            batch = lab.poll(many, after=15)
            assert len(batch.quotes) <= 8
            assert set(batch.quotes) | set(batch.problems) == set(many)
            seen |= set(batch.quotes)
        assert seen == set(many)


def test_charts_of_neighbours_come_in_one_poll(tmp_path: Path) -> None:
    many = [f"S{number}" for number in range(11)]
    with open_lab(tmp_path) as lab:
        lab.set("401", on="quote")
        for _ in range(6):
            quotes = lab.poll(many, after=15).quotes
            assert ("S0" in quotes) == ("S1" in quotes), "a pair of different minutes has no ratio"


@pytest.mark.parametrize("mode", ["500", "empty", "reset"])
def test_charts_stand_in_for_a_list_that_keeps_failing(lab: Lab, mode: str) -> None:
    lab.set(mode, on="quote")
    polls = []
    for _ in range(12):
        lab.clock.advance(15)
        answer = lab.source.fetch_quotes(THREE)
        polls.append(set(answer.value.quotes) if isinstance(answer, Ok) else set())
    assert polls[0] != set(THREE), "one failure is no reason to ask three times as much"
    assert polls.index(set(THREE)) <= 5, "before the screen is stale for long"
    assert polls[6:] == [set(THREE)] * 6
    lab.set("ok")
    lab.poll(after=120)
    assert lab.server.counts == {"quote": 2}, "the list again, one symbol first"


def test_everything_down_costs_two_requests_a_poll_at_most(lab: Lab) -> None:
    lab.set("500")
    for _ in range(40):
        assert lab.fail(after=15).kind is ERROR
    assert lab.server.total <= 24, "ten minutes"


def test_while_charts_stand_in_the_budget_says_when_to_ask_again(tmp_path: Path) -> None:
    with open_lab(tmp_path, requests_per_minute=60, requests_per_hour=60) as lab:
        lab.set("429-crumb")
        answers = [lab.source.fetch_quotes(THREE)]
        while isinstance(answers[-1], Ok):
            lab.clock.advance(1)
            answers.append(lab.source.fetch_quotes(THREE))
        spent = answers[-1]
        assert isinstance(spent, Problem)
        assert spent.reason == "our own limit is reached"
        assert spent.retry_at is not None
        assert (spent.retry_at - lab.clock.now()).total_seconds() <= 60, "not the half hour of the crumb"


def test_a_crumb_gone_stale_is_renewed_at_once(lab: Lab) -> None:
    lab.set("ok")
    lab.server.crumb = "Another.02"
    assert set(lab.poll().quotes) == set(THREE)
    assert lab.server.counts == {"quote": 2, "crumb": 1}


def test_a_split_is_believed_when_the_chart_tells_it(lab: Lab) -> None:
    whole = lab.quote("SPY").price
    lab.set("split-today")
    assert "SPY" in lab.poll(["SPY"], after=15).problems
    lab.set("split-today")
    halved = lab.quote("SPY", after=15)
    assert halved.price == pytest.approx(whole / 2, rel=0.01)
    assert halved.previous_close is not None
    assert lab.server.counts == {"quote": 1, "chart": 1}
    assert lab.quote("SPY", after=15).price == pytest.approx(whole / 2, rel=0.01)


def test_a_real_jump_is_believed_at_the_second_poll_and_an_absurd_one_never(lab: Lab) -> None:
    lab.set("jump")
    first = lab.poll()
    assert set(first.problems) == {"SPY", "IWM"}
    assert set(first.quotes) == {"AAPL"}, "a single stock may move 30 %"
    assert set(lab.poll(after=15).quotes) == set(THREE)
    lab.set("absurd")
    for _ in range(10):
        assert not lab.poll(after=61).quotes
    lab.set("ok")


def test_what_everybody_tells_is_still_not_believed_if_no_market_does_it(lab: Lab) -> None:
    assert isinstance(lab.source.fetch_history("SPY"), Ok)
    lab.set("absurd-all")
    for _ in range(6):
        assert "SPY" in lab.poll(["SPY"], after=61).problems
    lab.set("ok")
    assert "SPY" in lab.poll(["SPY"], after=15).quotes


def test_an_absurd_first_contact_is_put_right_by_history(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        lab.set("absurd-all")
        assert lab.quote("SPY").price > 1e6, "nothing to measure it against"
        lab.set("ok")
        assert isinstance(lab.source.fetch_history("SPY"), Problem)
        lab.clock.advance(120)
        assert isinstance(lab.source.fetch_history("SPY"), Ok), "told twice"
        assert lab.quote("SPY").price < 1e4


def test_an_unknown_symbol_is_confirmed_three_times_then_asked_once_a_day(lab: Lab) -> None:
    asked = ["SPY", "NOPE"]
    for _ in range(3):
        batch = lab.poll(asked, after=15)
        check(batch.problems["NOPE"], MISSING, "does not know NOPE")
    lab.set("ok")
    problem = lab.poll(asked, after=15).problems["NOPE"]
    check(problem, MISSING, "asked again once a day")
    assert problem.retry_at is not None
    assert 86_000 < (problem.retry_at - lab.clock.now()).total_seconds() <= 86_400
    assert "NOPE" not in lab.server.paths[-1]
    lab.poll(asked, after=86_400)
    assert "NOPE" in lab.server.paths[-1]
    lab.poll(asked, after=15)
    assert "NOPE" not in lab.server.paths[-1]


def test_an_unknown_symbol_has_no_history_and_is_not_asked_for_ever(lab: Lab) -> None:
    lab.set("ok")
    for _ in range(5):
        check(lab.source.fetch_history("NOPE"), MISSING, "does not know NOPE")
    assert lab.server.total == 3
    assert isinstance(lab.source.fetch_history("SPY"), Ok)


def test_an_unusable_history_waits_and_leaves_the_others_alone(lab: Lab) -> None:
    lab.set("null", symbols="SPY")
    first = lab.source.fetch_history("SPY")
    assert isinstance(first, Problem)
    assert lab.source.fetch_history("SPY").kind is ERROR
    assert lab.server.total == 1
    assert isinstance(lab.source.fetch_history("IWM"), Ok)
    lab.set("ok")
    lab.clock.advance(61)
    assert isinstance(lab.source.fetch_history("SPY"), Ok)


def test_a_previous_close_near_zero_is_dropped_and_the_price_kept(lab: Lab) -> None:
    lab.set("bad-previous")
    quote = lab.quote("SPY")
    assert quote.previous_close is None
    assert quote.price > 100


def test_names_lose_what_steers_a_terminal(lab: Lab) -> None:
    lab.set("escape")
    name = lab.quote("SPY").name
    assert name.startswith("Evil")
    assert name.isprintable()
    assert not {"\x1b", "\x07", "\u202e"} & set(name)


def test_an_old_quote_at_first_contact_keeps_its_time(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        lab.set("stale")
        quote = lab.quote("SPY")
        assert (lab.clock.now() - quote.time).total_seconds() == 7200
