"""The monitor: one frozen View in a reactive, handed to every pane in one update; the engine's client beside it."""

import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Event, Resize
from textual.filter import LineFilter
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from core.clock import Clock
from core.engine.last_known import LastKnown
from core.engine.link import Link, LinkState
from core.engine.messages import Answer, ToEngine
from core.settings import Settings
from core.text import clean
from tui.actions import ACTIONS
from tui.deck import Deck
from tui.desk import Desk
from tui.manners.ascii import AsciiFilter
from tui.manners.driver import PatientDriver
from tui.manners.ending import Ending
from tui.monitor_screen import MonitorScreen
from tui.notices import Notices
from tui.page import Page
from tui.themes import PREFIX, THEMES
from widgets.claims import ClaimsWanted
from widgets.journal import JournalReadOn, JournalWanted
from widgets.spots import SpotChosen
from widgets.view import View

logger = logging.getLogger("smid.viewer")

RESIZE_SECONDS = 0.1
"""However fast the window changes, the screen follows ten times a second."""


class Client(Protocol):
    """As much of `core.engine.client.EngineClient` as is used here."""

    async def run(self) -> None: ...
    def send(self, message: ToEngine) -> None: ...
    async def close(self) -> None: ...


class MonitorApp(App[None], inherit_bindings=False):
    """The viewer. `make_client` is given the listener; `last_known` is shown at once."""

    CSS_PATH = Path(__file__).with_name("smid.tcss")
    TITLE = "smid"
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # ours is an action like any other
    BINDINGS: ClassVar[list[BindingType]] = [
        # The keys themselves come from the settings, by id.
        *(Binding(f"unbound_{name}", f"act('{name}')", ACTIONS[name].title, id=name) for name in ACTIONS),
        *(Binding(str(number), f"pane({number})", show=False) for number in range(1, 10)),
        Binding("ctrl+c", "act('quit')", show=False, priority=True, system=True),
    ]

    # Without `repaint=False` every new view would repaint the whole screen: 30 kB.
    view: reactive[View] = reactive(View, init=False, repaint=False)

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        make_client: Callable[[Desk], Client],
        *,
        last_known: LastKnown | None = None,
        ending: Ending | None = None,
    ) -> None:
        super().__init__(driver_class=PatientDriver)
        self.settings, self.clock = settings, clock
        self.animation_level = "none"
        self._last_known, self._ending = last_known, ending
        self.notices = Notices(self, clock, self._send)
        self.desk = Desk(
            settings,
            clock,
            publish=self._publish,
            ask=self._ask,
            tell=self.notices.tell,
            ring=self.notices.ring,
            explain=self._answer,
        )
        self.deck = Deck(settings)
        self._client = make_client(self.desk)
        self._resized: Resize | None = None
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = PREFIX + settings.theme.name

    def get_default_screen(self) -> Screen[None]:
        return MonitorScreen(id="_default")

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *([AsciiFilter()] if self.settings.panes.ascii else [])]

    def compose(self) -> ComposeResult:
        yield self.deck

    def on_mount(self) -> None:
        if self._ending:
            self._ending.start(self.leave)
        self.set_keymap(self.settings.keys)
        self.app_resume_signal.subscribe(self, lambda _: self.paint_anew())
        if known := self._last_known:
            self.desk.recall(known.snapshot, known.histories.values(), known.saved_at)
        else:
            self._publish(self.desk.view)
        self._tick()
        # The engine's start is heavy: not before the first frame is out.
        self.call_after_refresh(self._go_live)

    @property
    def is_covered(self) -> bool:
        """Whether nothing is seen of the panes: drawing them would send the whole page above them again."""
        return any(isinstance(screen, Page) for screen in self.screen_stack)

    def watch_view(self, view: View) -> None:
        if not self.is_covered:
            self.deck.draw(view)

    def catch_up(self) -> None:
        """Draw what came while the panes were covered."""
        if not self.is_mounted(self.deck):
            return
        self.deck.draw(self.view)
        self.deck.tick(self.desk.market_time)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Resize) and self.is_mounted(self.deck):
            if self._resized is None:
                self.set_timer(RESIZE_SECONDS, self._settle_size)
            self._resized = event
            return
        await super().on_event(event)

    def action_act(self, name: str) -> None:
        """Run the action `name`."""
        ACTIONS[name].run(self)

    def action_pane(self, number: int) -> None:
        """Focus the pane with this number."""
        if number <= len(self.deck.names):
            self.deck.focus_pane(self.deck.names[number - 1])

    def explain(self, addresses: str) -> None:
        """Open the page of one address, or of several with commas between them."""
        from tui.explain_screen import ExplainScreen  # not before the first frame

        self.open(ExplainScreen(addresses.split(","), self.settings, self.desk))

    def on_spot_chosen(self, message: SpotChosen) -> None:
        self.explain(message.addresses)

    def on_journal_wanted(self, message: JournalWanted) -> None:
        self.desk.read_journal(message.query)

    def on_claims_wanted(self, _: ClaimsWanted) -> None:
        self.desk.read_claims()

    def on_journal_read_on(self, _: JournalReadOn) -> None:
        self.desk.read_on()

    def choose_theme(self, name: str) -> None:
        """Change the colours until the monitor is left."""
        self.theme = name
        self.deck.draw(self.view)

    def paint_anew(self) -> None:
        """Send the whole screen again: something else has written on it."""
        if isinstance(self._driver, PatientDriver):
            self._driver.forget()
        self.refresh(layout=True)

    def leave(self) -> None:
        """Quit, whatever else is going on."""
        if self._ending:
            self._ending.begin()
        self.exit()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.name == "engine" and event.state is WorkerState.ERROR:
            error = event.worker.error
            logger.error("the engine's client ended", exc_info=error)
            self.desk.on_link(Link(LinkState.FAILED, clean(f"The engine's client failed: {error}; see the log.")))

    def open(self, page: Screen[None]) -> None:
        """Lay `page` over the panes; one at a time."""
        if len(self.screen_stack) == 1:
            self.push_screen(page)

    def _answer(self, explained: Answer) -> None:
        if isinstance(self.screen, Page):
            self.screen.show(explained)

    def _publish(self, view: View) -> None:
        self.view = view
        if view.link.state is LinkState.REFUSED:
            self.leave()  # the sentence belongs on the command line that it is about

    def _ask(self, message: ToEngine) -> None:
        self._client.send(message)

    def _send(self, sequence: str) -> None:
        """Send the terminal what is no picture: a bell."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def _tick(self) -> None:
        """The second hand, on the second: of the market's time where that goes as ours does."""
        now = self.desk.market_time
        if not self.is_covered:
            self.deck.tick(now)
        self.set_timer(1.0 - now.microsecond / 1_000_000, self._tick)

    def _go_live(self) -> None:
        if not gc.isenabled():  # held off for the first frame; what has been made so far stays for good
            gc.freeze()
            gc.enable()
        self.run_worker(self._live(), name="engine", exit_on_error=False)

    async def _live(self) -> None:
        try:
            await self._client.run()
        finally:
            await self._client.close()

    async def _settle_size(self) -> None:
        event, self._resized = self._resized, None
        if event:
            await super().on_event(event)
