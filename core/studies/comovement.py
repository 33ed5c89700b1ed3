"""How small moves with large: beta, correlation and capture, from simple returns [A8, A9]."""

import numpy as np

from core.market.bars import Floats
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
from core.studies.windows import YEAR, to_returns

WINDOWS = (60, 252)
CAPTURE_DAYS = 63
"""Up days, and down days, that a capture needs in its window [A9]."""
_STILL = Missing("a leg did not move")


def calc_beta(small: Floats, large: Floats) -> float | None:
    """Covariance over large's variance of two arrays of returns; None where large did not move [A8]."""
    moved = large - np.mean(large)
    spread = float(np.dot(moved, moved))
    return float(np.dot(small - np.mean(small), moved)) / spread if spread > 0.0 else None


def calc_correlation(small: Floats, large: Floats) -> float | None:
    """Pearson correlation of two arrays of returns; None where either did not move [A8]."""
    left, right = small - np.mean(small), large - np.mean(large)
    spread = float(np.sqrt(np.dot(left, left) * np.dot(right, right)))
    return float(np.dot(left, right)) / spread if spread > 0.0 else None


def calc_capture(small: Floats, large: Floats, sign: int) -> float | None:
    """Mean small over mean large on days when large rose (sign 1) or fell (-1); None under 63 such days [A9]."""
    days = large * sign > 0.0
    if np.count_nonzero(days) < CAPTURE_DAYS:
        return None
    return float(np.mean(small[days]) / np.mean(large[days]))


def _calculate(given: Given) -> Results:
    line, has = given.line, len(given.line.values)
    results: Results = {}
    for count in WINDOWS:
        if line.small is None or line.large is None or has <= count:
            beta = correlation = missing_sessions(count + 1, has)  # type: Result
        else:
            small, large = to_returns(line.small[-count - 1 :]), to_returns(line.large[-count - 1 :])
            beta, correlation = _or_still(calc_beta(small, large)), _or_still(calc_correlation(small, large))
        results |= {f"beta_{count}d": beta, f"correlation_{count}d": correlation}
    return results | {f"{name}_capture_252d": _calc_capture(given, sign) for name, sign in (("up", 1), ("down", -1))}


def _or_still(value: float | None) -> Result:
    return _STILL if value is None else value


def _calc_capture(given: Given, sign: int) -> Result:
    line, has = given.line, len(given.line.values)
    if line.small is None or line.large is None or has <= YEAR:
        return missing_sessions(YEAR + 1, has)
    capture = calc_capture(to_returns(line.small[-YEAR - 1 :]), to_returns(line.large[-YEAR - 1 :]), sign)
    word = "up" if sign > 0 else "down"
    return Missing(f"fewer than {CAPTURE_DAYS} {word} days of the large leg in 252") if capture is None else capture


_PAIR = (
    *(
        Definition(f"beta_{n}d", "ratio", f"covariance over large's variance of {n} simple returns", "A8")
        for n in WINDOWS
    ),
    *(
        Definition(f"correlation_{n}d", "ratio", f"correlation of {n} simple returns of the legs", "A8")
        for n in WINDOWS
    ),
    *(
        Definition(
            f"{word}_capture_252d", "ratio", f"mean of small over mean of large on large's {word} days of 252", "A9"
        )
        for word in ("up", "down")
    ),
)
COMOVEMENT = Study(symbol=(), pair=_PAIR, calculate=_calculate)
