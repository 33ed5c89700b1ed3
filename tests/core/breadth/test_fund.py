"""A fund from its files: counted, dated, cut at the evening asked for; what cannot be read is a sentence."""

from datetime import date, timedelta

import numpy as np
import pytest
from fund_files import DAYS, names_of, settings_of, walks, write_directory, write_list, write_table

from core.breadth.counting import count_all
from core.breadth.fund import build_breadth, load_fund
from core.breadth.holdings import Holdings
from core.breadth.load import NO_BARS, load_funds, take_stamp
from core.market.csv import load_daily
from core.studies.spreads import to_amihud, to_edge, to_impact

LAST = DAYS[-1].item()
NAMES = names_of(12)
VALUES = walks(12)


@pytest.fixture
def table(tmp_path):
    return write_table(tmp_path / "closes.csv", NAMES, VALUES)


@pytest.fixture
def listed(tmp_path):
    return write_list(tmp_path / "fund.csv", [*NAMES, "GONE"], [*range(1, 13), 22])


def test_a_fund_is_what_is_counted_over_its_files(table, listed):
    breadth = load_fund(listed, [table], LAST)
    assert breadth.holdings.symbols == (*NAMES, "GONE")
    assert breadth.closes.symbols == tuple(NAMES)
    np.testing.assert_allclose(breadth.weights, np.arange(1, 13) / 100)
    expected = count_all(VALUES, np.arange(1.0, 13.0))
    for name, tally in breadth.counts.items():
        np.testing.assert_array_equal(tally.share(), expected[name].share())
        np.testing.assert_allclose(tally.share(weighted=True), expected[name].share(weighted=True), rtol=1e-12)
    assert breadth.row(DAYS[7]) == 7
    assert breadth.row(DAYS[0] - 1) == -1
    assert breadth.row(DAYS[-1] + 5) == 399
    assert breadth.amihud is None


@pytest.mark.parametrize("rows", [1, 60, 300])
def test_nothing_later_than_the_evening_counts(table, listed, rows):
    then, whole = load_fund(listed, [table], DAYS[rows - 1].item()), load_fund(listed, [table], LAST)
    assert len(then.closes.sessions) == rows
    for name, tally in then.counts.items():
        np.testing.assert_array_equal(tally.share(), whole.counts[name].share()[:rows])
    np.testing.assert_array_equal(then.smoothed, whole.smoothed[:rows])


def test_days_that_are_no_sessions_do_not_break_windows(tmp_path, listed):
    """On a holiday two of twelve have a close; a new name has none before it began."""
    values = VALUES.copy()
    values[3, :200] = np.nan
    whole = load_fund(listed, [write_table(tmp_path / "a.csv", NAMES, values)], LAST)
    with_holiday = np.insert(values, 300, np.nan, axis=1)
    with_holiday[:2, 300] = 55.0
    days = np.insert(DAYS + np.where(np.arange(400) >= 300, 7, 0), 300, DAYS[299] + 1)
    holiday = load_fund(listed, [write_table(tmp_path / "b.csv", NAMES, with_holiday, days)], LAST + timedelta(99))
    assert DAYS[299] + 1 not in holiday.closes.sessions
    for name, tally in holiday.counts.items():
        np.testing.assert_array_equal(tally.share(), whole.counts[name].share())


def test_gains_against_a_benchmark():
    holdings = Holdings(("A", "B", "C"), (0.5, 0.25, 0.25))
    values = np.array([[100.0, 106], [100, 104], [np.nan, 200]])
    breadth = build_breadth(holdings, closes_of(values))
    tally = breadth.count_ahead(1, 0, 1.05)
    assert (tally.share()[0], tally.share(weighted=True)[0]) == (0.5, pytest.approx(2 / 3))


def closes_of(values):
    from core.breadth.closes import Closes

    return Closes(tuple("ABCDEFG"[: len(values)]), DAYS[: values.shape[1]], values)


def test_many_constituents_are_counted_right():
    """More than a byte can hold."""
    values = np.repeat([[100.0, 101.0]], 1000, axis=0)
    values[300:, 1] = 99.0
    names = tuple(names_of(1000))
    closes = closes_of(values[:1])
    breadth = build_breadth(Holdings(names, None), type(closes)(names, closes.sessions, values))
    assert breadth.count_ahead(1, 0, 1.0).share()[0] == 0.3
    assert breadth.counts["advances"].share()[1] == 0.3


