"""The randomness of the simulated market: every draw hangs on the seed, a name, a purpose and a date alone."""

from math import sqrt

import numpy as np

from core.market.bars import Floats, Sessions
from core.sources.simulated.instruments import name_key

_ORIGIN = np.datetime64("1985-01-01")


class Dice:
    """Draws for the dates of `sessions`, one row each.

    A row depends on its own date and not on where the sessions begin and end, so the market of a seed is much the
    same tomorrow, one session longer; and a name's rows do not depend on what else is watched.
    """

    def __init__(self, seed: int, sessions: Sessions) -> None:
        self.seed = seed
        self._days = np.busday_count(_ORIGIN, sessions)
        self._count = int(self._days[-1]) + 1

    def heavy(self, name: str, purpose: int, degrees: int = 6, width: int = 1) -> Floats:
        """Student's t draws with variance 1."""
        draws = to_rng(self.seed, name, purpose).standard_t(degrees, (self._count, width))
        return self._dated(draws) * sqrt((degrees - 2) / degrees)

    def normal(self, name: str, purpose: int) -> Floats:
        """Standard normal draws."""
        return self._dated(to_rng(self.seed, name, purpose).standard_normal((self._count, 1)))

    def uniform(self, name: str, purpose: int, width: int) -> Floats:
        """Draws between 0 and 1."""
        return self._dated(to_rng(self.seed, name, purpose).uniform(size=(self._count, width)))

    def _dated(self, draws: Floats) -> Floats:
        rows: Floats = draws[self._days]
        return rows[:, 0] if rows.shape[1] == 1 else rows


def to_rng(seed: int, name: str, *purpose: int) -> np.random.Generator:
    """A generator of its own for each seed, name and purpose."""
    return np.random.default_rng(np.random.SeedSequence([seed, name_key(name), *purpose]))
