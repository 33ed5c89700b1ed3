"""The completed panel: joins, holes, provisional bars, no look-ahead [§0.3-0.5]."""

import math
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_makers import EXCHANGE, make_bars, sessions_until, utc, walk

from core.market.bars import COLUMNS, Bars
from core.market.build import build_panel, line_of, to_completed
from core.market.panel import Panel
from core.snapshot import SubjectState

AT = utc("2026-03-24T13:00")  # before the open: the 23rd is the last complete session
PAIR = "IWM/SPY"
ARRAYS = ("adj", "close", "open_", "high", "low", "volume")


def panel_of(*bars: Bars, at: str = "2026-03-24T13:00", pairs: tuple[str, ...] = (PAIR,)) -> Panel:
    return build_panel({found.symbol: found for found in bars}, EXCHANGE, utc(at), pairs, [b.symbol for b in bars])


def without(bars: Bars, *rows: int) -> Bars:
    """`bars` with some sessions left out."""
    kept = np.delete(np.arange(len(bars)), rows)
    return Bars(bars.symbol, bars.sessions[kept], *(getattr(bars, name)[kept] for name in COLUMNS))


def test_rows_are_all_sessions_from_the_first_bar_to_the_last_complete_one() -> None:
    panel = panel_of(walk("IWM", count=30), walk("SPY", count=50))
    np.testing.assert_array_equal(panel.sessions, sessions_until("2026-03-23", 50))
    assert panel.closes_at[-1] == np.datetime64("2026-03-23T20:00:00")
    assert panel.adj.shape == (50, 2)
    assert np.isnan(panel.adj[:20, 0]).all()
    assert not np.isnan(panel.adj[:, 1]).any()
    assert not panel.provisional.any()
    assert not panel.half_days.any()


def test_details_are_adjusted_like_the_close_and_volume_is_not() -> None:
    bars = make_bars("IWM", sessions_until("2026-03-23", 3), [100, 101, 102], [50, 50.5, 51])
    panel = panel_of(bars, walk("SPY"))
    assert panel.adj[-1, 0] == 51
    assert panel.close[-1, 0] == 102
    np.testing.assert_allclose(panel.high[-1, 0], 102 * 1.01 / 2)
    np.testing.assert_allclose(panel.open_[-1, 0], 51)
    assert panel.volume[-1, 0] == 1e6


def test_a_missing_session_of_one_leg_is_left_out_and_never_filled() -> None:
    small, large = walk("IWM", count=40), walk("SPY", count=40)
    panel = panel_of(without(small, 30), large)
    line = line_of(panel, PAIR)
    assert len(line.values) == 39
    assert small.sessions[30] not in line.sessions
    kept = np.delete(np.arange(40), 30)
    np.testing.assert_allclose(line.values, small.adj_close[kept] / large.adj_close[kept], rtol=1e-14)
    np.testing.assert_array_equal(line.small, small.adj_close[kept])
    np.testing.assert_array_equal(line.raw_large, large.close[kept])
    missing = (str(small.sessions[30]),)
    assert panel.quality["IWM"].missing_sessions == missing
    assert panel.quality[PAIR].missing_sessions == missing
    assert panel.quality["SPY"].missing_sessions == ()
    assert panel.quality[PAIR].state is SubjectState.OK
    assert panel.quality[PAIR].reason == f"1 session missing, the newest {small.sessions[30]}"


def test_a_nan_last_bar_is_a_missing_last_session() -> None:
    small = walk("IWM", count=40)
    small.close[-1] = small.adj_close[-1] = math.nan
    panel = panel_of(small, walk("SPY", count=40))
    assert panel.quality["IWM"].state is SubjectState.STALE
    assert panel.quality["IWM"].reason == "no bar of 2026-03-23"
    assert panel.quality[PAIR].state is SubjectState.STALE
    assert panel.quality[PAIR].reason == "IWM: no bar of 2026-03-23"
    assert panel.quality["SPY"].state is SubjectState.OK
    line = line_of(panel, PAIR)
    assert str(line.sessions[-1]) == "2026-03-20"
    assert line.as_of == utc("2026-03-20T20:00")
    assert panel.last_price[0] == small.close[-2]
    assert panel.price_at[0] == utc("2026-03-20T20:00")


