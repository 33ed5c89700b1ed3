"""Header and footer: what they say in each state of market, source and link, and what a second costs."""

from datetime import datetime, timedelta

import msgspec
import pytest
from scene import LOST, NOW, SIMULATED, build_scene, build_session, build_settings, build_view
from stage import Stage, seen

from core.engine.link import Link, LinkState
from core.snapshot import EMPTY, Health, Phase, Quality, SourceInfo, SubjectState
from widgets.footer import Footer
from widgets.header import Header
from widgets.keys import to_key
from widgets.view import View


async def header(view: View, width: int = 120, later: float | None = 0) -> str:
    widget = Header(build_settings())
    async with Stage(widget).run_test(size=(width, 3)) as pilot:
        widget.show(view)
        if later is not None:
            widget.tick(NOW + timedelta(seconds=later))
        await pilot.pause()
        return seen(widget)[0]


async def footer(view: View, width: int = 120, later: float = 0) -> str:
    widget = Footer(build_settings())
    async with Stage(widget).run_test(size=(width, 3)) as pilot:
        widget.show(view)
        widget.tick(NOW + timedelta(seconds=later))
        await pilot.pause()
        return seen(widget)[0]


async def test_an_open_session() -> None:
    row = await header(build_view())
    assert row.split()[:6] == ["SMID", "IWM", "vs", "SPY", "~0.3190", "▼0.41%"]
    assert "NYSE ● open ━━━━━━━━━━━━━─ closes 28m  data 10s  15:32:08 ET" in row


async def test_the_half_width_keeps_what_matters() -> None:
    row = await header(build_view(build_scene(source=SIMULATED)), 80)
    assert " SIMULATED " in row
    assert "~0.3190" in row
    assert row.rstrip().endswith("● open 28m  data 10s  15:32:08 ET")
    assert " SIMULATED " in await header(build_view(build_scene(source=SIMULATED)), 40)


REPLAYED = msgspec.structs.replace(SIMULATED, label="REPLAY 2026-03-24", ends=NOW + timedelta(hours=1), speed=600.0)


@pytest.mark.parametrize("state", [SubjectState.OK, SubjectState.STALE])
@pytest.mark.parametrize("source", [None, SIMULATED, REPLAYED, msgspec.structs.replace(REPLAYED, paused=True)])
@pytest.mark.parametrize("width", range(80, 130, 3))
async def test_the_age_of_the_data_is_always_told(width: int, source: SourceInfo | None, state: SubjectState) -> None:
    row = await header(build_view(build_scene(source=source, IWM_SPY=state)), width, later=240)
    assert ("data 4m" if state is SubjectState.OK else "stale 4m") in row
    assert source is None or source.label in row
    assert "15:3" in row


@pytest.mark.parametrize(
    ("source", "state", "words"),
    [
        (None, SubjectState.OK, "IWM/SPY  ~0.3190 ▼0.41%    data 4m"),
        (SIMULATED, SubjectState.OK, " SIMULATED   IWM/SPY  ~0.3190      4m"),
        (SIMULATED, SubjectState.STALE, " SIMULATED   IWM/SPY  stale 4m  15:36"),
        (REPLAYED, SubjectState.OK, " REPLAY 2026-03-24 600x   IWM/SPY  4m"),
    ],
)
async def test_the_smallest_screen_keeps_badge_and_age(
    source: SourceInfo | None, state: SubjectState, words: str
) -> None:
    row = await header(build_view(build_scene(source=source, IWM_SPY=state)), 40, later=240)
    assert row.split() == words.split()
    assert "…" not in row


async def test_what_is_missing_has_no_age() -> None:
    quality = {"IWM/SPY": Quality(state=SubjectState.MISSING, reason="no data")}
    row = await header(build_view(msgspec.structs.replace(build_scene(), quality=quality)))
    assert "closes 28m  missing  15:32:08 ET" in row


async def test_the_age_of_an_earlier_session_is_not_green() -> None:
    scene = build_scene()
    behind = msgspec.structs.replace(scene.quality["IWM/SPY"], last_session="2020-01-02")
    widget = Header(build_settings())
    async with Stage(widget).run_test(size=(120, 3)) as pilot:
        for quality, role in ((scene.quality, "up"), ({"IWM/SPY": behind}, "watch")):
            widget.show(build_view(msgspec.structs.replace(scene, quality=quality)))
            await pilot.pause()
            style = widget.tone.style(role, on="surface")
            assert "10s" in [cell.text.strip() for cell in widget.row(0) if cell.style == style]


async def test_the_time_of_a_view_is_shown_with_it() -> None:
    """Not that of the tick before: a replay's first snapshot came months after its own clock."""
    widget = Header(build_settings())
    async with Stage(widget).run_test(size=(120, 3)) as pilot:
        widget.show(View(now=NOW + timedelta(days=241)))
        widget.tick(NOW + timedelta(days=241))
        widget.show(View(msgspec.structs.replace(EMPTY, source=REPLAYED), now=NOW + timedelta(days=241)))
        assert "ENDED" not in seen(widget)[0]
        widget.show(build_view(build_scene(source=REPLAYED), now=NOW))
        await pilot.pause()
        assert "closes 28m  data 10s  15:32:08 ET" in seen(widget)[0]


