"""All published figures of the settings, read from disk: the shipped ones first, then the files of the person."""

from pathlib import Path

from core.fundamentals.reader import Read, read_facts
from core.market.symbols import ECONOMY
from core.settings import FundamentalsSettings

SHIPPED = Path(__file__).with_name("published.csv")


def load_published(settings: FundamentalsSettings) -> Read:
    """The facts of all files, the shipped ones only where the settings want them, and what was wrong with yours."""
    known = (*settings.symbols, ECONOMY)
    shipped = read_facts(SHIPPED, known).facts if settings.shipped else ()
    mine = [read_facts(Path(file), known) for file in settings.files]
    facts = (*shipped, *(fact for read in mine for fact in read.facts))
    return Read(facts, tuple(told for read in mine for told in read.complaints))


def take_stamp(settings: FundamentalsSettings) -> tuple[object, ...]:
    """Changes with any of the files."""
    return tuple(_mark(file) for file in settings.files)


def _mark(file: str) -> tuple[str, int, int]:
    try:
        told = Path(file).expanduser().stat()
    except (OSError, RuntimeError):  # no home directory for ~
        return file, 0, 0
    return file, told.st_mtime_ns, told.st_size
