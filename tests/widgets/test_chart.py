"""The chart pane: what is where, what the crosshair reads, what a change costs."""

from datetime import date

import msgspec
import pytest
from rich.style import Style
from scene import NOW, build_history, build_minutes, build_scene, build_settings, build_view
from stage import Stage, seen

from core.snapshot import History, Measure, SubjectState
from widgets.chart import ChartPane
from widgets.crosshair import to_column, to_index, to_leap
from widgets.format import format_session
from widgets.strokes import DASHED, DOTTED, SOLID
from widgets.view import View

SIZE = (120, 19)


def rising(length: int = 250) -> History:
    values = tuple(0.30 + 0.0002 * i for i in range(length))
    return msgspec.structs.replace(build_history(length), values=values, sma_50=(), sma_200=())


def at_ratio(value: float) -> View:
    """The scene with another last ratio."""
    scene = build_scene()
    return build_view(
        msgspec.structs.replace(scene, measures=scene.measures | {"IWM/SPY.ratio": Measure(value, "ratio", NOW, True)})
    )


def braille(row: str) -> list[int]:
    return [x for x, char in enumerate(row) if "\u2800" < char <= "\u28ff"]


async def test_a_rising_line_rises_from_left_to_right() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view(msgspec.structs.replace(build_scene(), measures={}), history=rising(), lookback="1Y"))
        await pilot.pause()
        rows = [columns for row in seen(pane)[1:-1] if (columns := braille(row))]
        assert len(rows) >= 12
        lefts = [columns[0] for columns in rows]
        assert lefts == sorted(lefts, reverse=True)
        assert lefts[-1] == 2
        assert all(columns == list(range(columns[0], columns[-1] + 1)) for columns in rows)


async def test_axis_tags_legend_and_months() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view())
        await pilot.pause()
        rows = seen(pane)
        assert "━ IWM/SPY  ╍ 50d  ┈ 200d" in rows[0]
        assert "2Y daily · 252d z -1.9 · -8.1% from 63d high" in rows[-1]
        assert rows[-2].split()[1:-1] == ["2025", "Apr", "Jul", "Oct", "2026", "Apr", "Jul", "Oct"]
        tags = [row.split("▸")[1].split()[0] for row in rows if "▸" in row]
        assert len(tags) == 3
        assert "~0.3190" in tags
        assert tags == sorted(tags, reverse=True)


def ending_at(ratio: float, average_50: float, average_200: float) -> View:
    """The scene with these last values."""
    lasts = zip(("ratio", "sma_50", "sma_200"), (ratio, average_50, average_200), strict=True)
    measures = {f"IWM/SPY.{name}": Measure(value, "ratio", NOW, True) for name, value in lasts}
    scene = build_scene()
    return build_view(msgspec.structs.replace(scene, measures=scene.measures | measures))


@pytest.mark.parametrize("size", [SIZE, (78, 8)])
@pytest.mark.parametrize("lasts", [(0.3470, 0.3394, 0.3432), (0.345, 0.345, 0.345), (0.31, 0.37, 0.3702)])
async def test_tags_stand_in_the_order_of_their_values_beside_their_curves(
    lasts: tuple[float, float, float], size: tuple[int, int]
) -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(ending_at(*lasts))
        await pilot.pause()
        tags = [(y, row.split("▸")[1].strip(" │")) for y, row in enumerate(seen(pane)) if "▸" in row]
        names = ("", " 50d", " 200d")
        assert sorted(tag for _, tag in tags) == sorted(f"~{v:.4f}{n}" for v, n in zip(lasts, names, strict=True))
        values = [tag.split()[0] for _, tag in tags]
        assert values == sorted(values, reverse=True)
        frame = pane._frame
        assert frame is not None
        assert all(abs(y - 1 - frame.row(float(value[1:]))) <= 1 for (y, _), value in zip(tags, values, strict=True))