@pytest.mark.parametrize(
    ("phase", "words"),
    [(Phase.PRE, "● pre-market opens in 2d 17h"), (Phase.POST, "● after hours opens in 2d 17h"),
     (Phase.CLOSED, "● closed opens in 2d 17h")],
)  # fmt: skip
async def test_the_other_phases(phase: Phase, words: str) -> None:
    assert words in await header(build_view(build_scene(phase=phase)))


async def test_a_half_day_says_so() -> None:
    session = msgspec.structs.replace(build_session(), is_half_day=True)
    assert "● half day" in await header(build_view(msgspec.structs.replace(build_scene(), session=session)))


async def test_stale_data_say_so() -> None:
    assert "stale 3m" in await header(build_view(build_scene(IWM_SPY=SubjectState.STALE)), later=180)


@pytest.mark.parametrize(
    ("state", "muted"), [(SubjectState.OK, False), (SubjectState.STALE, True), (SubjectState.ASYNC, True)]
)
async def test_numbers_that_are_not_of_now_are_dimmed(state: SubjectState, muted: bool) -> None:
    widget = Header(build_settings())
    async with Stage(widget).run_test(size=(120, 3)) as pilot:
        widget.show(build_view(build_scene(IWM_SPY=state)))
        await pilot.pause()
        grey = widget.tone.style("muted", on="surface")
        dimmed = "".join(cell.text for cell in widget.row(0) if cell.style == grey)
        assert ("~0.3190" in dimmed) == ("0.41%" in dimmed) == muted


async def test_a_recording_says_how_it_plays() -> None:
    source = msgspec.structs.replace(SIMULATED, label="REPLAY 2026-03-24", speed=60.0)
    assert " REPLAY 2026-03-24 60x " in await header(build_view(build_scene(source=source)))
    paused = msgspec.structs.replace(source, paused=True)
    assert " REPLAY 2026-03-24 PAUSED " in await header(build_view(build_scene(source=paused)))
    over = msgspec.structs.replace(paused, ends=NOW)
    assert " REPLAY 2026-03-24 ENDED " in await header(build_view(build_scene(source=over)))
    assert " REPLAY 2026-03-24 ENDED " in await header(build_view(build_scene(source=REPLAYED)), later=3_600)


async def test_labels_are_reversed() -> None:
    widget = Header(build_settings())
    async with Stage(widget).run_test(size=(120, 3)) as pilot:
        widget.show(build_view(build_scene(source=SIMULATED), link=LOST))
        await pilot.pause()
        reverse = [s.text.strip() for s in widget.row(0) if s.style and s.style.reverse]
        assert reverse == ["SIMULATED", "LAST KNOWN 0s"]


async def test_the_last_known_has_its_age_and_the_reason() -> None:
    row = await header(build_view(link=LOST), later=3 * 3600)
    assert "LAST KNOWN 3h" in row
    assert "The engine went away; starting another one." in row


async def test_before_anything() -> None:
    assert await header(View(), later=None) == f"  SMID   STARTING {' ' * 102}"
    failed = View(link=Link(LinkState.FAILED, "No engine: the disk is full."))
    row = await header(failed, later=None)
    assert "NO ENGINE" in row
    assert "No engine: the disk is full." in row


async def test_a_second_costs_the_clocks_seconds() -> None:
    widget = Header(build_settings())
    app = Stage(widget)
    async with app.run_test(size=(120, 3)) as pilot:
        widget.show(build_view())
        widget.tick(NOW)
        await pilot.pause()
        costs = []
        for second in range(1, 121):
            app.sent = 0
            widget.tick(NOW + timedelta(seconds=second))
            await pilot.pause()
            costs.append(app.sent)
        assert sorted(costs)[60] < 70
        assert sum(costs[:60]) < 5_000
        app.sent = 0
        widget.tick(NOW + timedelta(seconds=120))
        await pilot.pause()
        assert app.sent == 0


async def test_footer() -> None:
    row = await footer(build_view())
    assert row.startswith(" 1-9 pane  p pair  h lookback  enter explain  z zoom  ^p palette  ? help  q quit ")
    assert row.rstrip().endswith("yahoo ok · 38/38 fresh · next 15s")
    assert "space" not in row


async def test_a_narrow_footer_keeps_help_and_quit() -> None:
    row = await footer(build_view(), 80)
    assert "? help  q quit" in row
    assert "yahoo ok" in row
    assert "q quit" in await footer(build_view(), 30)


async def test_a_recording_has_its_own_keys() -> None:
    source = msgspec.structs.replace(SIMULATED, ends=NOW, speed=60.0)
    row = await footer(build_view(build_scene(source=source)), 160)
    assert "space pause" in row
    assert "] faster" in row


