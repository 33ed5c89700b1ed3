"""The whole past of a measure at once, at every session of its line, as it was known then: for rules and pictures."""

from collections.abc import Callable

import numpy as np

from core.breadth.fund import FEWEST, Breadth
from core.market.bars import Floats
from core.market.symbols import ECONOMY
from core.rules.rule import CODES
from core.studies.averages import SLOPE_LAG
from core.studies.bands import FILTERS, Filter, to_side
from core.studies.breadth import NARROW_FALL, NARROW_SESSIONS
from core.studies.comovement import ADJUSTED, LAGGED, to_beta
from core.studies.crowding import to_scores
from core.studies.drawdown import to_drawdown
from core.studies.economy_past import has_economy_past, to_economy_past
from core.studies.factors import RATE, Factor, Joined, join
from core.studies.facts_past import to_base_state, to_small_breadth
from core.studies.implied import find_index
from core.studies.momentum import SPANS
from core.studies.past_tails import to_beyond, to_breaches
from core.studies.pullback import WINDOWS as PULLBACKS
from core.studies.pullback import to_pullback
from core.studies.ranks import DEPTH, to_percentile
from core.studies.relative import DAYS, to_gaps
from core.studies.rotation_map import DAILY, QUADRANTS, build_rotation
from core.studies.sensitivity import SHOCK_SESSIONS
from core.studies.sensitivity import SHORT as RATE_WINDOW
from core.studies.streak import to_streaks, to_winner
from core.studies.strength import to_mansfield, to_z
from core.studies.stretch import to_stretch
from core.studies.study import Given, Missing
from core.studies.style import STYLE
from core.studies.tails import to_risk_returns
from core.studies.volatility import SHORT, to_volatility, to_volatility_ratio
from core.studies.windows import YEAR, to_log_returns, to_means, to_returns, to_sums

_LEAST_USUAL = YEAR // 2
_ROUNDING = 1e-12
_NOTHING = np.empty(0)


def to_full(values: Floats, length: int) -> Floats:
    """`values`, which end with the last session, as long as the history: NaN before they begin."""
    if len(values) == length:
        return values
    return np.concatenate((np.full(length - len(values), np.nan), values))


def to_sma_change(values: Floats, count: int, lag: int = SLOPE_LAG) -> Floats:
    """The moving average over itself `lag` sessions before, minus one; shorter by `count - 1 + lag`."""
    average = to_means(values, count)
    return average[lag:] / average[:-lag] - 1.0


def to_trend(values: Floats, rule: Filter) -> Floats:
    """The last side that a filter took at every session, in the numbers of CODES; NaN before the first [B1, B2]."""
    known: dict[int, Floats] = {}
    fast, slow = (to_full(to_sums(values, count, known), len(values)) for count in (rule.fast, rule.slow))
    side = to_side(fast * (rule.slow / rule.fast), slow, rule.band)
    taken = np.maximum.accumulate(np.where(side != 0, np.arange(len(side)), -1))
    return np.where(taken >= 0, side[taken], np.nan)


def to_slope(target: Floats, regressor: Floats, control: Floats, count: int) -> Floats:
    """Moving least-squares slope on `regressor` at the same `control`, of full windows only; NaN where it has none."""
    y, x, m = target, regressor, control
    # Returns and changes of yields are all of one size, so that running totals lose nothing that could be seen.
    parts = np.stack((y, x, m, y * x, y * m, x * x, x * m, m * m))
    totals = np.cumsum(np.pad(np.where(np.isfinite(parts), parts, 0.0), ((0, 0), (1, 0))), axis=1)
    means = (totals[:, count:] - totals[:, :-count]) / count
    holes = np.cumsum(np.append(0, ~np.isfinite(parts).all(axis=0)))
    means[:, holes[count:] > holes[:-count]] = np.nan
    (y, x, m), products = means[:3], means[3:]
    yx, ym, xx, xm, mm = products - np.stack((y * x, y * m, x * x, x * m, m * m))
    left = xx * mm - xm * xm
    still = np.full(len(left), np.nan)
    return np.asarray(np.divide(yx * mm - ym * xm, left, out=still, where=left > _ROUNDING * xx * mm))


def _to_volatility_ratio(given: Given) -> Floats:
    small, large = given.line.small, given.line.large
    if small is None or large is None:
        return _NOTHING
    return to_volatility_ratio(small, large)


