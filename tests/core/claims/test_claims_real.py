"""The shipped claims on real closes of 1987 to February 2026: the verdicts, against pandas on the files."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from claim_world import SETTINGS

from core.claims.build import build_ledger
from core.claims.ground import Ground
from core.claims.read import load_claims
from core.claims.record import Verdict
from core.market.build import build_panel
from core.market.csv import load_daily
from core.market.sessions import Exchange

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
pytestmark = pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
AT = datetime(2026, 2, 28, 12, tzinfo=UTC)
NAMES = ("^RUT", "^GSPC", "IWM", "SPY", "XLF", "XLI", "XLY", "UUP")


def ledger_at(at):
    bars = {name: load_daily(DAILY / f"{name}.csv", name) for name in NAMES}
    panel = build_panel(bars, Exchange(), at, SETTINGS.pairs, list(NAMES))
    return build_ledger(load_claims(SETTINGS), Ground(panel, SETTINGS.symbols), at)


@pytest.fixture(scope="module")
def ledger():
    return ledger_at(AT)


@pytest.fixture(scope="module")
def closes():
    names = ("^RUT", "^GSPC")
    table = {name: pd.read_csv(DAILY / f"{name}.csv", index_col="Date", parse_dates=True)["Close"] for name in names}
    return pd.DataFrame(table).dropna()


def find(ledger, name):
    found = ledger.find(name)
    assert found is not None
    return found


def test_down_60_is_a_gap_of_returns_and_no_fall_of_the_ratio(ledger, closes):
    found = find(ledger, "ratio_down_60")
    assert found.verdict is Verdict.DIFFERENT
    ratio, month = closes["^RUT"] / closes["^GSPC"], closes.loc["2026-01"]
    peak = ratio.loc["2021"].idxmax()
    fall = ratio.loc["2026-01"] / ratio[peak] - 1
    gap = month["^RUT"] / closes["^RUT"][peak] - month["^GSPC"] / closes["^GSPC"][peak]
    literal, told = found.readings[0], found.told
    assert literal.start == str(peak.date()) == "2021-03-12"
    assert literal.fits == 0
    assert literal.figures[0].recomputed == pytest.approx(fall.min())
    assert told is not None
    assert told.figures[0].of == "^RUT/^GSPC.gap_since"
    assert told.fits == ((gap + 0.6).abs() <= 0.005).sum() > 0
    nearest = (gap + 0.6).abs().idxmin()
    assert (told.end, told.figures[0].recomputed) == (str(nearest.date()), pytest.approx(gap[nearest]))


def test_no_window_gives_both_legs(ledger, closes):
    found = find(ledger, "rotation_legs")
    assert found.verdict is Verdict.NOT_REPRODUCED
    for reading, since, on in (
        (found.readings[0], slice("2025-08-29", "2025-09-30"), slice("2026-01-02", "2026-01-30")),
        (found.readings[1], slice("2025-08-01", "2025-10-31"), slice("2025-12-01", "2026-02-27")),
    ):
        starts, ends = closes.loc[since], closes.loc[on]
        off = {}
        for day, start in starts.iterrows():
            returns = ends / start - 1
            worst = pd.concat([(returns["^RUT"] - 0.1184).abs(), (returns["^GSPC"] - 0.0466).abs()], axis=1).max(axis=1)
            off |= {(str(day.date()), str(end.date())): value for end, value in worst.items()}
        best = min(off, key=off.__getitem__)
        assert reading.tried == len(starts) * len(ends)
        assert (reading.start, reading.end) == best
        assert reading.fits == 0
        assert min(off.values()) > 0.002  # the nearest window is forty tolerances away and more


VERDICTS = {
    "streak_10_since_2008": Verdict.CONFIRMED,
    "streak_10_since_1990": Verdict.NOT_REPRODUCED,
    "streak_13_ties_2008": Verdict.CONFIRMED,
    "streak_14_since_1996": Verdict.CONFIRMED,
    "ratio_down_35": Verdict.CONFIRMED,
    "volatility_20d": Verdict.NOT_REPRODUCED,
    "volatility_daily": Verdict.DIFFERENT,
    "volatility_63_higher": Verdict.DIFFERENT,
    "above_averages": Verdict.CONFIRMED,
    "industrials_lead": Verdict.CONFIRMED,
    "resilient_in_declines": Verdict.NOT_REPRODUCED,
    "months_6_to_12": Verdict.OPEN,
    "years_3_to_6_in_3": Verdict.OPEN,
    "fed_cuts": Verdict.OPEN,
}


@pytest.mark.parametrize(("name", "verdict"), VERDICTS.items(), ids=VERDICTS)
def test_verdicts(ledger, name, verdict):
    assert find(ledger, name).verdict is verdict


def test_63_percent_higher_is_of_the_months_since_september(ledger, closes):
    told = find(ledger, "volatility_63_higher").told
    assert told is not None
    logs = np.log(closes[told.start : told.end]).diff().dropna()
    assert told.figures[0].recomputed == pytest.approx(logs["^RUT"].std() / logs["^GSPC"].std() - 1)
    assert round(told.figures[0].recomputed, 2) == 0.63


def test_every_claim_has_a_reason_and_own_numbers_add_up(ledger):
    for one in ledger.claims:
        assert one.reason, one.id
        for figure in (figure for reading in one.readings[:1] for figure in reading.figures):
            if figure.adds_up is not None:
                assert figure.adds_up == pytest.approx(figure.claimed, abs=max(figure.tolerance, 0.005)), one.id


def test_before_anything_was_said():
    ledger = ledger_at(datetime(2025, 11, 22, 12, tzinfo=UTC))
    assert {one.verdict for one in ledger.claims} == {Verdict.UNCHECKED}
    assert {one.reason for one in ledger.claims} == {"it was said after 2025-11-21, where this ends"}
