"""Dollar volume of completed sessions against what is usual, and rotations that it confirms [D5]."""

from collections.abc import Iterator

import numpy as np

from core.market.bars import Floats
from core.market.candles import Candles
from core.market.kinds import Kind, is_index, kind_of
from core.studies.spreads import BILLION
from core.studies.steps import explain_with
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, calc_deviation, calc_percentile, to_returns

BEFORE = 63
"""Sessions before today that its dollar volume is compared with."""
BUSY, LARGE_GAP = 2.0, 0.9
"""From which z of dollar volume, and from which percentile of the day's gap, a rotation counts as confirmed."""
NOT_TRADED = Missing("an index is not traded")
_FLAT = 1e-12
"""A deviation of log dollar volumes below this is rounding, not movement."""


def is_traded(symbol: str) -> bool:
    """Whether `symbol` has a dollar volume at all."""
    return kind_of(symbol) is Kind.PRICE and not is_index(symbol)


def to_dollars(candles: Candles) -> Floats:
    """Quoted close times shares: never an adjusted close, which would shrink with every later dividend [0.3]."""
    return candles.quoted * candles.volume


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in (_PAIR if given.is_pair else _SYMBOL)}
    if given.is_pair:
        return {"volume_confirmed": _calc_confirmed(given)}
    return {"dollar_volume_z_63d": _calc_z(given, given.line.subject)}


def _calc_z(given: Given, symbol: str) -> float | Missing:
    volumes = _find_volumes(given, symbol)
    if isinstance(volumes, Missing):
        return volumes
    before, today = volumes[:-1], float(volumes[-1])
    deviation = calc_deviation(before)
    return (today - float(np.mean(before))) / deviation if deviation > _FLAT else Missing("the volume did not change")


def _find_volumes(given: Given, symbol: str) -> Floats | Missing:
    """Log dollar volumes of 63 whole sessions and the last one, which must be whole too.

    A half day has half the volume: beside whole sessions it would look dead, and the day after it busy.
    """
    if given.around is None or not is_traded(symbol):
        return NOT_TRADED
    candles = given.around.candles(symbol)
    if len(candles) and candles.half_days[-1]:
        return Missing(f"{candles.sessions[-1]} was a half day")
    whole = ~candles.half_days
    dollars, days = to_dollars(candles)[whole][-BEFORE - 1 :], candles.sessions[whole][-BEFORE - 1 :]
    if len(dollars) <= BEFORE:
        return missing_sessions(BEFORE + 1, len(dollars))
    unknown = days[~(dollars > 0.0)]
    return Missing(f"no volume on {unknown[-1]}") if len(unknown) else np.log(dollars)


def _calc_confirmed(given: Given) -> Result:
    gaps = _find_gaps(given)
    if isinstance(gaps, Missing):
        return gaps
    z = _small_z(given)
    if isinstance(z, Missing):
        return z
    return z >= BUSY and calc_percentile(gaps) >= LARGE_GAP


def _find_gaps(given: Given) -> Floats | Missing:
    """The size of the one-session gap in each session of a year."""
    small, large = given.line.small, given.line.large
    if small is None or large is None or len(small) <= YEAR:
        return missing_sessions(YEAR + 1, len(given.line.values))
    return np.abs(to_returns(small[-YEAR - 1 :]) - to_returns(large[-YEAR - 1 :]))


def _small_z(given: Given) -> float | Missing:
    """The small leg's z, of the session that the pair's gap is of."""
    small = given.line.subject.partition("/")[0]
    z = _calc_z(given, small)
    last = given.around.candles(small).sessions[-1:] if given.around else given.line.sessions[:0]
    if isinstance(z, float) and last[0] != given.line.sessions[-1]:
        return Missing(f"the last session of {small} is {last[0]}, of the pair {given.line.sessions[-1]}")
    return z


def _tell(given: Given, name: str) -> Iterator[Step]:
    return _tell_confirmed(given) if name == "volume_confirmed" else _tell_z(given)


def _tell_z(given: Given) -> Iterator[Step]:
    logs = _find_volumes(given, given.line.subject)
    if isinstance(logs, Missing) or given.around is None:
        return
    candles = given.around.candles(given.line.subject)
    days = candles.sessions[~candles.half_days]
    span = f"{days[-BEFORE - 1]} to {days[-2]}"
    yield Step(f"quoted close times volume of {days[-1]}, in billions", float(np.exp(logs[-1])) / BILLION)
    yield Step(f"logarithm of the dollar volume of {days[-1]}", float(logs[-1]))
    yield Step(f"mean of {BEFORE} logarithms, {span}, without half days", float(np.mean(logs[:-1])))
    yield Step("their sample deviation", calc_deviation(logs[:-1]))


def _tell_confirmed(given: Given) -> Iterator[Step]:
    gaps, z = _find_gaps(given), _small_z(given)
    if isinstance(gaps, Missing) or isinstance(z, Missing):
        return
    small, day = given.line.subject.partition("/")[0], given.line.sessions[-1]
    yield Step(f"dollar_volume_z_63d of {small} on {day}", z, "z")
    yield Step(f"size of gap_1d on {day}", float(gaps[-1]), "fraction")
    yield Step(f"share of {YEAR} sessions whose gap was no larger", calc_percentile(gaps), "fraction")


_SYMBOL = (
    Definition(
        "dollar_volume_z_63d",
        "z",
        "log of quoted close times volume less its mean over the 63 sessions before, in their sample deviations; "
        "without half days",
        "D5",
    ),
)
_PAIR = (
    Definition(
        "volume_confirmed",
        "flag",
        "small's dollar_volume_z_63d is 2 or more and the size of gap_1d in the top tenth of 252 sessions",
        "D5",
    ),
)
TURNOVER = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_settled=True,
    is_detail=True,
)
