"""A small app that lays the panes out as the monitor does, for tests and pictures."""

from collections.abc import Sequence
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from core.settings import Settings
from widgets.averages import AveragesPane
from widgets.canvas import Canvas
from widgets.chart import ChartPane
from widgets.claims import ClaimsPane
from widgets.drivers import DriversPane
from widgets.footer import Footer
from widgets.gaps import GapsPane
from widgets.header import Header
from widgets.journal import JournalPane
from widgets.outlook import OutlookPane
from widgets.pane import Drawn, Pane
from widgets.risk import RiskPane
from widgets.rotation import RotationPane
from widgets.sectors import SectorsPane
from widgets.valuation import ValuationPane
from widgets.view import View
from widgets.volatility import VolatilityPane

PANES: tuple[type[Pane], ...] = (
    ChartPane,
    GapsPane,
    AveragesPane,
    VolatilityPane,
    RiskPane,
    RotationPane,
    JournalPane,
    OutlookPane,
    ClaimsPane,
    SectorsPane,
    DriversPane,
    ValuationPane,
)


class Stage(App[None]):
    """Widgets one below the other; counts the bytes that the screen would be sent."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.players = widgets
        self.sent = 0

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.sent += len(renderable.render_segments(self.console).encode())
        super()._display(screen, renderable)

    def compose(self) -> ComposeResult:
        yield from self.players

    def show(self, view: View) -> None:
        for widget in self.query(Drawn):
            widget.show(view)


class Full(Stage):
    """All of it, as in the pictures: 120x40 in two columns, below 100 columns the most needed ones."""

    CSS = """
    Horizontal { height: 10; }
    #upper { height: 9; }
    #narrow GapsPane { height: 9; }
    #narrow RiskPane { height: 5; }
    """

    def __init__(self, settings: Settings, *, wide: bool = True) -> None:
        super().__init__()
        self.settings, self.wide = settings, wide

    def compose(self) -> ComposeResult:
        s = self.settings
        yield Header(s)
        if self.wide:
            yield ChartPane(s)
            yield Horizontal(GapsPane(s), AveragesPane(s), id="upper")
            yield Horizontal(VolatilityPane(s), RiskPane(s))
        else:
            with Vertical(id="narrow"):
                yield from (ChartPane(s), GapsPane(s), RiskPane(s))
        yield Footer(s)


def text_of(strips: Sequence[Strip]) -> list[str]:
    """Rows without their styles."""
    return [strip.text for strip in strips]


def seen(canvas: Canvas) -> list[str]:
    """What a canvas shows, without styles."""
    return [canvas.row(y).text for y in range(canvas.size.height)]
