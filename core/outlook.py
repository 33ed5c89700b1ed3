"""What is judged of small against large: six dimensions, three horizons, what would change it. Never one number."""

from msgspec import Struct


class Part(Struct, frozen=True, kw_only=True):
    """One measure of a verdict; `score` is 0 to 100, 100 being the best for small, None with the `reason`."""

    address: str
    says: str
    weight: float
    score: float | None = None
    reason: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """A dimension or a horizon. `stars` are 1 to 5, None where less than 60 % of the weight is there (`reason`).

    Of a horizon the bias, -2 to 2, is `stars` less 3. `coverage` is the part of the weight that is there, 0 to 1.
    """

    name: str
    title: str
    score: float | None = None
    stars: int | None = None
    coverage: float = 0.0
    provisional: bool = False
    parts: tuple[Part, ...] = ()
    drivers: tuple[str, ...] = ()
    """Addresses of what speaks for it most, the strongest first."""
    conflicts: tuple[str, ...] = ()
    """Addresses of what speaks clearly against it."""
    rises_at: float | None = None
    """The score from which on there is a star more, and the one under which there is one less."""
    falls_at: float | None = None
    published: int | None = None
    """Stars of the articles that this monitor began with, of January 2026: a reference, no input."""
    evidence: str = ""
    """Of a horizon: what followed before, in short, or why that cannot be said."""
    reason: str = ""

    @property
    def bias(self) -> int | None:
        """-2 (large) to 2 (small)."""
        return None if self.stars is None else self.stars - 3


class Turn(Struct, frozen=True, kw_only=True):
    """Something near that would change what is said: `address` is at `now` and would have to come to `at`.

    `away` is how far that is: of a price as a fraction of it, of a rule's measure in parts of its threshold.
    """

    address: str
    text: str
    now: float
    at: float
    away: float


class Outlook(Struct, frozen=True, kw_only=True):
    """All of it for one pair; empty before there are numbers."""

    pair: str = ""
    dimensions: tuple[Verdict, ...] = ()
    horizons: tuple[Verdict, ...] = ()
    turns: tuple[Turn, ...] = ()
    """The nearest first."""
