"""FRED on the loopback server: the real series where they are at hand, else made ones, and all that can go wrong."""

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np

from core.clock import Clock
from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.text import MacroError, Rows, read_rows

FOLDER = Path(__file__).parents[3] / "shared" / "market" / "macro"
MODES = {
    "ok": "as it should be",
    "304": "nothing changed since, whatever was asked",
    "404": "there is no such series",
    "429": "Too Many Requests, with Retry-After: 1200",
    "500": "an error of the server",
    "503": "the same, with Retry-After: 20",
    "hang": "no answer until the client gives up",
    "empty": "a header and nothing else",
    "nothing": "no byte",
    "html": "a web page",
    "wrong": "another series",
    "truncated": "cut off in a number",
    "broken": "half of the bytes promised",
    "old-header": "DATE as the header, full stops for what is missing",
    "revision": "the newest value but one is a tenth higher",
    "three-years": "the last three years alone, as of the ICE indices",
    "escape": "a terminal escape for a number",
}
_PAGE = b"<!DOCTYPE html><html lang='en'><body>We are down for maintenance</body></html>"
_FIRST = np.datetime64("2000-01-01")


@dataclass
class FredScript:
    """What goes wrong: `mode` for the series `names` (none: all)."""

    clock: Clock
    mode: str = "ok"
    names: frozenset[str] = frozenset()
    hang_seconds: float = 30.0
    counts: Counter[str] = field(default_factory=Counter)
    asked: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def set(self, mode: str, *names: str) -> None:
        """Change what goes wrong."""
        if mode not in MODES:
            raise ValueError(f"no mode '{mode}' of FRED: {', '.join(MODES)}")
        self.release()
        self.mode, self.names = mode, frozenset(filter(None, names))

    def release(self) -> None:
        """Let go of all that hang."""
        self.released.set()
        self.released = threading.Event()

    def of(self, name: str) -> str:
        """The mode in force for a series."""
        return self.mode if not self.names or name in self.names else "ok"

    def answer(self, query: dict[str, str], etag: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for `id`, `cosd` and the validator that came with them."""
        name, mode = query.get("id", ""), self.of(query.get("id", ""))
        self.counts[name] += 1
        self.asked.append({**query, "etag": etag})
        if mode.isdigit() or name not in CATALOGUE:
            wait = {"429": {"Retry-After": "1200"}, "503": {"Retry-After": "20"}}.get(mode, {})
            return (int(mode) if mode.isdigit() else 404), b"", wait
        body = (
            {"html": _PAGE, "nothing": b""}.get(mode) if mode in ("html", "nothing") else self._body(name, query, mode)
        )
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return (304, b"", {"ETag": tag}) if tag == etag else (200, body, {"ETag": tag})

    def _body(self, name: str, query: dict[str, str], mode: str) -> bytes:
        days, values = self._rows(name, query.get("cosd", "1900-01-01"), mode)
        old = mode == "old-header"
        lines = [f"{'DATE' if old else 'observation_date'},{'XXXX' if mode == 'wrong' else name}"]
        for day, value in zip(days.astype(str).tolist(), values.tolist(), strict=True):
            lines.append(f"{day},{f'{value:g}' if value == value else '.' if old else ''}")
        if mode == "escape":
            lines[-1] = f"{days[-1]},\x1b[2J"
        text = "\n".join(lines) + "\n"
        return (text[:-2] if mode == "truncated" else text).encode()

    def _rows(self, name: str, since: str, mode: str) -> tuple[np.ndarray, np.ndarray]:
        """What is published at the server's time, with a hole on the second day."""
        rows, now = _load(name, self.clock.now().year), np.datetime64(self.clock.now().date())
        first = np.datetime64(since)
        if mode == "three-years":
            first = max(first, np.datetime64((self.clock.now() - timedelta(days=3 * 365)).date()))
        kept = (rows.observed >= first) & (CATALOGUE[name].release(rows.observed) <= now)
        days, values = rows.observed[kept], rows.values[kept].copy()
        if mode == "empty":
            return days[:0], values[:0]
        if mode == "revision":
            values[-2] *= 1.1
        if len(values) > 1:
            days, values = np.insert(days, 1, days[0] + 1), np.insert(values, 1, np.nan)
            days, index = np.unique(days, return_index=True)
            values = values[index]
        return days, values


@cache
def _load(name: str, year: int) -> Rows:
    """The real series, or a made one; both as far as the end of the year."""
    try:
        return read_rows((FOLDER / f"{name}.csv").read_text("utf-8"), name)
    except (OSError, MacroError):
        return _make(name, year)


def _make(name: str, year: int) -> Rows:
    rhythm, last = CATALOGUE[name].rhythm, np.datetime64(f"{year}-12-31")
    if rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
        days = np.arange(_FIRST, last)
        days = days[np.is_busday(days, weekmask="1111100" if rhythm is Rhythm.DAILY else "0000100")]
    else:
        step = 1 if rhythm is Rhythm.MONTHLY else 3
        days = np.arange(_FIRST.astype("datetime64[M]"), last.astype("datetime64[M]"), step).astype("datetime64[D]")
    draws = np.random.default_rng(list(name.encode())).normal(0.0, 0.02, len(days))
    return Rows(days, np.round(3.0 + np.cumsum(draws) * 0.2, 2))
