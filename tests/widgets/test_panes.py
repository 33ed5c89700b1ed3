"""Every pane, header and footer: any size, any snapshot, any text; colours say nothing that words do not."""

import msgspec
import pytest
from rich.style import Style
from scene import LIVE, LOST, SIMULATED, build_findings, build_history, build_scene, build_settings, build_view
from stage import PANES, Full, Stage, seen
from textual.app import App

from core.snapshot import EMPTY, Phase, Quality, Snapshot, SubjectState
from core.text import clean
from widgets.canvas import Canvas
from widgets.footer import Footer
from widgets.header import Header
from widgets.pane import Drawn, Pane
from widgets.view import View

ALL: tuple[type[Drawn], ...] = (*PANES, Header, Footer)
SIZES = [(1, 1), (2, 9), (9, 2), (7, 3), (8, 3), (20, 6), (40, 12), (60, 10), (80, 24), (200, 60)]
HOSTILE = clean("[red]\x1b]52;c;aGk=\x07[/nope] 日本\u202e語 {x} %s " + "long " * 30)


def hostile() -> Snapshot:
    """A scene whose every text from outside is as bad as cleaning lets through."""
    scene = build_scene()
    quality = {s: Quality(state=SubjectState.MISSING, reason=HOSTILE) for s in scene.quality}
    findings = tuple(msgspec.structs.replace(f, text=HOSTILE, subject=HOSTILE) for f in build_findings())
    source = msgspec.structs.replace(scene.source, reason=HOSTILE, label=HOSTILE, name=HOSTILE)
    return msgspec.structs.replace(scene, quality=quality, findings=findings, source=source)


SNAPSHOTS = {
    "empty": View(),
    "live": build_view(),
    "lost": build_view(link=LOST),
    "closed": build_view(build_scene(phase=Phase.CLOSED)),
    "stale": build_view(build_scene(IJR_SPY=SubjectState.STALE, IWM=SubjectState.ASYNC, MDY=SubjectState.MISSING)),
    "hostile": build_view(hostile()),
    "no measures": build_view(msgspec.structs.replace(build_scene(), measures={}, findings=(), cones={}, series={})),
    "short": build_view(EMPTY, history=build_history(3)),
}


@pytest.mark.parametrize("kind", ALL)
async def test_any_size_any_snapshot(kind: type[Drawn]) -> None:
    widget = kind(build_settings())
    widget.styles.height = "100%"
    app = Stage(widget)
    async with app.run_test(size=(60, 10)) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            for _ in range(100):  # on a busy machine the new size comes a little later
                if widget.size == size:
                    break
                await pilot.pause()
            for view in SNAPSHOTS.values():
                widget.show(view)
                rows = seen(widget)
                assert len(rows) == size[1]
                assert {widget.row(y).cell_length for y in range(size[1])} == {size[0]}
                assert "This pane failed" not in "".join(rows)
            await pilot.pause()


@pytest.mark.parametrize("kind", ALL)
async def test_every_segment_has_a_style_with_both_colours(kind: type[Drawn]) -> None:
    widget = kind(build_settings())
    async with Stage(widget).run_test(size=(70, 16)) as pilot:
        for view in SNAPSHOTS.values():
            widget.show(view)
            await pilot.pause()
            styles = [segment.style for y in range(widget.size.height) for segment in widget.row(y)]
            assert all(style and style.color and style.bgcolor for style in styles)


@pytest.mark.parametrize("kind", ALL)
async def test_ascii_is_ascii(kind: type[Drawn]) -> None:
    widget = kind(build_settings(ascii=True))
    async with Stage(widget).run_test(size=(100, 16)) as pilot:
        for view in SNAPSHOTS.values():
            widget.show(view)
            await pilot.pause()
            assert "".join(seen(widget)).isascii()


async def test_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        for view in SNAPSHOTS.values():
            app.show(view)
            await pilot.pause()
        assert app.native_ansi_color is not None


