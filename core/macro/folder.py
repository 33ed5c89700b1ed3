"""A directory of series as FRED writes them, one file each: `UNRATE.csv`."""

from datetime import datetime
from pathlib import Path

from core.macro.catalogue import CATALOGUE
from core.macro.macro import Macro, say_problems
from core.macro.series import Series, build_series
from core.macro.text import MacroError, read_rows
from core.text import clean

NAME = "macro"
NO_FOLDER = (
    "there is no directory of economic series: put files such as UNRATE.csv into macro/ in or beside that of the bars, "
    "or name one under [macro] directory"
)
NO_FILE = "has no file"
_MOST_BYTES = 16_000_000


def find_folder(bars: Path, named: str) -> Path | None:
    """The directory named in the settings, else `macro` in or beside that of the bars; None where there is none."""
    if named:
        return Path(named).expanduser()
    return next((path for path in (bars / NAME, bars.parent / NAME) if path.is_dir()), None)


class FolderFeed:
    """Series from files: each observation is known from its publication on, as the rules of its kind say."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def stamp(self, _at: datetime) -> object:
        """Changes with any of the files."""
        if self._path is None:
            return None
        return tuple(_mark(self._path / f"{name}.csv") for name in CATALOGUE)

    def load(self, _at: datetime) -> Macro:
        """All that is there; a file that cannot be read takes nothing but itself with it."""
        if self._path is None:
            return Macro(reason=NO_FOLDER, origin="files")
        found: dict[str, Series] = {}
        problems: dict[str, str] = {}
        for name in CATALOGUE:
            try:
                one = _load(self._path / f"{name}.csv", name)
            except (MacroError, OSError) as error:
                problems[name] = clean(error.strerror if isinstance(error, OSError) else error, 160)
                continue
            if one is None:
                problems[name] = f"{clean(self._path.name, 60)} {NO_FILE} {name}.csv"
            else:
                found[name] = one
        return Macro(found, problems, origin="files", trouble=say_problems(found, problems, NO_FILE))


def _load(path: Path, name: str) -> Series | None:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(content) > _MOST_BYTES:
        raise MacroError(f"{name}: the file is larger than {_MOST_BYTES // 1_000_000} MB")
    rows = read_rows(content.decode("utf-8", "replace"), name)
    return build_series(name, rows.observed, CATALOGUE[name].release(rows.observed), rows.values)


def _mark(path: Path) -> tuple[int, int]:
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_mtime_ns, told.st_size
