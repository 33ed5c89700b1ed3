"""The newest closes of thousands of symbols while they move, or of one: averages, volatility, strength, breadth.

What completed sessions say for good is put together once (`keep`). A newest close is then answered by a pure function
of it: nothing is rolled on, so no rounding adds up, and a corrected price leaves no trace. See decision 024.
"""

from dataclasses import dataclass

import numpy as np

from core.breadth.counting import ABOVE, EXTREMES, ROUNDING, Mask, Tally
from core.market.bars import Floats
from core.studies.windows import YEAR, to_log_returns

VOLATILITY = 20
"""Log returns of a volatility, the newest included [C1]."""
STRENGTH = 63
"""Sessions of the gain that is compared with the benchmark's."""
COUNTED = (*(f"above_{count}" for count in ABOVE), "highs", "lows", "advances", "ahead")
_COUNTS = np.array(ABOVE, np.float64)[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Of completed sessions, a number a symbol; NaN where a hole lies in the window, or before the history begins."""

    rests: Floats
    """Sums of the last 19, 49 and 199 closes: three by symbols."""
    edges: Floats
    """The newest close above which each is above the average that it is itself in: three by symbols."""
    before: Floats
    """The last close."""
    back: Floats
    """The close that is 63 sessions before the newest."""
    drift: Floats
    """Mean of the last 19 log returns."""
    spread: Floats
    """Squared distances of these from their mean, added up."""
    highest: Floats
    lowest: Floats
    """Of the last 251 closes."""
    telling: Mask
    """Whose windows are full but for the newest close: `COUNTED` by symbols."""
    weights: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Newest:
    """What the newest closes say, a number a symbol; NaN where a window is not full or there is no newest close."""

    last: Floats
    averages: Floats
    """Of 20, 50 and 200 closes: three by symbols."""
    volatility: Floats
    """Sample deviation of 20 log returns, annualised [C1]."""
    strength: Floats
    """Gain over 63 sessions, over the benchmark's, minus one."""


def keep(closes: Floats, weights: Floats | None = None) -> Kept:
    """What completed `closes`, symbols by sessions, say for good; nothing of `closes` itself is kept."""
    returns, year = to_log_returns(_last(closes, VOLATILITY)), _last(closes, EXTREMES - 1)
    rests = np.stack([_last(closes, count - 1).sum(axis=1) for count in ABOVE])
    before, back = _last(closes, 1)[:, 0].copy(), _last(closes, STRENGTH)[:, 0].copy()
    drift, highest = returns.mean(axis=1), year.max(axis=1)
    return Kept(
        rests=rests,
        # Solves close = (rest + close) / count for the close, with the room for rounding that `count_all` leaves.
        edges=rests / (_COUNTS / ROUNDING - 1.0),
        before=before,
        back=back,
        drift=drift,
        spread=((returns - drift[:, None]) ** 2).sum(axis=1),
        highest=highest,
        lowest=year.min(axis=1),
        telling=~np.isnan([*rests, highest, highest, before, back]),
        weights=weights,
    )


def calc_newest(kept: Kept, last: Floats, benchmark: float = 1.0) -> Newest:
    """The newest numbers where `last` are the newest closes; `benchmark` gained so much in 63 sessions (1.02: 2 %)."""
    averages = kept.rests + last
    averages *= 1.0 / _COUNTS
    moved = np.log1p((last - kept.before) / kept.before) - kept.drift
    # The squares of 19 returns about their mean and of one more: Welford (1962), Technometrics 4.
    squares = kept.spread + moved * moved * ((VOLATILITY - 1) / VOLATILITY)
    return Newest(
        last=last,
        averages=averages,
        volatility=np.sqrt(squares * (YEAR / (VOLATILITY - 1))),
        strength=last / kept.back / benchmark - 1.0,
    )


def count_newest(kept: Kept, newest: Newest) -> dict[str, Tally]:
    """Tallies of one session, by `COUNTED`, as `count_all` has them of every session; `ahead` of the benchmark."""
    found = find_newest(kept, newest)
    sums = np.empty((2, len(COUNTED), 2, 1))
    sums[..., 0, 0] = [[np.count_nonzero(who) for who in part] for part in found]
    sums[..., 1, 0] = sums[..., 0, 0] if kept.weights is None else found.astype(np.float64) @ kept.weights
    return {name: Tally(doing, telling) for name, doing, telling in zip(COUNTED, *sums, strict=True)}


def find_newest(kept: Kept, newest: Newest) -> Mask:
    """Who does what is counted, and who can tell: two by `COUNTED` by symbols."""
    last, above = newest.last, len(ABOVE)
    found = np.empty((2, *kept.telling.shape), np.bool_)
    (doing, telling), (high, low, advance, ahead) = found, range(above, len(COUNTED))
    np.greater(last, kept.edges, out=doing[:above])
    np.greater(last, kept.highest, out=doing[high])
    np.less(last, kept.lowest, out=doing[low])
    np.greater(last, kept.before, out=doing[advance])
    np.greater(newest.strength, 0.0, out=doing[ahead])
    # Only NaN is not equal to itself.
    np.logical_and(kept.telling, last == last, out=telling)
    telling[advance] &= last != kept.before
    return found


def _last(values: Floats, count: int) -> Floats:
    """The last `count` columns; NaN before where there are fewer."""
    missing = count - values.shape[1]
    if missing <= 0:
        return values[:, values.shape[1] - count :]
    return np.concatenate([np.full((len(values), missing), np.nan), values], axis=1)
