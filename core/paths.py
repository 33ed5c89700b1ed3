"""Where things are kept (XDG), and how files are made private and whole."""

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from core.errors import SmidError, UsageError
from core.text import clean

PRIVATE_DIR = 0o700
PRIVATE_FILE = 0o600

# A Unix socket's address holds 108 bytes on Linux and 104 elsewhere, the closing zero included.
SOCKET_BYTES = 100

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,24}")
_READS_DIRECTORY = ("files", "replay")
_ELSEWHERE = "--data-dir DIR keeps smid's files in a place of your choice."


class Paths(Struct, frozen=True, kw_only=True):
    """All places of one source: `data` is its own directory, so that SIMULATED never mixes with yahoo."""

    data: Path
    cache: Path
    log: Path
    socket: Path
    lock: Path
    database: Path
    last_known: Path


def to_absolute(path: str) -> Path:
    """`path` from the root, `~` expanded; raises `UsageError` where that names nobody's home."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise UsageError(f"Nobody's home directory is known for '{clean(path)}': write the path from /.") from None


def to_absolute_source(source: str) -> str:
    """`files:DIR` and `replay:DIR` with the directory made absolute; other sources as they are."""
    name, _, argument = source.partition(":")
    if name not in _READS_DIRECTORY or not argument:
        return source
    return f"{name}:{to_absolute(argument)}"


def make_paths(
    source_spec: str, data_dir: Path | None, environ: Mapping[str, str] = os.environ, *, day: str | None = None
) -> Paths:
    """The places of `source_spec` on `day` (ISO, of a recording); touches nothing on disk.

    `data_dir` moves all that is written. Raises `SmidError` where there is neither that nor a home directory.
    """
    try:
        state = to_absolute(str(data_dir)) if data_dir else find_place("XDG_STATE_HOME", ".local/state", environ)
        cache = state / "cache" if data_dir else find_place("XDG_CACHE_HOME", ".cache", environ)
    except RuntimeError:
        raise SmidError("There is no home directory to keep data in: set HOME, or use --data-dir DIR.") from None
    data = state / _folder_of(source_spec, day)
    return Paths(
        data=data,
        cache=cache,
        log=data / "smid.log",
        socket=_socket_of(data, environ),
        lock=data / "engine.lock",
        database=data / "smid.sqlite",
        last_known=data / "last_known.msgpack",
    )


def find_place(variable: str, fallback: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Our directory in the one that XDG's `variable` names, else in `fallback` of the home directory.

    Raises `RuntimeError` where there is no home. An empty HOME is none: it would lead to the root of the disk.
    """
    # The specification says that a relative path there is to be ignored.
    base = environ.get(variable, "")
    if base.startswith("/"):
        return Path(base, "smid")
    home = Path(environ["HOME"]) if "HOME" in environ else Path.home()
    if not home.is_absolute():
        raise RuntimeError("HOME is no absolute path")
    return home / fallback / "smid"


def keep_private() -> None:
    """Let nothing that this process makes from here on be open to others, libraries' files included."""
    os.umask(0o777 & ~PRIVATE_DIR)


def make_directory(directory: Path) -> None:
    """Make `directory` and what is missing above it, ours alone (0700); raises `OSError`."""
    missing = [place for place in (directory, *directory.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=PRIVATE_DIR, exist_ok=True)


def make_private(directory: Path) -> None:
    """Make `directory` ours alone (0700): created, or repaired where it is ours; raises `SmidError` where it is not."""
    try:
        make_directory(directory)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise SmidError(
                f"{_shown(directory)} is not a directory (a link does not count): remove it or use --data-dir DIR."
            )
        if found.st_uid != os.geteuid():
            raise SmidError(f"{_shown(directory)} belongs to another user: remove it or use --data-dir DIR.")
        if stat.S_IMODE(found.st_mode) != PRIVATE_DIR:
            directory.chmod(PRIVATE_DIR)
    except OSError as error:
        raise SmidError(
            f"Cannot use the directory {_shown(directory)}: {clean(error.strerror)}; {_ELSEWHERE}"
        ) from error


def is_ours(directory: Path) -> bool:
    """Whether `directory` exists, is no link, and is ours alone."""
    try:
        found = directory.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == PRIVATE_DIR


def prepare(paths: Paths) -> None:
    """Make the directories that an engine writes into; raises `SmidError` with the reason where that cannot be."""
    for directory in dict.fromkeys((paths.data, paths.cache, paths.socket.parent)):
        make_private(directory)
    if not os.access(paths.data, os.W_OK | os.X_OK):
        raise SmidError(f"Cannot write into {_shown(paths.data)}; {_ELSEWHERE}")


def write_atomic(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, private, whole or not at all; raises `OSError`."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600 by its own contract
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep(path: Path) -> None:
    """Remove what `write_atomic` left beside `path` when its process was killed; only its one writer may ask."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)


def _folder_of(source: str, day: str | None) -> str:
    name, _, argument = to_absolute_source(source).partition(":")
    return "-".join(_plain(part) for part in (name, argument, day) if part) or "source"


def _plain(text: str) -> str:
    """`text` where it can be part of a file's name, else its digest."""
    return text if _PLAIN.fullmatch(text) else _digest(text)


def _socket_of(data: Path, environ: Mapping[str, str]) -> Path:
    near = data / "engine.sock"
    if len(os.fsencode(near)) < SOCKET_BYTES:
        return near
    folder = f"smid-{os.geteuid()}-{_digest(str(data))}"
    for base in (environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - a 0700 directory in it
        far = Path(base, folder, "engine.sock")
        if base.startswith("/") and Path(base).is_dir() and len(os.fsencode(far)) < SOCKET_BYTES:
            return far
    return near


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _shown(path: Path) -> str:
    return clean(path)
