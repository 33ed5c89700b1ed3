"""Who leads, in a sentence with its reasons, and what would end it: the second line of the header."""

from collections.abc import Iterator

from core.snapshot import Regime, Snapshot
from widgets.canvas import Row, Span
from widgets.doubt import is_doubtful
from widgets.format import format_day, format_percent, format_ratio, to_number
from widgets.spots import at
from widgets.tone import Tone

_WORDS = {"small": "Small caps lead", "large": "Large caps lead", "none": "Nobody leads"}
_ROLES = {"small": "up", "large": "down", "none": "watch"}
_SIDES = {"up": "above", "down": "below"}


def to_regime(snapshot: Snapshot, tone: Tone) -> Iterator[Row]:
    """The line from all of it down to its first words: the first that fits is shown; nothing before there are numbers.

    Words keep a colour only while the data are of now.
    """
    regime = snapshot.regime
    muted = tone.style("muted", on="surface")
    if not regime.leader:
        if regime.reason and snapshot.as_of is not None:
            yield [(f"No regime: {regime.reason}", muted)]
        return
    is_old = is_doubtful(snapshot, regime.pair)
    role = "muted" if is_old else _ROLES[regime.leader]
    head: Span = (_headline(regime), at(tone.style(role, on="surface", bold=True), *regime.measures))
    since: Span = (_since(regime), muted)
    why: Span = (f": {_reasons(regime)}", at(tone.style("muted" if is_old else "text", on="surface"), *regime.measures))
    others: Span = (_others(regime), muted)
    ends: Row = [*_ends(snapshot, regime, tone)]
    yield [head, since, why, others, *ends]
    yield [head, since, why, *ends]
    yield [head, since, why]
    yield [head, since]
    yield [head]


def _headline(regime: Regime) -> str:
    return f"{'~' if regime.provisional else ''}{_WORDS[regime.leader]}"


def _since(regime: Regime) -> str:
    if not regime.since:
        return ""
    lasted = f", {regime.sessions} session{'' if regime.sessions == 1 else 's'}" if regime.sessions else ""
    return f" since {format_day(regime.since)}{lasted}"


def _reasons(regime: Regime) -> str:
    """`IWM/SPY above 50d, 200d`, or on which side of each."""
    sides = {f"{window}d": _SIDES.get(state, state) for window, state in regime.states.items()}
    if len(set(sides.values())) == 1:
        return f"{regime.pair} {next(iter(sides.values()))} {', '.join(sides)}"
    return f"{regime.pair} " + ", ".join(f"{side} {window}" for window, side in sides.items())


def _others(regime: Regime) -> str:
    agree = f"{', '.join(regime.agree)} agree{'s' if len(regime.agree) == 1 else ''}" if regime.agree else ""
    differ = f"{', '.join(regime.disagree)} {'not' if agree else 'not so'}" if regime.disagree else ""
    told = ", ".join(part for part in (agree, differ) if part)
    return f"; {told}" if told else ""


def _ends(snapshot: Snapshot, regime: Regime, tone: Tone) -> Iterator[Span]:
    """The nearest ratio at which one of the trends would turn, and how far that is."""
    now = to_number(snapshot.measure(f"{regime.pair}.ratio"))
    if not regime.flips or not now:
        return
    window, flip = min(regime.flips.items(), key=lambda one: abs(one[1] - now))
    verb = "ends" if regime.leader != "none" else "turns"
    yield (f", {verb} at ", tone.style("muted", on="surface"))
    style = at(tone.style("text", on="surface"), f"{regime.pair}.trend_{window}_flip")
    yield (f"{format_ratio(flip)} ({format_percent(flip / now - 1, 1)}%)", style)
