"""Reaching an engine: the one that runs, or else one that is started for it."""

import asyncio
import contextlib

from core.engine.lock import find_holder
from core.engine.spawn import Start, start_engine
from core.engine.spec import EngineSpec
from core.errors import SmidError
from core.paths import is_ours
from core.text import clean

REACH_SECONDS = 20.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Unreachable(Exception):  # noqa: N818 - an outcome
    """No engine to talk to; the text says why.

    `hung` is the process that must be ended first; `refused` says that what is asked for cannot be.
    """

    def __init__(self, reason: str, hung: int | None = None, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.hung, self.refused = hung, refused


async def reach(spec: EngineSpec) -> Connection:
    """A connection to the engine of `spec`, started where there is none; raises `Unreachable`."""
    try:
        async with asyncio.timeout(REACH_SECONDS):
            return await _connect_or_start(spec)
    except TimeoutError:
        raise Unreachable("An engine is there but cannot be reached.", find_holder(spec.paths.lock)) from None
    except (SmidError, OSError) as error:
        raise Unreachable(clean(error, 600)) from error


async def _connect_or_start(spec: EngineSpec) -> Connection:
    path = spec.paths.socket
    while True:
        # Somebody else could have made a directory of that name under /tmp, and an "engine" in it.
        if is_ours(path.parent):
            with contextlib.suppress(FileNotFoundError, ConnectionError):
                return await asyncio.open_unix_connection(path)
        start, reason = await start_engine(spec)
        if start in (Start.FAILED, Start.REFUSED):
            raise Unreachable(reason, refused=start is Start.REFUSED)
        if start is Start.BUSY:
            await asyncio.sleep(0.1)
