"""All signals that are known from the same session on, at one horizon: measured together, as they share everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evidence.forward import Sample, build_sample
from core.evidence.inference import calc_newey_west
from core.evidence.outcome import FEWEST, History, Trial, count_events, describe_episodes, describe_events
from core.evidence.series import Mask
from core.evidence.shifts import Shifted, shift_all
from core.market.bars import Floats

_ROUNDING = 1e-12


@dataclass(slots=True, eq=False)
class Measured:
    """The fields of one outcome as far as it can be told alone; `z` is its difference in deviations of its shifts."""

    trial: Trial
    sample: Sample
    fields: dict[str, Any]
    z: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Whether there are episodes enough for inference."""
        return int(self.fields["n_episodes"]) >= FEWEST


@dataclass(frozen=True, slots=True, eq=False)
class Largest:
    """The largest |z| of a group at the offsets 1, 2, 3 and so on, and whose it may be."""

    values: Floats
    members: tuple[Measured, ...]


def measure_group(
    trials: Sequence[Trial], first: int, end: int, sessions: int, history: History
) -> tuple[list[Measured], Largest | None]:
    """Every trial of a group at one horizon, and the largest of its tests under each shift."""
    sample = build_sample(history.logs, first, end, sessions)
    measured = [_describe(trial, sample, end, history) for trial in trials]
    chosen = [one for one in measured if one.is_enough]
    if not chosen:
        return measured, None
    events = np.stack([one.trial.kept[sample.first : sample.end] for one in chosen])
    return measured, _add_tests(chosen, events, sample)


def _describe(trial: Trial, sample: Sample, end: int, history: History) -> Measured:
    counts, rows, episodes = count_events(trial, sample, end)
    if len(rows):
        counts |= describe_events(trial, sample, rows, history.sessions)
        counts |= describe_episodes(trial, sample, episodes, history)
    return Measured(trial, sample, counts)


def _add_tests(chosen: Sequence[Measured], events: Mask, sample: Sample) -> Largest | None:
    for one, t in zip(chosen, calc_newey_west(events, sample.forward, sample.sessions - 1).tolist(), strict=True):
        one.fields["newey_west_t"] = t if np.isfinite(t) else None
    shifted = shift_all(events, sample.forward, sample.sessions)
    if shifted is None:
        return None
    scale = shifted.calc_scale()
    # Always in the state: every shift is the same, but for rounding.
    moved = np.flatnonzero(scale > _ROUNDING * np.max(np.abs(sample.forward))).tolist()
    for row, p in zip(moved, shifted.calc_p()[moved].tolist(), strict=True):
        chosen[row].fields |= {"p": p, "n_shifts": shifted.offsets}
        chosen[row].z = float(shifted.observed[row] / scale[row])
    return _find_largest([chosen[row] for row in moved], shifted, scale, moved)


def _find_largest(chosen: list[Measured], shifted: Shifted, scale: Floats, moved: list[int]) -> Largest | None:
    if not chosen:
        return None
    largest = np.max(np.abs(shifted.all[moved, 1:] / scale[moved, None]), axis=0)
    return Largest(largest, tuple(chosen))
