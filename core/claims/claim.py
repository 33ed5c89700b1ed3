"""A claim as `claims.toml` writes it: what was said, by whom and when, and the measures that would make it true."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1, max_length=400)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Said = Annotated[str, Meta(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
Expression = Annotated[str, Meta(min_length=1, max_length=500)]
Days = Annotated[tuple[Day, ...], Meta(min_length=1, max_length=2)]
"""A day, or the first and last of a span whose every session is tried."""
Start = Annotated[tuple[Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d|peak \d{4})$")], ...], Meta(max_length=2)]
"""The same for the close that a window begins with; "peak 2021" is the highest close of the ratio in that year."""
Figures = Annotated[tuple[Expression, ...], Meta(min_length=1, max_length=6)]
MOST_READINGS = 8


class Other(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another way to read a claim; what is left out is as in the claim itself."""

    read_as: Text
    of: tuple[Expression, ...] = ()
    holds: str = ""
    since: Start = ()
    on: tuple[Day, ...] = ()


class _Said(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every claim has."""

    says: Text
    who: Text
    said: Said
    """A day, a month or a year."""
    about: str = ""
    """The id of the indicator that it speaks of."""
    note: str = ""
    needs: str = ""
    """What is missing where a measure that it names is not there."""


class Figure(_Said, frozen=True, tag="figure", kw_only=True):
    """Numbers, at a close or over a window: `of` are expressions over measures, one for each of `claimed`."""

    claimed: Annotated[tuple[float | str, ...], Meta(min_length=1, max_length=6)]
    """Fractions, counts, or for a measure that is a date its beginning: "1996", "2008-06"."""
    of: Figures
    names: tuple[str, ...] = ()
    """What each of the numbers is called, where that is not told by its expression."""
    tolerance: tuple[Annotated[float, Meta(ge=0)], ...] = (0.0,)
    """How far each may be off; one for all, or one each."""
    unit: Literal["fraction", "number", "count", ""] = ""
    """Of what is calculated; of a single measure its own."""
    source: str = ""
    """The measure that says whose numbers it is checked by: those of the claim's own author check nothing."""
    not_by: str = ""
    """Another author whose numbers check nothing either, being claims themselves."""
    read_as: str = ""
    since: Start = ()
    on: tuple[Day, ...] = ()
    adds_up: tuple[str, ...] = ()
    """How the numbers follow from others of the same statement."""
    other: Annotated[tuple[Other, ...], Meta(max_length=MOST_READINGS)] = ()


class Condition(_Said, frozen=True, tag="condition", kw_only=True):
    """Something that is so or not, as the conditions of rules are written."""

    holds: Expression
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """Of the closes that it may be about, at how many it must hold; 0: at one of them."""
    read_as: str = ""
    on: tuple[Day, ...] = ()
    other: Annotated[tuple[Other, ...], Meta(max_length=MOST_READINGS)] = ()


class Forecast(_Said, frozen=True, tag="forecast", kw_only=True):
    """What will be until a deadline: the return of a symbol or of a pair's ratio, or the value of an expression."""

    of: Expression
    low: float
    high: float
    deadline: Day
    earliest: Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = ""
    """From when on it may come true; the deadline alone counts where it is left out."""
    since: tuple[Day, ...] = ()
    """The close that it starts from; the day it was said unless given."""
    source: str = ""
    """As of a figure."""
    now: bool = True
    """Whether what the expression is before the deadline says anything of what it will be."""


Claim = Figure | Condition | Forecast
KINDS: dict[str, type[Claim]] = {"figure": Figure, "condition": Condition, "forecast": Forecast}
