"""A walk of the rules through history as a page: how often each was at each level, then what changed."""

import textwrap

from core.journal.walked import Walk
from widgets.format import format_percent

_HEAD = f"  {'rule':<22}{'level':<10}{'times':>7}{'sessions':>10}{'share':>8}   last"


def format_walk(walk: Walk) -> str:
    """The head of the page, at most 78 columns wide, ending in a line feed."""
    label = f"  [{walk.label}]" if walk.label else ""
    lines = [
        f"HISTORY {walk.first} to {walk.last}{label}",
        "  What the rules of your settings would have found at each close. Nobody saw",
        "  it then, and nothing of it is in the journal.",
        "",
        _HEAD,
    ]
    before = ""
    silent = dict.fromkeys(tally.rule for tally in walk.tallies if not tally.judged)
    for tally in walk.tallies:
        if tally.rule in silent:
            continue
        share = f"{format_percent(tally.sessions / tally.judged, 1, signed=False)} %"
        name = tally.rule if tally.rule != before else ""
        before = tally.rule
        lines.append(
            f"  {name[:21]:<22}{tally.level.value:<10}{tally.times:>7,}{tally.sessions:>10,}{share:>8}"
            f"   {tally.last or 'never'}"
        )
    if silent:
        lines += textwrap.wrap(f"no data: {', '.join(silent)}", 76, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([*lines, "", ""])
