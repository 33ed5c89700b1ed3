"""Symbols, pairs and the economy: the subjects of every measure."""

import re
from enum import StrEnum

from msgspec import Struct

from core.errors import UsageError
from core.text import clean

_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=\-]{0,14}")


def is_symbol(text: str) -> bool:
    """Whether `text` can name something that is traded: capitals, digits and `. ^ = -`, at most 15 of them."""
    return _SYMBOL.fullmatch(text) is not None


ECONOMY = "US"
"""The economy that all pairs live in: a subject without a price."""


class SubjectKind(StrEnum):
    """What a measure can be of."""

    SYMBOL = "symbol"
    PAIR = "pair"
    ECONOMY = "economy"


def kind_of_subject(subject: str) -> SubjectKind:
    """`IWM/SPY` is a pair, `US` the economy, all else a symbol."""
    if subject == ECONOMY:
        return SubjectKind.ECONOMY
    return SubjectKind.PAIR if "/" in subject else SubjectKind.SYMBOL


class Pair(Struct, frozen=True, order=True):
    """Small over large: the ratio of two symbols."""

    small: str
    large: str

    @property
    def name(self) -> str:
        return f"{self.small}/{self.large}"

    @property
    def legs(self) -> tuple[str, str]:
        return (self.small, self.large)


def to_pair(text: str) -> Pair:
    """Read `IWM/SPY`; raises `UsageError` on anything else."""
    small, _, large = text.partition("/")
    if not (is_symbol(small) and is_symbol(large) and small != large):
        raise UsageError(f"'{clean(text, 40)}' is not a pair: write two different symbols as IWM/SPY.")
    return Pair(small, large)


def symbols_of(subject: str) -> tuple[str, ...]:
    """The symbols that a subject (`IWM` or `IWM/SPY`) rests on."""
    return tuple(subject.split("/"))
