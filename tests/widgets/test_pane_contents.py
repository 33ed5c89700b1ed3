"""What the tables and bars say of the scene, word by word."""

import re
from datetime import timedelta

import msgspec
import pytest
from scene import LIVE, NOW, SIMULATED, build_findings, build_scene, build_settings, build_view
from stage import Stage, seen

from core.rules.level import Level
from core.rules.status import RuleStatus
from core.snapshot import EMPTY, Finding, Health, Measure, Phase, Progress, Snapshot, SourceInfo, SubjectState
from widgets.averages import AveragesPane, format_flip, to_standing
from widgets.bars import to_bar, to_range, to_spark
from widgets.breadth_table import NO_LIST
from widgets.doubt import format_doubt
from widgets.gaps import GapsPane
from widgets.pane import Pane
from widgets.risk import RiskPane
from widgets.tone import TONES
from widgets.view import View
from widgets.volatility import VolatilityPane

PLAIN = TONES["dark"].style()


async def shown(pane: Pane, view: View, size: tuple[int, int] = (60, 10), keys: tuple[str, ...] = ()) -> list[str]:
    """The pane's rows after `keys`, without the frame's sides."""
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(view)
        await pilot.press(*keys)
        await pilot.pause()
        return [row.strip("│").rstrip() for row in seen(pane)]


async def test_gaps() -> None:
    rows = await shown(GapsPane(build_settings()), build_view(), (60, 9))
    assert rows[0].startswith("╭─ ² Gap by horizon")
    assert rows[1].split() == ["pair", "1D", "1W", "1M", "3M", "6M", "YTD", "1Y"]
    assert rows[2].split() == ["IWM/SPY", "~-0.42", "~-1.31", "~-2.85", "~-6.12", "~-3.40", "~-1.22", "~-4.75"]
    assert rows[5].split()[-1] == "~-11.2"
    assert len({row.rindex(".") for row in rows[2:5]}) == 1


async def test_gaps_mark_the_pair_of_the_chart() -> None:
    pane = GapsPane(build_settings())
    async with Stage(pane).run_test(size=(60, 9)) as pilot:
        pane.show(build_view(pair="MDY/SPY"))
        await pilot.pause()
        bold = {
            s.text.split()[0] for y in range(2, 8) for s in pane.row(y) if s.style and s.style.bold and s.text.strip()
        }
        assert bold == {"MDY/SPY"}


async def test_gaps_of_a_confirmed_session_carry_no_mark() -> None:
    scene = build_scene()
    measures = {a: msgspec.structs.replace(m, provisional=False) for a, m in scene.measures.items()}
    rows = await shown(GapsPane(build_settings()), build_view(msgspec.structs.replace(scene, measures=measures)))
    assert "~" not in "".join(rows)


@pytest.mark.parametrize(("phase", "muted"), [(Phase.OPEN, True), (Phase.POST, False)])
async def test_numbers_of_an_earlier_session_are_dimmed_while_the_exchange_is_open(phase: Phase, muted: bool) -> None:
    """A recording without a symbol: its gap of one day is yesterday's, beside others of today."""
    scene = build_scene(phase=phase)
    behind = msgspec.structs.replace(scene.quality["IJR/SPY"], last_session="2020-01-02", provisional=False)
    pane = GapsPane(build_settings())
    async with Stage(pane).run_test(size=(80, 9)) as pilot:
        pane.show(build_view(msgspec.structs.replace(scene, quality={**scene.quality, "IJR/SPY": behind})))
        await pilot.pause()
        cells = [s for y in range(2, 8) for s in pane.row(y) if "IJR/SPY" in s.text]
        assert [cell.style == pane.tone.style("muted") for cell in cells] == [muted]


def of_yesterday(*subjects: str) -> Snapshot:
    """The open session, in which some have not traded: nothing is wrong with what is known of them."""
    scene = build_scene()
    since = scene.session.opens - timedelta(hours=16) if scene.session.opens else None
    earlier = {s: msgspec.structs.replace(scene.quality[s], last_session="2026-11-19", as_of=since) for s in subjects}
    return msgspec.structs.replace(scene, quality=scene.quality | earlier)


def doubting(snapshot: Snapshot, **states: SubjectState) -> Snapshot:
    """The same with other states of some symbols."""
    changed = {s: msgspec.structs.replace(snapshot.quality[s], state=state) for s, state in states.items()}
    return msgspec.structs.replace(snapshot, quality=snapshot.quality | changed)


