"""All funds of the settings, read from disk: seconds for thousands of constituents, so never on the engine's loop."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from core.breadth.fund import Breadth, Funds, load_fund
from core.breadth.holdings import HoldingsError
from core.market.csv import CsvError
from core.market.kinds import Kind, is_index, kind_of
from core.market.symbols import symbols_of
from core.settings import BreadthSettings, Settings
from core.text import clean

Found = Mapping[str, Breadth | str]
"""By fund; a text says why there is nothing."""
NOTHING_READ: Found = MappingProxyType({})
NO_BARS = "needs closes of its constituents: name files under [breadth] bars in the settings"


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
        return "there is no home directory: name the files under [breadth] from / on"


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
