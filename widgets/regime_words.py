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
    lasted: str
    reasons: str
    others: str
    tally: str
    """Instead of the others by name, where they do not fit: how many of them agree."""
    ends: str
    flip: str
    """The address of what it ends with."""

    @property
    def whole(self) -> str:
        """The sentence with all that there is to say."""
        return self.headline + self.since + self.lasted + self.reasons + self.others + self.ends


def say_regime(snapshot: Snapshot) -> RegimeWords | None:
    """None where nothing can be said."""
    regime = snapshot.regime
    if not regime.leader:
        return None
    ends, flip = _ends(snapshot, regime)
    since = f" since {format_day(regime.since)}" if regime.since else ""
    others, tally = _others(regime), _tally(regime)
    return RegimeWords(_headline(regime), since, _lasted(regime), f": {_reasons(regime)}", others, tally, ends, flip)


def _headline(regime: Regime) -> str:
    return f"{'~' if regime.provisional else ''}{_WORDS[regime.leader]}"


def _lasted(regime: Regime) -> str:
    if not (regime.since and regime.sessions):
        return ""
    return f", {regime.sessions} session{'' if regime.sessions == 1 else 's'}"


def _reasons(regime: Regime) -> str:
    """`IWM/SPY above 50d, 200d`, or on which side of each."""
    sides = {f"{window}d": _SIDES.get(state, state) for window, state in regime.states.items()}
    if len(set(sides.values())) == 1:
        return f"{regime.pair} {next(iter(sides.values()))} {', '.join(sides)}"
    return f"{regime.pair} " + ", ".join(f"{side} {window}" for window, side in sides.items())


def _others(regime: Regime) -> str:
    """Who agrees, who does not, and who is not asked, because nothing is known of it for the same session."""
    agree = f"{', '.join(regime.agree)} agree{'s' if len(regime.agree) == 1 else ''}" if regime.agree else ""
    differ = f"{', '.join(regime.disagree)} {'not' if agree else 'not so'}" if regime.disagree else ""
    days: dict[str, list[str]] = {}
    for small, day in regime.behind.items():
        days.setdefault(day, []).append(small)
    behind = [f"{', '.join(smalls)} only of {format_day(day)}" for day, smalls in days.items()]
    told = ", ".join(part for part in (agree, differ, *behind) if part)
    return f"; {told}" if told else ""


def _tally(regime: Regime) -> str:
    """The same in numbers: `; 1 of 3 agrees`, of those that are of now."""
    agreeing = len(regime.agree)
    asked = agreeing + len(regime.disagree)
    told = [f"{agreeing} of {asked} agree{'s' if agreeing == 1 else ''}"] if asked else []
    told += [f"{len(regime.behind)} behind"] if regime.behind else []
    return f"; {', '.join(told)}" if told else ""


def _ends(snapshot: Snapshot, regime: Regime) -> tuple[str, str]:
    """The nearest ratio at which one of the trends would turn, how far that is, and its address."""
    now = to_number(snapshot.measure(f"{regime.pair}.ratio"))
    if not regime.flips or not now:
        return "", ""
    window, flip = min(regime.flips.items(), key=lambda one: abs(one[1] - now))
    verb = "ends" if regime.leader != "none" else "turns"
    text = f", {verb} at {format_ratio(flip)} ({format_percent(flip / now - 1, 1)}%)"
    return text, f"{regime.pair}.trend_{window}_turn"
