"""R2, R3, R6, R12: rules whose data are not there yet. They are listed with what they need, and find nothing."""

from typing import ClassVar

from core.rules.rule import Rule


class Recession(Rule, frozen=True, forbid_unknown_fields=True):
    """The yield curve's probability of a recession, the Sahm rule and initial claims."""

    ID: ClassVar[str] = "R2"
    needs: ClassVar[str] = "the yield curve by month, unemployment and initial claims"


class Credit(Rule, frozen=True, forbid_unknown_fields=True):
    """Credit spreads, lending standards, financial conditions and the drawdown of leveraged loans."""

    ID: ClassVar[str] = "R3"
    needs: ClassVar[str] = "credit spreads, lending standards and financial conditions"


class EarningsMiss(Rule, frozen=True, forbid_unknown_fields=True):
    """Earnings expectations of small caps that rest on a base effect, or are being revised down."""

    ID: ClassVar[str] = "R6"
    needs: ClassVar[str] = "earnings estimates of both legs and their revisions"


class LateCycle(Rule, frozen=True, forbid_unknown_fields=True):
    """A rotation into small caps late in the cycle: large at its high, positions crowded, recession risk up."""

    ID: ClassVar[str] = "R12"
    needs: ClassVar[str] = "the whole crowding score, and the yield curve by month"