async def test_hostile_text_is_text() -> None:
    app = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        app.show(SNAPSHOTS["hostile"])
        await pilot.pause()
        screen = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "[red]" in screen
        assert not any(char < " " or "\x7f" <= char < "\xa0" for char in screen.replace("\n", ""))
        links = [s.style.link for strip in app.screen._compositor.render_strips() for s in strip if s.style]
        assert not any(links)


@pytest.mark.parametrize("kind", PANES)
def test_panes_explain_themselves(kind: type[Pane]) -> None:
    assert kind.NAME
    assert kind.TITLE
    assert len(kind.HELP) > 200
    assert 0 < kind.MIN_HEIGHT <= kind.IDEAL_HEIGHT
    assert "%" not in kind.TITLE


async def test_a_pane_that_fails_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("odd \x1b[31m number")

    app = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        gaps, risk = app.query_one("#pane-gaps", Pane), app.query_one("#pane-risk", Pane)
        monkeypatch.setattr(gaps, "content", fail)
        app.show(build_view())
        await pilot.pause()
        assert "This pane failed. ValueError: odd \ufffd[31m number" in seen(gaps)[1]
        assert "CRIT" in "".join(seen(risk))
        monkeypatch.undo()
        app.show(build_view())
        assert "IWM/SPY" in "".join(seen(gaps))


async def test_the_frame_shows_the_focus() -> None:
    app = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        risk = app.query_one("#pane-risk", Pane)
        before = next(iter(risk.row(0))).style
        risk.focus()
        await pilot.pause()
        assert next(iter(risk.row(0))).style != before


async def test_what_is_not_live_is_dimmed_and_said() -> None:
    app = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        app.show(build_view())
        await pilot.pause()
        live = {widget: colours(widget) for widget in app.query(Drawn)}
        app.show(build_view(link=LOST))
        await pilot.pause()
        assert all(colours(widget) != live[widget] for widget in app.query(Drawn))
        header = seen(app.query_one(Header))[0]
        assert "LAST KNOWN" in header
        assert "The engine went away" in header


def colours(canvas: Canvas) -> set[Style | None]:
    return {segment.style for y in range(canvas.size.height) for segment in canvas.row(y)}


@pytest.mark.parametrize("kind", ALL)
async def test_the_same_view_again_sends_nothing(kind: type[Drawn]) -> None:
    widget = kind(build_settings())
    app = Stage(widget)
    async with app.run_test(size=(100, 20)) as pilot:
        widget.show(build_view())
        await pilot.pause()
        app.sent = 0
        widget.show(build_view())
        await pilot.pause()
        assert app.sent == 0


async def test_colours_say_nothing_that_words_do_not() -> None:
    """The same screen in two palettes reads the same without styles."""
    texts = []
    for theme in ("dark", "colorblind-light"):
        settings = build_settings()
        theme_settings = msgspec.structs.replace(settings.theme, name=theme)
        app = Full(msgspec.structs.replace(settings, theme=theme_settings))
        async with app.run_test(size=(120, 40)) as pilot:
            app.show(build_view(build_scene(source=SIMULATED), link=LIVE))
            await pilot.pause()
            texts.append("\n".join(strip.text for strip in app.screen._compositor.render_strips()))
    assert texts[0] == texts[1]
    for word in ("SIMULATED", "▼0.41%", "~-0.42", "~+0.24", "▼ all dn", "▲ all up", "CRIT", "WARN", "WATCH", "INFO",
                 "blocked", "open"):  # fmt: skip
        assert word in texts[0]


async def test_a_new_theme_is_drawn_at_once() -> None:
    app: App[None] = Full(build_settings())
    async with app.run_test(size=(120, 40)) as pilot:
        header = app.query_one(Header)
        before = colours(header)
        app.theme = "textual-light"
        await pilot.pause()
        assert colours(header) == before  # not one of ours: the settings' palette stays
