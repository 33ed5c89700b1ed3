"""Opening a market: the heavy imports and the source itself, done on the source's thread."""

from dataclasses import dataclass
from datetime import date

from core.clock import Clock
from core.engine.spec import EngineSpec
from core.engine.tools import Tools, load_tools
from core.errors import UsageError
from core.settings import Settings
from core.sources.base import Context, Source
from core.sources.registry import open_source
from core.text import clean


@dataclass(frozen=True, slots=True)
class Opened:
    """A source and the tools that know its exchange."""

    source: Source
    tools: Tools


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
    return Opened(open_source(spec.source, context), tools)


def to_date(text: str | None) -> date | None:
    """A date written as ISO says; raises `UsageError` otherwise."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{clean(text, 40)}' is no date: write it as 2026-02-27.") from None
