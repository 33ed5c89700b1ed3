"""Measures of breadth: shares against pandas, dates, coverage, narrow rotations; what is not there is told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from study_panels import cut_rows, given_of, make_panel

from core.breadth.closes import Closes
from core.breadth.fund import Breadth, Funds, build_breadth, load_fund
from core.breadth.holdings import Holdings
from core.breadth.impact import Medians
from core.studies.breadth import BREADTH
from core.studies.constituents import CONSTITUENTS
from core.studies.registry import measure_subject
from core.studies.study import ALONE, Missing

REAL = Path(__file__).parents[4] / "shared" / "market"
NAMES = [definition.name for definition in BREADTH.symbol]
COUNT = 320
PAIR = "IWM/SPY"


def walks(symbols, seed=1, drift=0.0003):
    rng = np.random.default_rng(seed)
    return 50 * np.exp(np.cumsum(rng.normal(drift, 0.02, (symbols, COUNT)), axis=1))


def panel_of(small=None, large=None):
    rng = np.random.default_rng(5)
    made = [100 * np.exp(np.cumsum(rng.normal(0.0002, 0.01, COUNT))) for _ in range(2)]
    return make_panel({"IWM": made[0] if small is None else small, "SPY": made[1] if large is None else large})


PANEL = panel_of()
VALUES = walks(20)


def fund_of(values, *, weights=True, listed=None, as_of="2026-06-19", panel=PANEL):
    symbols = tuple(f"S{i:02}" for i in range(len(values)))
    names = symbols + tuple(f"X{i}" for i in range((listed or len(values)) - len(values)))
    shares = tuple(np.arange(1, len(names) + 1) / np.arange(1, len(names) + 1).sum()) if weights else None
    return build_breadth(Holdings(names, shares, as_of), Closes(symbols, panel.sessions[: values.shape[1]], values))


def values_of(fund, panel=PANEL, subject="IWM", study=BREADTH):
    return study.calculate(given_of(panel, subject, funds=Funds({"IWM": fund}, "SPY", ("IWM", "SPY"))))


def expected_of(frame, benchmark, weights):
    """By pandas, for the last row of sessions by symbols, none of which has a hole."""
    last, shares = frame.iloc[-1], {}
    for count in (20, 50, 200):
        shares[f"above_{count}"] = last > frame.rolling(count).mean().iloc[-1]
    shares["advances"] = last > frame.iloc[-2]
    shares["ahead_63d"] = last / frame.iloc[-64] > benchmark.iloc[-1] / benchmark.iloc[-64]
    found = {f"breadth_{name}": mask.mean() for name, mask in shares.items()}
    found |= {f"breadth_{name}_weighted": (mask * weights).sum() / weights.sum() for name, mask in shares.items()}
    before = frame.iloc[-252:-1]
    high, low = last > before.max(), last < before.min()
    found["breadth_high_low_252d"] = high.mean() - low.mean()
    found["breadth_high_low_252d_weighted"] = ((high * 1.0 - low) * weights).sum() / weights.sum()
    found["breadth_new_highs_252d"], found["breadth_new_lows_252d"] = high.sum(), low.sum()
    then = frame.iloc[-21] > frame.rolling(50).mean().iloc[-21]
    found["breadth_above_50_change_20d"] = shares["above_50"].mean() - then.mean()
    return found


def test_against_pandas():
    found = values_of(fund_of(VALUES))
    frame = pd.DataFrame(VALUES.T)
    for name, value in expected_of(frame, pd.Series(PANEL.adj[:, 1]), np.arange(1.0, 21)).items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-14), name


@pytest.mark.parametrize(
    ("fund", "table", "symbols"),
    [("IJR_holdings_2026-06-19", "sp600", 587), ("IVV_holdings_2026-06-19", "sp500", 495)],
)
@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real market data in {REAL}")
def test_real_constituents(fund, table, symbols):
    """April 2025, after three days of falls: hardly anybody is above anything."""
    day = pd.Timestamp("2025-04-04")
    folder = REAL / "breadth"
    breadth = load_fund(folder / f"{fund}.csv", [folder / f"{table}_close_panel.csv"], day.date())
    frame = pd.read_csv(folder / f"{table}_close_panel.csv", index_col=0, parse_dates=True).loc[:day]
    spy = pd.read_csv(REAL / "daily" / "SPY.csv", index_col="Date", parse_dates=True)["Adj Close"].reindex(frame.index)
    panel = replace(
        make_panel({"IWM": spy.to_numpy(), "SPY": spy.to_numpy()}), sessions=frame.index.to_numpy("datetime64[D]")
    )
    found = values_of(breadth, panel)
    assert (found["breadth_covered"], found["breadth_list_date"]) == (symbols, "2026-06-19")
    full = frame.columns[frame.iloc[-252:].notna().all()]
    for count in (20, 50, 200):
        whole = frame.columns[frame.iloc[-count:].notna().all()]
        above = frame[whole].iloc[-1] > frame[whole].iloc[-count:].mean()
        assert found[f"breadth_above_{count}"] == pytest.approx(above.mean(), abs=1e-12)
    assert found["breadth_new_lows_252d"] == (frame[full].iloc[-1] < frame[full].iloc[-252:-1].min()).sum()
    gains = (frame.iloc[-1] / frame.iloc[-64]).dropna()
    assert found["breadth_ahead_63d"] == pytest.approx((gains > spy.iloc[-1] / spy.iloc[-64]).mean(), abs=1e-12)
    assert found["breadth_above_50"] < 0.2
    assert found["breadth_thrust"] is False


def test_counts_and_dates():
    found = values_of(fund_of(VALUES, listed=25))
    assert (found["breadth_listed"], found["breadth_covered"]) == (25, 20)
    assert found["breadth_list_date"] == "2026-06-19"
    assert values_of(fund_of(VALUES, as_of=None))["breadth_list_date"] == Missing(
        "the list does not say of which day it is"
    )


def test_half_of_the_constituents_must_be_able_to_tell():
    assert values_of(fund_of(VALUES, listed=41))["breadth_above_20"] == Missing(
        "only 20 of 41 constituents have 20 sessions without a hole"
    )
    assert isinstance(values_of(fund_of(VALUES, listed=40))["breadth_above_20"], float)
    holed = VALUES.copy()
    holed[:15, -30] = np.nan
    found = values_of(fund_of(holed))
    assert isinstance(found["breadth_above_20"], float)
    assert found["breadth_above_50"] == Missing("only 5 of 20 constituents have 50 sessions without a hole")
    assert found["breadth_above_50_change_20d"] == found["breadth_above_50"]


def test_what_is_missing_is_told():
    plain = values_of(fund_of(VALUES, weights=False))
    assert plain["breadth_above_50_weighted"] == Missing("the list of constituents has no weights")
    assert isinstance(plain["breadth_above_50"], float)
    short = values_of(fund_of(VALUES[:, -30:], panel=replace(PANEL, sessions=PANEL.sessions[-30:])))
    begins = str(PANEL.sessions[-30])
    assert short["breadth_ahead_63d"] == Missing(f"the constituents' closes begin on {begins}")
    assert short["breadth_above_200"].reason.startswith("only 0 of 20 constituents have 200 sessions")
    late = values_of(fund_of(VALUES[:, :-1]))
    last, before = PANEL.sessions[-1], PANEL.sessions[-2]
    assert set(late.values()) == {Missing(f"no closes of the constituents on {last}: they end on {before}")}
    other = values_of(fund_of(VALUES), panel_of(large=np.append(PANEL.adj[:-1, 1], np.nan)))
    assert other["breadth_ahead_63d"].reason.startswith("no close of SPY on")


def test_without_a_list_there_is_only_a_reason():
    nothing = Missing("needs a holdings file: name one under [breadth] in the settings")
    for study in (BREADTH, CONSTITUENTS):
        given = given_of(PANEL, "IWM")
        assert set(study.calculate(given).values()) == {nothing}
        assert set(study.calculate(replace(given, around=None)).values()) == {ALONE}
        # What is no fund has no such measures in a snapshot.
        other = given_of(PANEL, "IWM", funds=Funds({}, "SPY", ("SPY",)))
        assert measure_subject(other, (study,)) == {}
        assert set(study.calculate(other).values()) == {nothing}
        assert measure_subject(given_of(PANEL, "IWM", funds=Funds({}, "SPY", ("IWM",))), (study,))
        broken = values_of("fund.csv line 3: expected 4 values, found 3", study=study)
        assert set(broken.values()) == {Missing("fund.csv line 3: expected 4 values, found 3")}
    assert BREADTH.calculate(given_of(PANEL, PAIR))["narrow_rotation"] == nothing


def test_a_thrust():
    """Nine sessions of falls, then nobody falls: the average of ten goes from under 0.40 to above 0.615."""
    rng = np.random.default_rng(1)
    moves = rng.choice([-0.01, 0.01], (20, COUNT))
    moves[:, 150:160], moves[:, 160:168] = -0.01, 0.01
    fund = fund_of(50 * np.exp(np.cumsum(moves, axis=1)))
    smoothed = fund.smoothed
    begun = next(i for i in range(155, 170) if smoothed[i] > 0.615)
    assert smoothed[begun - 10 : begun].min() < 0.40
    then = values_of(fund, cut_rows(PANEL, begun + 1))
    assert then["breadth_thrust"] is True
    assert then["breadth_thrust_last"] == str(PANEL.sessions[begun])
    assert then["breadth_advances_ema_10d"] == pytest.approx(smoothed[begun])
    before = values_of(fund, cut_rows(PANEL, begun))
    assert before["breadth_thrust"] is False
    assert before["breadth_thrust_last"] == Missing(f"none since {PANEL.sessions[0]}")


def rotation(gap, falling):
    """Small ahead by `gap` over 20 sessions, while some of 20 constituents turn from above to below their average."""
    small, large = np.full(COUNT, 100.0), np.full(COUNT, 400.0)
    small[-20:] *= 1 + gap
    values = np.linspace(50, 60, COUNT) * np.ones((20, 1))
    values[:falling, -15:] *= 0.8
    panel = panel_of(small, large)
    return BREADTH.calculate(given_of(panel, PAIR, funds=Funds({"IWM": fund_of(values, panel=panel)})))


@pytest.mark.parametrize(
    ("gap", "falling", "narrow"), [(0.01, 2, True), (0.01, 1, False), (-0.01, 5, False), (0.0, 5, False)]
)
def test_narrow_rotations(gap, falling, narrow):
    assert rotation(gap, falling) == {"narrow_rotation": narrow}


def test_a_narrow_rotation_needs_both_sides():
    short = make_panel({"IWM": np.full(10, 1.0), "SPY": np.full(10, 1.0)})
    fund = fund_of(VALUES[:, :10], panel=short)
    found = BREADTH.calculate(given_of(short, PAIR, funds=Funds({"IWM": fund})))["narrow_rotation"]
    assert found == Missing("only 0 of 20 constituents have 50 sessions without a hole")


@pytest.mark.parametrize("count", [1, 70, 260, 319])
def test_no_look_ahead(count):
    """The fund as it is known today, asked of an earlier evening, answers as the fund known then."""
    then = fund_of(VALUES[:, :count])
    panel = cut_rows(PANEL, count)
    assert values_of(fund_of(VALUES), panel) == values_of(then, panel)


def with_medians(fund: Breadth, count=252, telling=20.0):
    rng = np.random.default_rng(2)
    sessions = fund.closes.sessions[-count:]
    kinds = {
        name: Medians(sessions, rng.lognormal(-5, 0.3, count), np.full(count, telling)) for name in ("amihud", "edge")
    }
    return replace(fund, **kinds)


def test_medians_of_constituents():
    fund = with_medians(fund_of(VALUES))
    found = values_of(fund, study=CONSTITUENTS)
    for kind, days, medians in (("amihud", "20d", fund.amihud), ("spread_edge", "21d", fund.edge)):
        assert found[f"constituents_{kind}_{days}"] == medians.values[-1]
        expected = medians.values[-1] / np.median(medians.values)
        assert found[f"constituents_{kind}_ratio_252d"] == pytest.approx(expected, rel=1e-12)


def test_medians_that_are_missing():
    value, ratio = "constituents_amihud_20d", "constituents_amihud_ratio_252d"
    assert set(values_of(fund_of(VALUES), study=CONSTITUENTS).values()) == {
        Missing("needs daily bars of the constituents with their volume, not closes alone")
    }
    few = values_of(with_medians(fund_of(VALUES), telling=9.0), study=CONSTITUENTS)
    assert few[value] == Missing("only 9 of 20 constituents have the bars it needs")
    young = values_of(with_medians(fund_of(VALUES), count=100), study=CONSTITUENTS)
    assert isinstance(young[value], float)
    assert young[ratio] == Missing("needs 252 sessions, has 100")
    before = values_of(with_medians(fund_of(VALUES), count=100), cut_rows(PANEL, 200), study=CONSTITUENTS)
    assert before[value] == Missing(f"kept since {PANEL.sessions[-100]} only")


@pytest.mark.parametrize("name", NAMES)
def test_explained(name):
    given = given_of(PANEL, "IWM", funds=Funds({"IWM": fund_of(VALUES)}))
    steps = BREADTH.explain(given, name)
    results = [step.result for step in steps]
    assert results[-1] == BREADTH.calculate(given)[name]
    if isinstance(results[-1], Missing):
        return
    assert "2026-06-19" in steps[0].text
    assert "left" in steps[0].text
    assert results[:2] == [20, 20]
    assert str(PANEL.sessions[-1]) in " ".join(step.text for step in steps)
    if name in ("breadth_above_50", "breadth_advances", "breadth_ahead_63d", "breadth_above_20_weighted"):
        assert results[-1] == pytest.approx(results[3] / results[2], rel=1e-12)
    if name == "breadth_high_low_252d":
        assert results[-1] == pytest.approx((results[3] - results[5]) / 20, abs=1e-12)
    if name == "breadth_above_50_change_20d":
        assert results[-1] == pytest.approx(results[3] - results[2], abs=1e-12)


def test_files_that_cannot_be_read_are_told():
    fund = fund_of(VALUES)
    fund = replace(fund, closes=replace(fund.closes, problems=("X.csv line 3: expected 7 values, found 6",)))
    steps = BREADTH.explain(given_of(PANEL, "IWM", funds=Funds({"IWM": fund})), "breadth_above_50")
    assert any("X.csv line 3" in step.text and step.result == 1 for step in steps)


@pytest.mark.parametrize("name", [definition.name for definition in CONSTITUENTS.symbol])
def test_medians_explained(name):
    given = given_of(PANEL, "IWM", funds=Funds({"IWM": with_medians(fund_of(VALUES))}))
    steps = CONSTITUENTS.explain(given, name)
    assert steps[-1].result == CONSTITUENTS.calculate(given)[name]
    assert str(PANEL.sessions[-1]) in steps[0].text
    if "ratio" in name:
        assert steps[-1].result == pytest.approx(steps[-3].result / steps[-2].result, rel=1e-12)


def test_a_narrow_rotation_explained():
    given = given_of(PANEL, PAIR, funds=Funds({"IWM": fund_of(VALUES)}))
    steps = BREADTH.explain(given, "narrow_rotation")
    assert steps[-1].result == BREADTH.calculate(given)["narrow_rotation"]
    gap, then, now, change = (step.result for step in steps[2:6])
    assert change == pytest.approx(now - then)
    assert steps[-1].result == (gap > 0 and change <= -0.1)
