"""Simple moving averages of a symbol's price or a pair's ratio, and plain comparisons with them [B1, B2, B6]."""

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, level_of, noun_of, numbers_in, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_change, calc_sma

COUNTS = (20, 50, 100, 200)
CROSSES = ((20, 50), (50, 200))
SLOPE_LAG = 20
"""Sessions over which an average is said to rise or fall: four weeks, as the zero line's slope of A6."""


def calc_sma_change(values: Floats, count: int, lag: int = SLOPE_LAG) -> float:
    """The average of `count` values now over the one `lag` sessions ago, minus one: below zero it falls."""
    return calc_change(calc_sma(values, count), calc_sma(values[:-lag], count))


def calc_alignment(last: float, sma_20: float, sma_50: float, sma_200: float) -> int:
    """How many of C > 20, C > 50, C > 200, 20 > 50, 50 > 200 hold: 0 to 5 [B6]."""
    return sum((last > sma_20, last > sma_50, last > sma_200, sma_20 > sma_50, sma_50 > sma_200))


def _calculate(given: Given) -> Results:
    values = given.line.values
    has = len(values)
    averages = _calc_averages(values)
    last: float | Missing = float(values[-1]) if has else missing_sessions(1, has)
    results: Results = {f"sma_{count}": average for count, average in averages.items()}
    results |= {f"above_sma_{count}": _is_above(last, average) for count, average in averages.items()}
    results |= {f"sma_{fast}_above_{slow}": _is_above(averages[fast], averages[slow]) for fast, slow in CROSSES}
    full = 50 + SLOPE_LAG
    results["sma_50_change_20d"] = calc_sma_change(values, 50) if has >= full else missing_sessions(full, has)
    results["alignment"] = _calc_alignment(last, averages)
    return results


def _calc_averages(values: Floats) -> dict[int, float | Missing]:
    has = len(values)
    return {count: calc_sma(values, count) if has >= count else missing_sessions(count, has) for count in COUNTS}


def _is_above(left: float | Missing, right: float | Missing) -> Result:
    if isinstance(right, Missing):
        return right
    return left if isinstance(left, Missing) else left > right


def _calc_alignment(last: float | Missing, averages: dict[int, float | Missing]) -> Result:
    wanted = (last, averages[20], averages[50], averages[200])
    numbers = [value for value in wanted if not isinstance(value, Missing)]
    # The longest average is missing longest: with it, all are there.
    longest = wanted[-1]
    return longest if isinstance(longest, Missing) else calc_alignment(*numbers)


def _tell(given: Given, name: str) -> Steps:
    if name == "alignment":
        results = _calculate(given)
        flags = ("above_sma_20", "above_sma_50", "above_sma_200", *(f"sma_{a}_above_{b}" for a, b in CROSSES))
        return tell_value(given), *(Step(flag, results[flag], "flag") for flag in flags)
    counts = numbers_in(name)
    if name.endswith("_change_20d"):
        return tell_average(given, counts[0], SLOPE_LAG), tell_average(given, counts[0])
    if name.startswith("above_"):
        return tell_value(given), tell_average(given, counts[0])
    if "_above_" in name:
        return tuple(tell_average(given, count) for count in counts)
    total = float(given.line.values[-counts[0] :].sum())
    return tell_window(given, counts[0]), Step("their sum", total, level_of(given))


def tell_average(given: Given, count: int, back: int = 0) -> Step:
    """The average of `count` values as it stood `back` sessions ago."""
    end = len(given.line.values) - back
    text = f"mean of the {count} {noun_of(given)}s to {given.line.sessions[end - 1]}"
    return Step(text, calc_sma(given.line.values[:end], count), level_of(given))


def _define(unit: str, thing: str) -> tuple[Definition, ...]:
    return (
        *(Definition(f"sma_{n}", unit, f"mean of the last {n} {thing}, today included", "B1") for n in COUNTS),
        *(
            Definition(f"above_sma_{n}", "flag", f"whether the last of the {thing} is above sma_{n}", "B1")
            for n in COUNTS
        ),
        *(Definition(f"sma_{a}_above_{b}", "flag", f"whether sma_{a} is above sma_{b}", "B2") for a, b in CROSSES),
        Definition("sma_50_change_20d", "fraction", "sma_50 over itself 20 sessions ago, minus one", "A6, R10"),
        Definition("alignment", "count", "how many hold of C>20, C>50, C>200, 20>50, 50>200 (0 to 5)", "B6"),
    )


_SYMBOL, _PAIR = _define("price", "adjusted closes"), _define("ratio", "ratios")
AVERAGES = Study(
    symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell)
)
