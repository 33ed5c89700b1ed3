"""What followed the events of one signal within one horizon: counted, described, not yet judged among the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evidence.events import find_episodes
from core.evidence.forward import Sample, calc_adverse
from core.evidence.inference import calc_wilson
from core.evidence.record import LISTED, QUANTILES, Episode, Kind
from core.evidence.series import Mask
from core.market.bars import Floats, Sessions

FEWEST = 10
"""Episodes under which there is no inference, only the list [§10]."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One signal seen one way, over a whole history; `kept` is what counts as an event."""

    name: str
    direction: int
    kind: Kind
    on: Mask
    entries: Mask

    @property
    def kept(self) -> Mask:
        return self.entries if self.kind == "entry" else self.on


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The log ratio and its sessions."""

    logs: Floats
    sessions: Sessions


def count_events(trial: Trial, sample: Sample, end: int) -> tuple[dict[str, Any], NDArray[np.intp], list[int]]:
    """The counts of an outcome, the rows of its events in the sample, and the first sessions of its episodes."""
    inside = slice(sample.first, sample.end)
    rows = np.flatnonzero(trial.kept[inside])
    episodes = find_episodes(rows + sample.first, sample.sessions)
    counts = {
        "kind": trial.kind,
        "horizon": sample.sessions,
        "n_days": int(np.count_nonzero(trial.on[inside])),
        "n_events": int(np.count_nonzero(trial.entries[inside])),
        "n_open": int(np.count_nonzero(trial.kept[sample.end : end])),
        "n_episodes": len(episodes),
    }
    return counts, rows, episodes


def describe_events(trial: Trial, sample: Sample, rows: NDArray[np.intp], sessions: Sessions) -> dict[str, Any]:
    """Distribution against the base rate, halves, and the executable variant, of at least one event."""
    outcomes = sample.forward[rows]
    base, difference = float(np.mean(sample.forward)), calc_difference(sample.forward, rows)
    quantiles = tuple(np.quantile(outcomes, QUANTILES).tolist())
    return {
        "mean": float(np.mean(outcomes)),
        "quantiles": quantiles,
        "base_mean": base,
        "base_rate": float(np.mean(sample.forward > 0.0)),
        "difference": difference,
        "as_claimed": difference * trial.direction > 0.0,
        "worst": quantiles[0] if trial.direction > 0 else quantiles[-1],
        "first": str(sessions[sample.first + rows[0]]),
        "last": str(sessions[sample.first + rows[-1]]),
        **_describe_halves(sample, rows),
        **_describe_executable(sample, rows, difference),
    }


def calc_difference(values: Floats, rows: NDArray[np.intp]) -> float:
    """Mean of some of `values` less that of all."""
    return float(np.mean(values[rows])) - float(np.mean(values))


def _describe_halves(sample: Sample, rows: NDArray[np.intp]) -> dict[str, Any]:
    middle = len(sample) // 2
    place = int(np.searchsorted(rows, middle))
    if place in (0, len(rows)):
        return {}
    before = calc_difference(sample.forward[:middle], rows[:place])
    after = calc_difference(sample.forward[middle:], rows[place:] - middle)
    return {"first_half": before, "second_half": after, "halves_agree": before * after > 0.0}


def _describe_executable(sample: Sample, rows: NDArray[np.intp], difference: float) -> dict[str, Any]:
    done = rows[rows < len(sample.executable)]
    if not len(done):
        return {}
    later = calc_difference(sample.executable, done)
    return {
        "executable_mean": float(np.mean(sample.executable[done])),
        "executable_difference": later,
        "first_session_edge": later * difference < 0.0 or abs(later) < abs(difference) / 2.0,
    }


def describe_episodes(trial: Trial, sample: Sample, episodes: list[int], history: History) -> dict[str, Any]:
    """Median and hit rate, worst way, share of the two best, and the list of at least one episode."""
    outcomes = sample.forward[np.array(episodes) - sample.first]
    hits = int(np.count_nonzero(outcomes > 0.0))
    low, high = calc_wilson(hits, len(episodes))
    adverse = calc_adverse(history.logs, np.array(episodes), sample.sessions, trial.direction)
    return {
        "median": float(np.median(outcomes)),
        "hit_rate": hits / len(episodes),
        "hit_low": low,
        "hit_high": high,
        "adverse": float(np.min(adverse)),
        "best_two_share": _share_best(outcomes * trial.direction),
        "episodes": tell_episodes(trial, sample, episodes[-LISTED:], history),
    }


def tell_episodes(trial: Trial, sample: Sample, episodes: list[int], history: History) -> tuple[Episode, ...]:
    """Each of at least one episode with its date, its outcomes and the way there."""
    starts = np.array(episodes)
    adverse = calc_adverse(history.logs, starts, sample.sessions, trial.direction)
    later = np.append(sample.executable, np.nan)[starts - sample.first]
    return tuple(
        Episode(day, outcome, None if done != done else done, against)
        for day, outcome, done, against in zip(
            map(str, history.sessions[starts]),
            sample.forward[starts - sample.first].tolist(),
            later.tolist(),
            adverse.tolist(),
            strict=True,
        )
    )


def _share_best(gains: Floats) -> float | None:
    total = float(np.sum(gains))
    return float(np.sum(np.sort(gains)[-2:])) / total if total > 0.0 else None


REASONS: Mapping[str, str] = {
    "best_two_share": "the episodes made no gain to share",
    "first_half": "all events are in one half of the history",
    "second_half": "all events are in one half of the history",
    "halves_agree": "all events are in one half of the history",
    "executable_mean": "no event is old enough",
    "executable_difference": "no event is old enough",
    "first_session_edge": "no event is old enough",
    "newey_west_t": "the errors have no positive variance",
    "p_max": "its history is too short beside the other signals'",
    "p": "the history is shorter than two horizons, or the signal always holds",
    "q": "without p",
}
"""Why a field of an outcome with enough episodes may be None."""
