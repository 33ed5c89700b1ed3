"""The page of the rotation map: the table beside it or below, the cursor, what keys show, doubts and absences."""

from typing import Any

import msgspec
import pytest
from scene import NOW, WAYS, build_scene, build_settings, build_tracks, build_view
from stage import Stage, seen

from core.settings import Settings
from core.snapshot import EMPTY, Phase, Snapshot, SubjectState, Track
from widgets.rotation import RotationPane
from widgets.tone import DARK
from widgets.view import View

SIZES = {"whole": (116, 38), "slim": (80, 22), "below": (48, 28)}


async def shown(
    *keys: str, size: tuple[int, int] = SIZES["whole"], view: View | None = None, settings: Settings | None = None
) -> str:
    pane = RotationPane(settings or build_settings())
    app = Stage(pane)
    async with app.run_test(size=size) as pilot:
        pane.focus()
        app.show(view or build_view())
        await pilot.press(*keys)
        return "\n".join(seen(pane))


def with_tracks(*tracks: Track, **changes: Any) -> View:
    return build_view(msgspec.structs.replace(build_scene(**changes), tracks=tracks))


async def test_the_whole_table_beside_the_map() -> None:
    text = await shown()
    assert "Rotation map  sizes, pairs, weekly" in text
    row = row_of(text, "IJR/SPY ")
    assert row == ["IJR/SPY", "~weakening", "↑", "23", "Oct", "~100.90", "~99.20", "~1.20"]
    for word in ("Improving", "Leading", "Lagging", "Weakening", "↑ momentum", "level →"):
        assert word in text
    assert "IWM/SPY: above its mean of 14 weeks and gaining." in text
    assert "g sectors · w daily · m against VTI" in text
    assert row_of(text, "20 Nov 2026") == ["20", "Nov", "2026", "~101.20", "~101.10"]
    assert row_of(text, "02 Oct 2026")[3:] == ["99.70", "100.24"], "points before the last are final"


def row_of(text: str, start: str) -> list[str]:
    (line,) = [line[line.index(start) :] for line in text.split("\n") if start in line]
    return line.rstrip(" │").split()


async def test_at_80x24_the_map_keeps_half_and_the_chosen_row_says_the_rest() -> None:
    text = await shown(size=SIZES["slim"])
    assert row_of(text, "MDY/SPY ") == ["MDY/SPY", "~lagging", "↑", "23", "Oct"]
    assert "IWM/SPY: level ~101.20 · momentum ~101.10 · distance ~1.63 · heading +93" in text
    assert "Improving" in text


async def test_on_a_narrow_screen_the_table_is_below() -> None:
    lines = (await shown(size=SIZES["below"])).split("\n")
    corner = next(y for y, line in enumerate(lines) if "Lagging" in line)
    table = next(y for y, line in enumerate(lines) if "IWM/SPY  ~leading" in line)
    assert table > corner
    assert not any("weakening" in line for line in lines[:corner])


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_up_and_down_choose_the_bright_one(size: tuple[int, int]) -> None:
    pane = RotationPane(build_settings())
    app = Stage(pane)
    async with app.run_test(size=size) as pilot:
        pane.focus()
        app.show(build_view())
        await pilot.press("down", "down")
        assert heads(pane) == {"MDY": True, "IWM": False}
        assert pane.chosen.startswith("MDY/SPY.rotation_")
        await pilot.press("up", "up")
        assert heads(pane) == {"MDY": False, "IWM": True}


def heads(pane: RotationPane) -> dict[str, bool]:
    """Of two labels on the map whether they are bright."""
    bright = DARK.style("bright", bold=True).color
    styles = {
        segment.text.strip(): segment.style
        for y in range(pane.size.height)
        for segment in pane.row(y)
        if segment.text.strip() in ("IWM", "MDY")
    }
    return {name: bool(style and style.color == bright and style.bold) for name, style in styles.items()}


async def test_every_number_can_be_explained() -> None:
    pane = RotationPane(build_settings())
    app = Stage(pane)
    async with app.run_test(size=SIZES["whole"]):
        app.show(build_view())
        seen(pane)
        found = {spot.addresses for spot in pane.spots}
    parts = ("quadrant", "heading", "since", "level", "momentum", "distance")
    assert {f"QQQ/SPY.rotation_{part}" for part in parts} <= found
    assert "IWC/SPY.rotation_quadrant" in found, "what is missing, too"


async def test_missing_says_why_and_is_on_no_map() -> None:
    text = await shown()
    assert "IWC/SPY needs 28 weeks, has 12" in " ".join(text.split())
    assert " IWC " not in text


