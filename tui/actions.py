"""Everything a person can make the monitor do, once: the keys, the palette and the help are all built from here.

Adding an action is one function here; a key for it is one line of `[keys]` in config.toml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from getpass import getuser
from typing import TYPE_CHECKING

from core.engine.messages import Notice
from tui.manners.suspend import suspend_group
from widgets.regime import REGIME

if TYPE_CHECKING:
    from tui.app import MonitorApp

Run = Callable[["MonitorApp"], None]


@dataclass(frozen=True, slots=True)
class Action:
    """`name` is the key of `[keys]`; `title` one or two words, `help` a sentence."""

    name: str
    title: str
    help: str
    group: str
    run: Run


ACTIONS: dict[str, Action] = {}


def action(group: str, title: str, text: str) -> Callable[[Run], Run]:
    """Enter a function under its own name."""

    def enter(run: Run) -> Run:
        ACTIONS[run.__name__] = Action(run.__name__, title, text, group, run)
        return run

    return enter


@action("Panes", "Next pane", "Move to the next pane")
def next_pane(app: "MonitorApp") -> None:
    app.deck.step_focus(1)


@action("Panes", "Previous pane", "Move to the previous pane")
def previous_pane(app: "MonitorApp") -> None:
    app.deck.step_focus(-1)


@action("Panes", "Maximize", "Give the focused pane the whole screen, and back again")
def maximize(app: "MonitorApp") -> None:
    app.deck.toggle_alone()


@action("Panes", "Explain", "Formula, inputs and past of the number under the cursor")
def explain(app: "MonitorApp") -> None:
    if chosen := app.deck.chosen:
        app.explain(chosen)
    else:
        app.notices.tell(Notice(text="No number is chosen here: the arrow keys move to one."))


@action("Panes", "Restore", "Back to all panes")
def restore(app: "MonitorApp") -> None:
    app.deck.restore()


@action("Chart", "Next pair", "Look at the next pair")
def next_pair(app: "MonitorApp") -> None:
    app.desk.step_pair(1)


@action("Chart", "Previous pair", "Look at the previous pair")
def previous_pair(app: "MonitorApp") -> None:
    app.desk.step_pair(-1)


@action("Chart", "Longer", "Look further back")
def longer(app: "MonitorApp") -> None:
    app.desk.step_lookback(1)


@action("Chart", "Shorter", "Look less far back")
def shorter(app: "MonitorApp") -> None:
    app.desk.step_lookback(-1)


@action("Chart", "Crosshair", "Read values off the chart, on and off")
def crosshair(app: "MonitorApp") -> None:
    app.deck.to_chart("toggle_crosshair")


@action("Chart", "Crosshair left", "Move the crosshair back by one session or minute")
def crosshair_left(app: "MonitorApp") -> None:
    app.deck.to_chart("move_crosshair", -1)


@action("Chart", "Crosshair right", "Move the crosshair forward by one session or minute")
def crosshair_right(app: "MonitorApp") -> None:
    app.deck.to_chart("move_crosshair", 1)


@action("Chart", "Crosshair far left", "Move the crosshair a large step back in time")
def crosshair_far_left(app: "MonitorApp") -> None:
    app.deck.to_chart("leap_crosshair", -1)


@action("Chart", "Crosshair far right", "Move the crosshair a large step forward in time")
def crosshair_far_right(app: "MonitorApp") -> None:
    app.deck.to_chart("leap_crosshair", 1)


@action("Map", "Map: group", "The rotation map of the next group: sizes, sectors")
def map_group(app: "MonitorApp") -> None:
    app.deck.to_page("rotation", "step_group")


@action("Map", "Map: pace", "The rotation map by weekly or by daily closes")
def map_pace(app: "MonitorApp") -> None:
    app.deck.to_page("rotation", "step_pace")


@action("Map", "Map: against", "The rotation map of pairs, or of their symbols against the whole market")
def map_against(app: "MonitorApp") -> None:
    app.deck.to_page("rotation", "step_against")


@action("Judgement", "Regime: who leads", "Who leads, since when, which pairs agree, and what would end it")
def regime(app: "MonitorApp") -> None:
    app.explain(",".join((REGIME, *app.view.snapshot.regime.measures)))


@action("Judgement", "Outlook", "Six dimensions, three horizons, and what would change them")
def outlook(app: "MonitorApp") -> None:
    app.deck.open_page("outlook")


@action("Journal", "Journal", "What became of every finding, newest first")
def journal(app: "MonitorApp") -> None:
    app.deck.open_page("journal")


@action("Journal", "Journal: filter", "Write which entries of the journal are shown")
def journal_filter(app: "MonitorApp") -> None:
    app.deck.to_page("journal", "edit_filter")


@action("Journal", "Journal: level", "The journal from the next level on")
def journal_level(app: "MonitorApp") -> None:
    app.deck.to_page("journal", "step_level")


@action("Journal", "Journal: follow", "The journal of the chosen finding alone, or of all again")
def journal_follow(app: "MonitorApp") -> None:
    app.deck.to_page("journal", "follow")


@action("Map", "Drivers", "The economy, credit, rates and wages as published: value, day, change, past, level")
def drivers(app: "MonitorApp") -> None:
    app.deck.open_page("drivers")


@action("Map", "Sectors", "Small against large in each sector, each against the index, and where the gap comes from")
def sectors(app: "MonitorApp") -> None:
    app.deck.open_page("sectors")


@action("Map", "Valuation", "What is paid for small and for large caps, how their earnings grow, flows and crowding")
def valuation(app: "MonitorApp") -> None:
    app.deck.open_page("valuation")


@action("Claims", "Claims", "What people claim of small caps, against the data")
def claims(app: "MonitorApp") -> None:
    app.deck.open_page("claims")


@action("Risk", "Acknowledge", "Say that the chosen finding was seen: it is not told again until it rises")
def acknowledge(app: "MonitorApp") -> None:
    app.desk.acknowledge(app.deck.chosen_finding, getuser())


@action("Risk", "Snooze", "Let the chosen finding be silent until the exchange opens again")
def snooze(app: "MonitorApp") -> None:
    app.desk.snooze(app.deck.chosen_finding, getuser())


@action("Data", "Refresh", "Ask the source for new prices now, within its budget")
def refresh(app: "MonitorApp") -> None:
    app.desk.refresh()


@action("Replay", "Pause", "Hold the recording, or go on with it")
def pause(app: "MonitorApp") -> None:
    app.desk.pause()


@action("Replay", "Step", "Play one minute of the recording")
def step(app: "MonitorApp") -> None:
    app.desk.step()


@action("Replay", "Faster", "Play the recording faster")
def faster(app: "MonitorApp") -> None:
    app.desk.change_speed(1)


@action("Replay", "Slower", "Play the recording slower")
def slower(app: "MonitorApp") -> None:
    app.desk.change_speed(-1)


@action("Program", "Help", "What the focused pane shows, and all keys")
def help(app: "MonitorApp") -> None:  # noqa: A001 - the name is the key of [keys]
    from tui.help import build_help  # lists the actions

    app.open(build_help(app))


@action("Program", "Palette", "Find any action, pair or lookback by name")
def palette(app: "MonitorApp") -> None:
    from tui.palette import build_palette  # lists the actions

    app.open(build_palette(app))


@action("Program", "Redraw", "Paint the whole screen again, where another program has written on it")
def redraw(app: "MonitorApp") -> None:
    app.paint_anew()


@action("Program", "Suspend", "Back to the shell; `fg` returns here")
def suspend(app: "MonitorApp") -> None:
    if not suspend_group():
        app.notices.tell(Notice(text="There is no shell below to come back from."))


@action("Program", "Quit", "Leave; the engine lingers for a while")
def quit(app: "MonitorApp") -> None:  # noqa: A001 - the name is the key of [keys]
    app.leave()
