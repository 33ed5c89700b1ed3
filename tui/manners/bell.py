"""Ringing at a terminal: its bell, and the notification of the desktop behind it where it can show one."""

import os
from collections.abc import Callable, Mapping

from core.text import clean

_LONGEST = 120


def ring(write: Callable[[str], object], title: str, environment: Mapping[str, str] = os.environ) -> None:
    """Ring, and show `title`: OSC 777 for terminals of VTE and urxvt, OSC 9 for all others, which may ignore it.

    One of the two: those that know both would show it twice.
    """
    text = clean(title, _LONGEST).encode("ascii", "replace").decode().replace(";", ",")
    is_vte = "VTE_VERSION" in environment or environment.get("TERM", "").startswith("rxvt")
    write(f"\a\x1b]777;notify;smid;{text}\x1b\\" if is_vte else f"\a\x1b]9;{text}\x1b\\")