def test_the_running_session_s_bar_is_no_completed_one() -> None:
    bars = walk("IWM", last="2026-03-24", count=40)
    for at in ("2026-03-24T15:00", "2026-03-24T20:00", "2026-03-24T20:19:59"):
        assert str(panel_of(bars, walk("SPY"), at=at).sessions[-1]) == "2026-03-23"
    assert str(panel_of(bars, walk("SPY"), at="2026-03-24T20:20").sessions[-1]) == "2026-03-24"
    assert len(to_completed(bars, EXCHANGE, utc("2026-03-24T15:00"))) == 39
    assert to_completed(bars, EXCHANGE, utc("2026-03-25T15:00")) is bars


def test_a_half_day_is_one_flagged_session_that_ends_early() -> None:
    panel = panel_of(walk("IWM", last="2025-11-28"), walk("SPY", last="2025-11-28"), at="2025-11-28T18:20")
    assert str(panel.sessions[-1]) == "2025-11-28"
    assert panel.half_days[-1]
    assert panel.closes_at[-1] == np.datetime64("2025-11-28T18:00:00")
    assert panel.quality[PAIR].state is SubjectState.OK


def test_days_without_a_session_have_no_row() -> None:
    days = np.array(["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-06"], dtype="datetime64[D]")
    dollar = make_bars("DX-Y.NYB", days, [99, 100, 101, 102])  # currencies trade on Good Friday
    panel = panel_of(dollar, walk("SPY", last="2026-04-06"), at="2026-04-06T21:00", pairs=())
    assert "2026-04-03" not in panel.sessions.astype(str)
    assert panel.close[-3:, 0].tolist() == [99, 100, 102]


def test_what_lies_before_the_calendar_is_left_out() -> None:
    days = np.array(["1984-12-28", "1984-12-31", "1985-01-02", "1985-01-03"], dtype="datetime64[D]")
    panel = panel_of(make_bars("^GSPC", days, [166, 167, 165, 164]), at="1985-01-03T22:00", pairs=())
    assert panel.sessions.astype(str).tolist() == ["1985-01-02", "1985-01-03"]


@pytest.mark.parametrize(("holes", "state"), [(2, SubjectState.OK), (3, SubjectState.DEGRADED)])
def test_more_than_two_of_the_last_twenty(holes: int, state: SubjectState) -> None:
    rows = [281 + 2 * hole for hole in range(holes)]
    panel = panel_of(without(walk("IWM"), *rows), walk("SPY"))
    assert panel.quality["IWM"].state is state
    assert panel.quality[PAIR].state is state
    if state is SubjectState.DEGRADED:
        assert panel.quality[PAIR].reason == "3 of the last 20 sessions are missing"


@pytest.mark.parametrize(("holes", "state"), [(12, SubjectState.OK), (13, SubjectState.DEGRADED)])
def test_more_than_five_percent_of_a_year(holes: int, state: SubjectState) -> None:
    rows = [60 + 3 * hole for hole in range(holes)]
    assert panel_of(without(walk("IWM"), *rows), walk("SPY")).quality[PAIR].state is state


def test_holes_of_the_two_legs_add_up() -> None:
    panel = panel_of(without(walk("IWM"), 285, 287), without(walk("SPY"), 289))
    assert panel.quality["IWM"].state is SubjectState.OK
    assert panel.quality["SPY"].state is SubjectState.OK
    assert panel.quality[PAIR].state is SubjectState.DEGRADED
    assert len(panel.quality[PAIR].missing_sessions) == 3


