"""Sends the real yfinance client, and the client of FRED, to the loopback server; the product knows nothing of it.

yfinance writes Yahoo's addresses into the middle of its functions, so they cannot be set. What can is the session it
makes: this one keeps every host name (cookies, crumb and consent work as on the real hosts), resolves all of them to
127.0.0.1, speaks plain http only and uses no proxy. No request can leave the machine.

In a test: `with redirect(server.url): ...`. In another process: `environment()` for a child, or the launcher
`python -m tests.loopback.run`; both work through `site/sitecustomize.py`, so the engine's process is redirected too.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

URL_VARIABLE = "SMID_TEST_LOOPBACK_URL"
CLOCK_VARIABLE = "SMID_TEST_LOOPBACK_CLOCK"
_SITE = Path(__file__).parent / "site"
_ROOT = Path(__file__).parents[2]


def _usual() -> float:
    return 1.0


def new_session(url: str, speed: Callable[[], float] = _usual) -> Any:
    """A session like yfinance's own whose every request goes to `url`; its timeouts are seconds of the market."""
    from curl_cffi import CurlOpt, requests

    port = urlsplit(url).port
    options: dict[Any, Any] = {
        CurlOpt.RESOLVE: [f"*:{port}:127.0.0.1"],
        CurlOpt.PROXY: "",
        CurlOpt.PROTOCOLS_STR: "http",
    }
    session = requests.Session(impersonate="chrome", curl_options=options)
    send = session.request

    def request(method: str, address: str | None = None, **kwargs: Any) -> Any:
        parts = urlsplit(address or kwargs.pop("url"))
        if kwargs.get("timeout"):
            kwargs["timeout"] /= speed()
        return send(method, urlunsplit(parts._replace(scheme="http", netloc=f"{parts.hostname}:{port}")), **kwargs)

    session.request = request  # type: ignore[method-assign]
    return session


@contextlib.contextmanager
def redirect(url: str) -> Iterator[None]:
    """Redirect this process for a while: the source that is opened within it speaks to `url`."""
    from yfinance import _http

    from core.macro import fred

    original, origin = _http.new_session, fred.ORIGIN
    _http.new_session, fred.ORIGIN = lambda: new_session(url), url
    try:
        yield
    finally:
        _http.new_session, fred.ORIGIN = original, origin


def environment(url: str, clock_file: Path | None = None) -> dict[str, str]:
    """What to add to a child's environment so that it, and every process it starts, speaks to `url`.

    With the clock's file the children also live at the server's market time, and engines at its speed.
    """
    paths = [str(_SITE), str(_ROOT), os.environ.get("PYTHONPATH", "")]
    added = {URL_VARIABLE: url, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return {**added, CLOCK_VARIABLE: str(clock_file)} if clock_file is not None else added


def install() -> None:
    """Called in a child by sitecustomize: patch yfinance and the clocks when, and if, they are imported."""
    patches: dict[str, Callable[[ModuleType], None]] = {}
    speed = _usual
    if file := os.environ.get(CLOCK_VARIABLE):
        patches["core.clock"] = lambda module: _move_clock(module, Path(file))
        if {"core.engine", "engine"} & set(sys.orig_argv):
            speed, patches["selectors"], patches["asyncio.base_events"] = _speed, _hurry_waits, _hurry_loop
    if url := os.environ.get(URL_VARIABLE):
        patches["yfinance._http"] = lambda module: setattr(module, "new_session", lambda: new_session(url, speed))
        patches["core.macro.fred"] = lambda module: setattr(module, "ORIGIN", url)
    if patches:
        sys.meta_path.insert(0, _AfterImport(patches))


def _move_clock(module: ModuleType, file: Path) -> None:
    from tests.loopback.clock import FollowingClock

    clock = FollowingClock(file, module.SystemClock())
    module.SystemClock = lambda: clock  # type: ignore[attr-defined]


def _clock() -> Any:
    from core import clock

    return clock.SystemClock()


def _speed() -> float:
    speed: float = _clock().pace.speed
    return speed


def _hurry_loop(module: ModuleType) -> None:
    """The engine's event loop lives at the market's time, so that its waits and deadlines are the market's."""
    module.BaseEventLoop.time = lambda _loop: _clock().monotonic()  # type: ignore[attr-defined]


def _hurry_waits(module: ModuleType) -> None:
    class Hurried(module.DefaultSelector):  # type: ignore[name-defined,misc]
        def select(self, timeout: float | None = None) -> Any:
            return super().select(timeout / _speed() if timeout and timeout > 0 else timeout)

    module.DefaultSelector = Hurried  # type: ignore[attr-defined]


class _AfterImport(MetaPathFinder):
    """Finds nothing itself; runs a patch right after a module has been executed."""

    def __init__(self, patches: dict[str, Callable[[ModuleType], None]]) -> None:
        self._patches = patches

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        patch = self._patches.get(name)
        spec = PathFinder.find_spec(name, path) if patch is not None else None
        if spec is None or spec.loader is None or patch is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
