"""A client that plays a script, settings as shipped with changes, and snapshots small enough to read."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from core.config import load_settings, shipped_file
from core.engine.link import Link, LinkState
from core.engine.messages import Explained, Refresh, ToEngine, WantExplanation, WantHistory
from core.explanation import Explanation
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import (
    Finding,
    Health,
    History,
    Measure,
    Phase,
    Quality,
    SessionInfo,
    Snapshot,
    SourceInfo,
    SubjectState,
)
from tui.desk import Desk

AT = datetime(2026, 3, 24, 19, 32, 8, tzinfo=UTC)
DAY = 20_536
"""2026-03-24, in days since 1970."""


def make_settings(**panes: Any) -> Settings:
    """The shipped settings; keywords change `[panes]`."""
    settings = load_settings(shipped_file())
    return msgspec.structs.replace(settings, panes=msgspec.structs.replace(settings.panes, **panes))


def make_snapshot(sequence: int = 1, *, ratio: float = 0.319, **source: Any) -> Snapshot:
    """One pair with a ratio, a gap and a finding."""
    information: dict[str, Any] = {"name": "scripted", "label": "SCRIPTED", "health": Health.OK, "last_success": AT}
    return Snapshot(
        sequence=sequence,
        as_of=AT,
        source=SourceInfo(**{**information, **source}),
        session=SessionInfo(phase=Phase.OPEN, date="2026-03-24", is_final=False),
        benchmark="SPY",
        pairs=("IWM/SPY", "IJR/SPY", "MDY/SPY"),
        symbols=("IWM", "SPY"),
        measures={
            "IWM/SPY.ratio": Measure(ratio, "ratio", AT, provisional=True),
            "IWM/SPY.gap_1d": Measure(-0.0042, "fraction", AT, provisional=True),
        },
        findings=(Finding(rule="streak", subject="IWM/SPY", level=Level.WARN, text="large won nine sessions running"),),
        quality={"IWM/SPY": Quality(state=SubjectState.OK, as_of=AT, sessions=500)},
        history_key="k1",
    )


def hostile_snapshot() -> Snapshot:
    """As `make_snapshot`, with square brackets that markup would act on."""
    snapshot = make_snapshot(reason="[/nope] [red]not markup[/] [@click=app.quit]x[/]")
    finding = Finding(rule="streak", subject="IWM/SPY", level=Level.WARN, text="[/nope] [bold]loud[/bold]")
    return msgspec.structs.replace(snapshot, findings=(finding,))


def make_history(subject: str = "IWM/SPY", unit: str = "session", key: str = "k1") -> History:
    """Three hundred points of a ratio that rises and falls."""
    values = tuple(0.31 + 0.0001 * (number % 97) for number in range(300))
    step = 1 if unit == "session" else 60
    first = DAY - 299 if unit == "session" else int(AT.timestamp()) - 299 * 60
    times = tuple(first + number * step for number in range(300))
    return History(subject=subject, unit=unit, key=key, times=times, values=values)


class ScriptedClient:
    """Says that it is live, hands over the snapshots, answers for curves and new numbers, then waits."""

    def __init__(self, desk: Desk, snapshots: Sequence[Snapshot] = ()) -> None:
        self.desk, self.snapshots = desk, snapshots
        self.sent: list[ToEngine] = []
        self.is_closed = False
        self.explains = True

    async def run(self) -> None:
        self.desk.on_link(Link(LinkState.LIVE))
        for snapshot in self.snapshots:
            self.desk.on_snapshot(snapshot)
        await asyncio.Event().wait()

    def send(self, message: ToEngine) -> None:
        self.sent.append(message)
        if isinstance(message, WantHistory):
            self.desk.on_history(make_history(message.subject, message.unit))
        elif isinstance(message, WantExplanation) and self.explains:
            told = Explanation(
                address=message.address, measure=Measure(0.5, "fraction", AT), formula="one half", label="SCRIPTED"
            )
            self.desk.on_explained(Explained(address=message.address, explanation=told))
        elif isinstance(message, Refresh):
            sequence = self.desk.view.snapshot.sequence + 1
            self.desk.on_snapshot(make_snapshot(sequence, ratio=0.319 + sequence / 10_000))

    async def close(self) -> None:
        self.is_closed = True


def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parents[2]