def test_sessions_before_a_symbol_began_are_not_missing() -> None:
    panel = panel_of(walk("MDY", count=15), walk("SPY"), pairs=("MDY/SPY",))
    quality = panel.quality["MDY/SPY"]
    assert (quality.state, quality.missing_sessions, quality.sessions) == (SubjectState.OK, (), 15)
    assert quality.first_session == str(sessions_until("2026-03-23", 15)[0])
    assert quality.last_session == "2026-03-23"


def test_a_history_that_ended_long_ago_lists_the_newest_of_what_is_missing() -> None:
    panel = panel_of(without(walk("IWN"), *range(200, 300)), walk("SPY"), pairs=())
    quality = panel.quality["IWN"]
    assert quality.state is SubjectState.STALE
    assert quality.reason == f"the last bar is of {panel.sessions[199]}"
    assert quality.missing_sessions == tuple(panel.sessions[240:].astype(str))


def test_quarantined_bars_are_told_and_not_used() -> None:
    small = walk("IWM")
    small.high[290] = small.close[290] / 2
    panel = panel_of(small, walk("SPY"))
    day = str(small.sessions[290])
    assert np.isnan(panel.adj[290, 0])
    assert np.isnan(panel.volume[290, 0])
    for subject in ("IWM", PAIR):
        assert panel.quality[subject].quarantined == (day,)
        assert panel.quality[subject].missing_sessions == (day,)
    assert panel.quality["IWM"].reason == f"1 session missing, the newest {day}; 1 bar quarantined, the newest {day}"


def test_a_symbol_without_bars_is_missing_and_takes_nothing_with_it() -> None:
    panel = build_panel({"SPY": walk("SPY")}, EXCHANGE, AT, [PAIR, "QQQ/SPY"], ["SPY", "IWM"])
    assert panel.symbols == ("SPY", "IWM", "QQQ")
    assert panel.quality["IWM"].state is SubjectState.MISSING
    assert panel.quality["IWM"].reason == "no history yet"
    assert panel.quality[PAIR].reason == "IWM: no history yet"
    assert panel.quality["SPY"].state is SubjectState.OK
    assert np.isnan(panel.last_price[1])
    assert panel.price_at[1] is None
    line = line_of(panel, PAIR)
    assert (len(line.values), line.as_of, line.is_provisional) == (0, None, False)
    assert line.small is not None


def test_what_a_person_should_know_of_the_bars_is_told_with_their_quality() -> None:
    holed = without(walk("IWM"), 299).with_note("IWM.csv line 302 is cut off and not used")
    panel = panel_of(holed, walk("SPY").with_note("a remark"))
    assert panel.quality["IWM"].reason == "no bar of 2026-03-23; IWM.csv line 302 is cut off and not used"
    assert panel.quality["IWM"].state is SubjectState.STALE
    assert (panel.quality["SPY"].state, panel.quality["SPY"].reason) == (SubjectState.OK, "a remark")
    assert "a remark" not in panel.quality[PAIR].reason, "a leg tells it itself"


def test_bars_on_days_without_a_session_are_told() -> None:
    """Presidents' Day and a Saturday; yields keep a calendar of their own."""
    days = ["2026-02-13", "2026-02-14", "2026-02-16", "2026-02-17"]
    panel = panel_of(make_bars("IWM", days, [1, 1, 1, 1]), make_bars("^TNX", days, [4, 4, 4, 4]), walk("SPY"))
    told = "2 bars on days without a session not used, the newest 2026-02-16"
    assert panel.quality["IWM"].reason.endswith(told)
    assert "without a session" not in panel.quality["^TNX"].reason


def test_no_bars_at_all() -> None:
    panel = build_panel({}, EXCHANGE, AT, [PAIR], ["IWM", "SPY"])
    assert panel.adj.shape == (0, 2)
    assert panel.quality[PAIR].state is SubjectState.MISSING
    assert len(line_of(panel, "IWM").values) == 0


def test_legs_that_never_traded_together() -> None:
    panel = panel_of(without(walk("IWM"), *range(100, 299)), without(walk("SPY"), *range(100), 299))
    assert panel.quality[PAIR].state is SubjectState.STALE
    panel = panel_of(walk("IWM").part(slice(100)), without(walk("SPY"), *range(100)), walk("QQQ"))
    assert panel.quality[PAIR].sessions == 0


