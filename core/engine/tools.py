"""The heavy half of the program, imported when first needed: calendar, panel and analysis, as one set of functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.market.sessions import Exchange


@dataclass(frozen=True, slots=True)
class Tools:
    """What the engine works with; tests hand in simpler ones."""

    exchange: "Exchange"
    build_panel: Callable[..., Any]
    with_quotes: Callable[..., Any]
    to_completed: Callable[..., Any]
    merge_bars: Callable[..., Any]
    build_snapshot: Callable[..., Any]
    build_history: Callable[..., Any]
    explain_address: Callable[..., Any]
    walk_rules: Callable[..., Any]


def load_tools() -> Tools:
    """The real ones: about a second of imports (numpy, pandas, exchange_calendars)."""
    from core.analysis import build_history, build_snapshot, walk_rules
    from core.explain import explain_address
    from core.market.build import build_panel, merge_bars, to_completed, with_quotes
    from core.market.sessions import Exchange

    return Tools(
        Exchange(),
        build_panel,
        with_quotes,
        to_completed,
        merge_bars,
        build_snapshot,
        build_history,
        explain_address,
        walk_rules,
    )
