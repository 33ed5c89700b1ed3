"""Candles: completed sessions alone, adjusted by one factor a session."""

import numpy as np
from market_makers import EXCHANGE, make_bars, quote, sessions_until, utc

from core.market.build import build_panel, with_quotes
from core.market.candles import candles_of

DAYS = sessions_until("2026-03-23", 3)
BARS = make_bars("IWM", DAYS, [100.0, 102.0, 104.0], np.array([90.0, 91.8, 104.0]), volume=1e6)
PANEL = build_panel({"IWM": BARS}, EXCHANGE, utc("2026-03-24T13:00"), [], ["IWM", "SPY"])


def test_prices_are_adjusted_and_the_quoted_close_and_volume_are_not() -> None:
    candles = candles_of(PANEL, "IWM")
    assert candles.sessions.tolist() == DAYS.tolist()
    assert candles.close.tolist() == [90.0, 91.8, 104.0]
    assert candles.quoted.tolist() == [100.0, 102.0, 104.0]
    np.testing.assert_allclose(candles.open, BARS.open * [0.9, 0.9, 1.0])
    np.testing.assert_allclose(candles.high / candles.low, BARS.high / BARS.low)
    assert candles.volume.tolist() == [1e6] * 3


def test_the_running_session_is_not_there() -> None:
    running = with_quotes(
        PANEL, {"IWM": quote("IWM", 105.0, "2026-03-24T14:59:58")}, EXCHANGE, utc("2026-03-24T15:00"), True
    )
    assert len(running.sessions) == 4
    assert candles_of(running, "IWM").sessions.tolist() == DAYS.tolist()


def test_unknown_or_without_history() -> None:
    assert len(candles_of(PANEL, "SPY")) == 0
    assert len(candles_of(PANEL, "QQQ")) == 0
