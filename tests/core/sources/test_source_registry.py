"""Opening a source by its name."""

import subprocess
import sys
from pathlib import Path

import pytest
from source_makers import make_context

from core.errors import UsageError
from core.market.csv import CsvError
from core.sources.directory import check_content
from core.sources.folder import DailyFolder
from core.sources.registry import SOURCES, check_source, open_source, split_spec


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("yaho", "There is no source 'yaho'; there are yahoo, simulated, files, replay. Did you mean yahoo?"),
        ("Simulated:7", "There is no source 'Simulated'.* Did you mean simulated?"),
        ("qqq", "There is no source 'qqq'; there are yahoo, simulated, files, replay.$"),
        ("", "There is no source ''"),
        ("\x1b[2J", "There is no source '\ufffd"),
        ("yahoo:x", "The source yahoo takes no argument, but was given 'x'."),
        ("simulated:seven", "'seven' is no seed: write simulated or a whole number, simulated:7."),
        ("simulated:-1", "'-1' is no seed"),
        ("files", "The source files needs a directory: files:DIR."),
        ("replay:", "The source replay needs a directory: replay:DIR."),
        ("files:/nowhere", "The source files needs a directory, but '/nowhere' is none."),
    ],
)
def test_a_wrong_name_gets_one_sentence(spec: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?").replace("[", r"\[")):
        check_source(spec)


@pytest.mark.parametrize("spec", ["yaho", "simulated:seven", "files:", "files:/nowhere", "replay:/nowhere"])
def test_what_does_not_check_does_not_open(spec: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        open_source(spec, make_context(tmp_path))


@pytest.mark.parametrize("spec", ["yahoo", "simulated", "simulated:7"])
def test_good_names_check(spec: str) -> None:
    check_source(spec)


def test_a_directory_may_hold_a_colon(tmp_path: Path) -> None:
    (tmp_path / "a:b").mkdir()
    check_source(f"files:{tmp_path / 'a:b'}")
    assert split_spec("files:a:b") == ("files", "a:b")


def test_every_source_has_a_line() -> None:
    assert all(SOURCES.values())


def test_checking_a_source_imports_nothing_heavy() -> None:
    code = (
        "import sys; from core.sources.registry import check_source; check_source('simulated:7');"
        "print([name for name in ('numpy', 'pandas', 'yfinance', 'exchange_calendars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_simulated_market_needs_no_pandas_of_its_own() -> None:
    code = (
        "import sys; import core.sources.simulated.source;"
        "print([name for name in ('pandas', 'scipy', 'yfinance', 'exchange_calendars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def forbid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As a directory without rights does; to root no mode forbids anything."""

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, name, refuse)


@pytest.mark.parametrize("source", ["files", "replay"])
def test_a_directory_that_may_not_be_read_is_told(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, "iterdir")
    for look in (check_source, check_content, lambda spec: open_source(spec, make_context(tmp_path))):
        with pytest.raises(UsageError, match=f"^{tmp_path} cannot be read: Permission denied.$"):
            look(f"{source}:{tmp_path}")


def test_files_that_may_not_be_looked_at_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory that may be listed and not entered: mode 0444."""
    (tmp_path / "SPY.csv").touch()
    folder = DailyFolder(tmp_path)
    forbid(monkeypatch, "exists")
    with pytest.raises(CsvError, match=r"SPY\.csv: cannot be read: Permission denied"):
        folder.load("SPY")


@pytest.mark.parametrize(
    ("source", "name", "sentence"),
    [
        ("files", "SPY_1m.csv", "{} has no CSV file of daily bars, such as SPY.csv."),
        ("replay", "SPY.csv", "{} has no recordings such as SPY_1m.csv, and no intraday/ with any."),
    ],
)
def test_a_directory_without_a_file_of_its_kind_is_told(source: str, name: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(UsageError) as error:
        check_content(f"{source}:{tmp_path}")
    assert str(error.value) == sentence.format(tmp_path)


def test_a_directory_with_files_of_its_kind_is_fine(tmp_path: Path) -> None:
    (tmp_path / "intraday").mkdir()
    (tmp_path / "intraday" / "SPY_1m.csv").touch()
    (tmp_path / "SPY.csv").touch()
    for spec in (f"files:{tmp_path}", f"replay:{tmp_path}", f"replay:{tmp_path}/intraday", "yahoo", "simulated:7"):
        check_content(spec)


def test_the_home_of_nobody_is_told() -> None:
    with pytest.raises(UsageError, match="Nobody's home directory is known for '~no-such-user/bars'"):
        check_source("files:~no-such-user/bars")


def test_looking_at_a_directory_needs_no_numpy() -> None:
    code = "import sys; import core.sources.directory, core.sources.registry; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
