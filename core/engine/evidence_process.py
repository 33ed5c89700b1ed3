"""`python -m core.engine.evidence_process`: reads pairs on stdin, keeps the record of each, names it when that is done.

A process of its own because a record takes seconds of a processor: it is nice to all others, and when it has ended,
its memory is given back. A line on stdout for each pair says how far it is.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import msgspec
import numpy as np
from msgspec import Struct

from core.breadth.fund import Funds
from core.breadth.load import NOTHING_READ, load_funds, to_funds
from core.evidence.build import build_pair, frame, name_all_episodes
from core.evidence.ground import Ground
from core.evidence.kept import save_pair
from core.evidence.ledger import count_tests
from core.evidence.signals import SIGNALS
from core.market.bars import Floats
from core.market.panel import Line
from core.settings import Settings

NICENESS = 19


class Legs(Struct, frozen=True):
    """The closes of a pair on its joint sessions (days since 1970, int64), adjusted and raw, as bytes of float64."""

    pair: str
    sessions: bytes
    small: bytes
    large: bytes
    raw_small: bytes
    raw_large: bytes
    economy: dict[str, bytes] = {}
    """Pasts of measures of `US` on those sessions."""


class Task(Struct, frozen=True, kw_only=True):
    """What is to be kept in `directory` under `key`; `data` names the history, which ends with `until`."""

    directory: str
    key: str
    data: str
    label: str
    at: datetime
    until: date
    settings: Settings
    pairs: tuple[Legs, ...]


def to_legs(line: Line, economy: Mapping[str, Floats] = MappingProxyType({})) -> Legs:
    """A pair's line in bytes, and the economy beside it; raises `ValueError` where it is no pair."""
    ground = Ground(line)
    legs = (ground.small, ground.large, ground.raw_small, ground.raw_large)
    days = line.sessions.astype("datetime64[D]").astype(np.int64)
    beside = {name: past.astype(np.float64).tobytes() for name, past in economy.items()}
    small, large, raw_small, raw_large = (leg.astype(np.float64).tobytes() for leg in legs)
    return Legs(line.subject, days.tobytes(), small, large, raw_small, raw_large, beside)


def to_line(legs: Legs) -> Line:
    """The line again, equal in every number."""
    small, large, raw_small, raw_large = map(_read, (legs.small, legs.large, legs.raw_small, legs.raw_large))
    sessions = np.frombuffer(legs.sessions, np.int64).astype("datetime64[D]")
    return Line(
        legs.pair, sessions, small / large, small, large, raw_small, raw_large, is_provisional=False, as_of=None
    )


def _read(data: bytes) -> Floats:
    return np.frombuffer(data, np.float64)


def keep_all(task: Task) -> Iterator[str]:
    """Keep the record of every pair, and name it; raises `OSError` and `SmidError` where one cannot be kept."""
    breadth, tests = task.settings.breadth, count_tests(task.settings.pairs)
    read = load_funds(breadth, task.until) if breadth.funds else NOTHING_READ
    funds = to_funds(task.settings, read)
    for legs in task.pairs:
        _keep(task, legs, funds, tests)
        yield legs.pair


def _keep(task: Task, legs: Legs, funds: Funds, tests: int) -> None:
    economy = {name: _read(past) for name, past in legs.economy.items()}
    ground, signals = Ground(to_line(legs), funds, economy), tuple(SIGNALS.values())
    record = name_all_episodes(ground, build_pair(ground, signals, task.data, tests), signals)
    save_pair(Path(task.directory), task.key, frame((record,), task.data, tests, task.at, task.label))


def main() -> int:
    """Do one task; the exit code."""
    os.nice(NICENESS)
    for pair in keep_all(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)):
        sys.stdout.buffer.write(msgspec.json.encode(pair) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
