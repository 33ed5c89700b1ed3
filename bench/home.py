"""A home of its own for what is measured: settings, data, and so an engine that nobody else uses."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.engine.lock import find_holder
from core.engine.spec import EngineSpec

SOURCE = "simulated"


class Home:
    """The simulated market in the directory `path`; `tick` is the seconds between two polls, None as shipped.

    Of the environment nothing is left that tells Python to do without compiled modules, which every user has.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "TEXTUAL", "PYTHON"))},
            "HOME": str(path),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }

    def viewer(self, tick: float | None = None) -> list[str]:
        """The command line of a viewer; it starts an engine where there is none."""
        return [str(Path(sys.executable).parent / "smid"), "demo", *self._options(tick)]

    def engine(self, tick: float | None = None) -> list[str]:
        """The command line of an engine that stays."""
        return [sys.executable, "-m", "core.engine", "--source", SOURCE, "--stay", *self._options(tick)]

    def engine_pid(self) -> int | None:
        """The process that is the engine of this home, None where there is none."""
        return find_holder(EngineSpec(SOURCE, str(self.path / "data")).paths.lock)

    def end_engine(self, seconds: float = 10.0) -> None:
        """End the engine of this home, and wait until it has gone."""
        end = time.monotonic() + seconds
        while (pid := self.engine_pid()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            if time.monotonic() > end:
                raise TimeoutError(f"the engine (process {pid}) does not end")
            time.sleep(0.05)

    def _options(self, tick: float | None) -> list[str]:
        options = ["--data-dir", str(self.path / "data")]
        if tick is None:
            return options
        file = self.path / f"tick-{tick:g}.toml"
        file.write_text(f"[refresh]\nsimulated_seconds = {tick}\n")
        return [*options, "--config", str(file)]


@contextlib.contextmanager
def temporary_home() -> Iterator[Home]:
    """A home that is removed at the end, with its engine ended."""
    home = Home(Path(tempfile.mkdtemp(prefix="smid-bench-")))
    try:
        yield home
    finally:
        home.end_engine()
        shutil.rmtree(home.path, ignore_errors=True)