@pytest.mark.parametrize(
    ("health", "words"),
    [(Health.RATE_LIMITED, "yahoo rate limited · asked to wait"), (Health.ERROR, "yahoo error · asked to wait"),
     (Health.DEGRADED, "yahoo degraded · asked to wait"), (Health.WAITING, "yahoo waiting · asked to wait")],
)  # fmt: skip
async def test_the_source_says_what_is_wrong(health: Health, words: str) -> None:
    source = SourceInfo(name="yahoo", health=health, reason="asked to wait", is_live=True, total=38, loading=4)
    row = await footer(build_view(build_scene(source=source)), 160)
    assert words in row
    assert "0/38 fresh · 4 loading" in row


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (170, "^p palette ? help q quit yahoo rate limited · Yahoo asks us to wait · 0/38 fresh · next try 6m"),
        (
            120,
            "1-9 pane p pair h lookback z zoom ? help q quit yahoo rate limited · Yahoo asks us to wait · next try 6m",
        ),
        (80, "1-9 pane p pair z zoom ? help q quit yahoo rate limited · next try 6m"),
        (60, "? help q quit yahoo rate limited · next try 6m"),
    ],
)
async def test_why_nothing_comes_and_when_it_is_tried_again(width: int, words: str) -> None:
    source = SourceInfo(
        name="yahoo", health=Health.RATE_LIMITED, reason="Yahoo asks us to wait", is_live=True, total=38,
        next_poll=NOW + timedelta(minutes=6),
    )  # fmt: skip
    row = await footer(build_view(build_scene(source=source)), width)
    assert words in " ".join(row.split())


LONG = "12 of 35 symbols fail; ^RUT: nothing of it is recorded on this day, nor in the daily bars of the days before"
FIRST_RANK = (
    f"1-{min(9, len(build_settings().panes.names))} pane",
    "p pair",
    "h lookback",
    "z zoom",
    "? help",
    "q quit",
)


@pytest.mark.parametrize("health", [Health.DEGRADED, Health.ERROR, Health.RATE_LIMITED, Health.WAITING])
@pytest.mark.parametrize("ends", [None, NOW + timedelta(hours=1)])
@pytest.mark.parametrize("width", range(108, 200, 4))
async def test_a_long_reason_leaves_the_first_keys_and_is_shortened(
    health: Health, ends: datetime | None, width: int
) -> None:
    source = SourceInfo(name="yahoo", health=health, reason=LONG, total=38, fresh=23, ends=ends, is_live=not ends)
    row = await footer(build_view(build_scene(source=source)), width)
    assert all(key in row for key in FIRST_RANK)
    assert ("space pause" in row) == (ends is not None)
    assert f"yahoo {health.value.replace('_', ' ')} · 12 of 35 sy" in row
    assert row.rstrip().endswith(("…", "fresh"))


@pytest.mark.parametrize(
    "reason", ["Yahoo has an error (500)", "Yahoo does not answer", "Yahoo is not found (offline?)"]
)
async def test_a_short_reason_is_shown_whole_before_keys_of_the_second_rank(reason: str) -> None:
    due = NOW + timedelta(seconds=15)
    source = SourceInfo(name="yahoo", health=Health.ERROR, reason=reason, is_live=True, total=35, next_poll=due)
    row = await footer(build_view(build_scene(source=source)), 120)
    assert f"yahoo error · {reason} · " in row
    assert all(key in row for key in FIRST_RANK)


async def test_keys_of_the_second_rank_go_only_as_far_as_a_reason_needs() -> None:
    source = SourceInfo(name="replay", health=Health.DEGRADED, reason=LONG, total=38, ends=NOW + timedelta(hours=1))
    row = await footer(build_view(build_scene(source=source)), 120)
    assert "z zoom  space pause  ^p palette  ? help  q quit" in row
    assert "explain" not in row
    short = msgspec.structs.replace(source, reason="no IWM")
    assert "^p palette" in await footer(build_view(build_scene(source=short)), 120)


@pytest.mark.parametrize(
    ("link", "word"), [(LOST, "no engine"), (Link(LinkState.FAILED, "x"), "no engine"), (View().link, "starting")]
)
async def test_without_an_engine_nothing_is_fresh(link: Link, word: str) -> None:
    row = await footer(build_view(link=link))
    assert row.rstrip().endswith(f" yahoo {word}")
    assert "fresh" not in row


async def test_only_a_recording_can_be_paused() -> None:
    """A file of closes has no speed either."""
    source = SourceInfo(name="files", label="FILES", health=Health.OK, speed=0.0, fresh=38, total=38)
    assert "pause" not in await footer(build_view(build_scene(source=source)), 160)


async def test_the_countdown_moves_in_steps() -> None:
    texts = [(await footer(build_view(), later=s)).split()[-1] for s in (0, 2, 8, 12, 30)]
    assert texts == ["15s", "10s", "5s", "0s", "0s"]


@pytest.mark.parametrize(
    ("keys", "sign"), [("question_mark,f1", "?"), ("ctrl+p", "^p"), ("full_stop", "."), ("z,enter", "z"), ("P", "P")]
)
def test_keys_are_written_as_one_reads_them(keys: str, sign: str) -> None:
    assert to_key(keys) == sign
