"""Price impact and bid-ask spread of a fund itself, of completed sessions [D1 to D4, D6].

A fund's own liquidity is that of its market makers, not of the shares it holds: at a spread of about a hundredth of
a percent these estimates are mostly noise. The liquidity of small caps is the median over their constituents, see
the measures `constituents_*`, and that is what a rule should read.
"""

from collections.abc import Iterator

import numpy as np

from core.fundamentals.catalogue import UNDATED_NAV
from core.fundamentals.fact import Fact
from core.market.bars import Floats, Sessions
from core.market.candles import Candles
from core.studies.spreads import (
    BILLION,
    IMPACT,
    SPREAD,
    to_abdi_ranaldo,
    to_amihud,
    to_corwin_schultz,
    to_edge,
    to_impact,
)
from core.studies.steps import explain_with, tell_span
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.turnover import NOT_TRADED, is_traded, to_dollars
from core.studies.windows import YEAR

_NO_NAV = Missing("needs the fund's net asset value: Yahoo has it of some funds, a file under [fundamentals] may")
_SPREADS = {"spread_corwin_schultz_21d": SPREAD + 1, "spread_abdi_ranaldo_21d": SPREAD + 1, "spread_edge_21d": SPREAD}
"""Sessions that each needs."""


def _calculate(given: Given) -> Results:
    if given.around is None or not is_traded(given.line.subject):
        return {definition.name: NOT_TRADED if given.around else ALONE for definition in _SYMBOL}
    candles = given.around.candles(given.line.subject)
    results: Results = {name: _calc_spread(candles, name) for name in _SPREADS}
    return results | {
        "amihud_20d": _calc_amihud(candles),
        "amihud_ratio_252d": _calc_amihud_ratio(candles),
        "nav_premium": _calc_premium(given, candles),
    }


def _calc_premium(given: Given, candles: Candles) -> Result:
    found = _find_nav(given, candles)
    if isinstance(found, Missing):
        return found
    fact, closes = found
    return min((float(close) / fact.value - 1.0 for close in closes), key=abs)


def _find_nav(given: Given, candles: Candles) -> tuple[Fact, Floats] | Missing:
    """The value of the last session, with the closes that it may be of."""
    if given.around is None or not len(candles.sessions):
        return _NO_NAV
    day, symbol = candles.sessions[-1].item(), given.line.subject
    fact = given.around.drivers.fundamentals.find(symbol, "nav", day)
    if fact is None or fact.subject != symbol:
        return _NO_NAV
    if fact.day != day:
        return Missing(f"the newest net asset value is of {fact.day}")
    return fact, candles.quoted[-2 if fact.method == UNDATED_NAV else -1 :]


def _calc_amihud(candles: Candles) -> Result:
    found = _find_impact(candles, IMPACT)
    return found if isinstance(found, Missing) else float(np.mean(found[0]))


def _calc_amihud_ratio(candles: Candles) -> Result:
    found = _find_impact(candles, YEAR + IMPACT - 1)
    if isinstance(found, Missing):
        return found
    usual = float(np.median(to_amihud(found[0])))
    return float(np.mean(found[0][-IMPACT:])) / usual if usual > 0.0 else Missing("the price did not move")


def _find_impact(candles: Candles, count: int) -> tuple[Floats, Sessions] | Missing:
    """The impact of the last `count` sessions that traded, with their days."""
    dollars = to_dollars(candles)
    if not np.any(dollars > 0.0):
        return Missing("no volume")
    # Of thousands of sessions the last are enough; before them is looked only where some did not trade.
    recent = slice(-2 * count - 1, None)
    for rows in (recent, slice(None)):
        impact = to_impact(candles.close[rows], dollars[rows])[-count:]
        days = candles.sessions[rows][1:][dollars[rows][1:] != 0.0][-count:]
        if len(impact) == count:
            unknown = days[np.isnan(impact)]
            return Missing(f"no volume on {unknown[-1]}") if len(unknown) else (impact, days)
    return missing_sessions(count + 1, len(impact) + 1)


def _calc_spread(candles: Candles, name: str) -> Result:
    needed = _SPREADS[name]
    if len(candles) < needed:
        return missing_sessions(needed, len(candles))
    o, h, lo, c = _last(candles, needed)
    unknown = candles.sessions[-needed:][np.isnan(o + h + lo)]
    if len(unknown):
        return Missing(f"no open, high or low on {unknown[-1]}")
    if name == "spread_corwin_schultz_21d":
        return float(np.mean(to_corwin_schultz(h, lo, c)))
    if name == "spread_abdi_ranaldo_21d":
        return float(np.sqrt(max(float(np.mean(to_abdi_ranaldo(h, lo, c))), 0.0)))
    spread = float(to_edge(o, h, lo, c, SPREAD)[-1])
    return spread if spread == spread else Missing("too few sessions moved")