def test_dividends_in_the_price_or_not() -> None:
    days = sessions_until("2026-03-23", 3)
    spy = make_bars("SPY", days, [100, 101, 102], [99.7, 101, 102])
    index = make_bars("^RUT", days, [2000, 2010, 2020], [math.nan] * 3)
    rounded = make_bars("^GSPC", days, [6000, 6010, 6020], [6000, 6010.0001, 6020])
    total = make_bars("^SP500TR", days, [9000, 9010, 9020])
    panel = panel_of(spy, index, rounded, total, pairs=("SPY/^GSPC", "^RUT/^GSPC"))
    assert [panel.quality[s].basis for s in ("SPY", "^RUT", "^GSPC", "^SP500TR")] == ["TR", "PR", "PR", "TR"]
    assert panel.quality["^RUT/^GSPC"].basis == "PR"
    assert panel.quality["SPY/^GSPC"].basis == "TR/PR"
    assert panel.quality["SPY/^GSPC"].reason == "SPY counts dividends, ^GSPC does not"


def test_a_bond_holiday_is_told_and_marks_nothing_stale() -> None:
    # The bond market was closed on Columbus Day, 2025-10-13, and on Veterans Day, 2025-11-11; NYSE was open.
    spy, rate = walk("SPY", last="2025-11-11"), walk("^TNX", last="2025-11-11")
    october = int(np.flatnonzero(rate.sessions == np.datetime64("2025-10-13"))[0])
    panel = panel_of(spy, without(rate, october, 299), at="2025-11-11T22:00", pairs=())
    quality = panel.quality["^TNX"]
    assert quality.state is SubjectState.OK
    assert quality.missing_sessions == ("2025-10-13", "2025-11-11")
    assert quality.reason == "2 sessions missing, the newest 2025-11-11"
    assert quality.last_session == "2025-11-10"
    panel = panel_of(walk("SPY"), without(walk("^TNX"), 297, 298, 299), pairs=())
    assert panel.quality["^TNX"].state is SubjectState.STALE


def test_a_pair_of_rates_divides_by_no_zero() -> None:
    days = sessions_until("2026-03-23", 3)
    panel = panel_of(make_bars("^TNX", days, [4, 4.1, 4.2]), make_bars("^IRX", days, [2, 0, 2.1]), pairs=("^TNX/^IRX",))
    np.testing.assert_allclose(line_of(panel, "^TNX/^IRX").values, [2, 2])


def test_the_key_follows_the_content_and_nothing_else() -> None:
    small, large = walk("IWM"), walk("SPY")
    key = panel_of(small, large).key
    assert panel_of(small, large).key == key
    # A passing day, a running session and the bar it delivers change no completed history.
    assert panel_of(small, large, at="2026-03-25T22:00").key == key
    running = walk("IWM", last="2026-03-24", count=301)
    running = replace(small, **{f.name: np.append(getattr(small, f.name), getattr(running, f.name)[-1:])
                                for f in fields(Bars)[1:]})  # fmt: skip
    assert panel_of(running, large, at="2026-03-24T15:00").key == key
    assert panel_of(running, large, at="2026-03-24T21:00").key != key
    for name in COLUMNS:
        column = getattr(small, name).copy()
        column[5] *= 1.0001
        assert panel_of(small.with_columns({name: column}), large).key != key


def test_a_rescaled_past_changes_the_key_and_no_return() -> None:
    small, large = walk("IWM"), walk("SPY")
    rescaled = small.with_columns({"adj_close": small.adj_close * 0.99})
    before, after = panel_of(small, large), panel_of(rescaled, large)
    assert before.key != after.key
    np.testing.assert_allclose(np.diff(np.log(before.adj[:, 0])), np.diff(np.log(after.adj[:, 0])), atol=1e-14)


