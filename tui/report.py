"""The page that `smid once --text` prints: a snapshot in at most 78 columns of plain words, fit for an e-mail."""

import textwrap

from core.settings import Settings
from core.snapshot import Finding, Health, Phase, Quality, Snapshot, SubjectState
from tui.economy_text import build_economy_text
from tui.outlook_text import build_outlook_text
from tui.tables import WIDTH, Notes, build_averages, build_gaps, build_position, build_rotation, build_volatility
from tui.valuation_text import build_valuation_text
from widgets.finding_words import say_motion
from widgets.regime_words import say_regime

_MOST = 12
"""Data notes written out; the rest is counted."""
_LEGEND = (
    "easing, rising: closes that are there of those that it takes to the level below, above; held: it would not enter "
    "its level again; uncalibrated: in the loaded history the level came more, or less, often than it is meant to"
)


def format_report(snapshot: Snapshot, settings: Settings, note: str = "") -> str:
    """The whole page, ending in a line feed; `note` is a sentence about the request itself.

    A number still provisional carries `~`; a missing one reads `n/a[1]`, its reason below under that number.
    """
    notes = Notes()
    body = [
        *build_gaps(snapshot, settings, notes),
        *build_position(snapshot, notes),
        *build_averages(snapshot, settings, notes),
        *build_volatility(snapshot, settings, notes),
        *build_rotation(snapshot, settings, notes),
        build_outlook_text(snapshot),
        build_economy_text(snapshot),
        build_valuation_text(snapshot),
        _findings(snapshot),
    ]
    is_marked = any("~" in section for section in body)
    heading = _heading(snapshot, note, is_marked=is_marked, has_old=notes.has_old)
    sections = [heading, *body, _data(snapshot), notes.text(WIDTH)]
    return "\n\n".join(section for section in sections if section) + "\n"


def _heading(snapshot: Snapshot, note: str, *, is_marked: bool, has_old: bool) -> str:
    """`is_marked`: some number on the page carries the mark of the provisional; `has_old`: some name a star."""
    source, session = snapshot.source, snapshot.session
    label = source.label or ("live" if source.is_live else "")
    asked = f"{snapshot.as_of:%Y-%m-%d %H:%M} UTC" if snapshot.as_of else "unknown"
    state = f"{session.exchange} {session.date or 'no session'}, {session.phase.value}"
    state += f" ({session.reason})" if session.reason else ""
    if is_marked:
        state += "; ~ marks weeks that are not over" if session.is_final else "; values are provisional (~)"
    elif not session.is_final:
        state += "; the values are of the session before" if session.phase is Phase.OPEN else "; not final yet"
    lines = [
        f"smid: small and mid caps against large caps{'  ***  ' + label if label else ''}",
        "=" * WIDTH,
        _line("As of", asked),
        _line("Source", _source(snapshot)),
        _line("Session", state),
        _line("Data", _summary(snapshot)),
    ]
    if words := say_regime(snapshot):
        lines.append(_line("Regime", words.whole))
    if has_old:
        lines.append(_line("", "* the numbers of this row are old: stale, or of an earlier session (DATA NOTES)"))
    return "\n".join([*lines, _line("Note", note)] if note else lines)


def _source(snapshot: Snapshot) -> str:
    source = snapshot.source
    words = [source.name, f"({source.label})" if source.label else ""]
    if source.health is not Health.OK:
        words.append("- " + source.health.value.replace("_", " ") + (f": {source.trouble}" if source.trouble else ""))
    return " ".join(word for word in words if word)


def _summary(snapshot: Snapshot) -> str:
    counts = {state: sum(q.state is state for q in snapshot.quality.values()) for state in SubjectState}
    bad = [f"{count} {state.value}" for state, count in counts.items() if count and state is not SubjectState.OK]
    good = f"{counts[SubjectState.OK]} of {len(snapshot.quality)} symbols and pairs good"
    return "; ".join([good, ", ".join(bad)]) if bad else good


def _findings(snapshot: Snapshot) -> str:
    lines = ["FINDINGS"]
    ranked = sorted(snapshot.findings, key=lambda f: (-f.level.rank, f.subject, f.rule))
    for finding in ranked:
        marks = ("~ " if finding.provisional else "") + ("(data not good enough) " if finding.blocked else "")
        subject = "" if finding.subject in finding.text else f"{finding.subject}: "
        text = f"{marks}{subject}{finding.text}{_say_standing(finding)}"
        lines.append(_wrap(f"  {finding.level.value.upper():<9}", text))
    if any(finding.uncalibrated or say_motion(finding) for finding in ranked):
        lines.append(_wrap("  ", _LEGEND))
    return "\n".join(lines if ranked else [*lines, "  none"])


def _say_standing(finding: Finding) -> str:
    """Since when, where it is going, and whether the level means what its name says."""
    parts = [f"since {finding.since}" if finding.since else "", say_motion(finding)]
    parts.append("uncalibrated" if finding.uncalibrated else "")
    told = "; ".join(part for part in parts if part)
    return f" ({told})" if told else ""


def _data(snapshot: Snapshot) -> str:
    """What is wrong with which data; subjects with the same trouble share a line."""
    told: dict[str, list[str]] = {}
    for subject, quality in sorted(snapshot.quality.items()):
        if trouble := _trouble(quality):
            told.setdefault(trouble, []).append(subject)
    lines = [_wrap("  ", f"{', '.join(subjects)}: {trouble}") for trouble, subjects in [*told.items()][:_MOST]]
    if len(told) > _MOST:
        rest = sum(len(subjects) for subjects in [*told.values()][_MOST:])
        lines.append(f"  and {rest} more: smid once --json tells them all under quality")
    return "\n".join(["DATA NOTES", *lines]) if lines else ""


def _trouble(quality: Quality) -> str:
    words = [] if quality.state is SubjectState.OK else [quality.state.value]
    words += [quality.reason] if quality.reason else []
    for name, sessions in (("missing", quality.missing_sessions), ("quarantined", quality.quarantined)):
        if sessions:
            more = f" and {len(sessions) - 3} before" if len(sessions) > 3 else ""
            words.append(f"{name} sessions: {', '.join(sessions[-3:])}{more}")
    return "; ".join(words)


def _line(name: str, text: str) -> str:
    return _wrap(f"{name:<9}", text)


def _wrap(first: str, text: str) -> str:
    indent = " " * max(4, len(first))
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
