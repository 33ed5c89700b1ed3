"""A made-up market of a few sessions for claims, and claims written as a person would."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec import structs

from core.claims.build import build_record
from core.claims.claim import Claim
from core.claims.ground import Ground
from core.claims.read import read_claim
from core.claims.record import ClaimRecord
from core.config import load_settings
from core.market.panel import Panel

SETTINGS = load_settings()
FILE = Path("/nowhere/claims.toml")


def make_panel(prices: dict[str, list[float] | np.ndarray], first: str = "2025-09-01") -> Panel:
    """Closes of symbols on weekdays from `first` on; adjusted closes are the same."""
    count = len(next(iter(prices.values())))
    sessions = np.busday_offset(np.datetime64(first), np.arange(count), roll="forward")
    closes = np.asfortranarray(np.column_stack([np.asarray(one, dtype=float) for one in prices.values()]))
    return Panel(
        symbols=tuple(prices),
        sessions=sessions,
        closes_at=sessions.astype("datetime64[s]") + np.timedelta64(21, "h"),
        adj=closes,
        close=closes,
        open_=closes,
        high=closes,
        low=closes,
        volume=np.full(closes.shape, 1e6),
        provisional=np.zeros(len(prices), dtype=np.bool_),
        last_price=closes[-1],
        price_at=(None,) * len(prices),
        quality={},
        half_days=np.zeros(count, dtype=np.bool_),
        key="made",
    )


@dataclass
class World:
    """A panel to hold claims against."""

    panel: Panel

    @property
    def ground(self) -> Ground:
        return Ground(self.panel, SETTINGS.symbols)

    def judge(self, **table: object) -> ClaimRecord:
        return build_record("it", claim(**table), self.ground)


def claim(**table: object) -> Claim:
    """A claim from its table, who and when filled in."""
    return read_claim(FILE, "it", {"says": "something", "who": "somebody", "said": "2025-09-05", **table}, SETTINGS)


def walks(count: int, seed: int = 3) -> dict[str, np.ndarray]:
    """Closes of two of the shipped pairs' symbols."""
    rng = np.random.default_rng(seed)
    names = ("IWM", "SPY", "^RUT", "^GSPC")
    return {name: 100 * np.exp(np.cumsum(rng.normal(0.0004, 0.01, count))) for name in names}


def with_claims(**changes: object):
    """The shipped settings with other ones of [claims]."""
    return structs.replace(SETTINGS, claims=structs.replace(SETTINGS.claims, **changes))
