"""Curves by the minute: worked by hand."""

import numpy as np

from core.engine.curves import build_minutes
from core.market.bars import MinuteBars

START = np.datetime64("2026-02-25T14:30", "s")


def minutes(symbol: str, offsets: list[int], close: list[float]) -> MinuteBars:
    times = START + np.array(offsets) * np.timedelta64(60, "s")
    return MinuteBars(symbol, times, np.array(close), np.ones(len(close)))


def test_a_pair_counts_only_minutes_that_both_legs_have() -> None:
    small = minutes("IWM", [0, 1, 3, 4], [50.0, 55.0, 66.0, np.nan])
    large = minutes("SPY", [1, 2, 3, 4], [100.0, 110.0, 120.0, 130.0])
    history = build_minutes("IWM/SPY", [small, large], "k")
    begin = 1772029800  # 2026-02-25 14:30 UTC
    assert history.times == (begin + 60, begin + 180)
    assert history.values == (0.55, 0.55)
    assert (history.unit, history.provisional, history.reason) == ("minute", True, "")


def test_a_symbol_is_its_price() -> None:
    assert build_minutes("IWM", [minutes("IWM", [0, 1], [50.0, 51.5])], "k").values == (50.0, 51.5)


def test_no_minute_in_common_is_said() -> None:
    history = build_minutes("IWM/SPY", [minutes("IWM", [0], [1.0]), minutes("SPY", [1], [1.0])], "k")
    assert history.times == ()
    assert history.reason == "no minute in which every leg traded"
