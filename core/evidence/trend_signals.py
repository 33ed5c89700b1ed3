"""Signals of trend: bands around averages, crosses of averages, alignment, momentum [B1, B2, B6, A10]."""

import numpy as np

from core.evidence.ground import Ground
from core.evidence.record import Parameter
from core.evidence.series import Sides, find_first, to_full
from core.evidence.signal import DOWN, MONTHS_3, MONTHS_12, UP, Signal, States, to_states
from core.studies.bands import FILTERS, Filter
from core.studies.momentum import SPANS
from core.studies.trends import CONFIRMED

SIDES = {"up": UP, "down": DOWN}
_THINGS = {"ratio": ("the ratio", "the ratio's"), "small": ("small's price", "small's")}


def find_trend(ground: Ground, subject: str, fast: int, slow: int, band: float, side: int, closes: int) -> States:
    """The band filter has been on that side for `closes` sessions in a row [B1, B2]."""
    state = ground.trend(subject, fast, slow, band)
    on = state == side
    for back in range(1, closes):
        on[back:] &= state[:-back] == side
    return to_states(on, find_first_side(state))


def find_first_side(state: Sides) -> int:
    """The first session at which the price had left the band."""
    return int((state != 0).argmax()) if (state != 0).any() else len(state)


def find_alignment(ground: Ground, score: int) -> States:
    """Exactly so many of C > 20, C > 50, C > 200, 20 > 50, 50 > 200 hold [B6]."""
    last, (sma_20, sma_50, sma_200) = ground.ratio, (ground.sma("ratio", count) for count in (20, 50, 200))
    flags = (last > sma_20, last > sma_50, last > sma_200, sma_20 > sma_50, sma_50 > sma_200)
    return to_states(np.sum(flags, axis=0) == score, find_first(sma_200))


def find_momentum(ground: Ground, start: int, end: int, side: int) -> States:
    """The ratio `end` sessions ago was on that side of the one `start` sessions ago [A10]."""
    count = len(ground)
    if count <= start:
        return to_states(np.zeros(count, np.bool_), count)
    moved = ground.ratio[start - end : count - end] - ground.ratio[: count - start]
    return to_states(to_full(moved * side, count) > 0.0, start)


def _build_trend(subject: str, rule: Filter, word: str) -> Signal:
    prefix = "" if subject == "ratio" else f"{subject}_"
    is_cross = rule.fast > 1
    thing, its = _THINGS[subject]
    left = f"{its} {rule.fast}-session average" if is_cross else thing
    where = "over" if word == "up" else "under"
    parameters: dict[str, Parameter] = {
        "subject": subject,
        "fast": rule.fast,
        "slow": rule.slow,
        "band": rule.band,
        "side": SIDES[word],
        "closes": CONFIRMED if is_cross else 1,
    }
    return Signal(
        name=f"{prefix}{rule.name}_{word}",
        says=f"{left} is {where} its {rule.slow}-session {'one' if is_cross else 'average'} by the band",
        direction=SIDES[word],
        source="B2" if is_cross else "B1",
        horizon=MONTHS_3,
        find=find_trend,
        parameters=tuple(parameters.items()),
    )


def _build_momentum(name: str, start: int, end: int, word: str) -> Signal:
    until = f"{end} sessions ago" if end else "now"
    return Signal(
        name=f"{name}_{word}",
        says=f"the ratio {until} is {'above' if word == 'up' else 'below'} the one {start} sessions ago",
        direction=SIDES[word],
        source="A10",
        horizon=MONTHS_12,
        find=find_momentum,
        parameters=(("start", start), ("end", end), ("side", SIDES[word])),
    )


def _build_alignment(score: int, direction: int) -> Signal:
    return Signal(
        name=f"alignment_{score}",
        says=f"{'all five' if score else 'none'} of C>20, C>50, C>200, 20>50, 50>200 hold of the ratio's averages",
        direction=direction,
        source="B6",
        horizon=MONTHS_3,
        find=find_alignment,
        parameters=(("score", score),),
    )


TREND_SIGNALS = (
    *(_build_trend(subject, rule, word) for subject in _THINGS for rule in FILTERS for word in SIDES),
    _build_alignment(5, UP),
    _build_alignment(0, DOWN),
    *(_build_momentum(name, *span, word) for name, span in SPANS.items() for word in SIDES),
)
