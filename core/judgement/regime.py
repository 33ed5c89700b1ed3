"""In plain words whether small caps lead, since when, who agrees, and what would end it [J2].

One sentence with its reasons and never a blended score: each part is a trend with the band filter [B1] of one pair.
"""

from collections.abc import Callable, Mapping, Sequence

from core.snapshot import Measure, Quality, Regime, SubjectState

WINDOWS = (50, 200)
Read = Callable[[str], Measure]
_LEADERS = {("up", "up"): "small", ("down", "down"): "large"}


def build_regime(
    pairs: Sequence[str], read: Read, count: Callable[[str], int], quality: Mapping[str, Quality]
) -> Regime:
    """The regime by the first of `pairs`; others over the same large leg agree or do not, or are behind it.

    `read` gives a measure by its address, `count` the sessions from one (ISO) to the newest, both counted.
    """
    if not pairs:
        return Regime(reason="no pair is watched")
    pair = pairs[0]
    trends = [read(f"{pair}.trend_{window}") for window in WINDOWS]
    states = str(trends[0].value), str(trends[1].value)
    if any(trend.value is None for trend in trends):
        why = next(trend.reason for trend in trends if trend.value is None)
        return Regime(pair=pair, reason=f"{pair}: {why}")
    leader = _LEADERS.get(states, "none")
    since = _find_since(pair, states, read) if leader != "none" else None
    others = _list_others(pairs)
    behind = {small: day for small, other in others.items() if (day := _find_behind(pair, other, quality))}
    now = {small: other for small, other in others.items() if small not in behind}
    return Regime(
        pair=pair,
        leader=leader,
        since=since,
        sessions=count(since) if since else None,
        states=dict(zip(map(str, WINDOWS), states, strict=True)),
        agree=tuple(_legs(now, read, states, agreeing=True)),
        disagree=tuple(_legs(now, read, states, agreeing=False)),
        behind=behind,
        provisional=any(trend.provisional for trend in trends),
        flips=_find_flips(pair, read),
        measures=tuple(f"{pair}.trend_{window}" for window in WINDOWS),
    )


def _find_since(pair: str, states: tuple[str, ...], read: Read) -> str | None:
    """The session from which on all trends were what they are; None where one has been so since history starts."""
    dates = [read(f"{pair}.trend_{window}_since").value for window in WINDOWS]
    return max(map(str, dates)) if all(isinstance(date, str) for date in dates) else None


def _list_others(pairs: Sequence[str]) -> dict[str, str]:
    """The other pairs over the same large leg, by their small legs."""
    large = pairs[0].partition("/")[2]
    return {small: pair for pair in pairs[1:] for small, _, other in [pair.partition("/")] if other == large}


def _find_behind(pair: str, other: str, quality: Mapping[str, Quality]) -> str:
    """The session that `other` has got to where `pair` is further, or would be but for stale prices; else ''."""
    one, two = quality.get(pair), quality.get(other)
    if one is None or two is None or not (one.last_session and two.last_session):
        return ""
    is_stale = two.state is SubjectState.STALE and one.state is not SubjectState.STALE
    return two.last_session if two.last_session < one.last_session or is_stale else ""


def _legs(others: Mapping[str, str], read: Read, states: tuple[str, ...], *, agreeing: bool) -> list[str]:
    """The small legs of those whose trends are the same as `states`, or are not."""
    found = []
    for small, pair in others.items():
        theirs = tuple(read(f"{pair}.trend_{window}").value for window in WINDOWS)
        if None not in theirs and (theirs == states) == agreeing:
            found.append(small)
    return found


def _find_flips(pair: str, read: Read) -> dict[str, float]:
    """By window the ratio of this session, or of the next once it is over, that would turn the trend, if any would."""
    flips = {str(window): read(f"{pair}.trend_{window}_turn").value for window in WINDOWS}
    return {window: float(value) for window, value in flips.items() if isinstance(value, int | float)}
