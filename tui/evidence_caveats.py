"""What must be known before a track record is believed, in sentences."""

from collections.abc import Iterator

from core.evidence.record import Outcome, PairRecord, SignalRecord
from core.rules.words import say_count
from widgets.format import format_percent

_FEW = 10
_LONG, _LONGER = 60, 120
"""From these horizons on intervals are too narrow, and p too small: measured on markets with nothing in them."""


def list_caveats(pair: PairRecord, record: SignalRecord, main: Outcome | None) -> Iterator[str]:
    """The doubts that apply to `record`, those of its `main` outcome first."""
    if record.reason:
        yield f"There is no record: {record.reason}."
    if main is not None:
        yield from _doubt_outcome(main)
        yield from _doubt_horizon(main.horizon)
    if record.note:
        yield f"It rests on {record.note}."
    if record.deflated_sharpe is not None:
        chance = f"{format_percent(record.deflated_sharpe, 0, signed=False)} %"
        yield f"That its Sharpe ratio is more than the luckiest of all trials would have: a chance of {chance}."
    yield f"q counts all {pair.tests:,} tests ever made of one pair, those that were dropped as well."


def _doubt_outcome(one: Outcome) -> Iterator[str]:
    if one.n_episodes < _FEW:
        yield f"{say_count(one.n_episodes, 'episode')}: under {_FEW} there is a list, and nothing is concluded."
    if one.as_claimed is False:
        better = "better" if (one.difference or 0.0) > 0 else "worse"
        yield f"Small did {better} after it than after any session: the other side of what it says."
    if one.first_session_edge:
        later, at_once = _say(one.executable_difference), _say(one.difference)
        yield f"Bought a session later it is {later} % beyond the average instead of {at_once}: it cannot be had."
    if one.halves_agree is False:
        halves = f"{_say(one.first_half)} % in the first, {_say(one.second_half)} % in the second"
        yield f"The two halves of the history disagree: {halves}."
    if one.best_two_share is not None and one.best_two_share > 0.5:
        share = f"{format_percent(one.best_two_share, 0, signed=False)} %"
        is_all = one.best_two_share >= 1.0
        yield (
            "Without its two best episodes nothing is left." if is_all else f"Two episodes made {share} of the result."
        )
    if one.n_open:
        yield f"Too young to count: {one.n_open} of the newest."


def _doubt_horizon(horizon: int) -> Iterator[str]:
    if horizon >= _LONG:
        yield f"Intervals of {_LONG} sessions and more are too narrow: 8 to 11 % of 60 miss where 5 should."
    if horizon >= _LONGER:
        yield f"p of {_LONGER} sessions and more is to be read as twice as large."


def _say(value: float | None) -> str:
    return format_percent(value)
