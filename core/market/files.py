"""Which files of a directory hold bars, by their names alone. No numpy: the viewer looks before it starts an engine."""

from pathlib import Path

from core.market.symbols import is_symbol

INTERVALS = {"1m": 60, "2m": 120, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600}
"""The interval at the end of an intraday file's name, in seconds."""


def find_daily(directory: Path) -> dict[str, Path]:
    """The files of daily bars by symbol, sorted; none where there is no directory. Raises `OSError`."""
    return {file.stem: file for file in _find_csv(directory) if is_symbol(file.stem)}


def find_recorded(directory: Path) -> dict[str, list[Path]]:
    """The files of intraday bars by symbol, finest interval first; none where there is no directory. Raises `OSError`.

    They are named `IWM_1m.csv`.
    """
    found: dict[str, list[Path]] = {}
    for file in sorted(_find_csv(directory), key=interval_of):
        symbol = file.stem.rpartition("_")[0]
        if interval_of(file) and is_symbol(symbol):
            found.setdefault(symbol, []).append(file)
    return found


def interval_of(file: Path) -> int:
    """Seconds of a bar by the file's name; 0 for a file that is no recording."""
    return INTERVALS.get(file.stem.rpartition("_")[2], 0)


def _find_csv(directory: Path) -> list[Path]:
    try:
        # Not by `glob`: it takes a directory that may not be read for an empty one.
        return sorted(file for file in directory.iterdir() if file.suffix == ".csv")
    except (FileNotFoundError, NotADirectoryError):
        return []
