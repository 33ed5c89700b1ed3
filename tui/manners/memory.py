"""Textual keeps the drawings of widgets that are gone; they are let go of here.

`StylesCache.get_inner_outer` is an instance method under `lru_cache(1024)`: it holds a thousand drawings of widgets
that were removed, every help page and palette among them (Textual issue 6665): 0.2 MB for each time one is opened.
"""

from textual._styles_cache import StylesCache


def forget_removed() -> None:
    """Let the drawings of removed widgets go; those of others are looked up again, in microseconds."""
    StylesCache.get_inner_outer.cache_clear()
