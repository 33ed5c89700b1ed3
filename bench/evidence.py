"""`python -m bench.evidence`: how often the evidence finds what is not there, and what a record costs."""

import sys
import time
from datetime import UTC, datetime

import numpy as np

from bench.figures import Figure, table
from core.evidence.build import build_pair
from core.evidence.forward import HORIZONS
from core.evidence.ground import Ground
from core.evidence.ledger import count_tests
from core.evidence.record import KINDS, Outcome, PairRecord
from core.evidence.signal import Signal
from core.evidence.signals import SIGNALS
from core.market.panel import Line

HOW = """Simulated markets in which nothing can be known: large is a random walk, and so is the ratio, both with the
volatility of a GARCH(1,1) (0.02 of the long run, 0.06, 0.92). Falsely found are markets in which p is 0.05 or less, or
the 95 % interval does not hold zero; among those in which there are ten episodes. The standard error is 1.3 points at
5 %. Grades are of all signals, horizons and kinds of a pair at once. Processor time, one core."""

SESSIONS, MARKETS, WHOLE_MARKETS = 2520, 300, 40
LONG = 5000
_AT = datetime(2026, 2, 27, 21, tzinfo=UTC)
_ONE = "trend_50_up"


def measure(markets: int = MARKETS, whole_markets: int = WHOLE_MARKETS, sessions: int = SESSIONS) -> list[Figure]:
    """False discoveries of one signal by kind and horizon, of whole records, and the time of a record."""
    return [
        *measure_one_signal(markets, sessions),
        *measure_grades(whole_markets, sessions),
        *measure_cost(LONG if sessions == SESSIONS else sessions),
    ]


def measure_one_signal(markets: int, sessions: int) -> list[Figure]:
    """The ratio over its 50-session average, as in the table of the specification."""
    signals = (SIGNALS[_ONE],)
    found: dict[tuple[str, int], list[Outcome]] = {}
    for seed in range(markets):
        for one in record_of(seed, sessions, signals).signals[0].outcomes:
            found.setdefault((one.kind, one.horizon), []).append(one)
    figures = []
    for kind in reversed(KINDS):
        for horizon in HORIZONS[:4]:
            told = [one for one in found[kind, horizon] if one.p is not None]
            what = f"{_ONE}, {kind}, {horizon} sessions: falsely found by"
            shifts = sum(one.p is not None and one.p <= 0.05 for one in told)
            outside = sum(one.low is not None and one.high is not None and one.low * one.high > 0.0 for one in told)
            newey_west = sum(one.newey_west_t is not None and abs(one.newey_west_t) > 1.96 for one in told)
            for name, count in (("circular shifts", shifts), ("interval", outside), ("Newey-West", newey_west)):
                figures.append(Figure(f"{what} {name}", 100 * count / max(1, len(told)), "%"))
    return figures


def measure_grades(markets: int, sessions: int) -> list[Figure]:
    """In how many markets any signal is graded A or B, and how many p are small, where nothing is to be found."""
    records = [record_of(10_000 + seed, sessions, tuple(SIGNALS.values())) for seed in range(markets)]
    outcomes = [[one for signal in record.signals for one in signal.outcomes] for record in records]
    share = 100 / max(1, markets)
    p = [one.p for every in outcomes for one in every if one.p is not None]
    best = [min((one.p_max for one in every if one.p_max is not None), default=1.0) for every in outcomes]
    return [
        Figure("all signals: p of 0.05 or less", 100 * sum(one <= 0.05 for one in p) / max(1, len(p)), "%"),
        Figure("markets with any p of the largest at 0.05 or less", share * sum(one <= 0.05 for one in best), "%"),
        *(
            Figure(
                f"markets with any grade {grade}", share * sum(any(o.grade == grade for o in e) for e in outcomes), "%"
            )
            for grade in "AB"
        ),
    ]


def measure_cost(sessions: int) -> list[Figure]:
    """One pair, all signals, all horizons."""
    before = time.process_time()
    record = record_of(1, sessions, tuple(SIGNALS.values()))
    seconds = time.process_time() - before
    count = sum(len(signal.outcomes) for signal in record.signals)
    return [Figure(f"record of one pair: {len(SIGNALS)} signals, {count} outcomes, {sessions} sessions", seconds, "s")]


def record_of(seed: int, sessions: int, signals: tuple[Signal, ...]) -> PairRecord:
    """The record of one simulated market."""
    return build_pair(Ground(build_line(seed, sessions)), signals, f"market {seed}", count_tests(()))


def build_line(seed: int, sessions: int) -> Line:
    """Two legs whose ratio is a random walk with GARCH volatility: what is past says nothing of what is to come."""
    rng = np.random.default_rng(seed)
    large = 400.0 * np.exp(np.cumsum(_walk(rng, sessions, 0.010)))
    small = large / 2.0 * np.exp(np.cumsum(_walk(rng, sessions, 0.007)))
    days = np.busday_offset(np.datetime64("2000-01-03"), np.arange(sessions), roll="forward").astype("datetime64[D]")
    return Line("IWM/SPY", days, small / large, small, large, small, large, False, _AT)


def _walk(
    rng: np.random.Generator, count: int, deviation: float, alpha: float = 0.06, beta: float = 0.92
) -> np.ndarray:
    noise, steps, variance = rng.normal(size=count).tolist(), [], deviation**2
    for one in noise:
        steps.append(one * variance**0.5)
        variance = (1.0 - alpha - beta) * deviation**2 + alpha * steps[-1] ** 2 + beta * variance
    return np.array(steps)


if __name__ == "__main__":
    print(table("Evidence", HOW, measure()))
    sys.exit(0)