async def test_a_tag_stands_in_the_row_in_which_its_curve_ends() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        for ratio in (0.30, 0.3107, 0.3333, 0.3456, 0.36):
            pane.show(build_view(at_ratio(ratio).snapshot, history=rising(), lookback="1Y"))
            await pilot.pause()
            frame = pane._frame
            assert frame is not None
            ends = [y for y, row in enumerate(seen(pane)) if braille(row)[-1:] == [1 + frame.width]]
            assert next(y for y, row in enumerate(seen(pane)) if f"▸~{ratio:.4f}" in row) in ends


async def test_lines_differ_without_colours() -> None:
    for settings, marks in ((build_settings(), "━╍┈"), (build_settings(ascii=True), "*o.")):
        pane = ChartPane(settings)
        async with Stage(pane).run_test(size=SIZE) as pilot:
            pane.show(build_view(ending_at(0.31, 0.33, 0.35).snapshot))
            await pilot.pause()
            rows = seen(pane)
            title = rows[0].split()
            assert [title[title.index(name) - 1] for name in ("IWM/SPY", "50d", "200d")] == list(marks)
            assert "0.3300 50d" in "".join(rows)
            plot = "".join(row[2:100] for row in rows[1:-2])
            used = {char for char in plot if char > "\u2800"} if marks == "━╍┈" else set(plot) & set(marks)
            assert len(used) >= 3


def test_strokes() -> None:
    assert DASHED.apply(["⣿" * 8]) == [" ⣿⣿⣿ ⣿⣿⣿"]
    assert DOTTED.apply(["⣿⠸⠒"]) == ["⡇ ⠂"]
    assert SOLID.apply(["⣿ ⠒"]) == ["⣿ ⠒"]
    assert [stroke.apply(["* *"]) for stroke in (SOLID, DASHED, DOTTED)] == [["* *"], ["o o"], [". ."]]


async def test_the_crosshair_reads_the_values_of_its_session() -> None:
    history = build_history()
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view(history=history, lookback="3M"))
        pane.toggle_crosshair()
        await pilot.pause()
        assert "20 Nov 2026" in seen(pane)[-1]
        assert "IWM/SPY ~0.3190" in seen(pane)[-1]
        pane.move_crosshair(-5)
        await pilot.pause()
        assert "13 Nov 2026" in seen(pane)[-1]
        assert f"IWM/SPY {history.values[-5]:.4f}" in seen(pane)[-1]
        assert f"50d {history.sma_50[-5]:.4f}" in seen(pane)[-1]
        assert f"200d {history.sma_200[-5]:.4f}" in seen(pane)[-1]
        assert sum("│" in row[2:-14] for row in seen(pane)[1:-2]) >= 12
        pane.toggle_crosshair()
        await pilot.pause()
        assert "3M daily" in seen(pane)[-1]


async def test_the_crosshair_stops_at_the_ends_and_stays_on_its_session() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view(lookback="3M"))
        pane.move_crosshair(-1)
        pane.move_crosshair(-9_999)
        first = pane.curves.label(0)
        assert first in seen(pane)[-1]
        pane.move_crosshair(10)
        at = pane.crosshair.time
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert pane.crosshair.time == at
        pane.show(build_view(lookback="6M"))
        assert not pane.crosshair.is_on


async def test_every_session_can_be_read_though_several_share_a_column() -> None:
    """Two years in about a hundred columns: one step is one session, a large one 25 of the 504."""
    history = build_history()
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view(history=history))
        pane.toggle_crosshair()
        for back in range(1, 12):
            pane.move_crosshair(-1)
            await pilot.pause()
            assert format_session(_iso(history.times[-back])) in seen(pane)[-1]
            assert f"IWM/SPY {history.values[-back]:.4f}" in seen(pane)[-1]
        pane.leap_crosshair(-1)
        assert pane.crosshair.time == history.times[-11 - 25]
        pane.leap_crosshair(1)
        assert pane.crosshair.time == history.times[-11]


