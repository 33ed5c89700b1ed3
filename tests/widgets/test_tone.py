"""Palettes: contrast by the published formula, roles, fading, and what few colours leave."""

import pytest
from rich.color import Color, ColorSystem

from core.rules.level import Level
from widgets.tone import TONES, Tone, mix, tone_of

WORDS = ("text", "bright", "muted", "ratio", "average_50", "average_200", "small", "large", "up", "down", "info",
         "watch", "warn", "critical")  # fmt: skip


def luminance(colour: str) -> float:
    """WCAG 2.1 relative luminance."""
    channels = [value / 255 for value in Color.parse(colour).get_truecolor()]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", [*TONES.values()], ids=[*TONES])
@pytest.mark.parametrize("role", WORDS)
def test_everything_one_reads_has_the_contrast_of_small_text(tone: Tone, role: str) -> None:
    assert contrast(getattr(tone, role), tone.background) >= 4.5
    assert contrast(getattr(tone, role), tone.surface) >= 4.2


@pytest.mark.parametrize("tone", [*TONES.values()], ids=[*TONES])
def test_numbers_are_readable_on_the_strongest_heat(tone: Tone) -> None:
    for value in (1.0, -1.0):
        assert contrast(tone.bright, tone.heat_of(value, 1.0)) >= 4.5


def test_heat_grows_with_the_value_and_saturates() -> None:
    tone = TONES["dark"]
    assert tone.heat_of(0.0, 1.0) == tone.background
    assert tone.heat_of(5.0, 1.0) == tone.heat_of(1.0, 1.0) == tone.up_heat
    weak, strong = tone.heat_of(-0.1, 1.0), tone.heat_of(-0.9, 1.0)
    assert luminance(tone.background) < luminance(weak) < luminance(strong)


def test_signs_and_levels_have_roles() -> None:
    tone = TONES["dark"]
    assert [tone.sign(v) for v in (0.1, -0.1, 0.0, None)] == ["up", "down", "muted", "muted"]
    assert all(hasattr(tone, tone.level(level)) for level in Level)


def test_a_style_always_has_both_colours() -> None:
    style = TONES["light"].style("up", on="surface", bold=True)
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.bold


def test_fading_moves_towards_the_background_and_keeps_it() -> None:
    tone = TONES["dark"]
    faded = tone_of("dark", live=False)
    assert faded.background == tone.background
    assert contrast(faded.text, faded.background) < contrast(tone.text, tone.background)
    assert contrast(faded.text, faded.background) > 3


def test_sixteen_colours_leave_the_heat_out() -> None:
    tone = tone_of("smid-dark", colours="standard")
    assert tone.heat_of(-1.0, 1.0) == tone.background
    assert tone_of("smid-dark", colours="256").heat_of(-1.0, 1.0) != tone.background


@pytest.mark.parametrize("theme", [*TONES])
def test_256_colours_have_no_grey_heat(theme: str) -> None:
    """Every colour of the map is one of the terminal's own, and says which sign it is of."""
    tone = tone_of(theme, colours="256")
    found: dict[bool, list[str]] = {True: [], False: []}
    for sign in (1, -1):
        for share in range(1, 101):
            colour = tone.heat_of(sign * share / 100, 1.0)
            if colour != tone.background and colour not in found[sign > 0]:
                found[sign > 0].append(colour)
                shown = Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
                assert shown.hex == colour
                assert len({*shown}) > 1, "not grey"
                assert contrast(tone.bright, colour) >= 4.5
    assert [len(colours) for colours in found.values()] == [2, 2]
    assert not set(found[True]) & set(found[False])
    assert tone.heat_of(0.01, 1.0) == tone.background


@pytest.mark.parametrize("theme", [*TONES])
def test_256_colours_keep_frames_and_grid_grey_and_words_readable(theme: str) -> None:
    tone = tone_of(theme, colours="256")

    def shown(role: str) -> str:
        return Color.parse(getattr(tone, role)).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex

    assert all(len({shown(role)[at : at + 2] for at in (1, 3, 5)}) == 1 for role in ("faint", "border", "axis"))
    assert len({shown(role) for role in ("background", "faint", "axis")}) == 3
    assert all(contrast(shown(role), shown("background")) >= 4 for role in WORDS)


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert tone_of("nord") == TONES["dark"]


def test_mixing() -> None:
    assert mix("#000000", "#ff8000", 0.5) == "#804000"