ALL = ["pair", "1D", "1W", "1M", "3M", "6M", "YTD", "1Y"]


@pytest.mark.parametrize(
    ("width", "label", "note"), [(60, "IJR/SPY*", "* 22h old"), (80, "IJR/SPY 22h old", "small minus large")]
)
async def test_a_gap_of_an_earlier_session_says_so_and_costs_no_column(width: int, label: str, note: str) -> None:
    rows = await shown(GapsPane(build_settings()), build_view(of_yesterday("IJR/SPY")), (width, 9))
    assert rows[3].startswith(f" {label} ")
    assert rows[1].split() == ALL
    assert f" {note} ─╯" in rows[-1]


async def test_stale_gaps_cost_no_column_and_are_told_on_the_frame() -> None:
    """Every reason once, and a name as long as its column keeps its distance from the number."""
    scene = build_scene(**dict.fromkeys(("IWM_SPY", "^RUT_^GSPC"), SubjectState.STALE), MDY_SPY=SubjectState.ASYNC)
    rows = await shown(GapsPane(build_settings()), build_view(scene), (60, 9))
    assert rows[1].split() == ALL
    assert [row.split()[0] for row in rows[2:8]] == [
        "IWM/SPY*", "IJR/SPY", "MDY/SPY*", "IWM/RSP", "RSP/SPY", "RUT/GSPC*~+0.24"
    ]  # fmt: skip
    assert rows[2].startswith(" IWM/SPY* ~-0.42 ")
    assert "* stale 12s, async 12s ─╯" in rows[-1]


async def test_the_longest_name_is_not_glued_to_its_number() -> None:
    rows = await shown(GapsPane(build_settings()), build_view(), (60, 9))
    assert rows[7].startswith(" RUT/GSPC ~+0.24 ")
    assert rows[1].split() == ALL


async def test_only_pairs_of_the_settings_have_a_row() -> None:
    """Others are measured for the matrix of averages alone."""
    settings = build_settings()
    alone = msgspec.structs.replace(
        settings, universe=msgspec.structs.replace(settings.universe, pairs=("IWM/SPY",), averages=("IJR/SPY",))
    )
    rows = await shown(GapsPane(alone), build_view(), (60, 9))
    assert "IWM/SPY" in rows[2]
    assert not any("IJR" in row for row in rows)


async def test_states_of_doubtful_rows_have_no_colour() -> None:
    snapshot = doubting(of_yesterday("IJR"), MDY=SubjectState.STALE, SPY=SubjectState.ASYNC)
    pane = AveragesPane(build_settings())
    async with Stage(pane).run_test(size=(60, 9)) as pilot:
        pane.show(build_view(snapshot))
        await pilot.pause()
        words = ("bounce", "22h old", "12s old", "12s old", "all dn")
        assert all(word in row for word, row in zip(words, seen(pane)[2:], strict=False))
        coloured = {pane.tone.style(role).color for role in ("up", "down", "watch")}
        grey = [not any(s.style and s.style.color in coloured for s in pane.row(y)) for y in range(2, 8)]
        assert grey == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("seconds", "width", "words"),
    [(420, 80, "stale 7m"), (420, 8, "stale 7m"), (79_200, 80, "stale 22h"), (79_200, 8, "22h old")],
)
def test_doubt_in_the_room_there_is(seconds: int, width: int, words: str) -> None:
    scene = build_scene(IWM=SubjectState.STALE)
    old = msgspec.structs.replace(scene.quality["IWM"], as_of=NOW - timedelta(seconds=seconds))
    assert format_doubt(msgspec.structs.replace(scene, quality={"IWM": old}), "IWM", width) == words


async def test_volatility_of_another_time_has_no_colour_and_says_so() -> None:
    pane = VolatilityPane(build_settings())
    async with Stage(pane).run_test(size=(60, 10)) as pilot:

        async def roles(snapshot: Snapshot) -> set[str]:
            pane.show(build_view(snapshot))
            await pilot.pause()
            styles = {s.style for y in range(1, 9) for s in pane.row(y)}
            named = {"small": ("small", True), "large": ("large", True), "picture": ("small", False)}
            return {name for name, (role, bold) in named.items() if pane.tone.style(role, bold=bold) in styles}

        assert await roles(build_scene()) == {"small", "large", "picture"}
        old = of_yesterday("IWM", "SPY")
        assert await roles(old) == set()
        assert "~27.4% 22h old " in seen(pane)[1]


