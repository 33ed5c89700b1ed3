"""What the page of sectors shows: small over large in each sector and each sector over the index, at every poll.

These pairs are measured for a page alone, so only what it shows is calculated: the same as the studies' measures.
"""

from functools import cache

from core.market.panel import Line
from core.market.sectors import INDEX_PAIR, SHOWN
from core.market.symbols import SubjectKind, symbols_of
from core.snapshot import Measure
from core.studies.around import Around
from core.studies.attribution import ATTRIBUTION
from core.studies.bands import FILTERS, read_states
from core.studies.given import give
from core.studies.registry import calculate, definitions
from core.studies.relative import calc_gap
from core.studies.rotation import read_place
from core.studies.rotation_map import WEEKLY
from core.studies.strength import calc_mansfield
from core.studies.study import Definition, Given, Missing, Results, missing_sessions, to_measure
from core.studies.trends import WORDS
from core.studies.weekly import find_week_ends

GAPS = (20, 63, 252)
TRENDS = tuple(rule for rule in FILTERS if rule.name in ("trend_50", "trend_200"))
WEEKS = 52


def list_pairs() -> tuple[str, ...]:
    """All pairs of the page, each once."""
    return tuple(dict.fromkeys(pair for sector in SHOWN for pair in (sector.pair, sector.against_index)))


def measure_sectors(around: Around) -> dict[str, Measure]:
    """The measures of every pair whose two symbols are watched, by address."""
    measures: dict[str, Measure] = {}
    known = _definitions()
    for pair in (*list_pairs(), INDEX_PAIR):
        if all(around.panel.column(symbol) is not None for symbol in symbols_of(pair)):
            given = give(around, around.line(pair), None)
            results = read_line(given.line) | _attribute(given)
            for name, result in results.items():
                measures[f"{pair}.{name}"] = to_measure(known[name], result, given)
    return measures


@cache
def _definitions() -> dict[str, Definition]:
    return definitions(SubjectKind.PAIR)


def _attribute(given: Given) -> Results:
    """Of pairs that are a sector, or the whole."""
    is_about = ATTRIBUTION.is_about
    return calculate(ATTRIBUTION, given) if is_about is None or is_about(given) else {}


def read_line(line: Line) -> Results:
    """Gaps, trends, Mansfield's strength and the quadrant of the weekly map, as the studies have them."""
    return {**_gaps(line), **_trends(line), "mansfield_52w": _mansfield(line), "rotation_quadrant": _quadrant(line)}


def _gaps(line: Line) -> Results:
    has, small, large = len(line.values), line.small, line.large
    return {
        f"gap_{days}d": missing_sessions(days + 1, has)
        if small is None or large is None or has <= days
        else calc_gap(small, large, has - 1 - days)
        for days in GAPS
    }


def _trends(line: Line) -> Results:
    has = len(line.values)
    full = [rule for rule in TRENDS if has >= rule.slow]
    results: Results = {rule.name: missing_sessions(rule.slow, has) for rule in TRENDS}
    for rule, state in zip(full, read_states(line.values, full, 0), strict=True):
        results[rule.name] = WORDS[state.now] if state.now else Missing("has not left the band yet")
    return results


def _mansfield(line: Line) -> float | Missing:
    weekly = line.values[find_week_ends(line.sessions)]
    return calc_mansfield(weekly, WEEKS) if len(weekly) >= WEEKS else Missing(f"needs {WEEKS} weeks, has {len(weekly)}")


def _quadrant(line: Line) -> str | Missing:
    _, (_, _, quadrant, *_) = read_place(line, WEEKLY)
    return quadrant if isinstance(quadrant, str | Missing) else Missing("no point of the map")
