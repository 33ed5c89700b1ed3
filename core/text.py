"""Cleaning of untrusted text, done once, at the edge where it enters (names, errors, files, settings)."""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# C0, DEL and C1 controls; soft hyphen, zero-width and bidi marks; line and paragraph separators; BOM;
# interlinear annotations; variation selectors; tags; surrogates. None has any business in a price feed.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


def clean(text: object, limit: int = 200) -> str:
    """Return `text` on one line, without characters that steer a terminal, at most `limit` characters long."""
    safe = _UNSAFE.sub(REPLACEMENT, str(text)[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"