def _to_streak(given: Given) -> Floats:
    small, large = given.line.raw_small, given.line.raw_large
    if small is None or large is None or len(small) < 2:
        return _NOTHING
    return to_streaks(to_winner(small, large))


def _to_gap(given: Given, count: int) -> Floats:
    small, large = given.line.small, given.line.large
    return _NOTHING if small is None or large is None else to_gaps(small, large, count)


def _to_adjusted_gap(given: Given, count: int) -> Floats:
    small, large = given.line.small, given.line.large
    if small is None or large is None or len(small) <= LAGGED + count:
        return _NOTHING
    betas = to_beta(to_returns(small), to_returns(large), LAGGED)[:-1]
    logs = [to_log_returns(leg)[LAGGED:] for leg in (small, large)]
    return to_sums(logs[0] - betas * logs[1], count)


def _to_quadrant(given: Given) -> Floats:
    line = given.line
    rotation = build_rotation(line.values, line.sessions, DAILY)
    found = np.full(len(line.values), np.nan)
    codes = np.array([CODES[quadrant] for quadrant in QUADRANTS])
    found[np.searchsorted(line.sessions, rotation.sessions)] = codes[rotation.quadrants]
    return found


def _to_implied_percentile(given: Given) -> Floats:
    name = find_index(given.line.subject)
    if isinstance(name, Missing) or given.around is None:
        return _NOTHING
    index = given.around.line(name)
    return _place(given, index.sessions, to_full(to_percentile(index.values, DEPTH), len(index.values)))


def _place(given: Given, sessions: np.ndarray, values: Floats) -> Floats:
    """`values` of other `sessions` on those of the line; NaN where they have none."""
    if not len(sessions):
        return _NOTHING
    if len(sessions) < len(given.line.sessions) and sessions[-1] == given.line.sessions[-1]:
        tail = given.line.sessions[-len(sessions) :]
        if (sessions == tail).all():
            return to_full(values, len(given.line.sessions))
    rows = np.minimum(np.searchsorted(sessions, given.line.sessions), len(sessions) - 1)
    return np.where(sessions[rows] == given.line.sessions, values[rows], np.nan)


def _join(given: Given, factor: Factor) -> Joined | None:
    if given.around is None:
        return None
    kept, key = given.around.kept, (given.line.subject, factor.key)
    if key not in kept:
        kept[key] = join(given.line, given.around, factor, len(given.line.values))
    joined = kept[key]
    return joined if isinstance(joined, Joined) else None


def _to_rate_change(given: Given) -> Floats:
    joined = _join(given, RATE)
    if joined is None:
        return _NOTHING
    return _place(given, joined.sessions, to_full(to_sums(joined.change, SHOCK_SESSIONS), len(joined.change)) / 100.0)


def _to_rate_beta(given: Given) -> Floats:
    joined = _join(given, RATE)
    if joined is None or len(joined.change) < RATE_WINDOW:
        return _NOTHING
    slope = to_slope(joined.spread, joined.change, joined.market, RATE_WINDOW)
    return _place(given, joined.sessions, to_full(slope, len(joined.change)))


def _to_style(given: Given, count: int) -> Floats:
    joined = _join(given, STYLE)
    if joined is None or len(joined.change) < count:
        return _NOTHING
    left, right = joined.spread, joined.change
    means = [to_means(one, count) for one in (left, right)]
    both = to_means(left * right, count) - means[0] * means[1]
    squares = [to_means(one * one, count) - mean * mean for one, mean in zip((left, right), means, strict=True)]
    spread = np.sqrt(np.maximum(squares[0] * squares[1], 0.0))
    found = np.divide(both, spread, out=np.full(len(both), np.nan), where=spread > _ROUNDING)
    return _place(given, joined.sessions, to_full(found, len(joined.change)))


def _to_momentum(given: Given) -> Floats:
    values, (start, end) = given.line.values, SPANS["momentum_12_1"]
    return values[start - end : -end] / values[:-start] - 1.0 if len(values) > start else _NOTHING


def _find_breadth(given: Given, fund: str) -> Breadth | None:
    found = given.around.funds.found.get(fund) if given.around else None
    return found if isinstance(found, Breadth) else None


