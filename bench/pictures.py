"""`python -m bench.pictures [DIR]`: the pictures of the manual, as SVG, of the simulated market alone.

The real application runs without a terminal, at a fixed moment of a fixed day, on a market made in this process: the
same pictures every time. They name no font that would have to be fetched: whoever opens them asks nobody else.
"""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

from bench.market import Market, open_fixed_market
from core.clock import ManualClock
from core.engine.link import Link, LinkState
from core.engine.messages import ToEngine, WantHistory

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.desk import Desk

TODAY = datetime(2026, 2, 4, 15, tzinfo=UTC)
SECONDS = 4 * 3600 + 32 * 60 + 8.0
"""Since the demo was opened, which is at 11:00 in New York."""
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
CELL = 12.2
"""Width of a character cell in Rich's pictures."""
FONT_ASPECT = 0.602
"""Width over size of DejaVu Sans Mono and Menlo."""
SETTLE_SECONDS = 0.5
"""For what a key has begun; the market's own time stands still meanwhile."""
DESIGN, SMALL = (120, 40), (80, 24)

Act = Callable[["Pilot[None]"], Awaitable[object]]


@dataclass(frozen=True)
class Picture:
    """A file, the size of its screen, and what is done before it is taken."""

    name: str
    size: tuple[int, int]
    act: Act


PICTURES = (
    Picture("monitor-120x40", DESIGN, lambda pilot: pilot.pause()),
    Picture("monitor-80x24", SMALL, lambda pilot: pilot.pause()),
    Picture("crosshair", DESIGN, lambda pilot: pilot.hover(offset=(78, 12))),
    Picture("today", DESIGN, lambda pilot: pilot.press(*["H"] * 4)),
    Picture("volatility", DESIGN, lambda pilot: pilot.press("4", "z")),
    Picture("rotation", DESIGN, lambda pilot: pilot.press("6", "down")),
    Picture("sectors", DESIGN, lambda pilot: pilot.press("i")),
    Picture("drivers", DESIGN, lambda pilot: pilot.press("d")),
    Picture("valuation", DESIGN, lambda pilot: pilot.press("v")),
    Picture("outlook", DESIGN, lambda pilot: pilot.press("o")),
    Picture("help", (100, 40), lambda pilot: pilot.press("5", "question_mark")),
)


class StillClient:
    """Knows one moment of the market, and answers for its curves."""

    def __init__(self, desk: "Desk", market: Market) -> None:
        self._desk, self._market = desk, market
        base = market.build_base()
        self._panel, self._fits = market.add_quotes(base), market.fit(base)

    async def run(self) -> None:
        self._desk.on_link(Link(LinkState.LIVE))
        self._desk.on_snapshot(self._market.build_snapshot(self._panel, self._fits))
        await asyncio.Event().wait()

    def send(self, message: ToEngine) -> None:
        if isinstance(message, WantHistory):
            build = self._market.build_today if message.unit == "minute" else self._market.build_history
            self._desk.on_history(build(self._panel, message.subject))

    async def close(self) -> None:
        """Nothing is open."""


async def take(market: Market, picture: Picture) -> str:
    """The picture as SVG."""
    # Only here: what decides on colours is read from the environment when Textual is imported.
    from tui.app import MonitorApp

    app = MonitorApp(market.settings, ManualClock(market.at), lambda desk: StillClient(desk, market))
    async with app.run_test(size=picture.size) as pilot:
        while app.view.history is None:
            await pilot.pause(0.1)
        await picture.act(pilot)
        await pilot.pause(SETTLE_SECONDS)
        return to_plain_svg(app.export_screenshot(title="smid demo", simplify=True))


def to_plain_svg(svg: str) -> str:
    """The picture as every program draws it alike, with a font of the reader's own: no host is asked for one.

    Rich's picture counts on a certain web font, and on spaces at the ends of a text being kept, which not all do. So
    each word stands at its own place, in a size at which the usual fonts are as wide as a cell; dots stand alone,
    as they often come from another font.
    """
    svg = re.sub(r"@font-face\s*{.*?}\s*|<clipPath id=\"[^\"]*-line-\d+\">.*?</clipPath>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r" clip-path=\"url\(#[^\"]*-line-\d+\)\"", "", svg)
    svg = re.sub(r"font-family:[^;]*", f"font-family: {FONTS}", svg)
    svg = svg.replace("font-size: 20px", f"font-size: {CELL / FONT_ASPECT:.2f}px")
    return re.sub(r'<text class="([^"]*)" x="([^"]*)" y="([^"]*)" textLength="[^"]*">(.*?)</text>\n?', _to_words, svg)


def _to_words(found: re.Match[str]) -> str:
    """One text as a text for each of its words; all characters here take one cell."""
    name, x, y, text = found.groups()
    words = re.finditer(r"[\u2800-\u28ff]|[^\s\u00a0\u2800-\u28ff]+", unescape(text))
    return "".join(
        f'<text class="{name}" x="{float(x) + CELL * word.start():g}" y="{y}" textLength="{CELL * len(word[0]):g}">'
        f"{escape(word[0])}</text>\n"
        for word in words
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make all pictures."""
    parser = argparse.ArgumentParser(prog="python -m bench.pictures", description=__doc__)
    parser.add_argument("directory", nargs="?", default="docs/pictures", help="where to put them")
    directory = Path(parser.parse_args(arguments).directory)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    directory.mkdir(parents=True, exist_ok=True)
    market = open_fixed_market(TODAY, SECONDS)
    for picture in PICTURES:
        file = directory / f"{picture.name}.svg"
        file.write_text(asyncio.run(take(market, picture)), "utf-8")
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
