"""Betas to yields, dollar, credit and oil: statsmodels as the oracle, calendars that differ, shocks, real funds."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from study_panels import cut_rows, given_of, make_panel
from study_world import BETA, PAIR, RATES, columns, without, world

from core.studies.factors import to_bond_equivalent, to_percent
from core.studies.sensitivity import SENSITIVITY
from core.studies.study import ALONE

SHARED = Path(__file__).parents[4] / "shared" / "market"
NAMES = [definition.name for definition in SENSITIVITY.pair]
KEYS = ("rate", "short_rate", "real_rate", "breakeven", "dollar", "credit", "oil")


def values_of(panel, pair=PAIR):
    return SENSITIVITY.calculate(given_of(panel, pair))


def frame_of(named):
    """Regressors by factor, in pandas: points of yield, log returns of the rest."""
    data = pd.DataFrame(named)
    logs = np.log(data.drop(columns=[n for n in RATES if n in data])).diff()
    frame = pd.DataFrame({"spread": logs["IWM"] - logs["SPY"], "market": logs["SPY"]})
    frame["rate"], frame["real_rate"], frame["breakeven"] = (data[n].diff() for n in ("^TNX", "DFII10", "T10YIE"))
    frame["short_rate"] = (365 * data["^IRX"] / 100 / (360 - 91 * data["^IRX"] / 100) * 100).diff()
    frame["dollar"], frame["credit"], frame["oil"] = logs["UUP"], logs["HYG"] - logs["IEF"], logs["CL=F"]
    return frame


def expected_of(frame, *regressors, count):
    last = frame.iloc[-count:]
    fit = sm.OLS(last["spread"], sm.add_constant(last[list(regressors)])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 5, "use_correction": False}
    )
    key = regressors[0]
    return fit.params[key], fit.bse[key], fit.tvalues[key]


@pytest.mark.parametrize("key", KEYS)
def test_against_statsmodels(key):
    found, frame = values_of(world()), frame_of(columns())
    for count in (126, 252) if key == "rate" else (126,):
        name = f"{key}_beta_{count}d"
        held = expected_of(frame, key, "market", count=count)
        assert [found[name], found[f"{name}_se"], found[f"{name}_t"]] == pytest.approx(held, rel=1e-10)
        assert found[f"{name}_distinct"] is bool(abs(held[2]) >= 2)
        if key not in ("real_rate", "breakeven"):
            beta, _, t = expected_of(frame, key, count=count)
            name = f"{key}_beta_alone_{count}d"
            assert [found[name], found[f"{name}_t"]] == pytest.approx((beta, t), rel=1e-10)
            short, error, _ = expected_of(frame, key, "market", count=126)
            long, _, _ = expected_of(frame, key, "market", count=504)
            assert found[f"{key}_beta_shift"] is bool(abs(short - long) > 2 * error)


def test_a_planted_beta_is_found():
    """Small loses 10 % a point: 2.5 % for 25 basis points."""
    found = values_of(world())
    assert found["rate_beta_252d"] == pytest.approx(BETA, abs=3 * found["rate_beta_252d_se"])
    assert found["rate_beta_126d_distinct"] is True
    assert found["rate_beta_126d_per_25bp"] == found["rate_beta_126d"] / 4
    assert found["breakeven_beta_126d_distinct"] is (abs(found["breakeven_beta_126d_t"]) >= 2)


def test_a_beta_that_changed_is_told():
    named = columns()
    moved = np.diff(named["^TNX"], prepend=named["^TNX"][0])
    moved[:-126] = 0.0
    assert values_of(make_panel(named | {"IWM": named["IWM"] * np.exp(0.5 * np.cumsum(moved))}))["rate_beta_shift"]


def test_what_the_source_writes_for_a_yield():
    assert to_percent(np.array([43.0, 19.0, np.nan])) == pytest.approx([4.3, 1.9, np.nan], nan_ok=True)
    assert to_percent(np.array([4.3, 19.9])).tolist() == [4.3, 19.9]
    # 5.25 % at a bank discount is 5.39 % bond equivalent.
    assert round(float(to_bond_equivalent(np.array([5.25]))[0]), 2) == 5.39
    named = columns()
    tenths = values_of(make_panel(named | {"^TNX": (named["^TNX"] + 1.0) * 10}))
    assert tenths["rate_beta_126d"] == pytest.approx(values_of(world())["rate_beta_126d"], rel=1e-9)


@pytest.mark.parametrize("holidays", [[650], [650, 690], [640, 641]])
def test_yields_are_carried_over_bond_holidays(holidays):
    named = columns()
    carried = pd.Series(named["^TNX"])
    carried[holidays] = np.nan
    expected = frame_of(named | {"^TNX": carried.ffill().to_numpy()})
    found = values_of(without(world(), "^TNX", holidays))
    held = expected_of(expected, "rate", "market", count=126)
    assert [found["rate_beta_126d"], found["rate_beta_126d_se"]] == pytest.approx(held[:2], rel=1e-10)


def test_yields_are_not_carried_for_long():
    panel = without(world(), "^TNX", [640, 641, 642])
    found = values_of(panel)
    assert found["rate_beta_126d"].reason == f"no usable value of ^TNX on or before {panel.sessions[643]}"
    assert isinstance(found["rate_change_20d"], float)
    ended = without(world(), "^TNX", range(690, 700))
    assert values_of(ended)["rate_change_20d"].reason == f"no usable value of ^TNX on or before {ended.sessions[699]}"


def test_a_fund_must_have_a_bar_of_the_session():
    """A session without one does not count, and the window reaches further back."""
    named = columns()
    frame = pd.DataFrame(named).drop(index=[600, 650])
    held = expected_of(frame_of(frame), "dollar", "market", count=126)
    found = values_of(without(world(), "UUP", [600, 650]))
    assert [found["dollar_beta_126d"], found["dollar_beta_126d_se"]] == pytest.approx(held[:2], rel=1e-10)
    assert found["credit_beta_126d"] == values_of(world())["credit_beta_126d"]
    last = without(world(), "UUP", [699])
    assert values_of(last)["dollar_beta_126d"].reason == f"UUP has no bar of {last.sessions[699]}"


def test_what_is_not_watched_is_named():
    found = values_of(world(**{"CL=F": None, "HYG": None, "^TNX": None}))
    assert found["oil_beta_126d"].reason == "needs CL=F or USO: add to [universe] symbols"
    assert found["credit_beta_shift"].reason == "needs HYG and IEF: add to [universe] symbols"
    assert found["rate_shock"].reason == found["rate_beta_126d_per_25bp"].reason
    assert isinstance(found["dollar_beta_126d"], float)


def test_oil_may_be_the_fund():
    named = columns()
    fund = make_panel({("USO" if name == "CL=F" else name): values for name, values in named.items()})
    assert values_of(fund)["oil_beta_126d"] == values_of(world())["oil_beta_126d"]


def test_what_is_missing_is_told():
    found = values_of(world(200))
    assert found["rate_beta_252d"].reason == "^TNX needs 253 sessions, has 200"
    assert found["rate_beta_shift"].reason == "^TNX needs 505 sessions, has 200"
    assert isinstance(found["rate_beta_126d"], float)
    still = values_of(world(UUP=np.full(700, 27.0)))
    assert still["dollar_beta_126d"].reason == "UUP did not move"
    silent = values_of(without(world(), "UUP", range(700)))
    assert silent["dollar_beta_126d"].reason == "no history of UUP yet"
    nothing = values_of(without(world(), "SPY", range(700)))
    assert nothing["dollar_beta_126d"].reason == "no history of IWM/SPY yet"
    alone = SENSITIVITY.calculate(replace(given_of(world(150), PAIR), around=None))
    assert alone == dict.fromkeys(NAMES, ALONE)


def shocked(points, beta):
    """A world whose yield moves by `points` within the last 20 sessions."""
    named = columns()
    named["IWM"] = named["IWM"] * np.exp((beta - BETA) * (named["^TNX"] - named["^TNX"][0]))
    tail = np.linspace(0, points, 21)
    before = named["^TNX"][679]
    named["^TNX"] = np.concatenate([named["^TNX"][:679], before + tail])
    return values_of(make_panel(named))


@pytest.mark.parametrize(
    ("points", "beta", "state"),
    [
        (0.41, -0.1, "headwind"),
        (0.39, -0.1, "none"),
        (-0.41, -0.1, "tailwind"),
        (0.60, 0.3, "none"),
        (-0.60, 0.3, "none"),
    ],
)
def test_shocks(points, beta, state):
    found = shocked(points, beta)
    assert found["rate_change_20d"] == pytest.approx(points / 100, rel=1e-10)
    assert found["rate_shock"] == state


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(30, 700), future=st.floats(0.1, 10))
def test_no_look_ahead(seed, count, future):
    panel = world(700, seed)
    whole = replace(panel, adj=np.vstack([panel.adj[:count], panel.adj[count:] * future]))
    assert values_of(cut_rows(whole, count)) == values_of(cut_rows(world(700, seed), count))
    # A window that is full at t is full whatever came before it.
    if count > 600:
        named = {name: values[count - 530 : count] for name, values in columns(700, seed).items()}
        short = values_of(make_panel(named))
        assert short["rate_beta_126d"] == pytest.approx(values_of(cut_rows(panel, count))["rate_beta_126d"], rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100))
def test_units_of_prices_do_not_matter(seed, scale):
    named = columns(560, seed)
    before = values_of(make_panel(named))
    scaled = {name: values if name in RATES else values * scale for name, values in named.items()}
    after = values_of(make_panel(scaled))
    for name in NAMES:
        if isinstance(before[name], float):
            assert after[name] == pytest.approx(before[name], rel=1e-7, abs=1e-12), name
        else:
            assert after[name] == before[name], name


def test_the_running_session_does_not_count():
    named = columns()
    before = make_panel({name: values[:-1] for name, values in named.items()})
    assert SENSITIVITY.is_settled
    assert values_of(cut_rows(make_panel(named), 699)) == values_of(before)


@pytest.mark.parametrize("name", NAMES)
def test_explained(name):
    subject = given_of(world(), PAIR)
    steps = SENSITIVITY.explain(subject, name)
    results = [step.result for step in steps]
    assert results[-1] == SENSITIVITY.calculate(subject)[name]
    assert sum(str(subject.line.sessions[-1]) in step.text for step in steps) >= 1
    beta, error = results[-3:-1]
    if name.endswith("_t"):
        assert results[-1] == pytest.approx(beta / error, rel=1e-12)
    elif name.endswith("_se"):
        assert results[-1] == error
    elif name.endswith("per_25bp"):
        assert results[-1] == beta / 4
    elif name == "rate_change_20d":
        assert results[-1] == pytest.approx((results[1] - results[0]) / 100, rel=1e-9)
    elif name.endswith("d"):
        assert results[-1] == beta


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real market data in {SHARED}")
def test_real_funds_and_yields():
    """IWM/SPY to March 2026, ^TNX from the constant-maturity series where it is longer than the recording."""
    daily = {}
    for name in ("IWM", "SPY", "UUP", "HYG", "IEF", "^IRX"):
        frame = pd.read_csv(SHARED / "daily" / f"{name}.csv", index_col="Date", parse_dates=True)
        daily[name] = frame["Adj Close"].fillna(frame["Close"]).astype(float)
    ten = pd.read_csv(SHARED / "macro" / "DGS10.csv", index_col=0, parse_dates=True).iloc[:, 0].astype(float)
    index = daily["SPY"].loc["2023-06-01":"2026-02-05"].index
    data = pd.DataFrame({name: series.reindex(index) for name, series in daily.items()} | {"^TNX": ten.reindex(index)})
    panel = make_panel({name: data[name].to_numpy() for name in data})
    found = values_of(panel)
    carried = data.assign(**{name: data[name].ffill() for name in ("^TNX", "^IRX")})
    frame = frame_of(carried.assign(**{"DFII10": 1.0, "T10YIE": 1.0, "CL=F": 1.0}))
    for key in ("rate", "short_rate", "dollar", "credit"):
        held = expected_of(frame, key, "market", count=126)
        name = f"{key}_beta_126d"
        assert [found[name], found[f"{name}_se"], found[f"{name}_t"]] == pytest.approx(held, rel=1e-10), key
        assert math.isfinite(found[f"{key}_beta_alone_126d"])
    assert found["rate_change_20d"] == pytest.approx(
        (carried["^TNX"].iloc[-1] - carried["^TNX"].iloc[-21]) / 100, abs=1e-12
    )
