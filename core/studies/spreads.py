"""Price impact and bid-ask spreads from bars: Amihud, Corwin-Schultz, Abdi-Ranaldo, EDGE [D1 to D4].

The spreads take prices along the last axis, oldest first; a NaN makes every number that would need it NaN. At the
spread of a large fund, a hundredth of a percent, they are noise: they are for single shares that trade little.
"""

import numpy as np

from core.market.bars import Floats
from core.studies.windows import to_means, to_returns

IMPACT = 20
SPREAD = 21
"""Sessions that the mean impact and a spread are of."""
BILLION = 1e9
_ROOT = 3.0 - 2.0 * np.sqrt(2.0)


def to_impact(close: Floats, dollars: Floats) -> Floats:
    """|simple return| a billion dollars of every session that traded; NaN where the volume is not known [D1].

    Sessions without a trade are left out, not counted as zero.
    """
    moved, traded = np.abs(to_returns(close)), dollars[1:]
    kept = traded != 0.0
    return np.asarray(moved[kept] / traded[kept] * BILLION)


def to_amihud(impact: Floats, count: int = IMPACT) -> Floats:
    """Mean of every `count` values of `to_impact`; `count - 1` shorter [D1]."""
    return to_means(impact, count)


def to_corwin_schultz(high: Floats, low: Floats, close: Floats) -> Floats:
    """The spread of every two sessions, as a fraction and never negative; one shorter [D2].

    A session that opened away from the close before it is first moved back beside it: a gap is no spread. `gamma` is
    of the high and low of both sessions together, not of their ranges added up.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        before, highs, lows = close[..., :-1], high[..., 1:], low[..., 1:]
        moved = np.maximum(before - highs, 0.0) - np.maximum(lows - before, 0.0)
        highs, lows = highs + moved, lows + moved
        beta = np.log(high[..., :-1] / low[..., :-1]) ** 2 + np.log(highs / lows) ** 2
        gamma = np.log(np.maximum(high[..., :-1], highs) / np.minimum(low[..., :-1], lows)) ** 2
        alpha = (np.sqrt(2.0 * beta) - np.sqrt(beta)) / _ROOT - np.sqrt(gamma / _ROOT)
        # The hyperbolic tangent of a/2 is (e^a - 1) / (e^a + 1).
        return np.asarray(np.maximum(2.0 * np.tanh(alpha / 2.0), 0.0))


def to_abdi_ranaldo(high: Floats, low: Floats, close: Floats) -> Floats:
    """The squared spread of every session and the next, which may be negative; one shorter [D3].

    It compares a close with the middle of the range of the next session, so it is known, and stands, at the next one.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, closes = (np.log(high) + np.log(low)) / 2.0, np.log(close)
        before = closes[..., :-1]
        return np.asarray(4.0 * (before - middle[..., :-1]) * (before - middle[..., 1:]))


def to_edge(open_: Floats, high: Floats, low: Floats, close: Floats, count: int) -> Floats:
    """The spread, as a fraction, of every `count` sessions; `count - 1` shorter [D4].

    Ardia, Guidotti and Kroencke (2024): the covariances of four returns around opens and closes, each corrected for
    how often a session trades at all and opens or closes at its high or low, weighted by their precision. The root is
    that of the absolute value. NaN where fewer than two of the sessions traded.
    """
    if close.shape[-1] < count:
        return close[..., :0]
    with np.errstate(divide="ignore", invalid="ignore"):
        returns, marks = _edge_inputs(np.log(open_), np.log(high), np.log(low), np.log(close))
        windows = (np.lib.stride_tricks.sliding_window_view(array, count - 1, axis=-1) for array in (*returns, *marks))
        return _calc_edge(*windows)


def _edge_inputs(o: Floats, h: Floats, lo: Floats, c: Floats) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Five returns and three marks of every session after the first: traded, open and close (of the one before) inside.

    A mark of an open counts once for the high and once for the low that it is not.
    """
    middle = (h + lo) / 2.0
    h1, lo1, c1, m1 = (array[..., :-1] for array in (h, lo, c, middle))
    o, h, lo, m = (array[..., 1:] for array in (o, h, lo, middle))
    whole = np.where(np.isnan(o + h + lo + c1 + h1 + lo1), np.nan, 1.0)
    traded = whole * ((h != lo) | (lo != c1))
    opened = traded * ((o != h).astype(float) + (o != lo))
    closed = traded * ((c1 != h1).astype(float) + (c1 != lo1))
    return (m - o, o - m1, m - c1, c1 - m1, o - c1), (traded, opened, closed)


def _calc_edge(
    r1: Floats, r2: Floats, r3: Floats, r4: Floats, r5: Floats, traded: Floats, opened: Floats, closed: Floats
) -> Floats:
    """The estimate of each window along the last axis."""
    rate = np.mean(traded, axis=-1, keepdims=True)
    at_open = -4.0 / np.mean(opened, axis=-1, keepdims=True)
    at_close = -4.0 / np.mean(closed, axis=-1, keepdims=True)
    d1, d3, d5 = (r - np.mean(r, axis=-1, keepdims=True) / rate * traded for r in (r1, r3, r5))
    x1 = at_open * d1 * r2 + at_close * d3 * r4
    x2 = at_open * d1 * r5 + at_close * d5 * r4
    e1, e2 = np.mean(x1, axis=-1), np.mean(x2, axis=-1)
    v1, v2 = np.mean(x1**2, axis=-1) - e1**2, np.mean(x2**2, axis=-1) - e2**2
    total = v1 + v2
    square = np.where(total > 0.0, (v2 * e1 + v1 * e2) / total, (e1 + e2) / 2.0)
    spread = np.sqrt(np.abs(square))
    return np.asarray(np.where(np.isfinite(spread) & (np.sum(traded, axis=-1) >= 2.0), spread, np.nan))
