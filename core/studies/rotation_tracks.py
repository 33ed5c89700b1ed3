"""The ways of all pairs over the rotation maps that the settings name, as a picture shows them [A7]."""

from typing import Any

from core.market.symbols import symbols_of
from core.settings import Settings
from core.snapshot import SubjectState, Track, TrackPoint
from core.studies.around import Around
from core.studies.rotation import read_place
from core.studies.rotation_map import DAILY, TAIL, WEEKLY, Rotation
from core.studies.study import Missing
from core.studies.weekly import is_week_running

PACES = {"weekly": WEEKLY, "daily": DAILY}
AGAINST = ("pairs", "market")


def build_tracks(around: Around, settings: Settings) -> tuple[Track, ...]:
    """One for each group, kind of map, pair and pace; what is on several maps is calculated once."""
    made: dict[tuple[str, str], dict[str, Any]] = {}
    tracks = []
    for group in settings.rotation.groups:
        for against in AGAINST:
            for pair in settings.rotation.subjects(group, against):
                for pace in PACES:
                    way = made.get((pair, pace)) or _find_way(around, pair, pace)
                    made[pair, pace] = way
                    tracks.append(Track(group=group, against=against, **way))
    return tuple(tracks)


def _find_way(around: Around, pair: str, pace: str) -> dict[str, Any]:
    """The fields of a track that are the same on every map."""
    line, bars = around.line(pair), PACES[pace]
    rotation, (_, _, *place) = read_place(line, bars)
    way = {"pair": pair, "pace": pace, "as_of": line.as_of}
    quadrant, since, heading, distance = (None if isinstance(part, Missing) else part for part in place)
    if isinstance(place[0], Missing):
        return {**way, "reason": _say_why(around, pair, place[0])}
    return {
        **way,
        "quadrant": quadrant,
        "since": since,
        "heading": heading,
        "distance": distance,
        "provisional": line.is_provisional or (bars.is_weekly and is_week_running(line.sessions)),
        "points": _to_tail(rotation),
    }


def _to_tail(rotation: Rotation) -> tuple[TrackPoint, ...]:
    columns = (rotation.sessions, rotation.level, rotation.momentum)
    sessions, level, momentum = (column[-TAIL:].tolist() for column in columns)
    return tuple(map(TrackPoint, map(str, sessions), level, momentum))


def _say_why(around: Around, pair: str, why: Missing) -> str:
    """Of the first symbol that is not there, else of the ratio."""
    for symbol in symbols_of(pair):
        if around.panel.column(symbol) is None:
            return f"{symbol} is not watched: name it in [universe] symbols"
        quality = around.panel.quality.get(symbol)
        if quality is not None and quality.state is SubjectState.MISSING:
            return f"{symbol}: {quality.reason or 'no data'}"
    return why.reason