async def test_doubtful_pairs_say_so() -> None:
    view = build_view(build_scene(IJR_SPY=SubjectState.STALE, MDY_SPY=SubjectState.MISSING))
    rows = await shown(GapsPane(build_settings()), view, (80, 9))
    assert rows[3].split()[:3] == ["IJR/SPY", "stale", "12s"]
    assert rows[4].split(maxsplit=1) == ["MDY/SPY", "MDY/SPY last traded 7 minutes ago"]


async def test_gaps_with_room_say_who_moved() -> None:
    rows = await shown(GapsPane(build_settings()), build_view(), (100, 16), ("down",))
    at = next(i for i, row in enumerate(rows) if "Returns of the legs" in row)
    assert rows[at + 1].split()[0] == "IJR/SPY"
    assert rows[at + 2].split()[:2] == ["IJR", "~+1.79"]
    assert rows[at + 3].split()[:2] == ["SPY", "~+2.10"]
    assert rows[at + 4].split()[:2] == ["ratio", "~-0.30"]


@pytest.mark.parametrize(("height", "pairs"), [(40, 6), (38, 6), (36, 6), (35, 6), (34, 5), (20, 2), (14, 0)])
async def test_who_moved_leaves_no_pair_out_without_a_word(height: int, pairs: int) -> None:
    rows = await shown(GapsPane(build_settings()), build_view(), (121, height))
    assert sum(row.split()[:1] == ["ratio"] for row in rows) == pairs
    assert f"who moved: {pairs} of 6 pairs" in rows[-1] if 0 < pairs < 6 else "small minus large" in rows[-1]


@pytest.mark.parametrize("kind", [GapsPane, AveragesPane, VolatilityPane])
async def test_a_pane_is_whole_in_its_full_height(kind: type[Pane]) -> None:
    """One row less would lose something; more are blank."""
    scene = build_scene()
    cone = scene.cones["IWM"][:1] * 6
    view = build_view(msgspec.structs.replace(scene, cones={"IWM": cone, "SPY": cone}))
    full = kind(build_settings()).full_height
    assert full is not None

    async def filled(height: int) -> list[str]:
        return [row for row in (await shown(kind(build_settings()), view, (121, height)))[1:-1] if row.strip()]

    whole = await filled(full)
    if kind not in (VolatilityPane, AveragesPane):  # which have tables for a screen of their own
        assert await filled(full + 6) == whole
    if kind is not GapsPane:  # which first does without its blank rows
        assert len(await filled(full - 1)) < len(whole)


async def test_a_table_that_does_not_fit_scrolls() -> None:
    rows = await shown(GapsPane(build_settings()), build_view(), (60, 6))
    assert rows[-1].endswith("+3 more ─╯")
    rows = await shown(GapsPane(build_settings()), build_view(), (60, 6), ("end",))
    assert rows[-1].endswith("+3 above ─╯")
    assert rows[1].split()[0] == "pair"
    assert "GSPC" in rows[4]


async def test_averages() -> None:
    rows = await shown(AveragesPane(build_settings()), build_view(), (60, 9))
    assert rows[1].split() == ["symbol", "last", "20", "50", "200", "state", "since", "flips", "at"]
    assert rows[2].split() == ["IWM", "~218.42", "▲", "▼", "▼", "●", "bounce", "18", "Nov", "~221.04", "20d"]
    assert rows[5].split()[:7] == ["SPY", "~684.90", "▲", "▲", "▲", "▲", "all"]
    assert rows[6].split()[1:9] == ["~0.3190", "▼", "▼", "▼", "▼", "all", "dn", "9"]


@pytest.mark.parametrize(("width", "more"), [(80, 0), (120, 3)])
async def test_averages_with_room_say_where_every_trend_would_turn(width: int, more: int) -> None:
    """Worked from the scene: IWM at 218.42, its 50-session flip 2.1 % above, its 20-session one 1.2 % above."""
    rows = await shown(AveragesPane(build_settings()), build_view(), (width, 22))
    at = next(i for i, row in enumerate(rows) if "Turning points" in row)
    assert rows[at + 1].split()[:3] == ["symbol", "20d", "away"]
    days = ("18 Nov", "3 Nov", "17 Nov") if more else ("",) * 3
    cells = (("▲~221.04", "+1.2%"), ("▼~223.01", "+2.1%"), ("▼~228.47", "+4.6%"))
    told = [part for cell, day in zip(cells, days, strict=True) for part in (*cell, *day.split())]
    assert rows[at + 2].split() == ["IWM", *told]
    assert [row.split()[0] for row in rows[at + 2 : at + 8]] == list(build_settings().universe.averages)
    assert " ".join(row.strip() for row in rows[at + 9 : at + 11]).strip() == NO_LIST


