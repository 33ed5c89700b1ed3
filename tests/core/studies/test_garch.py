"""GARCH recursion and forecasts against arch with the same parameters, fallbacks, and no look ahead."""

import math

import numpy as np
import pytest
from arch import arch_model
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from study_lines import symbol_line, walk
from study_panels import given_of, make_panel

from core.studies.ewma import calc_ewma_volatility
from core.studies.fits import GarchFit
from core.studies.garch import (
    GARCH,
    calc_forecast,
    calc_long_run,
    calc_mean_forecast,
    carry_variance,
    find_fault,
    find_unseen,
)
from core.studies.study import ALONE, Given

FIT = GarchFit(
    symbol="IWM", session="2020-01-02", fitted="2020-01-03", key="", observations=1500,
    mean=0.05, omega=0.03, alpha=0.1, beta=0.88, variance=2.5, converged=True,
)  # fmt: skip
NAMES = [definition.name for definition in GARCH.symbol]


def clusters(count, seed):
    """Prices whose log returns are of a GARCH(1,1): alpha 0.1, beta 0.85, 1 % a session in the long run."""
    rng = np.random.default_rng(seed)
    variance, returns = 1.0, []
    for noise in rng.standard_normal(count - 1):
        returns.append(0.03 + math.sqrt(variance) * noise)
        variance = 0.05 + 0.1 * (returns[-1] - 0.03) ** 2 + 0.85 * variance
    return 100 * np.exp(np.cumsum([0, *returns]) / 100)


def fit_of(prices, sessions, upto):
    """A fit on the first `upto` prices by arch, read as the engine reads it."""
    returns = 100 * np.diff(np.log(prices[:upto]))
    found = arch_model(returns, rescale=False).fit(disp="off")
    variance = float(found.forecast(horizon=1).variance.iloc[-1, 0])
    mean, omega, alpha, beta = found.params.tolist()
    return structs.replace(
        FIT, session=str(sessions[upto - 1]), mean=mean, omega=omega, alpha=alpha, beta=beta, variance=variance,
        observations=len(returns),
    )  # fmt: skip


def values_of(panel, fits, subject="IWM"):
    return GARCH.calculate(given_of(panel, subject, fits=fits))


def test_by_hand():
    """omega 0.03, alpha 0.1, beta 0.88: the long run is 1.5; after a return of 1.05 % 0.03 + 0.1 + 2.2 = 2.33."""
    assert calc_long_run(FIT) == pytest.approx(1.5, rel=1e-12)
    assert carry_variance(FIT, []) == 2.5
    assert carry_variance(FIT, [1.05]) == pytest.approx(2.33, rel=1e-12)
    assert carry_variance(FIT, [1.05, 0.05]) == pytest.approx(0.03 + 0.88 * 2.33, rel=1e-12)
    assert calc_forecast(FIT, 2.5, 1) == 2.5
    assert calc_forecast(FIT, 2.5, 2) == pytest.approx(1.5 + 0.98, rel=1e-12)
    assert calc_forecast(FIT, 2.5, 3) == pytest.approx(0.03 + 0.98 * 2.48, rel=1e-12)
    assert calc_mean_forecast(FIT, 2.5, 3) == pytest.approx((2.5 + 2.48 + 2.4604) / 3, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("unseen", [0, 1, 7, 120])
def test_against_arch_with_the_same_parameters(seed, unseen):
    """arch runs its recursion over all returns with the parameters fixed, ours goes on from where the fit ended."""
    prices = clusters(1700, seed)
    panel = make_panel({"IWM": prices})
    fit = fit_of(prices, panel.sessions, len(prices) - unseen)
    assert not find_fault(fit)
    model = arch_model(100 * np.diff(np.log(prices)), rescale=False)
    fixed = model.fix([fit.mean, fit.omega, fit.alpha, fit.beta])
    expected = fixed.forecast(horizon=20).variance.iloc[-1].to_numpy()
    found = values_of(panel, {"IWM": fit})
    assert found["garch_volatility_1d"] == pytest.approx(math.sqrt(252 * expected[0]) / 100, rel=1e-10)
    assert found["garch_volatility_20d"] == pytest.approx(math.sqrt(252 * expected.mean()) / 100, rel=1e-10)
    variance = (100 * found["garch_volatility_1d"]) ** 2 / 252
    ahead = [calc_forecast(fit, variance, step) for step in range(1, 21)]
    np.testing.assert_allclose(ahead, expected, rtol=1e-10)
    assert found["volatility_forecast_20d"] == found["garch_volatility_20d"]
    assert found["volatility_forecast_model"] == "garch"
    assert found["garch_persistence"] == fit.alpha + fit.beta
    far = math.sqrt(252 * fixed.forecast(horizon=5000).variance.iloc[-1, -1]) / 100
    assert found["garch_long_run_volatility"] == pytest.approx(far, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"alpha": 0.1, "beta": 0.899}, "alpha + beta 0.9990: no way back to a mean"),
        ({"alpha": 0.00009}, "alpha 9e-05: shocks left no trace in this history"),
        ({"converged": False}, "the fit did not converge"),
    ],
)
def test_what_is_of_no_use_is_told_and_ewma_stands_in(change, reason):
    prices = walk(1500, 3)
    panel = make_panel({"IWM": prices})
    fit = structs.replace(FIT, session=str(panel.sessions[-1]), **change)
    found = values_of(panel, {"IWM": fit})
    assert {found[name].reason for name in NAMES if name.startswith("garch_") and name != "garch_note"} == {reason}
    assert found["garch_note"] == f"EWMA stands in for GARCH: {reason}"
    assert found["volatility_forecast_20d"] == calc_ewma_volatility(prices)
    assert found["volatility_forecast_model"] == "ewma"


