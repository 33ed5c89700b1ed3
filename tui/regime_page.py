"""The page of who leads: the sentence whole, what each pair says, and what would turn it."""

from collections.abc import Iterator

from core.snapshot import Snapshot
from tui.lines import Line, join_blocks, labelled
from widgets.format import format_measure, format_percent, format_session, to_number
from widgets.regime_words import say_regime

WINDOWS = ("50", "200")
_MEANING = (
    "Small caps lead while the pair is above both averages, with the band of trend_50 and trend_200; large caps while "
    "it is below both; nobody otherwise. Others over the same large leg agree where their trends are the same. No "
    "score and no forecast [J2]."
)


def lay_out_regime(snapshot: Snapshot, width: int) -> list[Line]:
    """The whole page in lines of at most `width`, with the roles of their parts."""
    return join_blocks((_head(snapshot, width), _pairs(snapshot, width), labelled("means", _MEANING, width)))


def _head(snapshot: Snapshot, width: int) -> Iterator[Line]:
    words, label = say_regime(snapshot), snapshot.source.label
    marked = ((f"  [{label}]", "watch"),) if label else ()
    yield (words.headline if words else "No regime", "bright"), *marked
    yield from labelled("says", words.whole if words else snapshot.regime.reason or "no numbers yet", width)
    if words and snapshot.regime.provisional:
        yield from labelled("", "provisional (~): the session is not over", width)


def _pairs(snapshot: Snapshot, width: int) -> Iterator[Line]:
    """Each pair over the same large leg, the first one first: on which side of both averages, since when, to where."""
    regime = snapshot.regime
    large = regime.pair.partition("/")[2]
    for pair in (one for one in snapshot.pairs if regime.pair and one.partition("/")[2] == large):
        small = pair.partition("/")[0]
        behind = regime.behind.get(small)
        yield (f"  {pair}", "bright"), (f"  only of {format_session(behind)}: not asked" if behind else "", "watch")
        for window in WINDOWS:
            yield from labelled(f"  {window}d", _say_trend(snapshot, pair, window), width)


def _say_trend(snapshot: Snapshot, pair: str, window: str) -> str:
    trend, since, flip, now = (
        snapshot.measure(f"{pair}.{name}")
        for name in (f"trend_{window}", f"trend_{window}_since", f"trend_{window}_turn", "ratio")
    )
    if trend.value is None:
        return f"n/a: {trend.reason}"
    begun = f" since {format_session(str(since.value))}" if since.value else ""
    at, here = to_number(flip), to_number(now)
    turns = f", turns at {format_measure(flip)} ({format_percent(at / here - 1, 1)}%)" if at and here else ""
    return f"{trend.value}{begun}{turns}"
