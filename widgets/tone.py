"""What colours mean: one palette a theme, roles instead of colours, and a faded twin of each.

Every style names its background too, so no segment ever reaches the terminal without a style. Colours are given
as 24 bit and mapped down by Rich where the terminal has 256, but for the heat map; with 16 that keeps to signs.
Signs and words always say what the colours say.
"""

import math
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

from core.rules.level import Level

DEFAULT_THEME = "dark"
HEAT_STEPS = 6
_GREYS = ("background", "surface", "muted", "faint", "border", "axis", "cursor")


@dataclass(frozen=True, slots=True)
class Tone:
    """Colours as `#rrggbb` by what they say; `heat` is how strong a heat map's cells are, 0 for none.

    `up_blocks` and `down_blocks` are the heat map's colours, weak and strong, where the terminal has 256: mixed ones
    would fall on greys there. They are used where the tone `is_coarse`.
    """

    background: str
    surface: str
    """Behind header and footer."""
    text: str
    bright: str
    muted: str
    """Labels and units; still 4.5:1 on the background."""
    faint: str
    """Grid lines of the chart."""
    border: str
    axis: str
    focus: str
    ratio: str
    average_50: str
    average_200: str
    small: str
    large: str
    up: str
    down: str
    up_heat: str
    down_heat: str
    cursor: str
    info: str
    watch: str
    warn: str
    critical: str
    up_blocks: tuple[str, str]
    down_blocks: tuple[str, str]
    heat: float = 1.0
    is_coarse: bool = False

    def style(self, role: str = "text", *, on: str = "background", bold: bool = False, reverse: bool = False) -> Style:
        """The style of a role of this palette on another; both may also be plain `#rrggbb`."""
        return _style(self.colour(role), self.colour(on), bold, reverse)

    def badge(self, role: str) -> Style:
        """A word on a block of colour."""
        return self.style("background", on=role, bold=True)

    def level(self, level: Level) -> str:
        """The role of a finding's level."""
        return "up" if level is Level.OK else level.value

    def sign(self, value: float | None) -> str:
        """The role of a signed number."""
        return "muted" if value is None or value == 0 else "up" if value > 0 else "down"

    def heat_of(self, value: float, scale: float) -> str:
        """The background of a heat map's cell: `value` over `scale`, saturating at one.

        In steps, so that neighbours share a style and a cell whose value moves a little keeps its own.
        """
        if not value or scale <= 0:
            return self.background
        share = min(1.0, abs(value) / scale) ** 0.7
        if self.is_coarse and self.heat:
            blocks = (self.background, *(self.up_blocks if value > 0 else self.down_blocks))
            return blocks[min(2, int(share * 3))]
        step = math.ceil(share * HEAT_STEPS)
        return mix(self.background, self.up_heat if value > 0 else self.down_heat, self.heat * step / HEAT_STEPS)

    def faded(self, share: float = 0.42) -> "Tone":
        """Everything nearer to the background: for numbers that are not live."""
        keep = ("background", "surface")
        colours = {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), str)}
        changes: dict[str, Any] = {
            name: mix(value, self.background, share) for name, value in colours.items() if name not in keep
        }
        return replace(self, **changes, heat=self.heat * (1 - share))

    def colour(self, role: str) -> str:
        """A role as `#rrggbb`; what is written like that already stays."""
        return role if role.startswith("#") else str(getattr(self, role))


@lru_cache(maxsize=2048)
def _style(colour: str, background: str, bold: bool, reverse: bool) -> Style:
    return Style(color=_colour(colour), bgcolor=_colour(background), bold=bold or None, reverse=reverse or None)


@lru_cache(maxsize=1024)
def _colour(text: str) -> Color:
    return Color.from_triplet(ColorTriplet(*_channels(text)))


def _grey(colour: str) -> str:
    """The grey of about the same lightness: of 256 colours 24 are greys, but only 6 steps of any other."""
    return "#" + f"{round(sum(_channels(colour)) / 3):02x}" * 3


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


@lru_cache(maxsize=2048)
def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0 to 1) of `other`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


DARK = Tone(
    background="#0d1218", surface="#111821", text="#c8d3df", bright="#eef4f9", muted="#76869a", faint="#222c38",
    border="#2f3b4a", axis="#4a596c", focus="#56c8f5", ratio="#56c8f5", average_50="#e8b15c", average_200="#9d86e9",
    small="#e8b15c", large="#56c8f5", up="#63c99a", down="#ee7a72", up_heat="#1a5744", down_heat="#853334",
    cursor="#1c2836", info="#56c8f5", watch="#e8b15c", warn="#f0995a", critical="#ee7a72",
    up_blocks=("#005f00", "#005f5f"), down_blocks=("#5f0000", "#870000"),
)  # fmt: skip
LIGHT = Tone(
    background="#fbfbf8", surface="#eef0ee", text="#2a323c", bright="#0b0f14", muted="#626c78", faint="#e2e4e1",
    border="#c3c8cc", axis="#98a1ab", focus="#0b6fa8", ratio="#0b6fa8", average_50="#9a5b00", average_200="#6a45c2",
    small="#9a5b00", large="#0b6fa8", up="#12724a", down="#b3261e", up_heat="#a9dcc4", down_heat="#f2b3ad",
    cursor="#dfe8ef", info="#0b6fa8", watch="#8a5a00", warn="#b34700", critical="#b3261e",
    up_blocks=("#d7ffd7", "#afd7af"), down_blocks=("#ffd7d7", "#ffafaf"),
)  # fmt: skip
# Blue for up and orange for down (Okabe and Ito's colours), told apart with any of the common deficiencies.
COLORBLIND_DARK = replace(
    DARK, ratio="#e6e9ee", focus="#56b4e9", average_50="#f0e442", average_200="#cc79a7", small="#f0e442",
    large="#e6e9ee", up="#56b4e9", down="#f08a3c", up_heat="#13507f", down_heat="#84420d", info="#e6e9ee",
    watch="#f0e442", warn="#f0a43c", critical="#f2765a",
    up_blocks=("#00005f", "#005f87"), down_blocks=("#5f5f00", "#875f00"),
)  # fmt: skip
COLORBLIND_LIGHT = replace(
    LIGHT, ratio="#1c2733", focus="#0065a3", average_50="#946200", average_200="#a0437a", small="#946200",
    large="#1c2733", up="#0065a3", down="#b04a00", up_heat="#a8d3f0", down_heat="#f5c49a", info="#1c2733",
    watch="#8a6a00", warn="#b04a00", critical="#a8200d",
    up_blocks=("#d7d7ff", "#afd7ff"), down_blocks=("#ffd7af", "#ffaf5f"),
)  # fmt: skip

TONES = {
    "dark": DARK,
    "light": LIGHT,
    "colorblind-dark": COLORBLIND_DARK,
    "colorblind-light": COLORBLIND_LIGHT,
}


@lru_cache(maxsize=32)
def tone_of(theme: str, *, live: bool = True, colours: str | None = "truecolor") -> Tone:
    """The palette of a theme (`dark`, or `smid-dark` as the app may call it); `colours` as Rich names the terminal.

    With 16 colours dark blocks would all fall on black or on a glaring red, so the heat map leaves them out.
    """
    tone = TONES.get(theme.removeprefix("smid-"), TONES[DEFAULT_THEME])
    if colours == "standard":
        tone = replace(tone, heat=0.0, cursor=tone.border)
    if colours == "256":
        greys: dict[str, Any] = {name: _grey(getattr(tone, name)) for name in _GREYS}
        tone = replace(tone, is_coarse=True, **greys)
    return tone if live else tone.faded()
