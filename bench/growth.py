"""How cost grows with the number of symbols and with the years, as a table and as a picture of characters."""

import math
from dataclasses import dataclass

from bench.against import time_seconds, to_digits
from bench.rivals.crowd import answer_cold, prepare_live
from bench.rivals.made import YEAR, make_closes, make_pair
from bench.rivals.pair import answer_all

HOW = """As under W2 above: averages, volatility, strength and breadth, from nothing (once a session) and live (each
refresh, the completed sessions' counts being kept); beside them everything that is said of one pair."""
SYMBOLS, YEARS = (10, 100, 1000, 2500, 10_000), (1, 5, 10, 20, 40)
TEN_YEARS, THOUSAND = 10, 1000
_SIZE, _MARKERS = (76, 18), "*ox"


@dataclass(frozen=True)
class Cost:
    """Seconds; `pair` is None where the years do not change."""

    symbols: int
    years: int
    cold: float
    live: float
    pair: float | None = None

    def row(self) -> str:
        pair = "" if self.pair is None else f"{to_digits(self.pair * 1e3)} ms"
        cells = f"{self.symbols:,} | {self.years} | {to_digits(self.cold * 1e3)} ms | {to_digits(self.live * 1e6)} µs"
        return f"| {cells} | {pair} |"


def measure(symbols: tuple[int, ...] = SYMBOLS, years: tuple[int, ...] = YEARS) -> str:
    """Tables and pictures, in Markdown."""
    by_symbols = [_measure(count, TEN_YEARS) for count in symbols]
    by_years = [_measure(THOUSAND, count, with_pair=True) for count in years]
    head = ["| symbols | years | from nothing | live | one pair |", "|---:|---:|---:|---:|---:|"]
    return "\n".join(
        [
            *head,
            *(cost.row() for cost in (*by_symbols, *by_years)),
            "",
            *draw("symbols, of ten years", [(cost.symbols, cost) for cost in by_symbols]),
            "",
            *draw("years, of 1,000 symbols", [(cost.years, cost) for cost in by_years]),
        ]
    )


def _measure(symbols: int, years: int, *, with_pair: bool = False) -> Cost:
    sessions = years * YEAR + 1
    closes = make_closes(symbols, sessions)
    live, last = prepare_live(closes), closes[:, -1].copy()
    given = make_pair(sessions)
    answer_cold(closes)
    live(last)
    return Cost(
        symbols,
        years,
        time_seconds(lambda: answer_cold(closes), 1.0),
        time_seconds(lambda: live(last), 0.5),
        time_seconds(lambda: answer_all(given), 0.5) if with_pair else None,
    )


def draw(title: str, costs: list[tuple[int, Cost]]) -> list[str]:
    """Milliseconds against `title`, both axes in powers of ten, as lines of a code block."""
    curves = {"from nothing": [cost.cold for _, cost in costs], "live": [cost.live for _, cost in costs]}
    pairs = [cost.pair for _, cost in costs if cost.pair is not None]
    if len(pairs) == len(costs):
        curves["one pair"] = pairs
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear.all()
    figure.plot_size(*_SIZE)
    figure.theme("colorless")
    along = [math.log10(count) for count, _ in costs]
    powers = [math.log10(seconds * 1e3) for curve in curves.values() for seconds in curve]
    ticks = list(range(math.floor(min(powers)), math.ceil(max(powers)) + 1))
    figure.ruler("x").ticks(along, [f"{count:,}" for count, _ in costs])
    figure.ruler("y").ticks(ticks, [f"{10.0**power:,g} ms" for power in ticks])
    figure.ruler("y").lim(ticks[0], ticks[-1])
    for marker, curve in zip(_MARKERS, curves.values(), strict=False):
        heights = [math.log10(seconds * 1e3) for seconds in curve]
        figure.draw(figure.signal(along, heights, marker=marker).lines())
    named = ", ".join(f"{marker} {name}" for marker, name in zip(_MARKERS, curves, strict=False))
    figure.title(f"{title}: {named}")
    picture = figure.build().string(colorless=True)
    return ["```text", *(line.rstrip() for line in picture.splitlines()), "```"]
