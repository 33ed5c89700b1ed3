"""The whole analysis of the default universe over twenty years, step by step."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import TypeVar

from bench.figures import Figure
from bench.market import Market, open_fixed_market
from core.engine.messages import Update, encoder

HOW = """In one process, on the simulated market's twenty years of daily bars of every symbol of `config.toml`; medians
of several runs, of processor time. A refresh needs quotes, analysis and message; the panel only after new sessions."""

RUNS = 15
TODAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
T = TypeVar("T")


def measure(market: Market | None = None, runs: int = RUNS) -> list[Figure]:
    """Each step of the analysis, and the sum that has the budget."""
    market = market or open_fixed_market(TODAY, 60.0)
    panel_ms, base = time_ms(market.build_base, runs)
    quotes_ms, panel = time_ms(lambda: market.add_quotes(base), runs)
    snapshot_ms, snapshot = time_ms(lambda: market.build_snapshot(panel), runs)
    history_ms, _ = time_ms(lambda: market.build_history(panel, market.settings.universe.pairs[0]), runs)
    message_ms, message = time_ms(lambda: encoder.encode(Update(snapshot)), runs)
    symbols, sessions = len(market.settings.symbols), len(panel.sessions)
    return [
        Figure(
            f"full analysis of {symbols} symbols over {sessions} sessions",
            panel_ms + quotes_ms + snapshot_ms,
            "ms",
            100,
        ),
        Figure("- panel of all sessions", panel_ms, "ms"),
        Figure("- quotes into the panel", quotes_ms, "ms"),
        Figure(f"- {len(snapshot.measures)} measures, findings, cones", snapshot_ms, "ms"),
        Figure("curves of one pair", history_ms, "ms"),
        Figure("message to a viewer, made", message_ms, "ms"),
        Figure("message to a viewer, size", len(message) / 1000, "kB"),
    ]


def time_ms(call: Callable[[], T], runs: int) -> tuple[float, T]:
    """The median processor time of `runs` calls in milliseconds, and the last result."""
    times = []
    for _ in range(runs):
        before = time.process_time()
        result = call()
        times.append(1000 * (time.process_time() - before))
    return median(times), result
