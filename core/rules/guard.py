"""A rule that raises takes its own findings with it, and no others: the documented boundary of `except Exception`."""

import logging
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from core.text import clean

_log = logging.getLogger("smid.rules")
T = TypeVar("T")


def attempt(name: str, subject: str, ask: Callable[[], T], on_failure: Callable[[str], T]) -> T:
    """What `ask` answers; where it raises, what `on_failure` makes of the reason, which is logged once."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - see above
        reason = clean(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__, 160)
        _tell_once(name, subject, reason)
        return on_failure(reason)


@cache
def _tell_once(name: str, subject: str, reason: str) -> None:
    _log.error("the rule %s failed on %s: %s", name, subject or "its subjects", reason, exc_info=True)