def test_limits_are_those_of_the_specification():
    assert not find_fault(structs.replace(FIT, alpha=0.1, beta=0.8989))
    assert not find_fault(structs.replace(FIT, alpha=1e-4))


def test_without_a_fit_it_says_so():
    panel = make_panel({"IWM": walk(1500, 3)})
    found = values_of(panel, {})
    assert found["garch_volatility_20d"].reason == "not fitted: the engine of a monitor does that beside, once a day"
    assert (
        found["garch_note"]
        == "EWMA stands in for GARCH: not fitted: the engine of a monitor does that beside, once a day"
    )
    assert found["volatility_forecast_20d"] == calc_ewma_volatility(walk(1500, 3))
    others = values_of(panel, {"SPY": FIT})
    assert others["garch_volatility_20d"].reason == "not fitted: no leg of a pair, nor in the volatility pane"


def test_little_history():
    few, fewer = make_panel({"IWM": walk(1000, 3)}), make_panel({"IWM": walk(250, 3)})
    assert values_of(few, {})["garch_volatility_1d"].reason == "needs 1001 sessions, has 1000"
    assert values_of(few, {})["volatility_forecast_model"] == "ewma"
    for name in ("garch_note", "volatility_forecast_20d", "volatility_forecast_model"):
        assert values_of(fewer, {})[name].reason == "needs 251 sessions, has 250"
    assert GARCH.calculate(Given(symbol_line(walk(1500, 3))))["garch_volatility_1d"] == ALONE


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), unseen=st.integers(1, 60))
def test_no_look_ahead(seed, unseen):
    """A fit of later sessions is never used for earlier ones."""
    prices = walk(1300, seed)
    whole, cut = make_panel({"IWM": prices}), make_panel({"IWM": prices[:-unseen]})
    late = structs.replace(FIT, session=str(whole.sessions[-1]))
    assert values_of(cut, {"IWM": late})["garch_volatility_1d"].reason.endswith("after this history ends")
    early = structs.replace(FIT, session=str(cut.sessions[-1]))
    future = prices.copy()
    future[-unseen:] *= 1.5
    assert values_of(cut, {"IWM": early}) == values_of(make_panel({"IWM": future[:-unseen]}), {"IWM": early})


def test_the_running_session_is_carried_with_fixed_parameters():
    prices = clusters(1500, 1)
    running, final = make_panel({"IWM": prices}, provisional=True), make_panel({"IWM": prices})
    fit = structs.replace(FIT, session=str(final.sessions[-2]))
    assert values_of(running, {"IWM": fit}) == values_of(final, {"IWM": fit})
    calmer = make_panel({"IWM": np.append(prices[:-1], prices[-2])}, provisional=True)
    assert (
        values_of(calmer, {"IWM": fit})["garch_volatility_1d"] < values_of(running, {"IWM": fit})["garch_volatility_1d"]
    )


def test_a_session_that_is_gone():
    panel = make_panel({"IWM": walk(1500, 1)})
    line = given_of(panel, "IWM").line
    fit = structs.replace(FIT, session="2020-01-04")  # a Saturday
    assert find_unseen(line, fit).reason == "fitted until 2020-01-04, a session that is not in this history"


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100))
def test_the_unit_of_the_price_does_not_matter(seed, scale):
    prices = walk(1200, seed)
    panel = make_panel({"IWM": prices})
    fit = structs.replace(FIT, session=str(panel.sessions[-30]))
    before, after = values_of(panel, {"IWM": fit}), values_of(make_panel({"IWM": prices * scale}), {"IWM": fit})
    assert after["garch_volatility_20d"] == pytest.approx(before["garch_volatility_20d"], rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_fitted", [True, False])
def test_explained(name, is_fitted):
    panel = make_panel({"IWM": walk(1500, 4)})
    fits = {"IWM": structs.replace(FIT, session=str(panel.sessions[-5]))} if is_fitted else {}
    subject = given_of(panel, "IWM", fits=fits)
    steps = GARCH.explain(subject, name)
    assert steps[-1].result == GARCH.calculate(subject)[name]
    results = {step.text: step.result for step in steps}
    if not is_fitted:
        return
    if name in ("garch_volatility_20d", "volatility_forecast_20d"):
        mean = results["mean of the next 20 forecasts"]
        assert steps[-1].result == pytest.approx(math.sqrt(252 * mean) / 100, rel=1e-12)
    assert any(fits["IWM"].session in step.text for step in steps)