@pytest.mark.parametrize(("points", "leap"), [(2, 5), (63, 5), (390, 19), (504, 25), (5_000, 250)])
def test_a_large_step_crosses_the_chart_in_twenty(points: int, leap: int) -> None:
    assert to_leap(points) == leap


def _iso(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


@pytest.mark.parametrize("state", [SubjectState.STALE, SubjectState.ASYNC])
async def test_curves_and_tags_that_are_not_of_now_fade(state: SubjectState) -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:

        async def roles() -> set[Style | None]:
            await pilot.pause()
            return {s.style for y in range(pane.size.height) for s in pane.row(y) if "▸" in s.text or "━" in s.text}

        pane.show(build_view())
        live = await roles()
        pane.show(build_view(build_scene(IWM_SPY=state)))
        assert not live & await roles()
        pane.show(build_view())
        assert await roles() == live


async def test_the_mouse_moves_the_crosshair_and_takes_it_away() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view())
        await pilot.hover(pane, offset=(2, 5))
        await pilot.pause()
        assert pane.curves.label(0) in seen(pane)[-1]
        await pilot.hover(pane, offset=(60, 5))
        await pilot.pause()
        assert pane.crosshair.index(pane.curves) not in (None, 0)


async def test_the_mouse_can_be_told_to_keep_off() -> None:
    pane = ChartPane(build_settings(mouse=False))
    async with Stage(pane).run_test(size=SIZE) as pilot:
        pane.show(build_view())
        await pilot.hover(pane, offset=(60, 5))
        await pilot.pause()
        assert not pane.crosshair.is_on


async def test_a_calm_sentence_where_there_is_nothing() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=(60, 10)) as pilot:
        pane.show(build_view(history=None))
        pane.toggle_crosshair()
        pane.move_crosshair(3)
        await pilot.pause()
        assert "The curves of IWM/SPY are on their way." in "".join(seen(pane))
        assert not pane.crosshair.is_on


async def test_minutes() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=(100, 20)) as pilot:
        pane.show(build_view(lookback="1D", history=build_minutes()))
        await pilot.pause()
        assert seen(pane)[-2].split()[1:-1] == ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
        assert "1D by the minute" in seen(pane)[-1]


async def test_room_shows_values_in_the_legend() -> None:
    pane = ChartPane(build_settings())
    async with Stage(pane).run_test(size=(160, 45)) as pilot:
        pane.show(build_view())
        await pilot.pause()
        assert "IWM/SPY ~0.3190" in seen(pane)[0]


async def test_a_last_point_that_moves_costs_little() -> None:
    pane = ChartPane(build_settings())
    app = Stage(pane)
    async with app.run_test(size=SIZE) as pilot:
        pane.show(at_ratio(0.3190))
        await pilot.pause()
        whole, app.sent = app.sent, 0
        pane.show(at_ratio(0.3196))
        await pilot.pause()
        assert 0 < app.sent < 1_500 < whole
        app.sent = 0
        pane.show(at_ratio(0.3196))
        await pilot.pause()
        assert app.sent == 0


async def test_a_crosshair_step_costs_little() -> None:
    pane = ChartPane(build_settings())
    app = Stage(pane)
    async with app.run_test(size=SIZE) as pilot:
        pane.show(build_view())
        pane.move_crosshair(-1)
        await pilot.pause()
        pane.move_crosshair(-30)
        await pilot.pause()
        app.sent = 0
        pane.move_crosshair(-1)
        await pilot.pause()
        assert 0 < app.sent < 6_000


@pytest.mark.parametrize("points", [2, 63, 504, 2_501])
@pytest.mark.parametrize("width", [2, 17, 100])
def test_columns_and_points_agree(points: int, width: int) -> None:
    assert to_column(0, points, width) == 0
    assert to_column(points - 1, points, width) == width - 1
    for column in range(width):
        index = to_index(column, points, width)
        assert 0 <= index < points
        if points >= width:
            assert to_column(index, points, width) == column
