"""The directory that a source is given, looked at before anything is opened: no numpy, no file is read."""

from pathlib import Path

from core.errors import UsageError
from core.market.files import find_daily, find_recorded
from core.paths import to_absolute
from core.text import clean

NO_DAILY = "{} has no CSV file of daily bars, such as SPY.csv."
NO_RECORDINGS = "{} has no recordings such as SPY_1m.csv, and no intraday/ with any."
WITH_DIRECTORY = ("files", "replay")


def to_directory(argument: str, source: str) -> Path:
    """The directory that a source was given; raises `UsageError` where there is none, or none that can be read."""
    if not argument:
        raise UsageError(f"The source {source} needs a directory: {source}:DIR.")
    path = to_absolute(argument)
    try:
        next(path.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"The source {source} needs a directory, but '{clean(argument)}' is none.") from None
    except OSError as error:
        raise cannot_read(argument, error) from None
    return path


def check_content(spec: str) -> None:
    """Raise `UsageError` where `spec` names a directory without a file that its source could read."""
    name, _, argument = spec.partition(":")
    if name not in WITH_DIRECTORY:
        return
    path = to_directory(argument, name)
    try:
        if name == "files" and not find_daily(path):
            raise UsageError(NO_DAILY.format(clean(path)))
        if name == "replay" and not (find_recorded(path) or find_recorded(path / "intraday")):
            raise UsageError(NO_RECORDINGS.format(clean(path)))
    except OSError as error:
        raise cannot_read(argument, error) from None


def cannot_read(argument: str, error: OSError) -> UsageError:
    """The sentence about a directory that may not be looked into."""
    place = error.filename or argument
    return UsageError(f"{clean(place)} cannot be read: {clean(error.strerror or error)}.")
