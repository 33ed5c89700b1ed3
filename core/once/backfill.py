"""A walk of the rules through the whole history of a source, for a script or a person."""

import asyncio
from collections.abc import Callable

from core.clock import Clock
from core.engine.opening import open_market
from core.engine.spec import EngineSpec
from core.errors import NoDataError
from core.journal.backfill import choose, count_levels, list_changes
from core.journal.entry import Query
from core.journal.walked import Walk
from core.once.gather import TOTAL_SECONDS, Gathered, Opening, Task, make
from core.rules import read_rules
from core.settings import Settings


def take_walk(
    spec: EngineSpec,
    settings: Settings,
    query: Query,
    *,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Walk:
    """Walk the rules of `settings` through completed history; raises as `take_snapshot` does."""

    def finish(task: Task[Walk], gathered: Gathered) -> Walk:
        panel, rules = gathered.panel.completed or gathered.panel, read_rules(settings.rules)
        paths = gathered.tools.walk_rules(panel, settings, funds=gathered.book.funds, drivers=gathered.book.drivers)
        if not any(len(path.days) for path in paths):
            raise NoDataError("No rule has a session to judge: there is no history yet.")
        changes = list_changes(paths, rules, gathered.tools.exchange.closes_at)
        return Walk(
            first=min(str(path.days[0]) for path in paths if len(path.days)),
            last=str(panel.sessions[-1]),
            label=gathered.source.label,
            entries=tuple(choose(changes, query)),
            tallies=count_levels(paths, rules),
        )

    return asyncio.run(make(Task(spec, settings, clock, finish, None, tell, opening, total_seconds)))
