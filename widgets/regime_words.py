"""Who leads, in words; no Textual: the printed page says it too."""

from typing import NamedTuple

from core.snapshot import Regime, Snapshot
from widgets.format import format_day, format_percent, format_ratio, to_number

_WORDS = {"small": "Small caps lead", "large": "Large caps lead", "none": "Nobody leads"}
_SIDES = {"up": "above", "down": "below"}


class RegimeWords(NamedTuple):
    """The parts of the sentence, to be put one after the other; those that there is nothing to say of are empty."""

    headline: str
    since: str
    reasons: str
    others: str
    ends: str
    flip: str
    """The address of what it ends with."""


def say_regime(snapshot: Snapshot) -> RegimeWords | None:
    """None where nothing can be said."""
    regime = snapshot.regime
    if not regime.leader:
        return None
    ends, flip = _ends(snapshot, regime)
    return RegimeWords(_headline(regime), _since(regime), f": {_reasons(regime)}", _others(regime), ends, flip)


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


def _ends(snapshot: Snapshot, regime: Regime) -> tuple[str, str]:
    """The nearest ratio at which one of the trends would turn, how far that is, and its address."""
    now = to_number(snapshot.measure(f"{regime.pair}.ratio"))
    if not regime.flips or not now:
        return "", ""
    window, flip = min(regime.flips.items(), key=lambda one: abs(one[1] - now))
    verb = "ends" if regime.leader != "none" else "turns"
    text = f", {verb} at {format_ratio(flip)} ({format_percent(flip / now - 1, 1)}%)"
    return text, f"{regime.pair}.trend_{window}_flip"
