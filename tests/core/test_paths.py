"""Where things are kept, and that they are private and whole."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import SmidError
from core.paths import SOCKET_BYTES, is_ours, make_paths, make_private, prepare, sweep, to_absolute_source, write_atomic


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_xdg_variables_decide() -> None:
    environ = {"HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k"}
    paths = make_paths("yahoo", None, environ)
    assert (paths.data, paths.cache) == (Path("/s/smid/yahoo"), Path("/k/smid"))


def test_without_them_the_usual_places_in_the_home() -> None:
    paths = make_paths("yahoo", None, {"HOME": "/h"})
    assert paths.data == Path("/h/.local/state/smid/yahoo")
    assert paths.cache == Path("/h/.cache/smid")


@pytest.mark.parametrize("home", ["", "here"])
def test_an_empty_home_is_none(home: str, tmp_path: Path) -> None:
    """It would lead to /.local, or to wherever one stands."""
    with pytest.raises(SmidError, match="There is no home directory to keep data in: set HOME, or use --data-dir DIR"):
        make_paths("yahoo", None, {"HOME": home})
    assert make_paths("yahoo", tmp_path, {"HOME": home}).data == tmp_path / "yahoo"


def test_without_the_variable_the_system_knows_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    assert make_paths("yahoo", None, {}).data == Path.home() / ".local/state/smid/yahoo"

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(SmidError, match="no home directory"):
        make_paths("yahoo", None, {})


def test_a_relative_xdg_path_is_ignored() -> None:
    assert make_paths("yahoo", None, {"HOME": "/h", "XDG_STATE_HOME": "here"}).data.parts[:2] == ("/", "h")


def test_a_data_directory_moves_all_that_is_written(tmp_path: Path) -> None:
    paths = make_paths("yahoo", tmp_path, {"HOME": "/h", "XDG_CACHE_HOME": "/k"})
    for place in (paths.data, paths.cache, paths.log, paths.lock, paths.database, paths.last_known):
        assert place.is_relative_to(tmp_path)


def test_every_source_has_its_own_directory(tmp_path: Path) -> None:
    names = (
        "yahoo",
        "simulated",
        "simulated:7",
        "simulated:8",
        "files:/a",
        "files:/b",
        "replay:/a",
        "../../etc",
        "x/y",
    )
    directories = [make_paths(name, tmp_path).data for name in names]
    assert len(set(directories)) == len(names)
    assert all(directory.parent == tmp_path for directory in directories)


def test_a_directory_is_one_source_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert to_absolute_source("files:bars") == f"files:{tmp_path}/bars"
    assert make_paths("files:bars", tmp_path) == make_paths(f"files:{tmp_path}/bars", tmp_path)
    assert to_absolute_source("simulated:7") == "simulated:7"


@pytest.mark.parametrize("depth", [1, 10, 30])
def test_the_socket_can_always_be_bound(tmp_path: Path, depth: int) -> None:
    runtime = tmp_path.parent  # may itself be too long: then the temporary directory is used
    paths = make_paths("yahoo", tmp_path.joinpath(*["deeply"] * depth), {"HOME": "/h", "XDG_RUNTIME_DIR": str(runtime)})
    assert len(os.fsencode(paths.socket)) < SOCKET_BYTES
    make_private(paths.socket.parent)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(paths.socket))
    paths.socket.unlink()
    if not paths.socket.is_relative_to(tmp_path):
        paths.socket.parent.rmdir()


def test_far_sockets_of_two_directories_differ(tmp_path: Path) -> None:
    far = [make_paths("yahoo", tmp_path / ("x" * 100) / name, {"HOME": "/h"}).socket for name in "ab"]
    assert far[0] != far[1]
    assert str(os.geteuid()) in far[0].parent.name


def test_directories_are_made_private_and_repaired(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b")
    finally:
        os.umask(old)
    assert mode(tmp_path / "a" / "b") == mode(tmp_path / "a") == 0o700
    (tmp_path / "a" / "b").chmod(0o777)
    assert not is_ours(tmp_path / "a" / "b")
    make_private(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700
    assert is_ours(tmp_path / "a" / "b")


def test_a_link_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert not is_ours(tmp_path / "link")
    with pytest.raises(SmidError, match="link"):
        make_private(tmp_path / "link")


def test_a_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "theirs"
    directory.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: directory.stat().st_uid + 1)
    assert not is_ours(directory)
    with pytest.raises(SmidError, match="another user"):
        make_private(directory)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SmidError, match=r"Cannot use the directory .*: Not a directory; --data-dir DIR keeps"):
        make_private(tmp_path / "file" / "yahoo")
    with pytest.raises(SmidError):
        prepare(make_paths("yahoo", tmp_path / "file"))


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that is mounted read-only; to root no mode forbids anything."""
    paths = make_paths("yahoo", tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(SmidError, match=r"Cannot write into .*/yahoo; --data-dir DIR keeps"):
        prepare(paths)


def test_what_libraries_make_is_private_too(tmp_path: Path) -> None:
    """The real SQLite file of yfinance's cookies, made by a library that knows nothing of our modes."""
    code = """
import os, sys
os.umask(0o022)
from core.paths import keep_private
keep_private()
import yfinance
yfinance.set_tz_cache_location(sys.argv[1])
yfinance.cache.get_cookie_cache().store("basic", None)
yfinance.cache.get_tz_cache().store("IWM", "America/New_York")
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "cache")], check=True)
    made = {place.name: mode(place) for place in (tmp_path / "cache", *(tmp_path / "cache").iterdir())}
    assert made.pop("cache") == 0o700
    assert {"cookies.db", "tkr-tz.db"} <= set(made)
    assert set(made.values()) == {0o600}


@pytest.mark.parametrize("module", ["tui.cli", "core.engine.__main__"])
def test_every_process_begins_privately(module: str) -> None:
    code = (
        f"import contextlib, os, sys, {module} as m\nos.umask(0)\nwith contextlib.suppress(SystemExit): m.main(['-h'])"
    )
    done = subprocess.run([sys.executable, "-c", f"{code}\nprint(oct(os.umask(0)))"], capture_output=True, check=True)
    assert done.stdout.split()[-1] == b"0o77"


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    write_atomic(path, b"old")
    assert mode(path) == 0o600

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    write_atomic(tmp_path / "kept", b"whole")
    (tmp_path / ".kept.abc123").write_bytes(b"ha")
    (tmp_path / ".other.abc123").write_bytes(b"")
    sweep(tmp_path / "kept")
    assert {p.name for p in tmp_path.iterdir()} == {"kept", ".other.abc123"}