@pytest.mark.parametrize(
    ("standing", "written", "sign"),
    [
        ("all up", "all up", "up"),
        ("all down", "all dn", "down"),
        ("golden", "golden", "up"),
        ("death", "death", "down"),
        ("dip", "dip", "mixed"),
        ("bounce", "bounce", "mixed"),
        ("below 50", "<50d", "mixed"),
        ("below 200", "<200d", "down"),
        (None, "too short", ""),
    ],
)
def test_states_in_words(standing: str | None, written: str, sign: str) -> None:
    measures = {"X.standing": Measure(standing, "state", None), "X.standing_since": Measure("2026-11-18", "date", None)}
    found = to_standing(msgspec.structs.replace(EMPTY, measures=measures), "X")
    assert (found.word, found.sign, found.since) == (written, sign, "2026-11-18")


def test_the_nearest_flip_is_named() -> None:
    measures = {"X.next_flip": Measure(102.0, "price", None), "X.next_flip_days": Measure(50, "sessions", None)}
    assert format_flip(msgspec.structs.replace(EMPTY, measures=measures), "X") == "102.00  50d"
    assert format_flip(EMPTY, "X") == "—"


async def test_volatility() -> None:
    rows = await shown(VolatilityPane(build_settings()), build_view(), (60, 10))
    assert rows[1].split()[:4] == ["IWM", "~27.4%", "20d", "ann"]
    assert rows[1].split()[-3:] == ["5y", "pct", "88"]
    assert rows[3].split()[:2] == ["small/large", "~1.70×"]
    assert rows[3].endswith(" 1y pct  96")
    assert rows[4].split() == ["cone", "p10", "IWM,", "5y", "range", "p90", "now"]
    assert [rows[y].split()[0] for y in range(5, 9)] == ["10d", "20d", "60d", "120d"]
    assert [rows[y].split()[-1] for y in range(5, 9)] == ["29.8", "27.4", "24.0", "21.9"]
    places = [rows[y].index("●") for y in range(5, 9)]
    assert len({rows[y].index("├") for y in range(5, 9)}) == 1
    assert places == sorted(places, reverse=True)


async def test_volatility_without_numbers_gives_the_reason() -> None:
    scene = build_scene()
    measures = scene.measures | {"IWM.volatility_20d": Measure(None, "fraction", None, reason="12 of 21 closes")}
    rows = await shown(VolatilityPane(build_settings()), build_view(msgspec.structs.replace(scene, measures=measures)))
    assert "12 of 21 closes" in rows[1]


async def test_risk() -> None:
    rows = await shown(RiskPane(build_settings()), build_view(), (100, 8))
    assert "1 crit 2 warn 1 watch 1 info" in rows[0]
    assert [row.split()[0] for row in rows[1:6]] == ["CRIT", "WARN", "WARN", "WATCH", "INFO"]
    assert rows[1].endswith("~20 Nov")
    assert rows[5].split()[-3:] == ["blocked", "18", "Nov"]


def crowded(**fields: object) -> Finding:
    text = "^RUT/^GSPC crowding 74 of 100; 1.2 daily deviations over its 50-session average"
    given = {"rule": "crowding", "subject": "^RUT/^GSPC", "level": Level.WATCH, "text": text, "since": "2026-11-06"}
    return Finding(**given | fields)  # type: ignore[arg-type]


async def test_the_date_gives_way_to_the_end_of_a_first_part() -> None:
    high = "IWM/SPY 2.8 % under its 63-session high, 14 sessions below"
    finding = crowded(text=high, releasing=Progress(level=Level.INFO, closes=1, needed=3))
    snapshot = msgspec.structs.replace(build_scene(), findings=(finding,) * 4)
    rows = await shown(RiskPane(build_settings()), build_view(snapshot), (60, 6))
    assert rows[1].strip().split(maxsplit=1) == ["WATCH", "IWM/SPY 2.8 % under its 63-session high…    ↓1/3"]


