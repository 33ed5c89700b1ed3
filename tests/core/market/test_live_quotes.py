"""Quotes over the completed panel: the provisional row, staleness, asynchrony [§0.5]."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_makers import EXCHANGE, make_bars, quote, sessions_until, utc, walk

from core.market.build import build_panel, line_of, with_quotes
from core.market.panel import Panel
from core.market.quotes import Quote
from core.snapshot import SubjectState

PAIR = "IWM/SPY"
BASE = build_panel(
    {"IWM": walk("IWM"), "SPY": walk("SPY"), "^TNX": walk("^TNX")},
    EXCHANGE,
    utc("2026-03-24T13:00"),
    [PAIR],
    ["IWM", "SPY", "^TNX"],
)
CLOSE = dict(zip(BASE.symbols, BASE.last_price.tolist(), strict=True))


def trades(small: str, large: str, move: float = 1.02, day: str = "2026-03-24") -> dict[str, Quote]:
    """Both legs traded at these times, the small one `move` times its close."""
    return {
        "IWM": quote("IWM", CLOSE["IWM"] * move, f"{day}T{small}"),
        "SPY": quote("SPY", CLOSE["SPY"], f"{day}T{large}"),
    }


def at(time: str, quotes: dict[str, Quote], live: bool = True, panel: Panel = BASE) -> Panel:
    return with_quotes(panel, quotes, EXCHANGE, utc(time), live)


def test_a_running_session_gets_a_provisional_row() -> None:
    panel = at("2026-03-24T15:00", trades("14:59:58", "14:59:50"))
    assert str(panel.sessions[-1]) == "2026-03-24"
    assert panel.closes_at[-1] == np.datetime64("2026-03-24T20:00:00")
    assert panel.provisional.tolist() == [True, True, False]
    assert np.isnan(panel.adj[-1, 2])
    line = line_of(panel, PAIR)
    assert line.is_provisional
    assert line.as_of == utc("2026-03-24T14:59:50")  # the older of the two
    np.testing.assert_allclose(line.values[-1] / line.values[-2], 1.02)
    quality = panel.quality[PAIR]
    assert (quality.state, quality.provisional, quality.as_of) == (SubjectState.OK, True, line.as_of)
    assert quality.last_session == "2026-03-24"
    assert panel.key == BASE.key


def test_on_an_ex_date_the_return_has_the_dividend() -> None:
    """1 % goes ex today: fetched this morning the history lies 1 % lower, and a price 1 % lower is no loss."""
    history = {"IWM": walk("IWM", factor=0.99), "SPY": walk("SPY")}
    morning = build_panel(history, EXCHANGE, utc("2026-03-24T13:35"), [PAIR], ["IWM", "SPY"])
    panel = at("2026-03-24T15:00", trades("14:59:58", "14:59:50", move=0.99), panel=morning)
    np.testing.assert_allclose(panel.adj[-1, 0], panel.adj[-2, 0])
    np.testing.assert_allclose(panel.close[-1, 0], CLOSE["IWM"] * 0.99)
    assert panel.last_price[0] == CLOSE["IWM"] * 0.99


def test_details_of_the_session_so_far() -> None:
    price = CLOSE["SPY"]
    panel = at(
        "2026-03-24T15:00",
        {"SPY": quote("SPY", price, "2026-03-24T14:59:58", open=price * 1.01, high=price * 0.99, low=0.0, volume=5e5)},
    )
    assert panel.open_[-1, 1] == price * 1.01
    assert panel.high[-1, 1] == price  # a high older than the price is too low
    assert panel.low[-1, 1] == price
    assert panel.volume[-1, 1] == 5e5


def test_the_completed_panel_is_left_as_it_was() -> None:
    before = BASE.adj.copy()
    first = at("2026-03-24T15:00", trades("14:59:58", "14:59:50"))
    kept = first.adj.copy()
    second = at("2026-03-24T15:01", trades("15:00:58", "15:00:50", move=1.03), panel=first)
    np.testing.assert_array_equal(BASE.adj, before)
    np.testing.assert_array_equal(first.adj, kept)
    assert len(second.sessions) == len(first.sessions) == len(BASE.sessions) + 1
    np.testing.assert_allclose(second.adj[-1, 0] / first.adj[-1, 0], 1.03 / 1.02)


@pytest.mark.parametrize(("large", "state"), [("14:58:55", SubjectState.OK), ("14:58:54", SubjectState.ASYNC)])
def test_legs_more_than_a_minute_apart_are_asynchronous(large: str, state: SubjectState) -> None:
    panel = at("2026-03-24T15:00", trades("14:59:55", large))
    assert panel.quality[PAIR].state is state
    line = line_of(panel, PAIR)
    assert line.is_provisional == (state is SubjectState.OK)
    if state is SubjectState.ASYNC:
        assert panel.quality[PAIR].reason == "IWM and SPY traded more than a minute apart"
        assert str(line.sessions[-1]) == "2026-03-23"
        assert panel.quality[PAIR].last_session == "2026-03-23"
        assert not panel.quality[PAIR].provisional
        assert line_of(panel, "IWM").is_provisional  # each leg alone is fine
        assert panel.quality["IWM"].state is SubjectState.OK


def test_what_is_published_after_the_close_is_the_close() -> None:
    # Index closes are stamped half an hour late.
    panel = at("2026-03-24T20:40", trades("20:00:00", "20:30:00"))
    assert panel.quality[PAIR].state is SubjectState.OK
    assert line_of(panel, PAIR).is_provisional


def test_one_leg_without_a_quote_makes_no_ratio() -> None:
    quotes = trades("14:59:58", "14:59:50")
    del quotes["SPY"]
    panel = at("2026-03-24T15:00", quotes)
    assert str(line_of(panel, PAIR).sessions[-1]) == "2026-03-23"
    assert panel.quality["SPY"].state is SubjectState.STALE
    assert panel.quality["SPY"].reason == "no quote in this session"
    assert panel.quality[PAIR].reason == "SPY: no quote in this session"


def test_a_recording_without_a_symbol_is_not_stale() -> None:
    quotes = trades("14:59:58", "14:59:50")
    del quotes["SPY"]
    panel = at("2026-03-24T15:00", quotes, live=False)
    assert panel.quality["SPY"].state is SubjectState.OK
    assert panel.quality["SPY"].as_of == utc("2026-03-23T20:00")
    assert not panel.quality[PAIR].provisional


@pytest.mark.parametrize(("now", "state"), [("15:14:58", SubjectState.OK), ("15:14:59", SubjectState.STALE)])
def test_a_recording_that_ends_early_is_a_dead_feed(now: str, state: SubjectState) -> None:
    panel = at(f"2026-03-24T{now}", trades("14:59:58", "14:59:58"), live=False)
    assert panel.quality["SPY"].state is state
    assert panel.quality[PAIR].state is state


@pytest.mark.parametrize(
    ("traded", "delay", "state"),
    [
        ("14:58:30", 0, SubjectState.OK),
        ("14:58:29", 0, SubjectState.STALE),
        ("14:44:00", 900, SubjectState.OK),
        ("14:43:00", 900, SubjectState.STALE),
    ],
)
def test_a_quote_is_stale_after_90_seconds_and_its_delay(traded: str, delay: float, state: SubjectState) -> None:
    late = quote("SPY", CLOSE["SPY"], f"2026-03-24T{traded}", delayed_by=float(delay))
    panel = at("2026-03-24T15:00", {"SPY": late})
    assert panel.quality["SPY"].state is state
    assert at("2026-03-24T15:00", {"SPY": late}, live=False).quality["SPY"].state is SubjectState.OK


def test_slow_polling_gives_three_polls() -> None:
    late = {"SPY": quote("SPY", CLOSE["SPY"], "2026-03-24T14:55:30")}
    now = utc("2026-03-24T15:00")
    assert with_quotes(BASE, late, EXCHANGE, now, True, poll_seconds=89).quality["SPY"].state is SubjectState.STALE
    assert with_quotes(BASE, late, EXCHANGE, now, True, poll_seconds=90).quality["SPY"].state is SubjectState.OK


def test_a_stale_quote_says_by_how_much() -> None:
    panel = at("2026-03-24T15:00", trades("14:30:00", "14:59:50"))
    assert panel.quality["IWM"].reason == "the last trade is 30 min older than it should be"
    assert panel.quality["IWM"].as_of == utc("2026-03-24T14:30")


def test_a_seldom_traded_fund_may_be_silent_longer() -> None:
    # 20,000 shares a day are a trade of 100 every two minutes: half an hour of silence is within chance.
    thin = make_bars("PSCI", sessions_until("2026-03-23", 30), np.full(30, 50.0), volume=20_000)
    base = build_panel({"PSCI": thin}, EXCHANGE, utc("2026-03-24T13:00"), [], ["PSCI"])
    for traded, state in (("14:30", SubjectState.OK), ("13:40", SubjectState.STALE)):
        quotes = {"PSCI": quote("PSCI", 50.0, f"2026-03-24T{traded}")}
        assert at("2026-03-24T15:00", quotes, panel=base).quality["PSCI"].state is state


def test_the_first_minute_waits_for_the_first_trades() -> None:
    yesterday = trades("20:00:00", "20:00:00", move=1.0, day="2026-03-23")
    early = at("2026-03-24T13:31", yesterday)
    assert early.quality[PAIR].state is SubjectState.OK
    assert len(early.sessions) == len(BASE.sessions)
    assert at("2026-03-24T13:32", yesterday).quality[PAIR].state is SubjectState.STALE


def test_rates_keep_their_own_hours() -> None:
    panel = at("2026-03-24T15:00", trades("14:59:58", "14:59:50"))
    assert panel.quality["^TNX"].state is SubjectState.OK
    afternoon = at("2026-03-24T19:59", {"^TNX": quote("^TNX", CLOSE["^TNX"], "2026-03-24T18:59")})
    assert afternoon.quality["^TNX"].state is SubjectState.OK
    assert line_of(afternoon, "^TNX").is_provisional


def test_before_the_open_nothing_is_stale() -> None:
    panel = at("2026-03-24T12:00", trades("20:00:00", "20:00:00", move=1.0, day="2026-03-23"))
    assert panel.quality[PAIR].state is SubjectState.OK
    assert not panel.provisional.any()


def test_a_quote_of_a_completed_bar_sets_the_last_price_alone() -> None:
    panel = at("2026-03-23T22:00", trades("20:00:00", "20:00:01", day="2026-03-23"))
    assert not panel.provisional.any()
    assert panel.last_price[0] == CLOSE["IWM"] * 1.02
    assert panel.price_at[1] == utc("2026-03-23T20:00:01")
    np.testing.assert_array_equal(panel.adj, BASE.adj)
    # An older trade than the close that is known replaces nothing.
    assert at("2026-03-23T22:00", trades("19:00", "19:00", day="2026-03-23")).last_price[0] == CLOSE["IWM"]


def test_after_the_close_quotes_stand_in_for_bars_not_fetched_yet() -> None:
    closing = trades("20:00:00", "20:00:00")
    panel = at("2026-03-24T20:30", closing)
    assert str(panel.sessions[-1]) == "2026-03-24"
    assert panel.quality[PAIR].state is SubjectState.OK
    assert panel.quality[PAIR].provisional
    # The rates have neither bar nor quote; the fund without a quote has lost its last session.
    assert panel.quality["^TNX"].missing_sessions == ("2026-03-24",)
    del closing["SPY"]
    assert at("2026-03-24T20:30", closing).quality["SPY"].reason == "no bar of 2026-03-24"
    # A feed that died an hour before the close has not told the close.
    died = at("2026-03-24T20:30", trades("19:00:00", "19:00:00"))
    assert died.quality[PAIR].state is SubjectState.STALE


def test_bars_of_some_symbols_and_quotes_of_others() -> None:
    """After the close histories arrive one by one: the newest row is a bar for one leg and a quote for the other."""
    bars = {"IWM": walk("IWM", last="2026-03-24"), "SPY": walk("SPY")}
    base = build_panel(bars, EXCHANGE, utc("2026-03-24T20:30"), [PAIR], ["IWM", "SPY"])
    assert base.quality["SPY"].reason == "no bar of 2026-03-24"
    panel = at("2026-03-24T20:31", {"SPY": quote("SPY", CLOSE["SPY"], "2026-03-24T20:00:00")}, panel=base)
    assert panel.provisional.tolist() == [False, True]
    assert len(panel.sessions) == len(base.sessions)
    assert np.isnan(base.adj[-1, 1])
    assert panel.quality["SPY"].state is SubjectState.OK
    assert panel.quality["SPY"].missing_sessions == ()
    assert panel.quality["IWM"].provisional is False
    assert panel.quality[PAIR].provisional
    assert panel.quality[PAIR].missing_sessions == ()
    assert line_of(panel, PAIR).is_provisional


def test_days_pass_without_new_bars() -> None:
    panel = at("2026-03-26T15:00", trades("14:59:58", "14:59:50", day="2026-03-26"))
    assert panel.sessions[-3:].astype(str).tolist() == ["2026-03-24", "2026-03-25", "2026-03-26"]
    quality = panel.quality["IWM"]
    assert quality.state is SubjectState.STALE
    assert quality.reason == "the last bar is of 2026-03-23"
    assert quality.missing_sessions == ("2026-03-24", "2026-03-25")
    assert panel.quality["^TNX"].state is SubjectState.OK
    assert line_of(panel, PAIR).sessions[-2:].astype(str).tolist() == ["2026-03-23", "2026-03-26"]


def test_the_half_day_ends_early() -> None:
    bars = {"IWM": walk("IWM", last="2025-11-26"), "SPY": walk("SPY", last="2025-11-26")}
    base = build_panel(bars, EXCHANGE, utc("2025-11-28T14:00"), [PAIR], ["IWM", "SPY"])
    close = dict(zip(base.symbols, base.last_price.tolist(), strict=True))
    quotes = {name: quote(name, price, "2025-11-28T18:00") for name, price in close.items()}
    panel = at("2025-11-28T19:00", quotes, panel=base)
    assert panel.half_days[-1]
    assert panel.quality[PAIR].state is SubjectState.OK


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf, 1e9])
def test_an_impossible_quote_is_not_used(price: float) -> None:
    panel = at("2026-03-24T15:00", {"SPY": quote("SPY", price, "2026-03-24T14:59:59")}, live=False)
    assert not panel.provisional.any()
    assert panel.last_price[1] == CLOSE["SPY"]
    assert panel.quality["SPY"].state is SubjectState.DEGRADED
    assert panel.quality["SPY"].reason.startswith("quote not used")
    assert panel.quality[PAIR].reason.startswith("SPY: quote not used")
    live = at("2026-03-24T15:00", {"SPY": quote("SPY", price, "2026-03-24T14:59:59")})
    assert live.quality["SPY"].state is SubjectState.STALE
    assert live.quality["SPY"].reason.startswith("quote not used")


def test_a_quote_from_the_future_is_not_used() -> None:
    panel = at("2026-03-24T15:00", {"SPY": quote("SPY", CLOSE["SPY"], "2026-03-24T15:01:01")}, live=False)
    assert not panel.provisional.any()
    assert "lies ahead" in panel.quality["SPY"].reason


def test_a_split_overnight_waits_for_the_history() -> None:
    halved = quote("SPY", CLOSE["SPY"] / 1.5, "2026-03-24T14:59:59", previous_close=CLOSE["SPY"] / 1.5)
    panel = at("2026-03-24T15:00", {"SPY": halved})
    assert not panel.provisional.any()
    assert panel.quality["SPY"].state is SubjectState.STALE
    assert "does not fit" in panel.quality["SPY"].reason
    dividend = quote("SPY", CLOSE["SPY"], "2026-03-24T14:59:59", previous_close=CLOSE["SPY"] * 0.997)
    assert at("2026-03-24T15:00", {"SPY": dividend}).provisional[1]


def test_quotes_alone_make_no_history() -> None:
    base = build_panel({}, EXCHANGE, utc("2026-03-24T13:00"), [PAIR], ["IWM", "SPY"])
    panel = at("2026-03-24T15:00", trades("14:59:58", "14:59:50"), panel=base)
    assert panel.adj.shape == (1, 2)
    assert panel.quality[PAIR].state is SubjectState.MISSING
    assert panel.last_price[0] == CLOSE["IWM"] * 1.02


def test_names_are_remembered() -> None:
    named = at("2026-03-24T15:00", {"SPY": quote("SPY", CLOSE["SPY"], "2026-03-24T14:59:59", name="SPDR S&P 500")})
    assert named.quality["SPY"].name == "SPDR S&P 500"


def test_a_symbol_nobody_asked_for_is_ignored() -> None:
    panel = at("2026-03-24T15:00", {"ABC": quote("ABC", 5.0, "2026-03-24T14:59:59")})
    assert panel.symbols == BASE.symbols
    assert len(panel.sessions) == len(BASE.sessions)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.7, 1.4), st.integers(0, 59), st.integers(0, 59))
def test_the_last_poll_alone_counts(move: float, first: int, second: int) -> None:
    """Polling in between changes nothing: what is shown depends on the history and the newest quotes."""
    between = at("2026-03-24T15:00", trades(f"14:58:{first:02}", f"14:58:{second:02}", move=1.1))
    quotes = trades(f"14:59:{second:02}", f"14:59:{first:02}", move=move)
    direct, through = at("2026-03-24T15:00", quotes), at("2026-03-24T15:00", quotes, panel=between)
    np.testing.assert_array_equal(direct.adj, through.adj)
    np.testing.assert_array_equal(direct.last_price, through.last_price)
    assert direct.quality == through.quality
    assert direct.price_at == through.price_at
