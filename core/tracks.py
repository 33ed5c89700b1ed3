"""The way of a pair or symbol over the rotation map, as the snapshot carries it."""

from datetime import datetime

from msgspec import Struct


class TrackPoint(Struct, frozen=True):
    """One point of a rotation map: the session of the close it rests on, 100 being the centre of both axes."""

    session: str
    level: float
    momentum: float


class Track(Struct, frozen=True, kw_only=True):
    """The way of a pair over a rotation map [A7]: its last 8 `points`, oldest first, or none with the `reason`.

    `group` is sizes or sectors. `against` says whether the pair is one of the group (pairs) or one of its symbols
    over the whole market (market); `pace` whether by weekly or daily closes. `since` is the session with which
    `quadrant` began, `heading` in degrees: 0 where only the level rose, 90 where only the momentum did.
    """

    pair: str
    group: str
    against: str
    pace: str
    quadrant: str | None = None
    since: str | None = None
    heading: float | None = None
    distance: float | None = None
    as_of: datetime | None = None
    provisional: bool = False
    reason: str | None = None
    points: tuple[TrackPoint, ...] = ()