def _last(candles: Candles, count: int) -> tuple[Floats, Floats, Floats, Floats]:
    return candles.open[-count:], candles.high[-count:], candles.low[-count:], candles.close[-count:]


def _tell(given: Given, name: str) -> Iterator[Step]:
    if given.around is None:
        return
    candles = given.around.candles(given.line.subject)
    if name == "nav_premium":
        yield from _tell_premium(given, candles)
    else:
        yield from _tell_impact(candles, name) if name.startswith("amihud") else _tell_spread(candles, name)


def _tell_impact(candles: Candles, name: str) -> Iterator[Step]:
    found = _find_impact(candles, IMPACT if name == "amihud_20d" else YEAR + IMPACT - 1)
    if isinstance(found, Missing):
        return
    impact, days = found
    volume = float(to_dollars(candles)[np.searchsorted(candles.sessions, days[-1])]) / BILLION
    yield Step(f"quoted close times volume of {days[-1]}, in billions", volume)
    yield Step(f"|return| of {days[-1]}", float(impact[-1]) * volume, "fraction")
    yield Step(f"|return| a billion dollars on {days[-1]}", float(impact[-1]), "fraction")
    if name == "amihud_20d":
        yield Step(f"the largest of {IMPACT} sessions, {tell_span(days, IMPACT)}", float(np.max(impact)), "fraction")
        return
    yield Step(f"amihud_20d on {days[-1]}", float(np.mean(impact[-IMPACT:])), "fraction")
    usual = float(np.median(to_amihud(impact)))
    yield Step(f"median of amihud_20d over {YEAR} sessions, {tell_span(days, YEAR)}", usual, "fraction")


def _tell_spread(candles: Candles, name: str) -> Iterator[Step]:
    needed = _SPREADS[name]
    _, h, lo, c = _last(candles, needed)
    yield Step(f"open, high, low and close of {tell_span(candles.sessions, needed)}", needed, "sessions")
    if name == "spread_corwin_schultz_21d":
        each = to_corwin_schultz(h, lo, c)
        yield Step(f"spread from the last two sessions, to {candles.sessions[-1]}", float(each[-1]), "fraction")
        yield Step(f"of {SPREAD} such spreads are zero", int(np.count_nonzero(each == 0.0)), "count")
    elif name == "spread_abdi_ranaldo_21d":
        each = to_abdi_ranaldo(h, lo, c)
        yield Step(f"squared spread at the close of {candles.sessions[-2]}", float(each[-1]))
        yield Step(f"mean of {SPREAD} squared spreads; a negative one counts as zero", float(np.mean(each)))
    else:
        moved = np.count_nonzero((h[1:] != lo[1:]) | (lo[1:] != c[:-1]))
        yield Step(f"of {SPREAD - 1} sessions traded at another price than the close before", int(moved), "count")


def _tell_premium(given: Given, candles: Candles) -> Iterator[Step]:
    found = _find_nav(given, candles)
    if isinstance(found, Missing):
        return
    fact, closes = found
    of = f", {fact.method}" if fact.method else ""
    yield Step(f"net asset value as {fact.source} had it on {fact.day}{of}", fact.value, "price")
    for day, close in zip(candles.sessions[-len(closes) :], closes, strict=True):
        yield Step(f"close of {day}, over it, minus one", float(close) / fact.value - 1.0, "fraction")


_SYMBOL = (
    Definition(
        "amihud_20d",
        "fraction",
        "mean size of the return over dollar volume in billions, of the last 20 sessions that traded",
        "D1",
    ),
    Definition("amihud_ratio_252d", "ratio", "amihud_20d over the median of its last 252", "D1"),
    Definition(
        "spread_corwin_schultz_21d",
        "fraction",
        "mean of 21 spreads, each from the ranges of two sessions without the gap between them; negative ones are zero",
        "D2",
    ),
    Definition(
        "spread_abdi_ranaldo_21d",
        "fraction",
        "root of the mean of 21 times 4 (c - m)(c - m'), c the log close, m and m' the log mid-ranges of its session "
        "and of the next; zero where that mean is negative",
        "D3",
    ),
    Definition("spread_edge_21d", "fraction", "EDGE of the opens, highs, lows and closes of 21 sessions", "D4"),
    Definition(
        "nav_premium",
        "fraction",
        "close over the fund's net asset value, minus one; the nearer to zero of two closes where that value may be of "
        "either evening",
        "D6",
    ),
)
LIQUIDITY = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    is_settled=True,
    is_detail=True,
)
