"""The economy of the simulated market, of the same seed: yields and spreads from its prices, the rest along a past.

What prices say (yields, credit, volatility, dollar) hangs together with them; employment, wages and production run
along straight lines between levels that were about those of the past, with noise of their own.
"""

from collections.abc import Callable
from datetime import datetime

import numpy as np

from core.macro.arithmetic import to_months, to_sahm
from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.macro import Macro
from core.macro.series import Known, build_series
from core.market.bars import Bars, Floats, Sessions
from core.sources.simulated.dice import Dice
from core.studies.factors import to_bond_equivalent

Knots = tuple[tuple[str, float], ...]
_UNEMPLOYMENT: Knots = (
    ("2005-12", 4.9), ("2007-05", 4.4), ("2009-10", 10.0), ("2015-12", 5.0), ("2020-02", 3.5), ("2020-04", 14.0),
    ("2020-12", 6.7), ("2021-12", 3.9), ("2023-04", 3.4), ("2024-08", 4.2), ("2026-02", 4.4),
)  # fmt: skip
_CLAIMS: Knots = (
    ("2005-12", 310e3), ("2007-05", 310e3), ("2009-03", 650e3), ("2015-12", 270e3), ("2020-02", 212e3),
    ("2020-04", 3e6), ("2020-12", 780e3), ("2021-12", 210e3), ("2023-04", 225e3), ("2026-02", 226e3),
)  # fmt: skip
_WAGE_GROWTH: Knots = (
    ("2005-12", 3.3), ("2007-05", 3.4), ("2010-06", 1.8), ("2015-12", 2.4), ("2019-06", 3.3), ("2022-03", 5.9),
    ("2023-06", 4.5), ("2024-12", 4.0), ("2026-02", 3.7),
)  # fmt: skip
_LENDERS: Knots = (
    ("2005-12", -8.0), ("2008-10", 74.0), ("2010-06", -2.0), ("2019-06", 3.0), ("2020-07", 70.0), ("2021-07", -16.0),
    ("2023-07", 49.0), ("2024-10", 2.0), ("2026-02", 8.0),
)  # fmt: skip
_DELINQUENT: Knots = (("2005-12", 1.6), ("2010-01", 7.0), ("2015-12", 2.5), ("2019-12", 1.6), ("2026-02", 1.7))
_GROWTH: Knots = (("2005-12", 2.8), ("2008-12", -3.5), ("2010-06", 2.7), ("2020-02", 2.0), ("2026-02", 2.6))
_PRODUCTION: Knots = (
    ("2005-12", 97.0), ("2007-11", 102.0), ("2009-06", 85.0), ("2014-11", 104.0), ("2020-02", 102.0),
    ("2020-04", 86.0), ("2021-06", 101.0), ("2026-02", 103.5),
)  # fmt: skip
_GASOLINE: Knots = (
    ("2005-12", 2.2), ("2008-07", 4.1), ("2008-12", 1.7), ("2012-04", 3.9), ("2016-02", 1.8), ("2020-04", 1.8),
    ("2022-06", 4.9), ("2024-06", 3.4), ("2026-02", 3.0),
)  # fmt: skip
_SPREAD, _REVERSION, _JUMP = 3.7, 0.985, 9.0
_LAG = np.timedelta64(1, "D")


class SimulatedEconomy:
    """The series as far as the simulated market has come; `bars` are its complete sessions."""

    def __init__(self, seed: int, bars: Callable[[str], Bars]) -> None:
        self._seed, self._bars = seed, bars

    def stamp(self, _at: datetime) -> object:
        """Changes with each session that ends."""
        return len(self._bars("^TNX"))

    def load(self, _at: datetime) -> Macro:
        """Every series of the catalogue."""
        made = self._make_daily()
        last = made["DGS10"].observed[-1]
        made |= _make_monthly_means(made) | self._make_others(made["DGS10"].observed[0], last)
        made["SAHMREALTIME"] = to_sahm(made["UNRATE"])
        found = {name: build_series(name, one.observed, _to_release(one), one.values) for name, one in made.items()}
        return Macro(found, origin="simulated")

    def _make_daily(self) -> dict[str, Known]:
        ten, bill = self._bars("^TNX"), self._bars("^IRX")
        days, dice = ten.sessions, Dice(self._seed, ten.sessions)
        short = to_bond_equivalent(bill.close)
        two = 0.45 * ten.close + 0.55 * short
        inflation = 2.25 + 0.12 * (ten.close - 3.0) + _to_slow(dice.normal("T10YIE", 0), 0.02)
        credit = self._make_credit(dice)
        baa = 0.9 + 0.3 * credit + _to_slow(dice.normal("BAA10Y", 0), 0.01)
        values = {
            "DGS10": ten.close, "DGS3MO": short, "DGS2": two, "T10Y3M": ten.close - short, "T10Y2Y": ten.close - two,
            "T10YIE": inflation, "DFII10": ten.close - inflation, "DFF": bill.close + 0.08, "SOFR": bill.close + 0.06,
            "BAMLH0A0HYM2": credit, "BAMLH0A3HYC": 1.4 + 2.1 * credit, "BAMLC0A0CM": 0.15 + 0.27 * credit,
            "BAA10Y": baa, "AAA10Y": 0.2 + 0.45 * baa, "VIXCLS": self._bars("^VIX").close,
            "RVXCLS": self._bars("^RVX").close, "DTWEXBGS": 4.2 * self._bars("UUP").close,
        }  # fmt: skip
        return {name: Known(name, days, np.round(column, 2)) for name, column in values.items()}

    def _make_credit(self, dice: Dice) -> Floats:
        """A high-yield spread that widens as high-yield bonds fall behind Treasuries, and comes back slowly."""
        moves = np.diff(np.log(self._bars("HYG").adj_close / self._bars("IEF").adj_close), prepend=np.nan)
        level, path = 0.0, []
        for move in np.nan_to_num(moves - np.nanmean(moves)).tolist():
            level = _REVERSION * level - _JUMP * move
            path.append(level)
        noise = dice.normal("BAMLH0A0HYM2", 0) * 0.004
        return np.asarray(_SPREAD * np.exp(np.clip(np.array(path) + noise, -0.35, 1.4)))

    def _make_others(self, first: np.datetime64, last: np.datetime64) -> dict[str, Known]:
        """What has a rhythm of its own, to the newest period that could be over."""
        return {
            name: Known(name, days, np.round(make(days, self._noise(name, days)), digits))
            for name, (make, digits) in _OTHERS.items()
            if len(days := _to_days(CATALOGUE[name].rhythm, first, last))
        }

    def _noise(self, name: str, days: Sessions) -> Floats:
        return Dice(self._seed, days).normal(name, 0)


