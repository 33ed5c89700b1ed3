"""Arithmetic of growth over years: stacked rates, and how much of a growth only makes up for the year before [F6]."""

import math
from collections.abc import Sequence

from msgspec import Struct


class Split(Struct, frozen=True):
    """Where a growth comes from, as fractions of the year before: `usual + base + excess` is the growth."""

    gap: float
    """How far earnings were from their trend at the end of the year before; below zero: under it."""
    recovery: float
    """The growth that brings them back to their trend."""
    base: float
    """What of `recovery` is beyond the usual growth: the base effect."""
    excess: float
    """The growth beyond `recovery`."""


def calc_stacked(growths: Sequence[float]) -> float | None:
    """The growth a year that all of them together come to; None where they end at nothing or below [F6]."""
    level = math.prod(1.0 + growth for growth in growths)
    return level ** (1.0 / len(growths)) - 1.0 if level > 0.0 else None


def split_growth(before: Sequence[float], growth: float, usual: float) -> Split | None:
    """Split `growth` by the growths of the years `before` it, oldest first, on trend when these begin [F6].

    None where earnings were gone at the end of those years: from nothing there is no growth.
    """
    level = math.prod((1.0 + one) / (1.0 + usual) for one in before)
    if level <= 0.0:
        return None
    recovery = (1.0 + usual) / level - 1.0
    return Split(level - 1.0, recovery, recovery - usual, growth - recovery)