async def test_what_is_stale_says_its_age_and_is_dimmed() -> None:
    view = build_view(build_scene(MDY=SubjectState.STALE))
    text = await shown(view=view)
    assert row_of(text, "MDY/SPY ")[3:5] == ["12s", "old"]


async def test_a_pair_without_the_running_session_says_how_old_it_is() -> None:
    """Its legs did not trade within a minute of each other: the last point is of the session before."""
    track = build_tracks(provisional=False)[0]
    before = [msgspec.structs.replace(point, session="2026-11-19") for point in track.points[-1:]]
    track = msgspec.structs.replace(track, points=(*track.points[:-1], *before), as_of=NOW.replace(day=19, hour=21))
    assert row_of(await shown(view=with_tracks(track)), "IWM/SPY ")[3:5] == ["23h", "old"]
    assert row_of(await shown(view=with_tracks(track, phase=Phase.CLOSED)), "IWM/SPY ")[3:5] == ["23", "Oct"]


async def test_a_point_across_the_border_is_told() -> None:
    text = await shown("end")
    assert "QQQ/SPY: above its mean of 14 weeks and gaining; just" in text
    assert "across the border to improving." in text


async def test_the_keys_change_group_pace_and_what_it_is_against() -> None:
    pane = RotationPane(build_settings())
    tracks = [
        msgspec.structs.replace(build_tracks()[0], pair=pair, group=group, against=against, pace=pace)
        for pair, group, against, pace in (
            ("A/B", "sizes", "pairs", "weekly"),
            ("C/D", "sectors", "pairs", "weekly"),
            ("E/F", "sectors", "pairs", "daily"),
            ("G/VTI", "sectors", "market", "daily"),
        )
    ]
    app = Stage(pane)
    async with app.run_test(size=(116, 38)):
        app.show(with_tracks(*tracks))
        for step, pair, title in (
            (None, "A/B", "sizes, pairs, weekly"),
            (pane.step_group, "C/D", "sectors, pairs, weekly"),
            (pane.step_pace, "E/F", "sectors, pairs, daily"),
            (pane.step_against, "G/VTI", "sectors against VTI, daily"),
        ):
            if step:
                step()
            text = "\n".join(seen(pane))
            assert title in text
            assert f"{pair}: above its mean of" in text
            assert [name for name in ("A/B", "C/D", "E/F", "G/VTI") if name in text] == [pair]
        assert "63 sessions" in text
        pane.step_group()
        assert "have no map yet" in "\n".join(seen(pane))


async def test_the_settings_say_what_it_opens_with() -> None:
    settings = build_settings()
    rotation = msgspec.structs.replace(settings.rotation, against="market", pace="daily", sizes=())
    text = await shown(settings=msgspec.structs.replace(settings, rotation=rotation))
    assert "sectors against VTI, daily" in text
    none = msgspec.structs.replace(rotation, sectors=())
    text = await shown(settings=msgspec.structs.replace(settings, rotation=none))
    assert "sizes and sectors are both empty under [rotation]" in text


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [(EMPTY, "Waiting for the first numbers."), (msgspec.structs.replace(build_scene(), tracks=()), "no map yet")],
)
async def test_without_tracks_it_says_why(snapshot: Snapshot, words: str) -> None:
    assert words in await shown(view=build_view(snapshot))


async def test_two_pairs_of_one_symbol_are_labelled_in_full() -> None:
    first, second, *_ = build_tracks()
    text = await shown(view=with_tracks(first, msgspec.structs.replace(second, pair="IWM/RSP")))
    assert text.count("IWM/RSP ") == 2
    assert text.count("IWM/SPY ") == 2


async def test_ascii_arrows_tell_eight_directions() -> None:
    arrows = {}
    for heading in range(-180, 180, 45):
        track = msgspec.structs.replace(build_tracks()[0], heading=float(heading))
        text = await shown(view=with_tracks(track), settings=build_settings(ascii=True))
        assert text.isascii()
        arrows[heading] = row_of(text, "IWM/SPY  ~")[2]
    assert arrows == {0: "->", 45: "/^", 90: "^", 135: "^\\", -180: "<-", -135: "v/", -90: "v", -45: "\\v"}


def test_the_scene_has_every_shipped_size() -> None:
    assert tuple(WAYS) == build_settings().rotation.sizes


async def test_where_no_map_fits_the_table_has_its_rows() -> None:
    """40x12: eight rows within the frame, a header and six pairs among them."""
    rows = (await shown(size=(40, 10))).split("\n")
    assert rows[1].split()[1].startswith("sizes")
    assert sum(any(pair in row for pair in WAYS) for row in rows[2:8]) == 6
    assert "more" not in rows[-1]
