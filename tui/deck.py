"""The surface of the monitor: header, panes and footer, placed by `tui.layout`; focus, maximizing and pages."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget
from textual.widgets import Static

from core.settings import Settings
from core.snapshot import Finding
from tui.guard import Guard, guarded
from tui.layout import Plan, plan_screen, rows_of
from tui.registry import PANES
from tui.summary import format_summary
from widgets.footer import Footer
from widgets.header import Header
from widgets.pane import Pane
from widgets.risk import RiskPane
from widgets.view import View


class _Planned(Layout):
    """Places the parts of a deck where the plan for this size has them; others are not shown."""

    name = "planned"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, Deck)
        boxes = parent.plan(size).boxes
        placed = [(part, boxes[name]) for name, part in parent.parts.items() if name in boxes]
        return [WidgetPlacement(Region(*box), NULL_OFFSET, Spacing(), part) for part, box in placed]


class Deck(Widget):
    """`parts` by name: header, footer, summary and the panes of the settings in their order, pages last."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.names = settings.panes.names
        self.alone: str | None = None
        """The pane or page that has the screen to itself."""
        self._pages = frozenset(settings.panes.pages)
        self._left: tuple[str | None, str | None] = (None, None)
        """What was alone and what had the focus when a page was opened."""
        self.summary = Static(id="summary")
        self.panes: Mapping[str, Pane] = {name: guarded(PANES[name])(settings) for name in self.names}
        self._rows = {
            name: rows_of(name, pane.MIN_HEIGHT, pane.IDEAL_HEIGHT, pane.full_height)
            for name, pane in self.panes.items()
            if name not in self._pages
        }
        self.parts: dict[str, Widget] = {
            "header": guarded(Header)(settings),
            **self.panes,
            "footer": guarded(Footer)(settings),
            "summary": self.summary,
        }
        self._line = ""
        self._planned = _Planned()

    @property
    def layout(self) -> Layout:
        return self._planned

    def compose(self) -> ComposeResult:
        yield from self.parts.values()

    def on_mount(self) -> None:
        # Textual lays the first screen out more than once before it settles; one frame of that is enough.
        settled = ExitStack()
        settled.enter_context(self.app.batch_update())
        self.screen.call_later(settled.close)
        self.call_after_refresh(self._keep_focus)

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_focus)

    def plan(self, size: Size) -> Plan:
        return plan_screen(size.width, size.height, self._rows, self.alone)

    @property
    def visible_names(self) -> tuple[str, ...]:
        """The panes that fit the screen as it is, in their order."""
        boxes = self.plan(self.size).boxes
        return tuple(name for name in self.names if name in boxes)

    @property
    def focused_name(self) -> str | None:
        """The pane that has the focus."""
        focused = self.screen.focused
        return next((name for name, pane in self.panes.items() if pane is focused), None)

    @property
    def chosen(self) -> str:
        """The addresses under the cursor of the focused pane; empty where there are none."""
        pane = self.panes.get(self.focused_name or "")
        return pane.chosen if pane else ""

    @property
    def chosen_finding(self) -> Finding | None:
        """The one under the cursor of the risk pane, or the first of it, if that has the focus."""
        pane = self.panes.get(self.focused_name or "")
        return pane.chosen_finding if isinstance(pane, RiskPane) else None

    def draw(self, view: View) -> None:
        """Show `view` everywhere, in one update of the screen."""
        with self.app.batch_update():
            for part in self.parts.values():
                if isinstance(part, Guard):
                    part.show(view)
            line = format_summary(view)
            if line != self._line:  # the same text again would be sent again
                self._line = line
                self.summary.update(Content(line), layout=False)

    def tick(self, now: datetime) -> None:
        """The second hand."""
        with self.app.batch_update():
            for name in ("header", "footer"):
                self._attempt(name, "tick", now)

    def to_chart(self, method: str, *arguments: object) -> None:
        """Hand a key to the chart, where there is one."""
        if "chart" in self.panes:
            self._attempt("chart", method, *arguments)

    def to_page(self, name: str, method: str) -> None:
        """Hand a key to a page, which is opened for it."""
        if name in self.panes:
            self.focus_pane(name)
            self._attempt(name, method)

    def open_page(self, name: str) -> None:
        """Open a page, if the settings have it."""
        if name in self.panes:
            self.focus_pane(name)

    def focus_pane(self, name: str) -> None:
        """Focus `name`; a page is opened, and a pane that does not fit the screen is shown alone."""
        if name in self._pages:
            self._left = self._left if self.alone in self._pages else (self.alone, self.focused_name)
        elif self.alone in self._pages:
            self._set_alone(self._left[0])
        if name in self._pages or self.alone or name not in self.visible_names:
            self._set_alone(name)
        self._focus(name)

    def step_focus(self, steps: int) -> None:
        """The next or previous pane; while one is alone, through all of them."""
        names = self.names if self.alone else self.visible_names
        if names:
            now = self.focused_name
            at = names.index(now) + steps if now in names else 0
            self.focus_pane(names[at % len(names)])

    def toggle_alone(self) -> None:
        """Maximize the focused pane, or restore; a page has the screen to itself already."""
        if self.alone in self._pages:
            return
        if self.alone:
            self.restore()
        else:
            self._set_alone(self.focused_name)

    def restore(self) -> None:
        """Back to all panes; from a page to where one was."""
        alone, focused = self._left if self.alone in self._pages else (None, None)
        self._set_alone(alone)
        if focused:
            self._focus(focused)

    def _attempt(self, name: str, method: str, *arguments: object) -> None:
        part = self.parts[name]
        assert isinstance(part, Guard)
        part.attempt(method, *arguments)

    def _set_alone(self, name: str | None) -> None:
        if name != self.alone:
            self.alone = name
            # Asked of a child: Textual throws away the arrangement of ancestors only, and ours is what is outdated.
            self.summary.refresh(repaint=False, layout=True)
            self.call_after_refresh(self._keep_focus)

    def _focus(self, name: str) -> None:
        """At once: the next key may have come with this one, and is about the pane that it chose."""
        self.screen.set_focus(self.panes[name], scroll_visible=False)

    def _keep_focus(self) -> None:
        """The focus is never on a pane that is not there."""
        visible = self.visible_names
        if visible and self.focused_name not in visible:
            self._focus(visible[0])