def test_an_unknown_subject_is_an_empty_line() -> None:
    line = line_of(panel_of(walk("IWM"), walk("SPY")), "ABC")
    assert (len(line.values), line.small) == (0, None)


holes = st.sets(st.integers(0, 59), max_size=20)


@settings(max_examples=40, deadline=None)
@given(holes, holes, st.dictionaries(st.integers(0, 59), st.sampled_from([0.0, 0.01, 30.0, -1.0])), st.integers(1, 60))
def test_no_look_ahead(small: set[int], large: set[int], ticks: dict[int, float], end: int) -> None:
    """The panel at t of the whole history is that of the history cut at t."""
    iwm, spy = walk("IWM", count=60), walk("SPY", count=60)
    for row, factor in ticks.items():
        for name in ("open", "high", "low", "close", "adj_close"):
            getattr(iwm, name)[row] *= factor
    iwm, spy = without(iwm, *small), without(spy, *large)
    session: date = sessions_until("2026-03-23", 60)[end - 1].item()
    at = EXCHANGE.closes_at(session).replace(minute=30)
    last = np.datetime64(session)
    cut = {b.symbol: without(b, *np.flatnonzero(b.sessions > last).tolist()) for b in (iwm, spy)}
    whole = build_panel({"IWM": iwm, "SPY": spy}, EXCHANGE, at, [PAIR], ["IWM", "SPY"])
    known = build_panel(cut, EXCHANGE, at, [PAIR], ["IWM", "SPY"])
    np.testing.assert_array_equal(whole.sessions, known.sessions)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(whole, name), getattr(known, name))
    assert whole.quality == known.quality
    assert whole.key == known.key
    final = build_panel({"IWM": iwm, "SPY": spy}, EXCHANGE, AT, [PAIR], ["IWM", "SPY"])
    rows = np.isin(final.sessions, known.sessions)
    np.testing.assert_array_equal(final.adj[rows], known.adj)


@settings(max_examples=20, deadline=None)
@given(st.permutations(["IWM", "SPY", "^VIX", "^TNX", "QQQ"]), holes)
def test_the_order_of_the_symbols_does_not_matter(order: list[str], missing: set[int]) -> None:
    bars = {name: walk(name, count=60) for name in order}
    bars["QQQ"] = without(bars["QQQ"], *missing)
    one = build_panel(bars, EXCHANGE, AT, [PAIR, "QQQ/SPY"], sorted(order))
    other = build_panel(bars, EXCHANGE, AT, ["QQQ/SPY", PAIR], order)
    assert one.quality == other.quality
    np.testing.assert_array_equal(one.sessions, other.sessions)
    columns = [other.symbols.index(name) for name in one.symbols]
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[:, columns])
    for subject in (PAIR, "QQQ/SPY", "^VIX"):
        np.testing.assert_array_equal(line_of(one, subject).values, line_of(other, subject).values)


@pytest.mark.parametrize(("row", "state"), [(-3, SubjectState.DEGRADED), (-300, SubjectState.OK)])
def test_a_split_that_nobody_told_is_no_crash(row: int, state: SubjectState) -> None:
    """All prices halve and stay: the jump passes for a return of -50 %, so what rests on it is not to be believed."""
    whole = walk("IWM", "2026-03-23", count=400)
    columns = {name: getattr(whole, name).copy() for name in ("open", "high", "low", "close", "adj_close")}
    for column in columns.values():
        column[row:] /= 2
    bars = {"IWM": whole.with_columns(columns), "SPY": walk("SPY", count=400, seed=2)}
    panel = build_panel(bars, EXCHANGE, utc("2026-03-24T13:00"), ["IWM/SPY"], ["IWM", "SPY"])
    day = str(whole.sessions[row + 1])  # the first bar of the new level is put aside
    for subject in ("IWM", "IWM/SPY"):
        quality = panel.quality[subject]
        assert quality.state is state
        assert (f"IWM is at another level since {day}" in quality.reason) == (state is SubjectState.DEGRADED)
    assert panel.quality["SPY"].state is SubjectState.OK
