"""R2, R3: rules whose data are not there yet. They are listed with what they need, and find nothing."""

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
