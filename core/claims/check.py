"""Can a claim be meant? Its expressions are read, its days looked at, its lists compared."""

from datetime import date
from pathlib import Path

from core.claims.addresses import kind_of_address
from core.claims.claim import Claim, Condition, Figure, Forecast
from core.config_check import complaint, nearest
from core.market.symbols import ECONOMY, symbols_of
from core.rules.expression import ExpressionError, Node, parse, parse_number
from core.settings import Settings
from core.text import clean

MOST_DAYS = 400
"""Of a span: every session of one is tried with every session of the other."""


def check_claim(file: Path, name: str, claim: Claim, settings: Settings) -> None:
    """Raise `ConfigError` for the first thing that cannot be meant."""
    for key in ("said", "since", "on", "deadline", "earliest"):
        _check_days(file, name, key, getattr(claim, key, ()))
    if isinstance(claim, Figure):
        _check_figure(file, name, claim, settings)
    elif isinstance(claim, Condition):
        _check_condition(file, name, claim, settings)
    else:
        _check_forecast(file, name, claim, settings)
    for other in () if isinstance(claim, Forecast) else claim.other:
        for key in ("since", "on"):
            _check_days(file, f"{name}.other", key, getattr(other, key))


def _check_figure(file: Path, name: str, claim: Figure, settings: Settings) -> None:
    count = len(claim.claimed)
    for key in ("of", "names", "tolerance", "adds_up"):
        items = getattr(claim, key)
        if items and len(items) != count and not (key == "tolerance" and len(items) == 1):
            told = f"expected {count}, one for each number claimed"
            raise complaint(file, name, key, list(items), told)
    for other in claim.other:
        if other.of and len(other.of) != count:
            told = f"expected {count}, one for each number claimed"
            raise complaint(file, f"{name}.other", "of", list(other.of), told)
    for table, items in ((name, claim.of), *((f"{name}.other", other.of) for other in claim.other)):
        for text, claimed in zip(items, claim.claimed, strict=False):
            _read(file, table, "of", text, claim, settings, is_text=isinstance(claimed, str))
    if claim.source:
        _read(file, name, "source", claim.source, claim, settings, is_text=True)
    for text in claim.adds_up:
        if text and list(_read(file, name, "adds_up", text, claim, settings).addresses()):
            raise complaint(file, name, "adds_up", text, "expected numbers alone, such as 1 - 14.2 / 21.5")


def _check_condition(file: Path, name: str, claim: Condition, settings: Settings) -> None:
    _read(file, name, "holds", claim.holds, claim, settings)
    for other in claim.other:
        if other.holds:
            _read(file, f"{name}.other", "holds", other.holds, claim, settings)


def _check_forecast(file: Path, name: str, claim: Forecast, settings: Settings) -> None:
    if claim.low > claim.high:
        raise complaint(file, name, "high", claim.high, f"expected {claim.low} or more, which is low")
    for key, earlier in (("deadline", claim.earliest), ("deadline", claim.said), ("deadline", "".join(claim.since))):
        if earlier and claim.deadline <= earlier:
            raise complaint(file, name, key, claim.deadline, f"expected a day after {earlier}")
    if claim.source:
        _read(file, name, "source", claim.source, claim, settings, is_text=True)
    if "." in claim.of:
        _read(file, name, "of", claim.of, claim, settings)
    else:
        _check_subject(file, name, "of", claim.of, claim.of, settings)


def _read(
    file: Path, name: str, key: str, text: str, claim: Claim, settings: Settings, *, is_text: bool = False
) -> Node:
    """The tree of an expression whose measures exist, unless the claim says what it needs."""
    kind_of = _kind_unknown if claim.needs else kind_of_address
    try:
        if is_text:
            node = Node("word", "address", address=text)
            kind_of(text)
        else:
            node = parse(text, kind_of) if key == "holds" else parse_number(text, kind_of)
    except ExpressionError as error:
        raise complaint(file, name, key, text, str(error)) from None
    for address in node.addresses():
        _check_subject(file, name, key, text, address.rpartition(".")[0], settings)
    return node


def _kind_unknown(address: str) -> str:
    """A measure that is not there yet is taken for a number."""
    try:
        return kind_of_address(address)
    except ExpressionError:
        return "number"


def _check_subject(file: Path, name: str, key: str, text: str, subject: str, settings: Settings) -> None:
    """Of a person's own file: the shipped claims may speak of what a person has ceased to watch."""
    legs = symbols_of(subject)
    if file != Path(settings.claims.file).expanduser() or subject == ECONOMY:
        return
    absent = next((leg for leg in legs if leg not in settings.symbols), "")
    if absent or len(legs) > 2:
        near = nearest(absent, settings.symbols)
        hint = f' (did you mean "{near}"?)' if near else ""
        told = f"{clean(absent or subject, 40)} is not watched; name it in [universe] symbols{hint}"
        raise complaint(file, name, key, text, told)


def _check_days(file: Path, name: str, key: str, found: str | tuple[str, ...]) -> None:
    days = (found,) if isinstance(found, str) else found
    read: list[date] = []
    for day in days:
        if not day or day.startswith("peak "):
            continue
        try:
            read.append(date.fromisoformat(f"{day}-01-01"[:10]))
        except ValueError:
            raise complaint(file, name, key, day, "expected a day of the calendar") from None
    if len(days) == 2 and len(read) < 2:
        raise complaint(file, name, key, list(days), "expected one peak, or the first and last day of a span")
    if len(read) == 2 and not 0 <= (read[1] - read[0]).days <= MOST_DAYS:
        told = f"expected a span from the first to the last day, of at most {MOST_DAYS} days"
        raise complaint(file, name, key, list(days), told)
