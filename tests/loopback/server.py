"""A server on 127.0.0.1 that speaks Yahoo's protocol: cookie, crumb, v7 quotes, v8 charts, consent, and all failures.

It listens for every host name of Yahoo at once (the client is redirected, see redirect.py), counts what it is asked,
and is steered by its attributes or by `GET /control?mode=429&on=quote&symbols=SPY&clock=...`; FRED, which it also is,
by `fred=404&series=DGS10`.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.clock import Clock
from tests.loopback.answers import iso
from tests.loopback.clock import MarketClock
from tests.loopback.fred import FredScript
from tests.loopback.handler import Handler, Server
from tests.loopback.market import calendar, moment
from tests.loopback.modes import MODES


@dataclass
class Script:
    """What goes wrong: `mode` on the endpoints `on` (quote, chart, summary) and `symbols` (none named: all)."""

    mode: str = "ok"
    on: frozenset[str] = frozenset({"quote", "chart"})
    symbols: frozenset[str] = frozenset()

    def of(self, endpoint: str, symbol: str | None = None) -> str:
        """The mode in force for an endpoint, or for one symbol there."""
        if endpoint not in self.on or (self.symbols and symbol not in self.symbols):
            return "ok"
        return self.mode


@dataclass
class Loopback:
    """The server and its state. `with Loopback(clock) as server: ...`; `server.url` is where it listens."""

    clock: Clock
    port: int = 0
    hang_seconds: float = 30.0
    script: Script = field(default_factory=Script)
    crumb: str = "LoopBack.01"
    counts: Counter[str] = field(default_factory=Counter)
    paths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fred = FredScript(self.clock, hang_seconds=self.hang_seconds)

    def __enter__(self) -> "Loopback":
        self._released = threading.Event()
        self._server = Server(("127.0.0.1", self.port), Handler, self)
        self.port = self._server.server_port
        # A short poll, so that closing a server does not cost a test half a second.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def total(self) -> int:
        """Requests so far, the control's own not counted."""
        return self.counts.total()

    def set(self, mode: str, *, on: str = "quote,chart", symbols: str = "") -> None:
        """Change what goes wrong."""
        if mode not in MODES:
            raise ValueError(f"no mode '{mode}': {', '.join(MODES)}")
        self.release()
        names = frozenset(filter(None, symbols.split(",")))
        self.script = Script(mode, frozenset(on.split(",")), names)

    def reset_counts(self) -> None:
        self.counts.clear()
        self.paths.clear()

    def wait_hanging(self) -> None:
        """Hold a request until the client gives up, the mode changes or the patience ends."""
        self._released.wait(self.hang_seconds)

    def release(self) -> None:
        """Let go of all that hang."""
        self._released.set()
        self._released = threading.Event()
        self.fred.release()

    def state(self) -> dict[str, Any]:
        """What `/control` answers."""
        now, script = self.clock.now(), self.script
        row = calendar().last_started(now)
        return {
            "mode": script.mode,
            "on": sorted(script.on),
            "symbols": sorted(script.symbols),
            "clock": now.isoformat(),
            "open": calendar().is_open(now),
            "opens": iso(int(calendar().opens[row])),
            "closes": iso(int(calendar().closes[row])),
            "requests": dict(self.counts),
            "fred": {"mode": self.fred.mode, "series": sorted(self.fred.names), "requests": self.fred.counts.total()},
            "modes": sorted(MODES),
        }

    def steer(self, query: dict[str, str]) -> dict[str, Any]:
        """Do what a control URL says: mode, on, symbols, clock (ISO, `open`, `close`, `+SECONDS`), speed, reset."""
        if "mode" in query:
            self.set(query["mode"], on=query.get("on", "quote,chart"), symbols=query.get("symbols", ""))
        if "fred" in query:
            self.fred.set(query["fred"], *query.get("series", "").split(","))
        if isinstance(self.clock, MarketClock) and {"clock", "speed"} & set(query):
            speed = float(query["speed"]) if "speed" in query else None
            self.clock.set(to_moment(query["clock"], self.clock) if "clock" in query else None, speed)
        if "reset" in query:
            self.reset_counts()
        file = self.clock.file if isinstance(self.clock, MarketClock) else None
        return {**self.state(), "clock_file": str(file or "")}


def to_moment(text: str, clock: Clock) -> Any:
    """`open` and `close` are a minute after the last opening and a minute before its close; `+60` is later."""
    row = calendar().last_started(clock.now())
    if text in ("open", "close"):
        seconds = calendar().opens[row] + 60 if text == "open" else calendar().closes[row] - 60
        return moment(iso(int(seconds)))
    text = text.strip()
    if text.lstrip("+").isdigit():  # the + of a query arrives as a blank
        return clock.now() + timedelta(seconds=int(text.lstrip("+")))
    return moment(text)
