"""Every series of FRED that is asked for: its title, rhythm, unit and when it is published [2]."""

from enum import StrEnum
from functools import partial

import numpy as np
from msgspec import Struct

from core.macro.release import (
    EMPLOYMENT,
    FIVE_SESSIONS,
    NEXT_SESSION,
    Release,
    to_days_later,
    to_month_later,
)
from core.market.bars import Sessions


class Rhythm(StrEnum):
    """How often a series has an observation."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


_STEPS = {Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}
_PATIENCE = {Rhythm.DAILY: 30, Rhythm.WEEKLY: 45, Rhythm.MONTHLY: 75, Rhythm.QUARTERLY: 120}


class SeriesInfo(Struct, frozen=True):
    """What is known of a series before any of it was read."""

    id: str
    title: str
    rhythm: Rhythm
    release: Release
    is_percent: bool = True
    """Published in percent or percentage points; else in units of its own."""
    is_revised: bool = False
    """What is published first is changed later: its past is that of today where nobody here saw the first value."""

    def to_next_release(self, days: Sessions) -> Sessions:
        """When the observation after the one of each of `days` is due."""
        return self.release(to_following(days, self.rhythm))

    def to_end(self, days: Sessions) -> Sessions:
        """The last day on which the observation of each of `days` says something of the present."""
        return self.to_next_release(days) + np.timedelta64(_PATIENCE[self.rhythm], "D")

    def next_release(self, last: np.datetime64) -> np.datetime64:
        """When the observation after the one of the day `last` is due."""
        return np.datetime64(self.to_next_release(np.array([last], "datetime64[D]"))[0])

    def is_ended(self, last: np.datetime64, day: np.datetime64) -> bool:
        """Whether what comes after `last` is so long overdue on `day` that nothing is known of the present."""
        return bool(day > self.to_end(np.array([last], "datetime64[D]"))[0])


def to_following(days: Sessions, rhythm: Rhythm) -> Sessions:
    """The days that the observations after those of `days` carry."""
    if rhythm is Rhythm.DAILY:
        return np.busday_offset(days, 1, roll="backward").astype("datetime64[D]")
    if rhythm is Rhythm.WEEKLY:
        return days + np.timedelta64(_STEPS[rhythm], "D")
    return (days.astype("datetime64[M]") + np.timedelta64(_STEPS[rhythm], "M")).astype("datetime64[D]")


_D, _W, _M, _Q = Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY, Rhythm.QUARTERLY
_FIRST_OF_NEXT = partial(to_month_later, months=1, day=1)
_MIDDLE_OF_NEXT = partial(to_month_later, months=1, day=18)
_THURSDAY_AFTER = partial(to_days_later, count=5)
_SURVEY_OF_LENDERS = partial(to_month_later, months=1, day=15)
_AFTER_QUARTER = partial(to_month_later, months=4, day=1)
_BANK_REPORTS = partial(to_month_later, months=4, day=26)

_ALL = (
    SeriesInfo("T10Y3M", "10-year yield less 3-month yield", _D, NEXT_SESSION),
    SeriesInfo("T10Y2Y", "10-year yield less 2-year yield", _D, NEXT_SESSION),
    SeriesInfo("DGS10", "10-year Treasury yield", _D, NEXT_SESSION),
    SeriesInfo("DGS2", "2-year Treasury yield", _D, NEXT_SESSION),
    SeriesInfo("DGS3MO", "3-month Treasury yield", _D, NEXT_SESSION),
    SeriesInfo("DFII10", "10-year real yield", _D, NEXT_SESSION),
    SeriesInfo("T10YIE", "10-year breakeven inflation", _D, NEXT_SESSION),
    SeriesInfo("GS10", "10-year Treasury yield, mean of the month", _M, _FIRST_OF_NEXT),
    SeriesInfo("TB3MS", "3-month bill at a discount, mean of the month", _M, _FIRST_OF_NEXT),
    SeriesInfo("SAHMREALTIME", "Sahm rule, in real time", _M, EMPLOYMENT),
    SeriesInfo("UNRATE", "unemployment rate", _M, EMPLOYMENT, is_revised=True),
    SeriesInfo("BAMLH0A0HYM2", "high-yield spread", _D, NEXT_SESSION),
    SeriesInfo("BAMLH0A3HYC", "spread of CCC and lower", _D, NEXT_SESSION),
    SeriesInfo("BAMLC0A0CM", "investment-grade spread", _D, NEXT_SESSION),
    SeriesInfo("BAA10Y", "Baa yield less 10-year yield", _D, NEXT_SESSION),
    SeriesInfo("AAA10Y", "Aaa yield less 10-year yield", _D, NEXT_SESSION),
    SeriesInfo("NFCI", "financial conditions", _W, FIVE_SESSIONS, is_percent=False, is_revised=True),
    SeriesInfo("ANFCI", "adjusted financial conditions", _W, FIVE_SESSIONS, is_percent=False, is_revised=True),
    SeriesInfo("STLFSI4", "financial stress", _W, FIVE_SESSIONS, is_percent=False, is_revised=True),
    SeriesInfo("VIXCLS", "implied volatility of large caps", _D, NEXT_SESSION),
    SeriesInfo("RVXCLS", "implied volatility of small caps", _D, NEXT_SESSION),
    SeriesInfo("CES0500000003", "average hourly earnings", _M, EMPLOYMENT, is_percent=False, is_revised=True),
    SeriesInfo("FRBATLWGT3MMAUMHWGO", "wage growth tracker", _M, _MIDDLE_OF_NEXT),
    SeriesInfo("ECIWAG", "employment cost index, wages", _Q, _AFTER_QUARTER, is_percent=False, is_revised=True),
    SeriesInfo("DFF", "federal funds rate", _D, NEXT_SESSION),
    SeriesInfo("SOFR", "secured overnight financing rate", _D, NEXT_SESSION),
    SeriesInfo("FEDFUNDS", "federal funds rate, mean of the month", _M, _FIRST_OF_NEXT),
    SeriesInfo("DTWEXBGS", "broad dollar", _D, FIVE_SESSIONS, is_percent=False),
    SeriesInfo("DRTSCIS", "banks tightening loans to small firms", _Q, _SURVEY_OF_LENDERS),
    SeriesInfo("DRBLACBS", "delinquency of business loans", _Q, _BANK_REPORTS, is_revised=True),
    SeriesInfo("DRSFRMACBS", "delinquency of mortgages", _Q, _BANK_REPORTS, is_revised=True),
    SeriesInfo("GDPNOW", "growth nowcast of the quarter", _Q, _AFTER_QUARTER, is_revised=True),
    SeriesInfo("GASREGW", "price of gasoline", _W, partial(to_days_later, count=2), is_percent=False),
    SeriesInfo("INDPRO", "industrial production", _M, _MIDDLE_OF_NEXT, is_percent=False, is_revised=True),
    SeriesInfo(
        "MNFCTRIRSA",
        "inventories over sales of factories",
        _M,
        partial(to_month_later, months=2, day=18),
        is_percent=False,
        is_revised=True,
    ),
    SeriesInfo("ICSA", "initial claims", _W, _THURSDAY_AFTER, is_percent=False, is_revised=True),
    SeriesInfo(
        "EPUTRADE",
        "uncertainty of trade policy",
        _M,
        partial(to_month_later, months=1, day=8),
        is_percent=False,
        is_revised=True,
    ),
    SeriesInfo("GACDFSA066MSFRBPHI", "factories around Philadelphia", _M, _FIRST_OF_NEXT, is_percent=False),
    SeriesInfo("GACDISA066MSFRBNY", "factories around New York", _M, _FIRST_OF_NEXT, is_percent=False),
)

CATALOGUE = {info.id: info for info in _ALL}
"""By id. USREC, the dated recessions, is not among them: it is known years later and must not be an input."""
