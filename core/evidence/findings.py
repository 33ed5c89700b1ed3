"""Which signal is the track record of a finding, and what is said of it beside the finding.

Of a ladder it is the strictest signal that holds wherever the finding's threshold is reached: one of a person's own
threshold between two of ours has the record of the milder, and below ours there is none.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from core.evidence.signals import SIGNALS
from core.market.symbols import ECONOMY
from core.rules.level import Level
from core.snapshot import Finding, Measure

LADDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "volatility": ("enter", ("volatility_80", "volatility_90", "volatility_97_5")),
    "volatility_ratio": ("enter", ("volatility_ratio_1_35", "volatility_ratio_1_50", "volatility_ratio_1_75")),
    "pullback": ("depth", ("pullback_63d_2", "pullback_63d_4", "pullback_63d_7")),
    "streak won": ("length", ("streak_won_8", "streak_won_10")),
    "streak lost": ("length", ("streak_lost_8", "streak_lost_10")),
}
"""By rule: the parameter that is its threshold, and the signals from the mildest on."""
SIGNS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "recession": (
        ("recession_probability", ("recession_odds_20", "recession_odds_30", "recession_odds_40")),
        ("sahm", ("sahm_0_50",)),
    ),
    "credit": (("credit_pullback_63d", ("credit_pullback_2", "credit_pullback_4", "credit_pullback_7")),),
}
"""By rule of several signs: the measure of each, and its signals from the mildest on."""
_ROUNDING = 1e-9


class Known(Struct, frozen=True):
    """Short forms by pair and signal, '' standing for all of a pair; `note` is said of pairs that have none."""

    short: Mapping[str, Mapping[str, str]] = {}
    note: str = ""

    def find(self, pair: str, signal: str) -> str:
        """What to say of a signal on a pair; '' where there is nothing to be said."""
        if not pair or not signal:
            return ""
        told = self.short.get(pair)
        return self.note if told is None else told.get(signal) or told.get("", "")


NOTHING_KNOWN = Known()


def add_evidence(
    findings: Iterable[Finding], known: Known, pairs: Iterable[str], measures: Mapping[str, Measure]
) -> tuple[Finding, ...]:
    """The findings with the names of their signals and what is known of these."""
    pairs = tuple(pairs)
    return tuple(_add(finding, known, pairs, measures) for finding in findings)


def _add(finding: Finding, known: Known, pairs: tuple[str, ...], measures: Mapping[str, Measure]) -> Finding:
    pair = find_pair(finding.subject, pairs)
    signal = find_signal(finding, measures) if pair else ""
    return replace(finding, signal=signal, pair=pair, evidence=known.find(pair, signal)) if signal else finding


def find_pair(subject: str, pairs: Iterable[str]) -> str:
    """The pair whose record a finding on `subject` has: itself, the first of which it is the small leg, or the first
    of all for what is of the economy."""
    if subject == ECONOMY:
        return next(iter(pairs), "")
    return next((pair for pair in pairs if subject in (pair, pair.partition("/")[0])), "")


def find_signal(finding: Finding, measures: Mapping[str, Measure]) -> str:
    """The name of the signal that tells what `finding` does; '' where none does."""
    if finding.rule in SIGNS:
        return _find_sign(finding, measures)
    if finding.rule == "streak":
        return _climb(f"streak {'won' if (finding.value or 0.0) > 0 else 'lost'}", finding)
    if finding.rule in LADDERS:
        return "" if _is_by_implied(finding, measures) else _climb(finding.rule, finding)

    def value(name: str) -> object:
        measure = measures.get(f"{finding.subject}.{name}")
        return measure.value if measure else None

    if finding.rule == "trend_break":
        return "trend_break_200" if value("trend_200") == "down" else "trend_break_50"
    if finding.rule == "momentum_fade":
        return "momentum_fade"
    if finding.rule == "rally_quality":
        beyond = value("beta_adjusted_gap_20d")
        is_beta = isinstance(beyond, float) and beyond <= 0.0
        return "beta_only_20d" if is_beta else "narrow_rotation" if value("narrow_rotation") is True else ""
    return ""


def _is_by_implied(finding: Finding, measures: Mapping[str, Measure]) -> bool:
    """Whether it is what options expect that made it so, of which there is no signal."""
    implied = measures.get(f"{finding.subject}.implied_percentile_1260d")
    if finding.rule != "volatility" or implied is None or not isinstance(implied.value, float):
        return False
    threshold, realised = finding.threshold, finding.value
    return threshold is not None and realised is not None and realised < threshold <= implied.value


def _climb(ladder: str, finding: Finding) -> str:
    key, names = LADDERS[ladder]
    if finding.threshold is None:
        return ""
    reach = abs(finding.threshold) + _ROUNDING
    below = [name for name in names if abs(float(dict(SIGNALS[name].parameters)[key])) <= reach]
    return below[-1] if below else ""


def _find_sign(finding: Finding, measures: Mapping[str, Measure]) -> str:
    """Of the first sign that is at the finding's level by itself, the strictest signal that holds."""
    for name, signals in SIGNS[finding.rule]:
        measure = measures.get(f"{finding.subject}.{name}")
        value = measure.value if measure else None
        if isinstance(value, float):
            entered = {one: float(dict(SIGNALS[one].parameters)["enter"]) for one in signals}
            held = [one for one, enter in entered.items() if abs(value) >= abs(enter) and value * enter > 0.0]
            if held and Level(SIGNALS[held[-1]].level).rank >= finding.level.rank:
                return held[-1]
    return ""