def test_medians_of_impact_and_spread(tmp_path, listed):
    """Each constituent's own, from its own file, at every session of the last year."""
    bars = write_directory(tmp_path / "bars", NAMES, VALUES)
    breadth = load_fund(listed, [bars], LAST)
    loaded = [load_daily(bars / f"{name}.csv", name) for name in NAMES]
    amihud = np.array([to_amihud(to_impact(b.close, b.close * b.volume))[-252:] for b in loaded])
    edge = np.array([to_edge(b.open, b.high, b.low, b.close, 21)[-252:] for b in loaded])
    np.testing.assert_array_equal(breadth.amihud.sessions, DAYS[-252:])
    np.testing.assert_allclose(breadth.amihud.values, np.median(amihud, axis=0), rtol=1e-12)
    np.testing.assert_allclose(breadth.edge.values, np.median(edge, axis=0), rtol=1e-9)
    assert breadth.edge.counts.tolist() == [12.0] * 252


def test_medians_of_those_that_can_tell(tmp_path, listed):
    """One has bars since ten sessions only, one does not trade any more."""
    bars = write_directory(tmp_path / "bars", NAMES, VALUES)
    young = (bars / "S000.csv").read_text().splitlines()
    (bars / "S000.csv").write_text("\n".join([young[0], *young[-10:]]) + "\n")
    silent = (bars / "S001.csv").read_text().splitlines()
    (bars / "S001.csv").write_text(
        "\n".join([*silent[:-5], *(line[: line.rindex(",")] + ",0" for line in silent[-5:])])
    )
    breadth = load_fund(listed, [bars], LAST)
    assert breadth.amihud.counts[-6:].tolist() == [11, 10, 10, 10, 10, 10]
    assert breadth.edge.counts[-1] == 11


def test_every_fund_of_the_settings(tmp_path, table, listed):
    broken = write_list(tmp_path / "broken.csv", ["not a symbol"])
    settings = settings_of({"IWM": listed, "SPY": broken, "IJR": tmp_path / "gone.csv"}, table)
    found = load_funds(settings, LAST)
    assert found["IWM"].closes.symbols == tuple(NAMES)
    assert found["SPY"] == "broken.csv line 1 column 1: expected a symbol such as AAPL, found 'not a symbol'"
    assert found["IJR"] == "gone.csv: cannot be read: No such file or directory"
    assert load_funds(settings_of({"IWM": listed}), LAST) == {"IWM": NO_BARS}
    assert load_funds(settings_of({}), LAST) == {}
    lost = load_funds(settings_of({"IWM": listed}, tmp_path / "lost.csv"), LAST)
    assert lost == {"IWM": "lost.csv: cannot be read: No such file or directory"}
    (tmp_path / "bad.csv").write_text("Date,S001\n2024-01-02,x\n")
    assert load_funds(settings_of({"IWM": listed}, tmp_path / "bad.csv"), LAST)["IWM"].startswith("bad.csv line 2")


def test_an_evening_before_the_first_close(table, listed):
    breadth = load_fund(listed, [table], date(2020, 1, 1))
    assert len(breadth.closes.sessions) == 0
    assert breadth.row(DAYS[0]) == -1


def test_the_stamp_changes_with_the_files(tmp_path, listed):
    bars = write_directory(tmp_path / "bars", NAMES[:2], VALUES[:2])
    settings = settings_of({"IWM": listed}, bars, tmp_path / "gone.csv")
    before = take_stamp(settings)
    assert take_stamp(settings) == before
    (bars / "S000.csv").write_text((bars / "S000.csv").read_text() + "x")
    changed = take_stamp(settings)
    assert changed != before
    (tmp_path / "gone.csv").write_text("Date,A\n")
    assert take_stamp(settings) != changed


def test_a_home_directory(tmp_path, monkeypatch, table, listed):
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = settings_of({"IWM": f"~/{listed.name}"}, f"~/{table.name}")
    assert load_funds(settings, date(2030, 1, 1))["IWM"].closes.values.shape == (12, 400)
    assert take_stamp(settings)[0][0] == listed.name
