"""All studies, one line each. Documentation and tests are generated from their definitions."""

import logging
from functools import cache

from core.market.symbols import SubjectKind
from core.snapshot import Measure
from core.studies.activity import ACTIVITY
from core.studies.atr import ATR
from core.studies.attribution import ATTRIBUTION
from core.studies.averages import AVERAGES
from core.studies.breadth import BREADTH
from core.studies.breadth_now import BREADTH_NOW
from core.studies.capture import CAPTURE
from core.studies.channel import CHANNEL
from core.studies.comovement import COMOVEMENT
from core.studies.conditions import CONDITIONS
from core.studies.cone import CONE
from core.studies.constituents import CONSTITUENTS
from core.studies.credit import CREDIT
from core.studies.crowding import CROWDING
from core.studies.drawdown import DRAWDOWN
from core.studies.earnings import EARNINGS
from core.studies.ewma import EWMA
from core.studies.exponential import EXPONENTIAL
from core.studies.flows import FLOWS
from core.studies.garch import GARCH
from core.studies.implied import IMPLIED
from core.studies.liquidity import LIQUIDITY
from core.studies.momentum import MOMENTUM
from core.studies.moved import MOVED
from core.studies.policy import POLICY
from core.studies.pullback import PULLBACK
from core.studies.quote import QUOTE
from core.studies.ranges import RANGES
from core.studies.recession import RECESSION
from core.studies.relative import RELATIVE
from core.studies.revisions import REVISIONS
from core.studies.rotation import ROTATION
from core.studies.satellite import SATELLITE
from core.studies.sensitivity import SENSITIVITY
from core.studies.sentiment import SENTIMENT
from core.studies.slope import SLOPE
from core.studies.streak import STREAK
from core.studies.strength import STRENGTH
from core.studies.stretch import STRETCH
from core.studies.study import Definition, Given, Missing, Results, Study, to_measure
from core.studies.style import STYLES
from core.studies.tails import TAILS
from core.studies.tracking import TRACKING
from core.studies.trends import TRENDS
from core.studies.turnover import TURNOVER
from core.studies.underwater import UNDERWATER
from core.studies.valuation import VALUATION
from core.studies.volatility import VOLATILITY
from core.studies.wages import WAGES
from core.text import clean

_log = logging.getLogger("smid.studies")

STUDIES = (
    QUOTE,
    RELATIVE,
    AVERAGES,
    TRENDS,
    EXPONENTIAL,
    SLOPE,
    CHANNEL,
    STRETCH,
    ATR,
    VOLATILITY,
    EWMA,
    GARCH,
    RANGES,
    CONE,
    IMPLIED,
    TRACKING,
    PULLBACK,
    DRAWDOWN,
    UNDERWATER,
    TAILS,
    STREAK,
    CROWDING,
    STRENGTH,
    MOMENTUM,
    ROTATION,
    COMOVEMENT,
    CAPTURE,
    LIQUIDITY,
    TURNOVER,
    BREADTH,
    BREADTH_NOW,
    CONSTITUENTS,
    SENSITIVITY,
    STYLES,
    VALUATION,
    EARNINGS,
    REVISIONS,
    FLOWS,
    SENTIMENT,
    RECESSION,
    CREDIT,
    CONDITIONS,
    WAGES,
    ACTIVITY,
    POLICY,
    ATTRIBUTION,
    MOVED,
    SATELLITE,
)


LIVE = tuple(study for study in STUDIES if not study.is_settled)
SETTLED = tuple(study for study in STUDIES if study.is_settled)


def without_details(studies: tuple[Study, ...]) -> tuple[Study, ...]:
    """Those of `studies` that every watched subject has."""
    return tuple(study for study in studies if not study.is_detail)


def definitions(kind: SubjectKind) -> dict[str, Definition]:
    """Every measure that a subject of that kind can have, by name."""
    return {definition.name: definition for study in STUDIES for definition in study.definitions(kind)}


def calculate(study: Study, given: Given) -> Results:
    """A study that fails takes its own numbers with it, and no others: the documented boundary."""
    try:
        return study.calculate(given)
    except Exception as error:  # noqa: BLE001 - see above
        reason = clean(f"the calculation failed: {type(error).__name__}: {error}")
        _tell_once(study.calculate.__module__, given.line.subject, reason)
        return {definition.name: Missing(reason) for definition in study.definitions(given.kind)}


@cache
def _tell_once(module: str, subject: str, reason: str) -> None:
    _log.error("%s on %s: %s", module, subject, reason, exc_info=True)


def measure_subject(given: Given, studies: tuple[Study, ...] = STUDIES) -> dict[str, Measure]:
    """All measures of one subject by address; `*_since` only where a date was given."""
    measures: dict[str, Measure] = {}
    subject = given.line.subject
    for study in studies:
        known = study.definitions(given.kind)
        is_about = study.is_about is None or study.is_about(given)
        results = calculate(study, given) if known and is_about else {}
        for definition in known:
            if (result := results.get(definition.name)) is not None:
                measures[f"{subject}.{definition.name}"] = to_measure(definition, result, given)
    return measures
