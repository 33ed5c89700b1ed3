"""Python, packages, directories, clock and time zones."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core import __version__
from core.errors import SmidError
from core.paths import Paths
from core.text import clean
from tui.doctor.check import Check, fail, note, ok, warn

PACKAGES = (
    *("textual", "plotext", "msgspec", "numpy", "bottleneck"),
    *("pandas", "exchange_calendars", "yfinance", "tzdata"),
)
NEW_YORK = "America/New_York"
_ROOM = 100_000_000
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time than this program's."""


def check_versions() -> Iterator[Check]:
    """Python and the packages that smid runs on."""
    yield ok("smid", f"{__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    found, missing = [], []
    for package in PACKAGES:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing.append(package)
    if missing:
        yield fail(
            "packages", f"missing: {', '.join(missing)}; install smid again with {Path(sys.executable).name} -m pip"
        )
    if found:
        yield ok("packages", ", ".join(found))


def check_directories(paths: Paths) -> Iterator[Check]:
    """Whether the engine can write where it has to; nothing is created here."""
    places = {"data": paths.data, "cache": paths.cache, "socket": paths.socket.parent}
    for name, place in places.items():
        if name != "socket" or place != paths.data:
            yield _check_directory(name, place)
    free = shutil.disk_usage(_standing(paths.data)).free
    if free < _ROOM:
        yield warn("disk", f"{free // 1_000_000} MB free; smid keeps up to 100 MB")


def check_clock(now: datetime) -> Iterator[Check]:
    """The clock, the time zone data and what the exchange's calendar says of this moment."""
    if now < _BUILT:
        yield fail("clock", f"{now:%Y-%m-%d %H:%M} UTC is in the past: set the clock, or no price has the right age")
        return
    try:
        there = now.astimezone(ZoneInfo(NEW_YORK))
    except ZoneInfoNotFoundError:
        yield fail("time zones", f"{NEW_YORK} is unknown: install the package tzdata")
        return
    yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, {there:%a %H:%M} in New York")
    yield _check_exchange(now)


def _check_directory(name: str, place: Path) -> Check:
    standing = _standing(place)
    shown = clean(place)
    if not standing.is_dir():
        return fail(name, f"{clean(standing)} is in the way of {shown}: it is no directory; use --data-dir")
    if not os.access(standing, os.W_OK | os.X_OK):
        return fail(name, f"{shown} cannot be written: change the rights of {clean(standing)}, or use --data-dir")
    if standing != place:
        return ok(name, f"{shown} (made at the first start)")
    mode, owner = stat.S_IMODE(place.stat().st_mode), place.stat().st_uid
    if owner != os.geteuid():
        return fail(name, f"{shown} belongs to another user: remove it or use --data-dir")
    if mode & 0o077:
        return warn(name, f"{shown} is open to others (mode {mode:04o}); the next start makes it private")
    return ok(name, f"{shown} (mode {mode:04o})")


def _standing(place: Path) -> Path:
    """`place`, or the nearest of its parents that exists."""
    return next(spot for spot in (place, *place.parents) if os.path.lexists(spot))


def _check_exchange(now: datetime) -> Check:
    try:
        from core.market.sessions import Exchange

        info = Exchange().info(now)
    except (ImportError, SmidError) as error:
        return fail("exchange", f"its calendar does not load: {clean(error)}")
    until = info.closes if info.phase == "open" else info.next_open
    verb = "closes" if info.phase == "open" else "opens"
    when = f"; {verb} {until:%Y-%m-%d %H:%M} UTC" if until else ""
    why = f" ({info.reason})" if info.reason else ""
    return note("exchange", f"{info.exchange} {info.phase.value}{why}, session {info.date}{when}")
