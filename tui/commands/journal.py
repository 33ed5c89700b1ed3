"""`smid journal`: which warnings came and went, read from the store without an engine."""

import argparse
import csv
import io
import textwrap
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import structs

from core.clock import Clock, SystemClock
from core.config_check import nearest
from core.errors import UsageError
from core.journal.entry import Entry, Query
from core.journal.words import find_level, list_details, say_body
from core.rules.level import Level
from core.settings import Settings
from tui.commands.common import alone_on_stdout, load, load_day, tell_person
from tui.commands.output import tell, write

KEEPS = ("yahoo",)
"""Sources whose journal outlives the engine."""
PAGE = 100
WIDTH = 78
_FORMULA = ("=", "+", "-", "@", "\t")


def run(options: argparse.Namespace) -> int:
    """Print what is asked for; that there is nothing is an answer too."""
    is_page = not (options.json or options.csv)
    query = Query(
        since=options.since,
        rule=options.rule,
        subject=options.subject,
        level=Level(options.level or "ok"),
        search=options.search,
        limit=options.limit or (PAGE if is_page else None),
    )
    if options.backfill:
        return walk(options, query, SystemClock())
    if options.as_of:
        raise UsageError("--as-of is for --backfill: the journal itself is that of now.")
    spec, settings = load(options)
    found = read(spec.paths.database, query)
    entries = found or []
    note = "" if entries else explain_absence(query, settings, has_journal=found is not None)
    if is_page:
        write((to_page(entries) or f"{note}\n").encode("utf-8", "replace"))
        return 0
    write(to_json(entries) if options.json else to_csv(entries))
    if note:
        tell(note)
    return 0


def walk(options: argparse.Namespace, query: Query, clock: Clock) -> int:
    """Print what the rules would have found in the history of the source; raises as `smid once` does."""
    spec, settings = load_day(options, clock)
    from core.once.backfill import take_walk

    with alone_on_stdout():
        found = take_walk(spec, settings, query, clock=clock, tell=tell_person)
    if options.json or options.csv:
        write(to_json(found.entries) if options.json else to_csv(found.entries))
        return 0
    from tui.walk_page import format_walk

    shown = to_page(found.entries) or "No change is what you ask for.\n"
    write(f"{format_walk(found)}{shown}".encode("utf-8", "replace"))
    return 0


def read(database: Path, query: Query) -> list[Entry] | None:
    """The entries that `query` asks for, oldest first; None where there is no journal. Raises `SmidError`."""
    from core.store import reading_journal

    with reading_journal(database) as journal:
        return None if journal is None else journal.read(query)[::-1]


def explain_absence(query: Query, settings: Settings, *, has_journal: bool) -> str:
    """Why there is nothing to print, as a sentence."""
    source = settings.source.name
    if source.partition(":")[0] not in KEEPS:
        return f"The journal of {source.partition(':')[0]} ends with its engine: nothing of it is kept."
    if not has_journal:
        return f"There is no journal of {source} yet: the engine begins it ('smid', or 'smid engine --stay')."
    if structs.replace(query, limit=None) == Query():
        return "The journal is empty: no rule has found anything since it began."
    near = nearest(query.rule, settings.rules) if query.rule and query.rule not in settings.rules else ""
    hint = f" No rule is named '{query.rule}'; did you mean {near}?" if near else ""
    return f"No entry of the journal is what you ask for.{hint}"


def to_json(entries: Sequence[Entry]) -> bytes:
    """A list of entries as indented JSON in a stable order, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(entries, order="deterministic"), indent=2) + b"\n"


def to_csv(entries: Sequence[Entry]) -> bytes:
    """A table, a column a field; times as ISO says."""
    names = Entry.__struct_fields__
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_to_cell(getattr(entry, name)) for name in names] for entry in entries)
    return table.getvalue().encode("utf-8", "replace")


def to_page(entries: Sequence[Entry]) -> str:
    """A paragraph an entry, at most 78 columns wide; '' for none."""
    return "".join(f"{_to_paragraph(entry)}\n" for entry in entries)


def _to_cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    # What a spreadsheet would calculate; a person's note could begin so.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _to_paragraph(entry: Entry) -> str:
    level = find_level(entry)
    word = "" if level is Level.OK else level.value.upper()
    mark = "~" if entry.provisional else " "
    head = f"{entry.time:%Y-%m-%d %H:%M} {mark}{word:<9}{entry.change.value:<13}"
    more = "; ".join(list_details(entry))
    return textwrap.fill(
        f"{say_body(entry)} ({more})" if more else say_body(entry),
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * 20,
        break_on_hyphens=False,
    )
