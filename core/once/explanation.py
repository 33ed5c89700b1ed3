"""All there is to say of one number, for a script."""

import asyncio
from collections.abc import Callable
from datetime import date

from core.clock import Clock
from core.engine.opening import open_market
from core.engine.spec import EngineSpec
from core.explanation import Explanation
from core.once.gather import TOTAL_SECONDS, Gathered, Opening, Task, is_shared, make
from core.once.running import ask_engine_for
from core.settings import Settings


def take_explanation(
    spec: EngineSpec,
    settings: Settings,
    address: str,
    *,
    since: date | None,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Explanation:
    """All there is to say of `address` now; raises as `take_snapshot` does, and `UsageError` for no such address."""
    from core.explain import split_address

    split_address(address, settings)  # before anything is fetched
    if is_shared(spec) and since is None:
        told = asyncio.run(ask_engine_for(spec, settings, address))
        if told is not None:
            return told

    def explain(task: Task[Explanation], gathered: Gathered) -> Explanation:
        found: Explanation = gathered.tools.explain_address(
            gathered.panel,
            settings,
            address,
            label=gathered.source.label,
            since=task.since,
            fits=gathered.book.fits,
            funds=gathered.book.funds,
            drivers=gathered.book.drivers,
        )
        return found

    return asyncio.run(make(Task(spec, settings, clock, explain, since, tell, opening, total_seconds)))
