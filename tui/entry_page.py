"""The page of one entry of the journal: what was written then, what is so now, and the evidence for it."""

from collections.abc import Iterator, Sequence

from core.engine.messages import Evidenced
from core.journal.entry import Entry
from core.journal.words import find_level, list_details, say_body
from core.rules.level import Level
from core.snapshot import Finding
from tui.evidence_page import lay_out_evidence
from tui.finding_page import NOT_ANSWERED
from tui.lines import Line, join_blocks, labelled, title

_GONE = "This entry is not among those on the screen any more."


def lay_out_entry(
    entry: Entry | None,
    findings: Sequence[Finding],
    label: str,
    told: Evidenced | None,
    width: int,
    *,
    has_signal: bool,
    ascii_only: bool,
) -> list[Line]:
    """The whole page in lines of at most `width`; `label` is that of the market, `findings` are those of now."""
    if entry is None:
        return [((_GONE, "muted"),)]
    blocks: list[list[Line]] = [list(_head(entry, label, width)), list(_now(entry, findings, width))]
    if told is not None and told.evidence is not None:
        blocks += [list(title("EVIDENCE", width)), lay_out_evidence(told.evidence, width, ascii_only=ascii_only)]
    else:
        why = told.reason if told is not None else NOT_ANSWERED
        none = f"{why}." if has_signal else "No signal with a track record stands for this entry."
        blocks.append([*title("EVIDENCE", width), *labelled("", none, width)])
    return join_blocks(blocks)


def _head(entry: Entry, label: str, width: int) -> Iterator[Line]:
    level = find_level(entry)
    marked = ((f"  [{label}]", "watch"),) if label else ()
    word = "" if level is Level.OK else f"{level.value.upper()}  "
    yield (word, level.value), (f"{entry.change.value}  ", "text"), (entry.subject, "bright"), *marked
    day = f", session {entry.session}" if entry.session else ""
    doubt = ", provisional (~): the session was not over" if entry.provisional else ""
    yield from labelled("when", f"{entry.time:%Y-%m-%d %H:%M} UTC{day}{doubt}", width)
    yield from labelled("said", say_body(entry), width)
    if details := "; ".join(list_details(entry)):
        yield from labelled("more", details, width)
    if entry.quality:
        yield from labelled("data", f"{entry.quality} then", width)


def _now(entry: Entry, findings: Sequence[Finding], width: int) -> Iterator[Line]:
    if not entry.rule:
        return
    now = next((one for one in findings if (one.rule, one.subject) == entry.key and one.level is not Level.OK), None)
    if now is None:
        yield from labelled("now", f"{entry.rule} finds nothing of {entry.subject}", width)
        return
    since = f" since {now.since}" if now.since else ""
    yield from labelled("now", f"{now.level.value}{since}: {now.text}", width)
