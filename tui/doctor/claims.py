"""The claims: how many are read, and what is wrong with one's own."""

from collections.abc import Iterator

from core.settings import Settings
from tui.doctor.check import Check, ok, warn

_MOST = 5


def check_claims(settings: Settings) -> Iterator[Check]:
    """A line for the claims in force, and one for each that could not be read."""
    from core.claims.read import load_claims  # heavy: the names of all measures

    book = load_claims(settings)
    yield from (warn("claims", told) for told in book.problems[:_MOST])
    if len(book.problems) > _MOST:
        yield warn("claims", f"{len(book.problems) - _MOST} more claims are wrong")
    if not book.problems:
        own = f", {len(book.own)} of your own" if book.own else ""
        yield ok("claims", f"{len(book.claims)} claims{own}")
