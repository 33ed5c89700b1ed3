"""The evidence of one pair for a script or a person: as an engine has kept it for these data, else made here."""

import asyncio
from collections.abc import Callable
from difflib import get_close_matches

from msgspec.structs import replace

from core.breadth.load import to_funds
from core.clock import Clock
from core.engine.opening import open_market
from core.engine.spec import EngineSpec
from core.errors import NoDataError, UsageError
from core.evidence.build import build_pair, frame, name_all_episodes
from core.evidence.ground import build_ground
from core.evidence.kept import find_directory, load_pair, make_key
from core.evidence.ledger import count_tests
from core.evidence.record import Evidence
from core.evidence.signals import SIGNALS
from core.market.symbols import symbols_of
from core.once.gather import TOTAL_SECONDS, Gathered, Opening, Task, make
from core.settings import Settings
from core.text import clean

_SHOWN = 3


def take_evidence(
    spec: EngineSpec,
    settings: Settings,
    pair: str,
    signal: str | None,
    *,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Evidence:
    """The record of all signals on `pair`, or of one; `tell` is given a sentence where it will take long.

    Raises `UsageError` where there is no such pair or signal, and as `take_snapshot` does.
    """
    check_names(settings, pair, signal)

    def finish(task: Task[Evidence], gathered: Gathered) -> Evidence:
        found = _load(task, gathered, pair, signal) or _make(task, gathered, pair)
        (record,) = found.pairs
        if record.reason:
            raise NoDataError(f"There is no evidence on {pair}: {record.reason}.")
        signals = tuple(one for one in record.signals if signal in (None, one.name))
        return replace(found, label=gathered.source.label, pairs=(replace(record, signals=signals),))

    return asyncio.run(make(Task(spec, settings, clock, finish, None, tell, opening, total_seconds)))


def check_names(settings: Settings, pair: str, signal: str | None) -> None:
    """Raise `UsageError` with the nearest ones where there is no such pair or signal."""
    legs = symbols_of(pair)
    if len(legs) != 2 or not all(leg in settings.symbols for leg in legs):
        near = get_close_matches(pair.upper(), settings.pairs, _SHOWN, 0.4)
        raise UsageError(
            f"'{clean(pair, 80)}' is no pair of two watched symbols. Near: {', '.join(near or settings.pairs[:1])}."
        )
    if signal is not None and signal not in SIGNALS:
        near = get_close_matches(signal.lower(), SIGNALS, _SHOWN, 0.5)
        told = f"Near: {', '.join(near)}." if near else "'smid evidence' lists them all."
        raise UsageError(f"There is no signal '{clean(signal, 60)}'. {told}")


def _load(task: Task[Evidence], gathered: Gathered, pair: str, signal: str | None) -> Evidence | None:
    if pair not in task.settings.pairs:
        return None
    key = make_key(gathered.panel.key, task.settings)
    return load_pair(find_directory(task.spec.paths), key, pair, signal)


def _make(task: Task[Evidence], gathered: Gathered, pair: str) -> Evidence:
    task.tell(f"The evidence on {pair} is calculated: some seconds.")
    panel, settings, signals = gathered.panel, task.settings, tuple(SIGNALS.values())
    tests = count_tests((*settings.pairs, pair))
    ground = build_ground(panel, pair, to_funds(settings, gathered.book.funds), gathered.book.drivers)
    record = name_all_episodes(ground, build_pair(ground, signals, panel.key, tests), signals)
    return frame((record,), panel.key, tests, gathered.at)
