"""The whole analysis of the default universe over twenty years, step by step."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from typing import TypeVar

from bench.figures import Figure
from bench.market import Market, open_fixed_market
from core.engine.messages import Update, encoder
from core.market.panel import Panel

HOW = """In one process, on the simulated market's twenty years of daily bars of every symbol of `config.toml`; medians
of several runs, of processor time. Everything anew is done once a session: what rests on completed sessions alone is
kept until the next one. A refresh, at each poll, is the quotes, what moves with them, and the message. The walk takes
every rule through all sessions of every subject; the engine does it beside its loop before it shows a new session."""

RUNS = 15
TODAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
T = TypeVar("T")


def measure(market: Market | None = None, runs: int = RUNS) -> list[Figure]:
    """Each step of the analysis, and the sum that has the budget."""
    market = market or open_fixed_market(TODAY, 60.0)
    base_ms, base = time_ms(market.build_base, runs)
    quotes_ms, panel = time_ms(lambda: market.add_quotes(base), runs)
    walk_ms, anew_ms = _time_anew(market, panel, runs)
    market.build_snapshot(panel)
    again_ms, snapshot = time_ms(lambda: market.build_snapshot(panel), runs)
    history_ms, _ = time_ms(lambda: market.build_history(panel, market.settings.universe.pairs[0]), runs)
    message_ms, message = time_ms(lambda: encoder.encode(Update(snapshot)), runs)
    size = f"{len(market.settings.symbols)} symbols, {len(panel.sessions)} sessions, {len(snapshot.measures)} measures"
    return [
        Figure(f"full analysis, everything anew: {size}", base_ms + quotes_ms + anew_ms, "ms", 100),
        Figure("- panel of all sessions", base_ms, "ms"),
        Figure("- quotes into the panel", quotes_ms, "ms"),
        Figure("- all measures, findings, cones", anew_ms, "ms"),
        Figure("walk of all rules through all sessions, beside the loop", walk_ms, "ms"),
        Figure("a refresh", quotes_ms + again_ms + message_ms, "ms", 100),
        Figure("message to a viewer, size", len(message) / 1000, "kB"),
        Figure("curves of one pair", history_ms, "ms"),
    ]


def _time_anew(market: Market, panel: Panel, runs: int) -> tuple[float, float]:
    """The walk of the rules through a new history, and the snapshot after it, as the engine makes them."""
    walks, snapshots = [], []
    for run in range(runs):
        other = as_another(panel, run)
        walks.append(time_ms(lambda other=other: market.walk_rules(other), 1)[0])
        snapshots.append(time_ms(lambda other=other: market.build_snapshot(other), 1)[0])
    return median(walks), median(snapshots)


def as_another(panel: Panel, number: int) -> Panel:
    """The same numbers under another key: nothing that was kept of them is found."""
    completed = panel.completed or panel
    return replace(panel, completed=replace(completed, key=f"{completed.key} {number}"))


def time_ms(call: Callable[[], T], runs: int) -> tuple[float, T]:
    """The median processor time of `runs` calls in milliseconds, and the last result."""
    times = []
    for _ in range(runs):
        before = time.process_time()
        result = call()
        times.append(1000 * (time.process_time() - before))
    return median(times), result
