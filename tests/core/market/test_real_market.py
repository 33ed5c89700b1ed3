"""The rules on recorded market data, where a copy is at hand (it is never part of the project)."""

import csv
import math

import numpy as np
import pytest
from market_makers import DAILY, EXCHANGE, utc

from core.market.bars import Bars
from core.market.build import build_panel, line_of, merge_bars, with_quotes
from core.market.panel import Panel
from core.market.validate import validate_bars
from core.snapshot import SubjectState

pytestmark = pytest.mark.skipif(not DAILY.is_dir(), reason="no recorded market data beside the checkout")

SYMBOLS = ("IWM", "SPY", "MDY", "IWN", "^GSPC", "^RUT", "^VIX", "^IRX", "^TNX", "DX-Y.NYB", "UUP")
PAIRS = ("IWM/SPY", "MDY/SPY", "^RUT/^GSPC")


def read(symbol: str) -> Bars:
    with (DAILY / f"{symbol}.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    numbers = np.array([[float(cell) if cell else math.nan for cell in row[1:]] for row in rows])
    return Bars(symbol, np.array([row[0] for row in rows], "datetime64[D]"), *np.ascontiguousarray(numbers.T))


def panel_at(time: str) -> Panel:
    return build_panel({name: read(name) for name in SYMBOLS}, EXCHANGE, utc(time), PAIRS, SYMBOLS)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return panel_at("2026-03-31T20:20")


@pytest.mark.parametrize("path", sorted(DAILY.glob("*.csv")) if DAILY.is_dir() else [], ids=lambda path: path.stem)
def test_no_recorded_bar_is_quarantined(path: object) -> None:
    assert validate_bars(read(getattr(path, "stem", "")))[1] == ()


def test_short_rates_were_negative_and_stay(panel: Panel) -> None:
    line = line_of(panel, "^IRX")
    negative = line.sessions[line.values <= 0].astype(str).tolist()
    days = ["2020-03-19", "2020-03-20", "2020-03-23", "2020-03-24", "2020-03-25", "2020-03-26", "2020-03-27"]
    assert negative == days
    assert line.values[line.sessions == np.datetime64("2020-03-26")].tolist() == [-0.105]
    quality = panel.quality["^IRX"]
    assert quality.state is SubjectState.OK
    assert len(quality.missing_sessions) == 5
    assert quality.reason == "5 sessions missing, the newest 2016-11-11"


def test_histories_of_different_length(panel: Panel) -> None:
    assert str(panel.sessions[0]) == "1987-01-02"
    assert panel.quality["MDY"].first_session == "2021-04-05"
    assert panel.quality["MDY/SPY"].first_session == "2021-04-05"
    assert panel.quality["MDY/SPY"].missing_sessions == ()
    assert panel.quality["IWN"].state is SubjectState.STALE
    assert panel.quality["IWN"].last_session == "2025-09-26"
    assert panel.quality["^TNX"].state is SubjectState.STALE
    for name in ("IWM", "SPY", "^GSPC", "^RUT", "^VIX", "UUP", *PAIRS):
        assert panel.quality[name].state is SubjectState.OK, name


def test_dividends_of_recorded_prices(panel: Panel) -> None:
    assert {name: panel.quality[name].basis for name in ("IWM", "SPY", "^RUT", "^GSPC", "^RUT/^GSPC")} == {
        "IWM": "TR",
        "SPY": "TR",
        "^RUT": "PR",
        "^GSPC": "PR",
        "^RUT/^GSPC": "PR",
    }


def test_every_session_of_the_index_is_one_of_the_calendar(panel: Panel) -> None:
    np.testing.assert_array_equal(line_of(panel, "^GSPC").sessions, read("^GSPC").sessions)
    assert panel.quality["^GSPC"].missing_sessions == ()


def test_the_past_is_evaluated_without_the_future() -> None:
    panel = panel_at("2025-11-11T21:20")  # Veterans Day: stocks trade, bonds do not
    assert str(panel.sessions[-1]) == "2025-11-11"
    assert panel.quality["IWM/SPY"].as_of == utc("2025-11-11T21:00")
    assert panel.quality["^TNX"].state is SubjectState.OK
    before = with_quotes(panel_at("2025-11-11T21:19"), {}, EXCHANGE, utc("2025-11-11T21:19"), live=False)
    assert str(before.sessions[-1]) == "2025-11-10"


def test_a_dividend_seen_through_a_recent_window() -> None:
    """SPY went ex on 2026-03-20: fetched before, then a month fetched after, it must equal the whole fetched after."""
    after = read("SPY")
    row = int(np.flatnonzero(after.sessions == np.datetime64("2026-03-19"))[0])
    growth = after.adj_close[row] / after.close[row]  # what the factor was multiplied by on the ex-date
    columns = {name: getattr(after, name)[: row + 1] for name in ("open", "high", "low", "close", "volume")}
    before = Bars("SPY", after.sessions[: row + 1], adj_close=after.adj_close[: row + 1] / growth, **columns)
    recent = slice(row - 20, None)
    window = Bars("SPY", after.sessions[recent], *(getattr(after, name)[recent] for name in
                  ("open", "high", "low", "close", "adj_close", "volume")))  # fmt: skip
    merged = merge_bars(before, window)
    assert growth < 0.999
    assert merged.rescaled
    assert merged.corrections == ()
    np.testing.assert_allclose(merged.bars.adj_close, after.adj_close, rtol=1e-6)
