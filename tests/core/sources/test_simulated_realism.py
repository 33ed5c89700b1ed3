"""The simulated market beside the real one: what it must resemble, for the default seed and for others.

The targets are figures of the real funds from 2006 to 2026 (correlations and volatilities of daily log returns of
adjusted closes) and the story the monitor is to be shown with; the tolerances are those of twenty years of chance.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from source_makers import WALL, opened

from core.clock import ManualClock
from core.market.bars import Bars, Floats
from core.sources.base import Ok

SEEDS = ["simulated", "simulated:1", "simulated:2", "simulated:3", "simulated:12345", "simulated:999999999999999999"]
ROTATION = 88


@pytest.fixture(scope="module", params=SEEDS)
def get(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Bars]:
    with opened(request.param, tmp_path_factory.mktemp("sim"), ManualClock(WALL)) as source:

        def get_bars(symbol: str) -> Bars:
            answer = source.fetch_history(symbol)
            assert isinstance(answer, Ok)
            return answer.value

        return get_bars


def moves(bars: Bars) -> Floats:
    return np.diff(np.log(bars.adj_close))


def changes(bars: Bars) -> Floats:
    return np.diff(bars.adj_close)


@pytest.mark.parametrize(
    ("one", "other", "real", "tolerance"),
    [
        ("IWM", "SPY", 0.89, 0.03),
        ("IJR", "IWM", 0.98, 0.02),
        ("MDY", "IJH", 1.0, 0.005),
        ("RSP", "SPY", 0.96, 0.02),
        ("QQQ", "SPY", 0.92, 0.04),
        ("HYG", "SPY", 0.68, 0.1),
        ("LQD", "SPY", 0.20, 0.12),
        ("TLT", "SPY", -0.31, 0.1),
        ("TLT", "IEF", 0.91, 0.08),
        ("UUP", "SPY", -0.18, 0.1),
        ("UUP", "DX-Y.NYB", 0.96, 0.04),
        ("KRE", "SPY", 0.74, 0.08),
        ("IWD", "SPY", 0.96, 0.02),
        ("IWF", "SPY", 0.96, 0.02),
        ("IWD", "IWF", 0.87, 0.05),
        ("XLF", "SPY", 0.84, 0.06),
        ("^VIX", "SPY", -0.74, 0.08),
        ("^VIX", "^RVX", 0.87, 0.08),
        ("^RUT", "IWM", 0.995, 0.005),
        ("^GSPC", "SPY", 0.995, 0.005),
    ],
)
def test_correlations(get: Callable[[str], Bars], one: str, other: str, real: float, tolerance: float) -> None:
    assert np.corrcoef(moves(get(one)), moves(get(other)))[0, 1] == pytest.approx(real, abs=tolerance)


def test_bonds_rise_when_yields_fall(get: Callable[[str], Bars]) -> None:
    assert np.corrcoef(moves(get("TLT")), changes(get("^TNX")))[0, 1] < -0.8


@pytest.mark.parametrize(
    ("symbol", "real"),
    [
        ("SPY", 0.193), ("IWM", 0.245), ("IJR", 0.239), ("IJH", 0.221), ("RSP", 0.207), ("QQQ", 0.219), ("KRE", 0.335),
        ("XLF", 0.297), ("XLI", 0.212), ("XLY", 0.224), ("IWD", 0.199), ("IWF", 0.204),
        ("HYG", 0.109), ("LQD", 0.087), ("TLT", 0.148), ("IEF", 0.068),
        ("UUP", 0.081), ("^VIX", 1.218),
    ],
)  # fmt: skip
def test_volatilities(get: Callable[[str], Bars], symbol: str, real: float) -> None:
    assert moves(get(symbol)).std() * np.sqrt(252) == pytest.approx(real, rel=0.15)


def test_tails_are_fat_and_volatility_clusters(get: Callable[[str], Bars]) -> None:
    returns = moves(get("SPY"))
    standard = (returns - returns.mean()) / returns.std()
    assert np.mean(standard**4) > 5  # 3 for a normal distribution
    size = np.abs(standard)
    near, far = np.corrcoef(size[:-1], size[1:])[0, 1], np.corrcoef(size[:-400], size[400:])[0, 1]
    assert near > 0.1
    assert near > far
    assert abs(np.corrcoef(returns[:-1], returns[1:])[0, 1]) < 0.06  # but the direction cannot be foretold


def test_the_rotation_of_the_last_months(get: Callable[[str], Bars]) -> None:
    small, large = get("IWM").adj_close[-ROTATION - 1 :], get("SPY").adj_close[-ROTATION - 1 :]
    assert small[-1] / small[0] - 1 == pytest.approx(0.12, abs=0.002)
    assert large[-1] / large[0] - 1 == pytest.approx(0.05, abs=0.002)
    assert np.diff(np.log(small)).std(ddof=1) == pytest.approx(0.0116, rel=0.01)
    assert np.diff(np.log(large)).std(ddof=1) == pytest.approx(0.0071, rel=0.01)


def test_the_relative_drawdown_since_2021(get: Callable[[str], Bars]) -> None:
    small, large = get("IWM"), get("SPY")
    ratio = small.adj_close / large.adj_close
    fall = ratio / np.maximum.accumulate(ratio) - 1
    peak = small.sessions[int(np.argmax(ratio))].item()
    assert (peak.year, peak.month) == (2021, 3)
    assert -0.41 < fall.min() < -0.35
    assert small.sessions[int(np.argmin(fall))].item() > date(2025, 9, 1)
    assert fall[-1] == pytest.approx(-0.327, abs=0.01)
    assert (fall[int(np.argmax(ratio)) + 250 :] < -0.05).all()  # long, without a recovery in between


@pytest.mark.parametrize(
    ("symbol", "low", "high"),
    [
        ("IWM", 229, 231), ("SPY", 659, 661), ("^RUT", 2309, 2311), ("^GSPC", 6600, 6640), ("QQQ", 500, 700),
        ("HYG", 75, 85), ("TLT", 80, 100), ("^TNX", 4.0, 4.3), ("^FVX", 3.5, 4.2), ("^IRX", 3.4, 3.8),
        ("^VIX", 9, 32), ("^RVX", 12, 38), ("DX-Y.NYB", 95, 105), ("UUP", 26, 30),
    ],
)  # fmt: skip
def test_levels_at_the_end(get: Callable[[str], Bars], symbol: str, low: float, high: float) -> None:
    assert low <= get(symbol).close[-1] <= high


@pytest.mark.parametrize("symbol", ["^TNX", "^FVX", "^IRX"])
def test_yields_are_in_percent(get: Callable[[str], Bars], symbol: str) -> None:
    close = get(symbol).close
    assert close.min() > 0
    assert close.max() < 8
    assert np.array_equal(close, get(symbol).adj_close)


def test_dividends_are_in_the_adjusted_close(get: Callable[[str], Bars]) -> None:
    """SPY pays 1.25 % a year in four parts: the factor of twenty years is near exp(-0.25) and steps 80 times."""
    bars = get("SPY")
    factor = bars.adj_close / bars.close
    assert factor[-1] == 1.0
    assert factor[0] == pytest.approx(np.exp(-0.25), rel=0.02)
    assert np.count_nonzero(np.abs(np.diff(factor)) > 1e-6) == 80
    assert np.array_equal(get("^GSPC").adj_close, get("^GSPC").close)


def test_funds_on_one_index_pay_on_different_days(get: Callable[[str], Bars]) -> None:
    days = []
    for symbol in ("SPY", "IWM"):
        bars = get(symbol)
        days.append(set(bars.sessions[1:][np.abs(np.diff(bars.adj_close / bars.close)) > 1e-6].tolist()))
    assert not days[0] & days[1]


def test_ranges_hold_as_much_volatility_as_closes(get: Callable[[str], Bars]) -> None:
    """Parkinson's estimator of the session itself, which leaves out the night: 0.7 of the variance."""
    bars = get("SPY")
    ranges = np.log(bars.high / bars.low)
    parkinson = np.sqrt(np.mean(ranges**2) / (4 * np.log(2)))
    assert parkinson == pytest.approx(moves(bars).std() * np.sqrt(0.7), rel=0.1)
