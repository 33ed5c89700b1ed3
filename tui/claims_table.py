"""All claims as a table, by verdict."""

import textwrap
from collections.abc import Iterator, Sequence

from core.claims.record import ClaimRecord, Ledger, Verdict, is_invented
from core.rules.words import say_count
from tui.lines import Line, join_blocks, title, to_text
from widgets.claim_cells import INVENTED, ORDER, claimed_cell, difference_cell, recomputed_cell

WIDTH = 78
_NAME, _NUMBERS = 29, (16, 16, 13)
_LEGEND = (
    "Numbers are percent unless they are counts or dates. off by: recomputed less claimed; of a forecast realised less "
    "what is required by now. 'smid claims NAME' tells all of one."
)


def format_claims(ledger: Ledger) -> str:
    """A page of at most 78 columns, ending in a line feed."""
    label = f"  [{ledger.label}]" if ledger.label else ""
    counts = ", ".join(f"{len(found)} {verdict.value}" for verdict in ORDER if (found := _of(ledger.claims, verdict)))
    head: list[Line] = [((f"CLAIMS{label}", "bright"),)]
    told = f"{say_count(len(ledger.claims), 'claim')} against closes until {ledger.until or 'none'}: {counts or 'none'}"
    head += [((line, "muted"),) for line in textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    if not ledger.claims:
        told = " ".join(ledger.problems)
        head += [((line, "warn"),) for line in textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    if is_invented(ledger.label):
        head.append(((f"  {INVENTED}", "watch"),))
    blocks = (head, *(_rows(verdict, _of(ledger.claims, verdict)) for verdict in ORDER), _legend())
    return to_text(join_blocks(blocks))


def _of(claims: Sequence[ClaimRecord], verdict: Verdict) -> list[ClaimRecord]:
    return [one for one in claims if one.verdict is verdict]


def _rows(verdict: Verdict, records: Sequence[ClaimRecord]) -> Iterator[Line]:
    if not records:
        return
    yield from title(verdict.value.upper(), WIDTH)
    if verdict is Verdict.UNCHECKED:
        for one in records:
            text = f"{one.id}: {one.reason}"
            lines = textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
            yield from (((line, "text"),) for line in lines)
        return
    yield ((_join("claim", ("claimed", "recomputed", "off by")), "muted"),)
    for one in records:
        yield ((_join(one.id, (claimed_cell(one), recomputed_cell(one), difference_cell(one))), "text"),)


def _join(name: str, cells: tuple[str, str, str]) -> str:
    numbers = " ".join(f"{_fit(cell, width):>{width}}" for cell, width in zip(cells, _NUMBERS, strict=True))
    return f"  {_fit(name, _NAME):<{_NAME}}{numbers}"


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _legend() -> Iterator[Line]:
    yield from (((line, "muted"),) for line in textwrap.wrap(_LEGEND, WIDTH))
