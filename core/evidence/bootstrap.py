"""How wide is it? The stationary bootstrap of Politis and Romano (1994, JASA 89) on pairs of event and outcome.

A resample is blocks of geometric length from random places of the circle of sessions. What is wanted of it are sums,
so it is kept as how often each session was drawn: all signals of a sample share the draws, and one matrix product
gives the sums of them all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evidence.series import Mask
from core.market.bars import Floats

REPETITIONS = 1000
LEVEL = 0.95
_STEP = 1.25
"""Blocks are rounded up to powers of this, so that signals share draws."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is added up over a resample, each a row over all sessions: events and their outcomes, a row a test; the
    sessions of each sample and their outcomes; and which sample is each test's.

    A session that is not in a sample is drawn like any other and adds nothing: signals known from different sessions
    on share their draws.
    """

    events: Floats
    outcomes: Floats
    known: Floats
    base: Floats
    sample_of: NDArray[np.intp]


def estimate_blocks(series: Floats) -> Floats:
    """Mean block that suits each row best, by Politis and White (2004) as corrected by Patton (2009), Econometric
    Reviews 28: from the lag after which autocorrelations are small, and the slope of the spectrum at zero.
    """
    length = series.shape[1]
    run = max(5, int(np.log10(length)))
    reach = min(int(np.ceil(np.sqrt(length))) + run, length - 2)
    apart = series - series.mean(axis=1, keepdims=True)
    covariance = to_autocovariance(apart, reach)
    limit = 2.0 * np.sqrt(np.log10(length) / length)
    most = float(np.ceil(min(3.0 * np.sqrt(length), length / 3.0)))
    correlation = np.abs(covariance) * length / np.sqrt(_to_energy(apart, reach))
    return np.array([
        _estimate_block(row, _find_lag(small, run, reach), length, most)
        for row, small in zip(covariance, correlation < limit, strict=True)
    ])  # fmt: skip


def to_autocovariance(apart: Floats, reach: int) -> Floats:
    """Sums of products with itself `0..reach` sessions on, over the number of sessions, for each row."""
    length = apart.shape[1]
    size = 1 << int(np.ceil(np.log2(length + reach + 1)))
    power = np.abs(np.fft.rfft(apart, n=size, axis=1)) ** 2
    return np.asarray(np.fft.irfft(power, n=size, axis=1)[:, : reach + 1] / length)


def _to_energy(apart: Floats, reach: int) -> Floats:
    """Products of the squares of both ends' parts that enter the correlation at each lag; one where nothing moves."""
    squares = np.cumsum(apart**2, axis=1)
    total, ends = squares[:, -1:], np.arange(reach + 1)
    heads, tails = squares[:, -2 - ends], total - squares[:, ends]
    energy = heads * tails
    return np.where(energy > 0.0, energy, 1.0)


def _find_lag(small: Mask, run: int, reach: int) -> int:
    """Twice the last lag before `run` small autocorrelations in a row; all lags where there is no such run."""
    for lag in range(run, reach + 1):
        if small[lag - run : lag].all():
            return min(2 * max(lag - run, 1), reach)
    return reach


def _estimate_block(covariance: Floats, lag: int, length: int, most: float) -> float:
    lags = np.arange(1, lag + 1)
    flat_top = np.minimum(1.0, 2.0 * (1.0 - lags / lag))
    slope = 2.0 * float(np.sum(flat_top * lags * covariance[1 : lag + 1]))
    level = float(covariance[0]) + 2.0 * float(np.sum(flat_top * covariance[1 : lag + 1]))
    if level == 0.0:
        return 1.0
    return min(float(np.cbrt((slope / level) ** 2 * length)), most)


def round_block(block: float) -> float:
    """Up to the next power of 1.25, or the whole sessions of it."""
    return float(np.ceil(_STEP ** np.ceil(np.log(max(block, 1.0)) / np.log(_STEP) - 1e-9)))


def draw_counts(length: int, block: float, repetitions: int, rng: np.random.Generator) -> Floats:
    """How often each session is in each resample: repetitions by sessions, every row adds up to `length`."""
    blocks = int(length / block + 8.0 * np.sqrt(length / block) + 16.0)
    ends = np.minimum(np.cumsum(rng.geometric(1.0 / block, (repetitions, blocks)), axis=1), length)
    ends[:, -1] = length  # eight deviations of spare blocks were not enough: the last one is longer
    sizes = np.diff(ends, axis=1, prepend=0)
    begins = rng.integers(0, length, (repetitions, blocks))
    stops = begins + sizes
    is_round = stops >= length
    stops[is_round] -= length
    rows, cells = np.arange(repetitions)[:, None] * length, repetitions * length
    changes = np.bincount((rows + begins).ravel(), minlength=cells) - np.bincount(
        (rows + stops).ravel(), minlength=cells
    )
    changes = changes.reshape(repetitions, length)
    changes[:, 0] += is_round.sum(axis=1)
    return np.cumsum(changes, axis=1, dtype=np.float64)


def find_intervals(columns: Columns, block: float, rng: np.random.Generator, repetitions: int = REPETITIONS) -> Floats:
    """Percentile intervals of "mean outcome of the events less that of all", tests by (low, high)."""
    stacked = np.concatenate((columns.events, columns.outcomes, columns.known, columns.base)).T.copy()
    length, tests, samples = len(stacked), len(columns.events), len(columns.known)
    counts, outcomes, known, base = np.split(
        np.concatenate([
            draw_counts(length, block, min(_AT_ONCE, repetitions - done), rng) @ stacked
            for done in range(0, repetitions, _AT_ONCE)
        ]),
        np.cumsum((tests, tests, samples)),
        axis=1,
    )  # fmt: skip
    means, bases = _divide(outcomes, counts), _divide(base, known)
    tail = (1.0 - LEVEL) / 2.0
    return np.asarray(np.nanquantile(means - bases[:, columns.sample_of], (tail, 1.0 - tail), axis=0).T)


def _divide(sums: Floats, counts: Floats) -> Floats:
    return np.asarray(np.divide(sums, counts, out=np.full(counts.shape, np.nan), where=counts > 0.0))
