"""Who leads: the part of a snapshot that one sentence is made of."""

from msgspec import Struct


class Regime(Struct, frozen=True, kw_only=True):
    """Who leads by the trends of `pair` over 50 and 200 sessions, since when, who agrees, and what would end it.

    `leader` is small, large or none (the trends differ); empty where nothing can be said, for the `reason`.
    """

    pair: str = ""
    leader: str = ""
    since: str | None = None
    """The session that began it; None where it is older than the history, or nobody leads."""
    sessions: int | None = None
    """How many it has lasted, today's included."""
    states: dict[str, str] = {}
    """`up` or `down` by the average's sessions."""
    agree: tuple[str, ...] = ()
    """Small legs of other pairs over the same large leg with the same trends."""
    disagree: tuple[str, ...] = ()
    behind: dict[str, str] = {}
    """Those that are asked nothing, with the session that they have got to: earlier than the pair's, or stale."""
    provisional: bool = False
    flips: dict[str, float] = {}
    """The ratio today at which each trend would turn, by the average's sessions."""
    measures: tuple[str, ...] = ()
    reason: str = ""
