"""Completed history as the rules see it: the pasts of measures on the sessions of a subject."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.explain import PAST, cut_panel, find_study
from core.market.bars import Floats, Sessions
from core.market.panel import Panel
from core.market.quality import to_sound
from core.market.symbols import symbols_of
from core.rules.rule import to_code
from core.studies.around import Around
from core.studies.given import give
from core.studies.past import has_past, to_past
from core.studies.study import PEAK_YEAR, Missing, to_measure

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pasts:
    """What is asked for is calculated once."""

    panel: Panel
    pairs: tuple[str, ...]
    volatility: tuple[str, ...]
    around: Around
    peak_year: int = PEAK_YEAR
    _known: dict[str, Floats] = field(default_factory=dict)
    _sound: dict[str, Mask] = field(default_factory=dict)

    def sessions(self, subject: str) -> Sessions:
        """The sessions of the subject's line."""
        return self.around.line(subject).sessions

    def past(self, address: str, sessions: Sessions) -> Floats:
        """The measure at each of `sessions`; NaN where it is missing, or that session is none of its subject's."""
        subject = address.rpartition(".")[0]
        own = self.sessions(subject)
        if address not in self._known:
            self._known[address] = self._calculate(address)
        values = self._known[address]
        if own is sessions or not len(own):
            return values if len(own) else np.full(len(sessions), np.nan)
        rows = np.minimum(np.searchsorted(own, sessions), len(own) - 1)
        return np.where(own[rows] == sessions, values[rows], np.nan)

    def _calculate(self, address: str) -> Floats:
        subject, _, name = address.rpartition(".")
        if has_past(subject, name):
            return to_past(give(self.around, self.around.line(subject), None), name)
        return self._look_back(subject, name)

    def _look_back(self, subject: str, name: str) -> Floats:
        """A measure that has no past of its own, from the panel cut at each of the last sessions of a year."""
        days, found = self.sessions(subject), find_study(subject, name)
        values = np.full(len(days), np.nan)
        if found is None:
            return values
        study, definition = found
        ends = np.searchsorted(self.panel.sessions, days[-PAST:], side="right").tolist()
        for row, end in zip(range(len(days) - len(ends), len(days)), ends, strict=True):
            around = Around(cut_panel(self.panel, end), funds=self.around.funds, drivers=self.around.drivers)
            given = give(around, around.line(subject), None, self.peak_year)
            result = study.calculate(given).get(definition.name, Missing("not there"))
            values[row] = to_code(to_measure(definition, result, given))
        return values

    def sound(self, subject: str) -> Mask:
        """At which of the subject's sessions not too many of those before were missing."""
        if subject not in self._sound:
            panel, days = self.panel, self.sessions(subject)
            first, last = np.searchsorted(panel.sessions, days[[0, -1]]).tolist() if len(days) else (0, -1)
            if last - first + 1 == len(days):
                self._sound[subject] = np.ones(len(days), np.bool_)
            else:
                columns = [column for symbol in symbols_of(subject) if (column := panel.column(symbol)) is not None]
                present = np.asarray(~np.isnan(panel.adj[first : last + 1, columns]).any(axis=1), dtype=np.bool_)
                rows = np.searchsorted(panel.sessions[first : last + 1], days)
                self._sound[subject] = to_sound(present)[rows]
        return self._sound[subject]
