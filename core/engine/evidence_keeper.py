"""When the track records of signals are made: in the background, once for each state of completed history [§10]."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

import msgspec

from core.breadth.fund import key_of
from core.clock import Clock
from core.engine.book import Book
from core.engine.evidence_process import Legs, Task, to_legs
from core.engine.messages import Evidenced, WantEvidence
from core.engine.spawn import to_environment
from core.errors import SmidError
from core.evidence.findings import Known
from core.evidence.ground import to_economy
from core.evidence.kept import drop_others, find_directory, load_pair, load_short, make_key
from core.market.line import line_of
from core.market.panel import Panel
from core.paths import Paths
from core.settings import Settings
from core.text import clean

REST_SECONDS = 60.0
"""After models were fitted and constituents read: viewers that start meanwhile have the processor for themselves."""
RETRY_SECONDS = 3600.0
DEADLINE_SECONDS = 300.0
"""For one pair, on a busy machine: it takes two to four alone."""

_log = logging.getLogger("smid.evidence")

KeepAll = Callable[[Task], AsyncGenerator[str]]


class EvidenceError(Exception):
    """The process that makes records ended before it was done."""


async def keep_in_process(task: Task) -> AsyncGenerator[str]:
    """Let `core.engine.evidence_process` do `task`; the pairs as they are kept. Left early, it ends the process.

    Raises `EvidenceError`, `OSError` or `TimeoutError`.
    """
    environment = {**to_environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "core.engine.evidence_process",
        stdin=pipe, stdout=pipe, stderr=pipe, cwd="/", env=environment,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said = asyncio.ensure_future(process.stderr.read())
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # why it ended is on its stderr
            process.stdin.write(msgspec.msgpack.encode(task))
            await asyncio.wait_for(process.stdin.drain(), DEADLINE_SECONDS)
            process.stdin.close()
        while line := await asyncio.wait_for(process.stdout.readline(), DEADLINE_SECONDS):
            yield msgspec.json.decode(line, type=str)
        code = await asyncio.wait_for(process.wait(), DEADLINE_SECONDS)
        if code:
            last = (await said).decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise EvidenceError(f"it ended with {code}: {clean(last, 200) or 'it said nothing'}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        said.cancel()


class EvidenceKeeper:
    """Puts the short forms into the book, and answers from what is on disk. `consider` never waits."""

    def __init__(
        self,
        book: Book,
        settings: Settings,
        clock: Clock,
        paths: Paths,
        on_done: Callable[[], None],
        keep_all: KeepAll | None = None,
    ) -> None:
        self._book, self._settings, self._clock, self._on_done = book, settings, clock, on_done
        self._keep_all, self._directory = keep_all or keep_in_process, find_directory(paths)
        self._not_before = clock.monotonic() + REST_SECONDS
        self._looked_at: object = None
        self._key = ""
        self._due: list[str] = []
        """Pairs without a record under that key."""
        self._keys: dict[str, str] = {}
        """What the record of each pair rests on that is told now: the new one, or while that is made the one before."""
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a process is at it."""
        return self._task is not None and not self._task.done()

    def consider(self, at: datetime, label: str, *, is_quiet: bool) -> None:
        """Take what is kept, and start what is due at `at` (the market's time) once `is_quiet`: nobody else is at work.

        `label` is that of the market.
        """
        now, panel = self._clock.monotonic(), self._book.base
        if not is_quiet:
            self._not_before = max(self._not_before, now + REST_SECONDS)
        if panel is None or self.is_busy or (self._settings.breadth.funds and not self._book.funds):
            return
        if self._looked_at != (panel.key, key_of(self._book.funds)):
            self._looked_at = panel.key, key_of(self._book.funds)
            self._look(panel)
        if self._due and now >= self._not_before:
            self._task = asyncio.get_running_loop().create_task(self._run(self._to_task(panel, at, label)))

    def _look(self, panel: Panel) -> None:
        """What is kept for this state of the history."""
        self._key = make_key(panel.key, self._settings)
        self._due = [pair for pair in self._settings.pairs if not self._take(pair)]
        self._tell(self._progress() if self._due else "")

    def answer(self, want: WantEvidence) -> Evidenced:
        """The whole record of one signal on one pair, or why there is none."""
        pair, signal = clean(want.pair, 40), clean(want.signal, 60)
        key = self._keys.get(want.pair)
        found = load_pair(self._directory, key, want.pair, want.signal) if key else None
        if found is not None and found.pairs[0].signals:
            return Evidenced(pair=pair, signal=signal, evidence=found)
        said = self._book.evidence.find(want.pair, want.signal) or f"no record of {signal} on {pair} is kept"
        return Evidenced(pair=pair, signal=signal, reason=said)

    async def close(self) -> None:
        """End what is running."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, task: Task) -> None:
        _log.info("the evidence on %s is calculated", ", ".join(self._due))
        try:
            async with contextlib.aclosing(self._keep_all(task)) as kept:
                async for pair in kept:
                    if self._take(pair):
                        self._due.remove(pair)
                    self._tell(self._progress() if self._due else "")
            drop_others(self._directory, self._key)
        except (EvidenceError, SmidError, OSError, TimeoutError, ValueError) as error:
            self._fail(clean(error) or type(error).__name__)
        else:
            if self._due:
                self._fail(f"nothing was kept of {', '.join(self._due)}")

    def _fail(self, why: str) -> None:
        _log.warning("the evidence was not calculated: %s", why)
        self._not_before = self._clock.monotonic() + RETRY_SECONDS
        self._tell(f"not calculated: {why}")

    def _to_task(self, panel: Panel, at: datetime, label: str) -> Task:
        completed = panel.completed or panel
        return Task(
            directory=str(self._directory),
            key=self._key,
            data=panel.key,
            label=label,
            at=at,
            until=completed.sessions[-1].astype("datetime64[D]").item(),
            settings=self._settings,
            pairs=tuple(self._to_legs(completed, pair) for pair in self._due),
        )

    def _to_legs(self, completed: Panel, pair: str) -> Legs:
        line = line_of(completed, pair)
        return to_legs(line, to_economy(completed, line, self._book.drivers))

    def _progress(self) -> str:
        count = len(self._settings.pairs)
        return f"is being calculated: {count - len(self._due)} of {count} pairs"

    def _take(self, pair: str) -> bool:
        """Whether there is a record of the pair under the present key; then it is what is told."""
        said = load_short(self._directory, self._key, pair)
        if said is None:
            return False
        self._keys[pair] = self._key
        known = self._book.evidence
        self._book.set_evidence(Known({**known.short, pair: said}, known.note))
        return True

    def _tell(self, note: str) -> None:
        self._book.set_evidence(Known(self._book.evidence.short, note))
        self._on_done()
