"""Which files hold bars, by their names."""

from pathlib import Path

import pytest

from core.market.files import find_daily, find_recorded


def test_daily_files_are_named_by_their_symbol(tmp_path: Path) -> None:
    for name in ("SPY.csv", "^GSPC.csv", "spy.csv", "README.md", "IWM_1m.csv", "IWM.CSV", ".SPY.csv"):
        (tmp_path / name).touch()
    assert list(find_daily(tmp_path)) == ["SPY", "^GSPC"]


def test_recordings_by_their_symbol_and_interval(tmp_path: Path) -> None:
    for name in ("SPY_5m.csv", "SPY_1m.csv", "SPY_7m.csv", "^VIX_1h.csv", "SPY.csv", "_1m.csv"):
        (tmp_path / name).touch()
    found = {symbol: [file.name for file in files] for symbol, files in find_recorded(tmp_path).items()}
    assert found == {"SPY": ["SPY_1m.csv", "SPY_5m.csv"], "^VIX": ["^VIX_1h.csv"]}


def test_no_directory_has_no_files_and_one_that_may_not_be_read_is_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_daily(tmp_path / "nowhere") == find_recorded(tmp_path / "nowhere") == {}

    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", forbidden)
    for find in (find_daily, find_recorded):
        with pytest.raises(PermissionError):
            find(tmp_path)
