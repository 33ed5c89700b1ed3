"""One line for a window too small for a pane."""

from core.rules.level import Level
from core.snapshot import Value
from widgets.format import format_measure, format_percent
from widgets.view import View


def format_summary(view: View) -> str:
    """The pair, its ratio and change, the session and the worst finding; the most important first."""
    snapshot = view.snapshot
    ratio = snapshot.measure(f"{view.pair}.ratio")
    parts = [
        f"{view.pair} {format_measure(ratio, signed=False)}",
        _change(snapshot.measure(f"{view.pair}.gap_1d").value),
    ]
    worst = max((finding.level for finding in snapshot.findings), key=lambda level: level.rank, default=Level.OK)
    parts.append("" if worst is Level.OK else worst.upper())
    parts.append(str(snapshot.session.phase if view.is_live else view.link.state))
    label = snapshot.source.label if not snapshot.source.is_live else ""
    return " ".join(part for part in (*parts, label) if part)


def _change(value: Value) -> str:
    return format_percent(value) + "pp" if isinstance(value, float) else ""
