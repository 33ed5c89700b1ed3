"""The page of one finding: what it says and since when, what it takes to change, and the evidence for it."""

from collections.abc import Iterator

from core.engine.messages import Evidenced
from core.rules.words import say_count
from core.snapshot import Finding, FindingState, Progress
from tui.evidence_page import lay_out_evidence
from tui.lines import Line, join_blocks, labelled, title
from widgets.format import format_number, format_percent

NOT_ANSWERED = "the engine has not answered yet"
_GONE = "This finding is over: nothing is found there any more."


def lay_out_finding(
    finding: Finding | None, label: str, told: Evidenced | None, width: int, *, ascii_only: bool
) -> list[Line]:
    """The whole page in lines of at most `width`, with the roles of their parts; `label` is that of the market."""
    if finding is None:
        return [((_GONE, "muted"),)]
    blocks: list[list[Line]] = [list(_head(finding, label, width)), list(_changes(finding, width))]
    if told is not None and told.evidence is not None:
        blocks += [list(title("EVIDENCE", width)), lay_out_evidence(told.evidence, width, ascii_only=ascii_only)]
    else:
        blocks.append([*title("EVIDENCE", width), *labelled("", _why_none(finding, told), width)])
    return join_blocks(blocks)


def _head(finding: Finding, label: str, width: int) -> Iterator[Line]:
    marked = ((f"  [{label}]", "watch"),) if label else ()
    yield (finding.level.value.upper(), finding.level.value), (f"  {finding.subject}", "bright"), *marked
    yield from labelled("says", finding.text, width)
    yield from labelled("rule", f"{finding.rule}, {_say_state(finding)}", width)
    lasted = f", {say_count(finding.sessions, 'session')}" if finding.sessions else ""
    yield from labelled("since", f"{finding.since or 'longer than is known'}{lasted}", width)
    if finding.threshold is not None:
        now = f"; it is {_number(finding.value)}" if finding.value is not None else ""
        yield from labelled("enters", f"at {_number(finding.threshold)}{now}", width)
    if finding.blocked:
        yield from labelled("data", "not good enough to judge: it stays as it is until they are", width)


def _say_state(finding: Finding) -> str:
    parts = [finding.state.value]
    if finding.provisional:
        parts.append("provisional (~): the session is not over")
        if finding.confirmed is not None and finding.confirmed is not finding.level:
            parts.append(f"at the last close it was {finding.confirmed.value}")
    if finding.state is FindingState.FIRING and not finding.provisional:
        parts.append("confirmed by the last close")
    return "; ".join(parts)


def _changes(finding: Finding, width: int) -> Iterator[Line]:
    if finding.raising:
        yield from labelled("rises", _say_progress(finding.raising), width)
    if finding.releasing:
        yield from labelled("falls", _say_progress(finding.releasing), width)
    if finding.share is not None:
        off = ", which is not what the level is meant for" if finding.uncalibrated else ""
        share = format_percent(finding.share, 1, signed=False)
        yield from labelled("often", f"so in {share} % of the sessions of the loaded history{off}", width)


def _say_progress(way: Progress) -> str:
    at = f" at {_number(way.threshold)}" if way.threshold is not None else ""
    return f"to {way.level.value}{at}: {way.closes} of {say_count(way.needed, 'close')}"


def _why_none(finding: Finding, told: Evidenced | None) -> str:
    if not finding.signal:
        return "No signal with a track record stands for this rule."
    if finding.evidence and (told is None or not told.reason):
        return f"{finding.evidence}. The whole record: {NOT_ANSWERED}."
    return f"{told.reason if told is not None else NOT_ANSWERED}."


def _number(value: float | None) -> str:
    return format_number(value, 4 if value is not None and abs(value) < 0.1 else 2)