def _to_release(one: Known) -> Sessions:
    """When each observation is known; a nowcast is of the running quarter, and settled here from its start."""
    return CATALOGUE["DRTSCIS" if one.id == "GDPNOW" else one.id].release(one.observed)


def _make_monthly_means(daily: dict[str, Known]) -> dict[str, Known]:
    """Yields and rates as means of their complete months; the bill at its discount again."""
    fund, ten, bill = (to_months(daily[name]) for name in ("DFF", "DGS10", "DGS3MO"))
    fraction = bill.values / 100.0
    discount = 360.0 * fraction / (365.0 + 91.0 * fraction) * 100.0
    return {
        "FEDFUNDS": Known("FEDFUNDS", fund.observed, np.round(fund.values, 2)),
        "GS10": Known("GS10", ten.observed, np.round(ten.values, 2)),
        "TB3MS": Known("TB3MS", bill.observed, np.round(discount, 2)),
    }


def _to_days(rhythm: Rhythm, first: np.datetime64, last: np.datetime64) -> Sessions:
    """The days that observations carry whose period is over on `last`."""
    if rhythm is Rhythm.WEEKLY:
        fridays = np.arange(
            np.busday_offset(first, 0, roll="forward", weekmask="Fri"), last + _LAG, np.timedelta64(7, "D")
        )
        return fridays.astype("datetime64[D]")
    months = 1 if rhythm is Rhythm.MONTHLY else 3
    start = first.astype("datetime64[Y]").astype("datetime64[M]") + 12
    return np.arange(start, last.astype("datetime64[M]"), months).astype("datetime64[D]")


def _along(knots: Knots, days: Sessions) -> Floats:
    dates = np.array([day for day, _ in knots], "datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.interp(days.astype(np.int64), dates, [level for _, level in knots]))


def _to_slow(noise: Floats, step: float) -> Floats:
    """Noise that wanders and comes back."""
    level, path = 0.0, []
    for one in noise.tolist():
        level = 0.98 * level + step * one
        path.append(level)
    return np.array(path)


def _near(knots: Knots, spread: float) -> Callable[[Sessions, Floats], Floats]:
    return lambda days, noise: _along(knots, days) + spread * noise


def _around(level: float, step: float) -> Callable[[Sessions, Floats], Floats]:
    return lambda _days, noise: level + _to_slow(noise, step)


def _about(knots: Knots, spread: float) -> Callable[[Sessions, Floats], Floats]:
    return lambda days, noise: _along(knots, days) * np.exp(spread * noise)


def _to_wages(days: Sessions, noise: Floats) -> Floats:
    """Dollars an hour, grown at the wages' own pace, month by month or quarter by quarter."""
    years = np.diff(days.astype(np.int64).astype(np.float64), prepend=float(days[0].astype(np.int64))) / 365.25
    grown = np.cumsum(np.log1p(_along(_WAGE_GROWTH, days) / 100.0) * years)
    return np.asarray(20.0 * np.exp(grown + 0.0008 * noise))


_OTHERS: dict[str, tuple[Callable[[Sessions, Floats], Floats], int]] = {
    "UNRATE": (_near(_UNEMPLOYMENT, 0.06), 1),
    "ICSA": (_about(_CLAIMS, 0.025), -3),
    "CES0500000003": (_to_wages, 2),
    "ECIWAG": (_to_wages, 1),
    "FRBATLWGT3MMAUMHWGO": (_near(_WAGE_GROWTH, 0.1), 1),
    "NFCI": (_around(-0.5, 0.02), 3),
    "ANFCI": (_around(-0.45, 0.03), 3),
    "STLFSI4": (_around(-0.6, 0.05), 3),
    "DRTSCIS": (_near(_LENDERS, 2.0), 1),
    "DRBLACBS": (_near(_DELINQUENT, 0.05), 2),
    "DRSFRMACBS": (_near(_DELINQUENT, 0.05), 2),
    "GDPNOW": (_near(_GROWTH, 0.5), 1),
    "GASREGW": (_about(_GASOLINE, 0.01), 3),
    "INDPRO": (_about(_PRODUCTION, 0.003), 2),
    "MNFCTRIRSA": (_around(1.42, 0.01), 2),
    "EPUTRADE": (lambda _days, noise: 120.0 * np.exp(0.4 * noise), 1),
    "GACDFSA066MSFRBPHI": (_around(4.0, 5.0), 1),
    "GACDISA066MSFRBNY": (_around(2.0, 6.0), 1),
}
"""By id: from days and draws to values, and their decimals."""
