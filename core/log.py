"""The one rotating log, private to its user."""

import io
import logging
import os
from logging.handlers import RotatingFileHandler, WatchedFileHandler
from pathlib import Path
from time import gmtime

from core.paths import PRIVATE_FILE

MAX_BYTES = 1_000_000
KEPT = 3


def _open_private(path: str) -> io.TextIOWrapper:
    """A file that nobody else can read, from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    return io.TextIOWrapper(os.fdopen(handle, "ab"), encoding="utf-8", errors="backslashreplace")


class _Rotating(RotatingFileHandler):
    """Of the engine, of which there is one."""

    def _open(self) -> io.TextIOWrapper:
        return _open_private(self.baseFilename)


class _Following(WatchedFileHandler):
    """Of viewers: goes on in the new file when the engine has moved the old one away."""

    def _open(self) -> io.TextIOWrapper:
        return _open_private(self.baseFilename)


class LogStream(io.TextIOBase):
    """Stands in for stdout and stderr: what libraries print becomes lines of the log."""

    def __init__(self, logger: logging.Logger, level: int) -> None:
        super().__init__()
        self._logger, self._level = logger, level

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                self._logger.log(self._level, "%s", line.rstrip())
        return len(text)


def open_log(path: Path, *, rotates: bool = False) -> logging.Handler:
    """Send everything that is logged in this process to `path`; give the handler to `close_log` at the end.

    Several processes may share the file; only one of them may be the one that `rotates` it.
    """
    handler: logging.Handler
    if rotates:
        handler = _Rotating(path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")
    else:
        handler = _Following(path, encoding="utf-8")
    layout = logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    layout.converter = gmtime
    handler.setFormatter(layout)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("smid").setLevel(logging.INFO)
    return handler


def close_log(handler: logging.Handler) -> None:
    """Undo `open_log`."""
    logging.getLogger().removeHandler(handler)
    handler.close()
