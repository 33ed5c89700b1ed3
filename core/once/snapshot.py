"""One snapshot, for a script."""

import asyncio
from collections.abc import Callable
from datetime import date

from core.clock import Clock
from core.engine.opening import open_market
from core.engine.spec import EngineSpec
from core.evidence.kept import load_known
from core.once.gather import TOTAL_SECONDS, Gathered, Opening, Task, is_shared, make
from core.once.running import ask_engine
from core.settings import Settings
from core.snapshot import Snapshot


def take_snapshot(
    spec: EngineSpec,
    settings: Settings,
    *,
    since: date | None,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Snapshot:
    """The snapshot of `spec` now; measures that depend on a start count from `since`.

    `tell` is given a sentence where it will take long.
    Raises `NoDataError` where nothing usable can be had, and `SmidError` where the source cannot be opened.
    """
    if is_shared(spec) and since is None:
        told = asyncio.run(ask_engine(spec, settings))
        if told is not None:
            return told
    return asyncio.run(make(Task(spec, settings, clock, _build_snapshot, since, tell, opening, total_seconds)))


def _build_snapshot(task: Task[Snapshot], gathered: Gathered) -> Snapshot:
    snapshot: Snapshot = gathered.tools.build_snapshot(
        gathered.panel,
        task.settings,
        at=gathered.at,
        session=gathered.session,
        source=gathered.source,
        since=task.since,
        sequence=1,
        fits=gathered.book.fits,
        funds=gathered.book.funds,
        drivers=gathered.book.drivers,
        evidence=load_known(task.spec.paths, gathered.panel.key, task.settings),
    )
    return snapshot
