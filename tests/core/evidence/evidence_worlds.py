"""Small pairs to keep a record of: walks, walks with an edge planted in them, and lines as they were known earlier."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from core.evidence.ground import Ground
from core.evidence.signal import Absent, Signal, to_states
from core.market.panel import Line

AS_OF = datetime(2026, 2, 27, 21, tzinfo=UTC)


def weekdays(count, first="2000-01-03"):
    return np.busday_offset(np.datetime64(first), np.arange(count), roll="forward").astype("datetime64[D]")


def line_of(small, large, sessions=None):
    small, large = np.asarray(small, dtype=float), np.asarray(large, dtype=float)
    days = weekdays(len(small)) if sessions is None else sessions
    return Line("IWM/SPY", days, small / large, small, large, small, large, False, AS_OF)


def legs(count, seed, deviation=0.007):
    """Two walks that move together, with volatility that comes and goes; the ratio of them is a walk."""
    rng = np.random.default_rng(seed)
    rough = np.exp(0.4 * np.sin(np.arange(count) / 90.0))
    market = rng.normal(0.0003, 0.01, count) * rough
    small = 50 * np.exp(np.cumsum(1.1 * market + rng.normal(0, deviation, count) * rough))
    return small, 400 * np.exp(np.cumsum(market))


def ratio_line(steps):
    """A pair whose log ratio moves by `steps`; large stands still."""
    small = 100 * np.exp(np.cumsum(np.concatenate(([0.0], steps))))
    return line_of(small, np.full(len(small), 100.0))


def cut(line, count):
    """The line as it was known at its `count`-th session."""
    parts = ("sessions", "values", "small", "large", "raw_small", "raw_large")
    return replace(line, **{name: getattr(line, name)[:count].copy() for name in parts})


def signal_of(find, direction=1, name="made", **parameters):
    return Signal(name, "made for a test", direction, "-", "-", find, tuple(parameters.items()))


def given_states(ground, states, first=0):
    """States written down: `states` is a JSON list of the sessions in which it holds, known from `first` on."""
    on = np.zeros(len(ground), np.bool_)
    on[json.loads(states)] = True
    return to_states(on, first)


def moves(ground):
    """x[t]: the log return of the ratio at every session, 0 at the first."""
    return np.diff(ground.log_ratio(), prepend=ground.log_ratio()[:1])


def find_rise(ground):
    """The ratio rose today: known at the close, says nothing of tomorrow."""
    return to_states(moves(ground) > 0.0, 1)


def find_leak(ground):
    """The ratio will rise tomorrow: nobody knows that at the close."""
    return to_states(np.append(moves(ground)[1:] > 0.0, False), 1)


def is_cut_the_same(signal, line, count):
    """The truncation test: the states at session `count - 1` and before are those of the line cut there."""
    whole, part = signal.read(Ground(line)), signal.read(Ground(cut(line, count)))
    if isinstance(whole, Absent) or isinstance(part, Absent):
        return isinstance(whole, Absent) and isinstance(part, Absent)
    known = min(whole.first, count) == min(part.first, count)
    return known and bool((whole.on[:count] == part.on).all())
