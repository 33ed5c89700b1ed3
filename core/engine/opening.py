"""Opening a market: the heavy imports and the source itself, done on the source's thread."""

from dataclasses import dataclass
from datetime import date

from core.clock import Clock
from core.engine.spec import EngineSpec
from core.engine.tools import Tools, load_tools
from core.errors import UsageError
from core.macro.feed import Feed
from core.macro.fred import Fred
from core.settings import Settings
from core.sources.base import Context, Source
from core.sources.directory import WITH_DIRECTORY, to_directory
from core.sources.registry import open_source, split_spec
from core.text import clean


@dataclass(frozen=True, slots=True)
class Opened:
    """A source, the tools that know its exchange, and where its economy is read, if anywhere."""

    source: Source
    tools: Tools
    economy: Feed | None = None
    fred: Fred | None = None
    """Whom to ask for it instead."""


def open_market(spec: EngineSpec, settings: Settings, clock: Clock) -> Opened:
    """The source of `spec`, on the shared calendar; raises `SmidError` with one sentence."""
    tools = load_tools()
    context = Context(
        clock=clock,
        settings=settings,
        cache_dir=spec.paths.cache,
        date=to_date(spec.date),
        speed=spec.speed,
        exchange=tools.exchange,
    )
    source = open_source(spec.source, context)
    fred = Fred(clock) if source.name == "yahoo" else None
    return Opened(source, tools, open_economy(spec, settings, source), fred)


def open_economy(spec: EngineSpec, settings: Settings, source: Source) -> Feed | None:
    """The economic series that belong to the market `source`: its own where it is made up, else files beside it."""
    name, argument = split_spec(spec.source)
    if name in WITH_DIRECTORY:
        from core.macro.folder import FolderFeed, find_folder

        return FolderFeed(find_folder(to_directory(argument, name), settings.macro.directory))
    if name == "simulated":
        from core.sources.simulated.economy import SimulatedEconomy
        from core.sources.simulated.source import SimulatedSource

        return SimulatedEconomy(source.seed, source.complete_bars) if isinstance(source, SimulatedSource) else None
    return None


def to_date(text: str | None) -> date | None:
    """A date written as ISO says; raises `UsageError` otherwise."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{clean(text, 40)}' is no date: write it as 2026-02-27.") from None
