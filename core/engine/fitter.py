"""When models are fitted, and how: in the background, in a process of its own, at most once a day a symbol [C10]."""

import asyncio
import contextlib
import hashlib
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec
import numpy as np

from core.clock import Clock
from core.engine.book import Book
from core.engine.fitting import Found, Sample
from core.engine.spawn import to_environment
from core.market.line import line_of
from core.market.panel import Line
from core.market.symbols import symbols_of
from core.settings import Settings
from core.studies.fits import GarchFit
from core.studies.garch import LEAST
from core.studies.windows import to_log_returns
from core.text import clean

FIRST_SECONDS = 5.0
"""After the market was opened: viewers that start meanwhile have the processor for themselves."""
RETRY_SECONDS = 3600.0
DEADLINE_SECONDS = 120.0

_log = logging.getLogger("smid.fitter")

FitAll = Callable[[Sequence[Sample]], Awaitable[list[Found]]]


class FitError(Exception):
    """The process that fits ended without an answer."""


async def fit_in_process(samples: Sequence[Sample]) -> list[Found]:
    """Fits by `core.engine.fitting`; raises `FitError`, `OSError` or `TimeoutError`. Cancelled, it ends the process."""
    # One thread: what it does is small, and the other core belongs to who is watching.
    environment = {**to_environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "core.engine.fitting",
        stdin=pipe, stdout=pipe, stderr=pipe, cwd="/", env=environment,
    )  # fmt: skip
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            answer, said = await process.communicate(msgspec.msgpack.encode(samples))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise FitError(f"it ended with {process.returncode}: {clean(last, 200) or 'it said nothing'}")
    return msgspec.msgpack.decode(answer, type=list[Found])


class Fitter:
    """Looks at the book whether a fit is due, and puts into it what was found. `consider` never waits."""

    def __init__(
        self, book: Book, settings: Settings, clock: Clock, on_done: Callable[[], None], fit_all: FitAll | None = None
    ) -> None:
        self._book, self._clock, self._on_done, self._fit_all = book, clock, on_done, fit_all or fit_in_process
        subjects = (*settings.universe.volatility, *settings.pairs)
        self._symbols = tuple(dict.fromkeys(leg for subject in subjects for leg in symbols_of(subject)))
        self._not_before = clock.monotonic() + FIRST_SECONDS
        self._looked_at: object = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a process is at it."""
        return self._task is not None and not self._task.done()

    def consider(self, at: datetime) -> None:
        """Start the fits that are due at `at` (the market's time), if any, and if none is running."""
        panel = self._book.base
        if panel is None or self.is_busy or self._clock.monotonic() < self._not_before:
            return
        today = at.date().isoformat()
        if self._looked_at == (panel.key, today):
            return
        self._looked_at = (panel.key, today)
        lines = [line_of(panel, symbol) for symbol in self._symbols]
        due = [line for line in lines if len(line.values) > LEAST and self._is_due(line, today)]
        if due:
            self._task = asyncio.get_running_loop().create_task(self._fit(due, at))

    async def close(self) -> None:
        """End what is running."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _is_due(self, line: Line, today: str) -> bool:
        known = self._book.fits.get(line.subject)
        return known is None or (known.fitted < today and known.key != to_key(line))

    async def _fit(self, lines: Sequence[Line], at: datetime) -> None:
        samples = [Sample(line.subject, to_percent(line)) for line in lines]
        try:
            found = await self._fit_all([s for s in samples if np.isfinite(s.returns).all()])
        except (FitError, OSError, TimeoutError, msgspec.MsgspecError) as error:
            _log.warning("GARCH models were not fitted: %s", clean(error) or type(error).__name__)
            self._looked_at, self._not_before = None, self._clock.monotonic() + RETRY_SECONDS
            return
        by_symbol = {line.subject: line for line in lines}
        fits = [to_fit(by_symbol[one.symbol], one, at) for one in found]
        self._book.add_fits(fits, at)
        _log.info("fitted GARCH models of %s", ", ".join(fit.symbol for fit in fits))
        self._on_done()


def to_percent(line: Line) -> list[float]:
    """100 times the log returns of a line."""
    returns: list[float] = (100.0 * to_log_returns(line.values)).tolist()
    return returns


def to_key(line: Line) -> str:
    """Digest of the sessions and returns of a line."""
    digest = hashlib.blake2b(line.sessions.astype(np.int64).tobytes(), digest_size=8)
    digest.update(to_log_returns(line.values).tobytes())
    return digest.hexdigest()


def to_fit(line: Line, found: Found, at: datetime) -> GarchFit:
    """What was found for `line`, with what it rests on."""
    return GarchFit(
        symbol=line.subject,
        session=str(line.sessions[-1]),
        fitted=at.date().isoformat(),
        key=to_key(line),
        observations=len(line.values) - 1,
        mean=found.mean,
        omega=found.omega,
        alpha=found.alpha,
        beta=found.beta,
        variance=found.variance,
        converged=found.converged,
    )