@pytest.mark.parametrize(("width", "words"), [(60, "↓1/3 ~6 Nov"), (100, "easing 1/3  ~6 Nov")])
async def test_a_level_that_is_easing_says_so_and_sentences_end_at_a_comma(width: int, words: str) -> None:
    """At 120 columns the pane is 60 wide; as many findings as rows leave each of them one."""
    easing = Progress(level=Level.INFO, closes=1, needed=3)
    finding = crowded(releasing=easing, uncalibrated=True, provisional=True)
    snapshot = msgspec.structs.replace(build_scene(), findings=(finding,) * (4 if width == 60 else 1))
    rows = await shown(RiskPane(build_settings()), build_view(snapshot), (width, 6))
    assert rows[1].startswith("  WATCH? " + ("RUT/GSPC crowding 74 of 100…" if width == 60 else "^RUT/^GSPC crowding"))
    assert rows[1].endswith(f" {words}")


async def test_risk_wraps_where_there_is_room_and_scrolls_where_there_is_none() -> None:
    rows = await shown(RiskPane(build_settings()), build_view(), (50, 20))
    assert "five years" in "".join(rows)
    rows = await shown(RiskPane(build_settings()), build_view(), (50, 5))
    assert rows[-1].endswith("+2 more ─╯")
    rows = await shown(RiskPane(build_settings()), build_view(), (50, 5), ("down",) * 5)
    assert rows[-1].endswith("+2 above ─╯")
    assert rows[3].split()[0] == "INFO"


async def test_nothing_to_warn_of() -> None:
    rules = tuple(RuleStatus(name=f"r{n}", source="", text="", state="watching") for n in range(16))
    quiet = msgspec.structs.replace(build_scene(), findings=(), rules=rules)
    rows = await shown(RiskPane(build_settings()), build_view(quiet), (60, 8))
    assert rows[1].split() == ["OK", "nothing", "to", "warn", "of", "(16", "rules", "watch)"]
    assert (await shown(RiskPane(build_settings()), View()))[1].strip() == "The engine is starting."
    offline = SourceInfo(name="yahoo", is_live=True, health=Health.ERROR, reason="no network")
    view = View(msgspec.structs.replace(EMPTY, source=offline), link=LIVE)
    assert "Nothing has come from yahoo yet: no network." in (await shown(RiskPane(build_settings()), view))[1]


async def test_risk_puts_the_worst_first() -> None:
    findings = build_findings()[::-1]
    view = build_view(msgspec.structs.replace(build_scene(source=SIMULATED), findings=findings))
    pane = RiskPane(build_settings())
    await shown(pane, view)
    assert [f.level for f in pane.findings()] == [Level.CRITICAL, Level.WARN, Level.WARN, Level.WATCH, Level.INFO]


def test_sparklines_go_from_lowest_to_highest() -> None:
    assert to_spark([0.0, 7.0, None, 3.5], 4) == "▁█ ▅"
    assert to_spark([1.0, 1.0], 4) == "  ▁▁"
    assert to_spark([None], 3) == "   "
    assert to_spark([1.0, 2.0, 3.0], 2) == "▁█"
    assert to_spark([1.0], 0) == ""


def test_bars_fill_their_share() -> None:
    def text(share: float | None) -> str:
        return "".join(part for part, _ in to_bar(share, 4, PLAIN, PLAIN))

    assert [text(s) for s in (0.0, 0.5, 1.0, 7.0, -1.0, None)] == ["────", "━━──", "━━━━", "━━━━", "────", "────"]


@pytest.mark.parametrize(
    ("now", "picture"), [(10, "●───┼───┤"), (30, "├───┼───●"), (20, "├───●───┤"), (99, "├───┼───●"), (25, "├───┼─●─┤")]
)
def test_the_range_keeps_its_point_within(now: float, picture: str) -> None:
    assert "".join(text for text, _ in to_range(10, 20, 30, now, 9, PLAIN, PLAIN)) == picture


async def test_the_frame_goes_on_one_blank_after_what_it_says() -> None:
    rows = await shown(RiskPane(build_settings()), build_view())
    assert re.search(r" info ─+╮$", rows[0])


@pytest.mark.parametrize("size", [(60, 9), (80, 9)])
async def test_the_gap_of_a_year_does_not_resend_those_of_shorter_horizons(size: tuple[int, int]) -> None:
    pane = GapsPane(build_settings())
    app = Stage(pane)
    async with app.run_test(size=size) as pilot:
        pane.show(build_view())
        await pilot.pause()
        scene = build_scene()
        address = "IWM/SPY.gap_252d"
        other = msgspec.structs.replace(scene.measures[address], value=-0.0476)
        app.sent = 0
        pane.show(build_view(msgspec.structs.replace(scene, measures={**scene.measures, address: other})))
        await pilot.pause()
        assert "~-4.76" in seen(pane)[2]
        assert 0 < app.sent < 110, "the row is about 300 bytes"
