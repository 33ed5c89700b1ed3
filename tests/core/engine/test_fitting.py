"""The process that fits: against our own likelihood by scipy, against simulated truth, and what it refuses."""

import asyncio
import math

import msgspec
import numpy as np
import pytest
from scipy.optimize import minimize

from core.engine import fitter
from core.engine.fitter import FitError, fit_in_process
from core.engine.fitting import Found, Sample, fit_garch

TRUE = (0.05, 0.05, 0.1, 0.85)


def simulate(count, seed, parameters=TRUE):
    """Returns in percent of a GARCH(1,1)."""
    mean, omega, alpha, beta = parameters
    variance, returns = omega / (1 - alpha - beta), []
    for noise in np.random.default_rng(seed).standard_normal(count).tolist():
        shock = math.sqrt(variance) * noise
        returns.append(mean + shock)
        variance = omega + alpha * shock**2 + beta * variance
    return returns


def likelihood(parameters, returns, first):
    """Minus the normal log likelihood of the recursion begun with `first`, without its constant."""
    mean, omega, alpha, beta = parameters
    variance, total = omega + (alpha + beta) * first, 0.0
    for value in returns:
        if not variance > 0:
            return 1e10
        shock = value - mean
        total += 0.5 * (math.log(variance) + shock**2 / variance)
        variance = omega + alpha * shock**2 + beta * variance
    return total


def test_against_our_own_likelihood():
    returns = simulate(2000, 3)
    found = fit_garch(Sample("IWM", returns))
    assert found.converged
    # Where the recursion begins is a convention of the library: the early shocks, weighted.
    early = (np.array(returns[:75]) - np.mean(returns)) ** 2
    weights = 0.94 ** np.arange(75)
    first = float(np.dot(early, weights) / weights.sum())
    ours = minimize(
        likelihood,
        TRUE,
        (returns, first),
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 2000},
    )
    assert (found.mean, found.omega, found.alpha, found.beta) == pytest.approx(ours.x, rel=1e-3, abs=1e-3)


def test_simulated_truth_is_found():
    """20,000 returns: within about three standard errors of the parameters they were made with."""
    found = fit_garch(Sample("IWM", simulate(20_000, 4)))
    assert found.mean == pytest.approx(0.05, abs=0.02)
    assert found.alpha == pytest.approx(0.1, abs=0.02)
    assert found.beta == pytest.approx(0.85, abs=0.03)
    assert found.omega == pytest.approx(0.05, abs=0.02)


def test_the_next_variance_is_that_of_the_recursion():
    returns = simulate(3000, 5)
    found = fit_garch(Sample("IWM", returns))
    variance = found.omega / (1 - found.alpha - found.beta)  # after 3,000 returns the beginning is forgotten
    for value in returns:
        variance = found.omega + found.alpha * (value - found.mean) ** 2 + found.beta * variance
    assert found.variance == pytest.approx(variance, rel=1e-9)


def test_returns_without_clusters_have_no_alpha():
    found = fit_garch(Sample("IWM", np.random.default_rng(1).normal(0, 1, 3000).tolist()))
    assert found.alpha < 0.02


@pytest.mark.parametrize("returns", [[0.0] * 1200, [0.5, -0.5] * 10])
def test_what_cannot_be_fitted_did_not_converge_or_says_little(returns):
    found = fit_garch(Sample("IWM", returns))
    assert all(map(math.isfinite, msgspec.structs.astuple(found)[1:]))
    assert not found.converged or found.alpha + found.beta < 1.0


async def test_a_process_of_its_own():
    samples = [Sample("IWM", simulate(1100, 6)), Sample("SPY", [0.0] * 1100)]
    found = await fit_in_process(samples)
    assert [one.symbol for one in found] == ["IWM", "SPY"]
    here = fit_garch(samples[0])
    # The optimum is found to within its tolerance; how many threads add numbers up shows beyond that.
    assert msgspec.structs.astuple(found[0])[1:] == pytest.approx(msgspec.structs.astuple(here)[1:], rel=1e-4)


async def test_a_process_that_fails_says_why(monkeypatch):
    monkeypatch.setattr(fitter, "to_environment", lambda: {"PYTHONPATH": "/nowhere", "PATH": "/usr/bin"})
    monkeypatch.setattr(fitter.sys, "executable", "/bin/false")
    with pytest.raises(FitError, match="it ended with 1: it said nothing"):
        await fit_in_process([])


async def test_a_process_that_is_called_off_is_ended(monkeypatch):
    """What follows a file never ends by itself: cancelled, the call returns and the process with it."""
    started = []
    real = asyncio.create_subprocess_exec

    async def start(*_args, **kwargs):
        process = await real("tail", "-f", "/dev/null", **kwargs)
        started.append(process)
        return process

    monkeypatch.setattr(fitter.asyncio, "create_subprocess_exec", start)
    task = asyncio.create_task(fit_in_process([]))
    while not started:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].returncode == -9


def test_nothing_found_has_a_place_on_the_wire():
    assert msgspec.msgpack.decode(msgspec.msgpack.encode([Found("IWM")]), type=list[Found]) == [Found("IWM")]
