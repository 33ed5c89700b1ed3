"""The files of published figures: how many count, and what is wrong with which line."""

from collections.abc import Iterator

from core.fundamentals.load import load_published
from core.settings import FundamentalsSettings
from tui.doctor.check import Check, ok, warn

_MOST = 5


def check_figures(settings: FundamentalsSettings) -> Iterator[Check]:
    """One line for all that is read, and one for each of the first wrong lines."""
    found = load_published(settings)
    yield ok("figures", f"{len(found.facts)} published figures, of {len(settings.files)} files of yours beside ours")
    yield from (warn("figures", told) for told in found.complaints[:_MOST])
    if len(found.complaints) > _MOST:
        yield warn("figures", f"{len(found.complaints) - _MOST} more lines are wrong")
