"""Who leads, in a sentence with its reasons, and what would end it: the second line of the header."""

from collections.abc import Iterator

from core.snapshot import Snapshot
from widgets.canvas import Row, Span
from widgets.doubt import is_doubtful
from widgets.regime_words import say_regime
from widgets.spots import at
from widgets.tone import Tone

REGIME = "regime"
"""Where its page is asked for, among the addresses of measures."""
_ROLES = {"small": "up", "large": "down", "none": "watch"}


def to_regime(snapshot: Snapshot, tone: Tone) -> Iterator[Row]:
    """The line from all of it down to its first words: the first that fits is shown; nothing before there are numbers.

    That others do not agree is said as long as there is room for anything but who leads. Words keep a colour only while
    the data are of now.
    """
    regime, words = snapshot.regime, say_regime(snapshot)
    muted = tone.style("muted", on="surface")
    if words is None:
        if regime.reason and snapshot.as_of is not None:
            yield [(f"No regime: {regime.reason}", muted)]
        return
    is_old = is_doubtful(snapshot, regime.pair)
    role, plain = ("muted", "muted") if is_old else (_ROLES[regime.leader], "text")
    head: Span = (words.headline, at(tone.style(role, on="surface", bold=True), REGIME, *regime.measures))
    since: Span = (words.since, muted)
    lasted: Span = (words.lasted, muted)
    why: Span = (words.reasons, at(tone.style(plain, on="surface"), REGIME, *regime.measures))
    others: Span = (words.others, muted)
    tally: Span = (words.tally, muted)
    ends: Span = (words.ends, at(tone.style(plain, on="surface"), words.flip) if words.flip else muted)
    yield [head, since, lasted, why, others, ends]
    yield [head, since, why, others, ends]
    yield [head, since, why, tally, ends]
    yield [head, since, why, tally]
    yield [head, since, tally]
    yield [head, tally]
    yield [head]
