"""The looks of the screen around the panes, made from the same palettes as the numbers (`widgets.tone`)."""

from textual.theme import Theme

from widgets.tone import TONES, Tone

PREFIX = "smid-"
"""Our names beside those that Textual brings along."""


def build_theme(name: str, tone: Tone) -> Theme:
    """A Textual theme of one palette; what the stylesheet calls `$frame` and the like are its variables."""
    return Theme(
        name=name,
        primary=tone.focus,
        secondary=tone.average_200,
        accent=tone.watch,
        warning=tone.warn,
        error=tone.critical,
        success=tone.up,
        foreground=tone.text,
        background=tone.background,
        surface=tone.surface,
        panel=tone.surface,
        dark=not name.endswith("light"),
        variables={
            "frame": tone.border,
            "frame-focus": tone.focus,
            "quiet": tone.muted,
            "block-cursor-background": tone.cursor,
            "block-cursor-foreground": tone.bright,
            "block-cursor-blurred-background": tone.cursor,
            "block-cursor-blurred-foreground": tone.bright,
        },
    )


THEMES: dict[str, Theme] = {PREFIX + name: build_theme(PREFIX + name, tone) for name, tone in TONES.items()}
