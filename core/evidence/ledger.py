"""Every test ever registered, counted and never reset: what was tried and dropped still counts as tried [§10].

A signal whose parameters change is another test: it gets a line of its own below, and the old line stays.
"""

import hashlib
from collections.abc import Iterable

from core.evidence.forward import HORIZONS
from core.evidence.record import KINDS

VERSION = 3
"""The newest version of the lists below."""

PAIRS = {
    "IWM/SPY": 1,
    "IJR/SPY": 1,
    "MDY/SPY": 1,
    "IWM/RSP": 1,
    "RSP/SPY": 1,
    "^RUT/^GSPC": 1,
}
"""Shipped pairs, with the version in which each came; a person's own pairs count on top."""

SIGNALS_EVER: tuple[tuple[str, str, int], ...] = (
    ("trend_20_up", "113b27b4", 1),
    ("trend_20_down", "6ff6ac18", 1),
    ("trend_50_up", "118ba24a", 1),
    ("trend_50_down", "2c36b350", 1),
    ("trend_100_up", "61c2d5e1", 1),
    ("trend_100_down", "170c5181", 1),
    ("trend_200_up", "9c00ab13", 1),
    ("trend_200_down", "a6f4c342", 1),
    ("cross_20_50_up", "763d440a", 1),
    ("cross_20_50_down", "8fe36051", 1),
    ("cross_50_200_up", "574c59c2", 1),
    ("cross_50_200_down", "8ef9bc75", 1),
    ("small_trend_20_up", "7f79c310", 1),
    ("small_trend_20_down", "1281ec3a", 1),
    ("small_trend_50_up", "4f18be83", 1),
    ("small_trend_50_down", "c1fb326e", 1),
    ("small_trend_100_up", "99c8c0f1", 1),
    ("small_trend_100_down", "e64a9b55", 1),
    ("small_trend_200_up", "dae710e8", 1),
    ("small_trend_200_down", "18ddb24e", 1),
    ("small_cross_20_50_up", "8e4940e4", 1),
    ("small_cross_20_50_down", "5416f6f0", 1),
    ("small_cross_50_200_up", "39a4d587", 1),
    ("small_cross_50_200_down", "32f58d9d", 1),
    ("alignment_5", "66c3ca5b", 1),
    ("alignment_0", "91505d77", 1),
    ("momentum_12_1_up", "5317d340", 1),
    ("momentum_12_1_down", "7b7c40d5", 1),
    ("momentum_6_1_up", "1b338cef", 1),
    ("momentum_6_1_down", "3e455fd5", 1),
    ("momentum_3m_up", "99a7178d", 1),
    ("momentum_3m_down", "d9e30081", 1),
    ("z_60d_high_2", "0b04e57a", 1),
    ("z_60d_high_3", "3ac0e718", 1),
    ("z_60d_low_2", "e47d39a7", 1),
    ("z_252d_high_2", "aab7fbf3", 1),
    ("z_252d_high_3", "481b7332", 1),
    ("z_252d_low_2", "b8b6206f", 1),
    ("pullback_63d_2", "e011233e", 1),
    ("pullback_63d_4", "1e330e3c", 1),
    ("pullback_63d_7", "33cf84e6", 1),
    ("dip_zone", "2ed17c14", 1),
    ("streak_won_8", "e9860fce", 1),
    ("streak_won_10", "94c48be2", 1),
    ("streak_lost_8", "0ed81bbe", 1),
    ("streak_lost_10", "5deb5d52", 1),
    ("rotation_lagging", "ce4478c2", 1),
    ("rotation_weakening", "d1516102", 1),
    ("rotation_improving", "f0f8d0d3", 1),
    ("rotation_leading", "47bd6a05", 1),
    ("rotation_daily_lagging", "9cd87ce0", 1),
    ("rotation_daily_weakening", "c7a56ee7", 1),
    ("rotation_daily_improving", "4761a03e", 1),
    ("rotation_daily_leading", "6d7a4770", 1),
    ("volatility_80", "df5146b2", 1),
    ("volatility_90", "e1f340aa", 1),
    ("volatility_97_5", "6629a700", 1),
    ("volatility_ratio_1_35", "f558ad5f", 1),
    ("volatility_ratio_1_50", "7ff89ae8", 1),
    ("volatility_ratio_1_75", "47d9ca96", 1),
    ("momentum_fade", "e17ebcc9", 1),
    ("trend_break_50", "0cdaf5bc", 1),
    ("trend_break_200", "1feb5922", 1),
    ("beta_only_20d", "56d7a3c6", 1),
    ("beta_only_63d", "1c053d09", 1),
    ("narrow_rotation", "cb850887", 1),
    ("momentum_fade", "39a82828", 2),
    ("recession_odds_20", "dd237e8a", 3),
    ("recession_odds_30", "20e171ba", 3),
    ("recession_odds_40", "abf49a7e", 3),
    ("sahm_0_50", "4f9d63a5", 3),
    ("credit_pullback_2", "1022a5f4", 3),
    ("credit_pullback_4", "b5aae49f", 3),
    ("credit_pullback_7", "b72a1483", 3),
)
"""Name, digest of function, parameters and direction, and the version in which it came."""


def count_signals() -> int:
    """Signals ever registered."""
    return len(SIGNALS_EVER)


def count_pair_tests() -> int:
    """Signals x horizons x kinds: the tests of one pair."""
    return count_signals() * len(HORIZONS) * len(KINDS)


def count_tests(pairs: Iterable[str]) -> int:
    """All tests of all pairs ever registered, and of `pairs`."""
    return count_pair_tests() * len({*PAIRS, *pairs})


def digest_registry() -> str:
    """Version and digest of the ledger, as `1.0f3a...`."""
    lines = "\n".join(" ".join(map(str, row)) for row in (*SIGNALS_EVER, *PAIRS.items(), HORIZONS, KINDS))
    return f"{VERSION}.{hashlib.sha256(lines.encode()).hexdigest()[:12]}"
