"""All studies, one line each. Documentation and tests are generated from their definitions."""

from core.snapshot import Measure
from core.studies.atr import ATR
from core.studies.averages import AVERAGES
from core.studies.channel import CHANNEL
from core.studies.comovement import COMOVEMENT
from core.studies.drawdown import DRAWDOWN
from core.studies.ewma import EWMA
from core.studies.exponential import EXPONENTIAL
from core.studies.liquidity import LIQUIDITY
from core.studies.quote import QUOTE
from core.studies.ranges import RANGES
from core.studies.relative import RELATIVE
from core.studies.sensitivity import SENSITIVITY
from core.studies.slope import SLOPE
from core.studies.streak import STREAK
from core.studies.strength import STRENGTH
from core.studies.stretch import STRETCH
from core.studies.study import Definition, Given, Study, to_measure
from core.studies.style import STYLES
from core.studies.tails import TAILS
from core.studies.tracking import TRACKING
from core.studies.trends import TRENDS
from core.studies.turnover import TURNOVER
from core.studies.underwater import UNDERWATER
from core.studies.volatility import VOLATILITY

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
    RANGES,
    TRACKING,
    DRAWDOWN,
    UNDERWATER,
    TAILS,
    STREAK,
    STRENGTH,
    COMOVEMENT,
    LIQUIDITY,
    TURNOVER,
    SENSITIVITY,
    STYLES,
)


LIVE = tuple(study for study in STUDIES if not study.is_settled)
SETTLED = tuple(study for study in STUDIES if study.is_settled)


def definitions(is_pair: bool) -> dict[str, Definition]:
    """Every measure that a pair (or a symbol) can have, by name."""
    return {definition.name: definition for study in STUDIES for definition in study.definitions(is_pair)}


def measure_subject(given: Given, studies: tuple[Study, ...] = STUDIES) -> dict[str, Measure]:
    """All measures of one subject by address; `*_since` only where a date was given."""
    measures: dict[str, Measure] = {}
    for study in studies:
        known = study.definitions(given.is_pair)
        results = study.calculate(given) if known else {}
        for definition in known:
            if definition.name in results:
                address = f"{given.line.subject}.{definition.name}"
                measures[address] = to_measure(definition, results[definition.name], given)
    return measures
