"""What a measure at an address is, for claims: also dates, and what counts from a day of one's own (`*_since`)."""

from core.config_check import nearest
from core.explain import find_study
from core.market.symbols import kind_of_subject
from core.rules.expression import ExpressionError
from core.studies.registry import definitions
from core.text import clean

_KINDS = {"flag": "flag", "state": "word", "date": "date", "dates": "date"}


def kind_of_address(address: str) -> str:
    """number, flag, word or date; raises `ExpressionError` where there is no such measure."""
    subject, _, name = address.rpartition(".")
    found = find_study(subject, name)
    if found is None:
        near = nearest(name, definitions(kind_of_subject(subject)))
        hint = f" (did you mean {subject}.{near}?)" if near else "; 'smid explain --list' names them all"
        raise ExpressionError(f"{clean(subject, 40)} has no measure {clean(name, 40)}{hint}")
    return _KINDS.get(found[1].unit, "number")


def unit_of(address: str) -> str:
    """The unit of a measure; '' where there is no such."""
    subject, _, name = address.rpartition(".")
    found = find_study(subject, name)
    return found[1].unit if found else ""
