"""All funds of the settings, read from disk: seconds for thousands of constituents, so never on the engine's loop."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from core.breadth.fund import Breadth, Funds, load_fund
from core.breadth.holdings import HoldingsError
from core.breadth.newest import Moved, NewestError, Prices, load_prices, to_moved
from core.market.csv import CsvError
from core.market.kinds import Kind, is_index, kind_of
from core.market.sessions import Exchange
from core.market.symbols import symbols_of
from core.settings import BreadthSettings, Settings
from core.text import clean

Found = Mapping[str, Breadth | str]
"""By fund; a text says why there is nothing."""
NOTHING_READ: Found = MappingProxyType({})
NO_BARS = "needs closes of its constituents: name files under [breadth] bars in the settings"


NO_HOME = "there is no home directory: name the files under [breadth] from / on"
READING = "its constituents are still being read"


def to_funds(settings: Settings, found: Found) -> Funds:
    """What studies look up: of every fund with a list something or a reason; asked are these and all funds in pairs."""
    known = {fund: found.get(fund, READING) for fund in settings.breadth.funds}
    legs = (leg for pair in settings.pairs for leg in symbols_of(pair) if kind_of(leg) is Kind.PRICE)
    asked = dict.fromkeys([*known, *(leg for leg in legs if not is_index(leg))])
    return Funds(known, settings.universe.benchmark, tuple(asked))


def load_funds(settings: BreadthSettings, until: date) -> Found:
    """Every fund that has a list, with what is known on the evening of `until`."""
    return {fund: _load(Path(path), settings, until) for fund, path in settings.funds.items()}


def _load(path: Path, settings: BreadthSettings, until: date) -> Breadth | str:
    if not settings.bars:
        return NO_BARS
    try:
        return load_fund(path.expanduser(), [Path(one).expanduser() for one in settings.bars], until)
    except (HoldingsError, CsvError) as error:
        return clean(error)
    except OSError as error:
        return f"{clean(Path(str(error.filename)).name, 80)}: cannot be read: {clean(error.strerror)}"
    except RuntimeError:
        return NO_HOME


def move_funds(settings: BreadthSettings, found: Found, exchange: Exchange) -> Found:
    """`found` with the newest prices of its constituents, or with why these cannot be used."""
    if not settings.newest:
        return found
    prices = _load_prices(Path(settings.newest))
    return {
        fund: replace(one, moved=_move(one, prices, exchange)) if isinstance(one, Breadth) else one
        for fund, one in found.items()
    }


def _move(breadth: Breadth, prices: Prices | str, exchange: Exchange) -> Moved | str:
    if isinstance(prices, str):
        return prices
    session = exchange.session_at(prices.at)
    return to_moved(breadth.closes, prices, session, exchange.previous_session(session))


def _load_prices(path: Path) -> Prices | str:
    try:
        return load_prices(path.expanduser())
    except NewestError as error:
        return clean(error)
    except OSError as error:
        return f"{clean(path.name, 80)}: cannot be read: {clean(error.strerror)}"
    except RuntimeError:
        return NO_HOME


def take_newest_stamp(settings: BreadthSettings) -> object:
    """Changes with the file of newest prices."""
    return [_mark(path) for path in _files_of(Path(settings.newest))]


def take_stamp(settings: BreadthSettings) -> tuple[object, ...]:
    """Changes with any of the files; of a directory its files are looked at, too."""
    named = (*settings.funds.values(), *settings.bars)
    return tuple(_mark(path) for name in named for path in _files_of(Path(name)))


def _files_of(path: Path) -> list[Path]:
    try:
        path = path.expanduser()
        return [path, *sorted(path.glob("*.csv"))] if path.is_dir() else [path]
    except (OSError, RuntimeError):
        return [path]


def _mark(path: Path) -> tuple[str, int, int]:
    try:
        told = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, told.st_mtime_ns, told.st_size
