"""A small table for the averages pane that has the screen to itself: how many constituents of a fund take part."""

import textwrap

from rich.style import Style

from core.settings import Settings
from core.snapshot import Measure, Snapshot
from widgets.canvas import Row
from widgets.curves import EXCHANGE_ZONE
from widgets.format import MISSING, format_clock, format_number, format_percent, format_provisional, to_number
from widgets.grid import Cell, Column, Line, to_rows
from widgets.spots import at
from widgets.tone import Tone

NO_LIST = "Breadth of constituents: needs a holdings file; name one under [breadth] in the settings."
_SHARES = ("above_20", "above_50", "above_200", "above_50_weighted", "advances", "ahead_63d")
_NO_THRUST = "none"
_COLUMNS = (
    Column("breadth", 7, left=True, grows=False),
    Column(">20d", 5),
    Column(">50d", 5),
    Column(">200", 5),
    Column(">50 cap", 7, gives_way=2),
    Column("rising", 6, gives_way=2),
    Column("ahead 63d", 9, gives_way=3),
    Column("highs-lows", 10, gives_way=1),
    Column("thrust", 10, gives_way=6),
    Column("spread", 6, gives_way=7),
    Column("counted", 9, gives_way=4),
    Column("list of", 10, gives_way=5),
)


def build_breadth(snapshot: Snapshot, settings: Settings, tone: Tone, width: int) -> list[Row]:
    """A row a fund that has a list, in percent of its constituents; without any list the reason."""
    funds = tuple(settings.breadth.funds)
    muted = tone.style("muted")
    if not funds:
        return [[(line, muted)] for line in textwrap.wrap(NO_LIST, width)]
    rows = to_rows(_COLUMNS, [_line(snapshot, fund, tone) for fund in funds], width, tone)
    told = "Percent of today's constituents: those that left are not in the past, which looks better than it was."
    return [*rows, [(told, muted)], *_tell_now(snapshot, funds, muted)]


def _tell_now(snapshot: Snapshot, funds: tuple[str, ...], muted: Style) -> list[Row]:
    """Of when the newest prices are that some of the numbers rest on."""
    counted = [snapshot.measure(f"{fund}.breadth_covered_now") for fund in funds]
    times = [measure.as_of for measure in counted if measure.value is not None and measure.as_of]
    if not times:
        return []
    oldest = format_clock(min(times).astimezone(EXCHANGE_ZONE))
    return [[(f"~ counted with the constituents' prices of {oldest}", muted)]]


def _line(snapshot: Snapshot, fund: str, tone: Tone) -> Line:
    name: Cell = (fund, tone.style("bright", bold=True))
    names = [_newest(snapshot, f"{fund}.breadth_{kind}") for kind in _SHARES]
    shown = [snapshot.measure(name) for name in names]
    if all(measure.value is None for measure in shown):
        return Line([name], note=(shown[0].reason or MISSING, at(tone.style("muted"), f"{fund}.breadth_{_SHARES[0]}")))
    extremes = tuple(_newest(snapshot, f"{fund}.breadth_new_{kind}_252d") for kind in ("highs", "lows"))
    counts = (_newest(snapshot, f"{fund}.breadth_covered"), f"{fund}.breadth_listed")
    highs, lows, covered, listed = (_count(snapshot, address) for address in (*extremes, *counts))
    day = snapshot.measure(f"{fund}.breadth_list_date").value
    thrusts = tuple(f"{fund}.breadth_{kind}" for kind in ("thrust_last", "advances_ema_10d"))
    thrust, spread = _thrust(snapshot, fund), f"{fund}.constituents_spread_edge_21d"
    return Line(
        [
            name,
            *((_share(measure), at(tone.style("text"), name)) for name, measure in zip(names, shown, strict=True)),
            (f"{highs}-{lows}", at(tone.style("text"), *extremes)),
            (thrust, at(tone.style("text" if thrust != _NO_THRUST else "muted"), *thrusts)),
            (format_percent(to_number(snapshot.measure(spread)), 2, signed=False), at(tone.style("muted"), spread)),
            (f"{covered}/{listed}", at(tone.style("muted"), *counts)),
            (str(day or MISSING), at(tone.style("muted"), f"{fund}.breadth_list_date")),
        ]
    )


def _thrust(snapshot: Snapshot, fund: str) -> str:
    """The day of the last one; a dash where it cannot be told."""
    last, smoothed = (snapshot.measure(f"{fund}.breadth_{kind}") for kind in ("thrust_last", "advances_ema_10d"))
    return str(last.value or (MISSING if smoothed.value is None else _NO_THRUST))


def _newest(snapshot: Snapshot, address: str) -> str:
    """The address of the same as it stands now, where that is known."""
    now = f"{address}_now"
    return address if snapshot.measure(now).value is None else now


def _share(measure: Measure) -> str:
    return format_provisional(format_percent(to_number(measure), 0, signed=False), measure.provisional)


def _count(snapshot: Snapshot, address: str) -> str:
    return format_number(to_number(snapshot.measure(address)), 0)
