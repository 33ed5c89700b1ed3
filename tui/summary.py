"""A few words for a window too small for a pane."""

from core.rules.level import Level
from core.snapshot import Value
from widgets.badge import format_badge
from widgets.format import format_measure, format_percent
from widgets.view import View


def format_summary(view: View) -> str:
    """That this is not the market, the pair, its ratio and change, the worst finding and the session."""
    snapshot = view.snapshot
    worst = max((finding.level for finding in snapshot.findings), key=lambda level: level.rank, default=Level.OK)
    parts = [
        format_badge(snapshot, view.now or snapshot.as_of),
        f"{view.pair} {format_measure(snapshot.measure(f'{view.pair}.ratio'), signed=False)}",
        _change(snapshot.measure(f"{view.pair}.gap_1d").value),
        "" if worst is Level.OK else worst.upper(),
        str(snapshot.session.phase if view.is_live else view.link.state),
    ]
    return " ".join(part for part in parts if part)


def _change(value: Value) -> str:
    return format_percent(value) + "pp" if isinstance(value, float) else ""