def _to_narrow(given: Given) -> Floats:
    found = _find_breadth(given, given.line.subject.partition("/")[0])
    gaps = to_full(_to_gap(given, NARROW_SESSIONS), len(given.line.values))
    if found is None:
        return _NOTHING
    tally = found.counts["above_50"]
    share = np.where(tally.telling[0] >= FEWEST * len(found.holdings.symbols), tally.share(), np.nan)
    change = to_full(share[NARROW_SESSIONS:] - share[:-NARROW_SESSIONS], len(share))
    change = _place(given, found.closes.sessions, change)
    is_narrow = (gaps > 0.0) & (change <= -NARROW_FALL + _ROUNDING)
    return np.where(np.isnan(gaps) | np.isnan(change), np.nan, is_narrow)


def _to_constituents_ratio(given: Given, kind: str) -> Floats:
    """The median over its own median of a year, of half a year at least: one year is all that is kept of it."""
    found = _find_breadth(given, given.line.subject)
    medians = None if found is None else found.amihud if kind == "amihud" else found.edge
    if found is None or medians is None:
        return _NOTHING
    telling = np.where(medians.counts >= FEWEST * len(found.holdings.symbols), medians.values, np.nan)
    ratios = np.full(len(telling), np.nan)
    for end in range(_LEAST_USUAL, len(telling) + 1):
        window = telling[max(0, end - YEAR) : end]
        if not np.isnan(window).any() and (usual := float(np.median(window))) > 0.0:
            ratios[end - 1] = window[-1] / usual
    return _place(given, medians.sessions, ratios)


PASTS: dict[str, Callable[[Given], Floats]] = {
    "ratio": lambda given: given.line.values,
    "volatility_20d": lambda given: to_volatility(given.line.values, SHORT),
    "volatility_percentile_1260d": lambda given: to_percentile(to_volatility(given.line.values, SHORT), DEPTH),
    "implied_percentile_1260d": _to_implied_percentile,
    "volatility_ratio_20d": _to_volatility_ratio,
    **{f"pullback_{n}d": lambda given, n=n: to_pullback(given.line.values, n) for n in PULLBACKS},  # type: ignore[misc]
    "sma_50_change_20d": lambda given: to_sma_change(given.line.values, 50),
    **{rule.name: lambda given, rule=rule: to_trend(given.line.values, rule) for rule in FILTERS},  # type: ignore[misc]
    "stretch_50d": lambda given: to_stretch(given.line.values),
    "streak": _to_streak,
    "crowding_score": to_scores,
    "momentum_12_1": _to_momentum,
    "mansfield_252d": lambda given: to_mansfield(given.line.values, YEAR),
    "ratio_z_252d": lambda given: to_z(given.line.values, YEAR),
    "drawdown": lambda given: to_drawdown(given.line.values),
    **{f"gap_{n}d": lambda given, n=n: _to_gap(given, n) for n in DAYS},  # type: ignore[misc]
    **{f"beta_adjusted_gap_{n}d": lambda given, n=n: _to_adjusted_gap(given, n) for n in ADJUSTED},  # type: ignore[misc]
    "rotation_daily_quadrant": _to_quadrant,
    "rate_change_20d": _to_rate_change,
    "rate_beta_126d": _to_rate_beta,
    **{f"style_correlation_{n}d": lambda given, n=n: _to_style(given, n) for n in STYLE.windows},  # type: ignore[misc]
    "narrow_rotation": _to_narrow,
    "eps_base_state": to_base_state,
    "revision_breadth_small_30d": to_small_breadth,
    "constituents_amihud_ratio_252d": lambda given: _to_constituents_ratio(given, "amihud"),
    "constituents_spread_edge_ratio_252d": lambda given: _to_constituents_ratio(given, "spread_edge"),
    "value_at_risk_breaches_99_504d": lambda given: to_breaches(to_risk_returns(given)),
    "beyond(expected_shortfall_99_504d)": lambda given: to_beyond(to_risk_returns(given)),
}
"""By name; each answers values that end with the last session of the line, NaN where there is none. Words are the
numbers of CODES, flags 1 and 0. Where it is a measure, the last is the measure itself."""


_OF_PAIRS_ALONE = ("stretch_50d",)  # of a symbol it is another measure, in true ranges


def has_past(subject: str, name: str) -> bool:
    """Whether the past of that measure of the subject is known at once."""
    if subject == ECONOMY:
        return has_economy_past(name)
    return name in PASTS and ("/" in subject or name not in _OF_PAIRS_ALONE)


def to_past(given: Given, name: str) -> Floats:
    """The past of the measure `name`, as long as the line."""
    if given.line.subject == ECONOMY:
        return to_economy_past(given, name)
    return to_full(PASTS[name](given), len(given.line.values))
