"""The outlook as a section of the page that `smid once --text` prints."""

import textwrap
from collections.abc import Iterator

from core.outlook import Verdict
from core.snapshot import Snapshot
from widgets.outlook_words import is_empty, say_bias, say_coverage, say_reasons, say_score, say_turn

WIDTH = 78
_INDENT = 38
_TURNS = 5


def build_outlook_text(snapshot: Snapshot) -> str:
    """The section, '' before there are numbers."""
    outlook = snapshot.outlook
    if is_empty(outlook):
        return ""
    lines = [f"OUTLOOK for {outlook.pair} (100 is best for small; no number is over all of it)"]
    for verdict in outlook.dimensions:
        stars = "n/a" if verdict.stars is None else "*" * verdict.stars
        lines += _verdict(verdict, stars)
    for verdict in outlook.horizons:
        lines += _verdict(verdict, say_bias(verdict))
        if verdict.evidence:
            lines += textwrap.wrap(verdict.evidence, WIDTH, initial_indent=" " * 14, subsequent_indent=" " * 14)
    if outlook.turns:
        lines.append("  nearest to change")
    for turn in outlook.turns[:_TURNS]:
        now, at, away = say_turn(turn, snapshot.measure(turn.address).unit)
        lines.append(f"    {turn.text[:44]:<44}{now:>10}{at:>10}{away:>9}")
    return "\n".join(lines)


def _verdict(verdict: Verdict, mark: str) -> Iterator[str]:
    score = "" if verdict.score is None else say_score(verdict)
    head = f"  {verdict.title:<12}{mark:<15}{score:>4} {say_coverage(verdict):>4}"
    told = say_reasons(verdict)
    lines = textwrap.wrap(told, WIDTH - _INDENT - 2, break_on_hyphens=False) or [""]
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: WIDTH - _INDENT - 6]} ..."]
    yield f"{head:<{_INDENT}}  {lines[0]}".rstrip()
    yield from (f"{'':<{_INDENT}}  {line}" for line in lines[1:])
