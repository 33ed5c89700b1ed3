"""What is due of FRED, for one answer: as far as it comes in time."""

import asyncio

from core.clock import Clock
from core.macro.archive import Archive
from core.macro.fred import Fred, FredError
from core.macro.macro import Macro
from core.settings import MacroSettings
from core.store import Store, StoreError

ECONOMY_SECONDS = 45.0
"""For all of it; what does not come within is asked for the next time."""


async def fetch_economy(
    settings: MacroSettings, fred: Fred, store: Store | None, clock: Clock, *, fetching: bool
) -> Macro:
    """What is held of FRED, with what is due of it, as far as that comes in time."""
    archive, ends = Archive(settings, store), clock.monotonic() + ECONOMY_SECONDS
    archive.load()
    while fetching and (left := ends - clock.monotonic()) > 0:
        question = archive.next_question(clock.now())
        if question is None:
            break
        try:
            seconds = min(left, settings.deadline_seconds)
            answer = await asyncio.to_thread(fred.fetch, question, seconds)
            archive.take(question, answer, clock.now())
        except FredError as error:
            archive.note_failure(question, error, clock.now())
        except StoreError:  # a disk that is full: what is held will do
            break
    return archive.build()
