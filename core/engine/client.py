"""The viewer's end: connects, starts or restarts the engine, and says how things stand. It never raises into the UI."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from core import __version__
from core.clock import Clock
from core.engine.frames import TO_VIEWER_BYTES, FrameError, read_frame, to_frame
from core.engine.last_known import LastKnown, load_last_known
from core.engine.link import Link, LinkState
from core.engine.lock import find_holder
from core.engine.messages import (
    PROTOCOL,
    Answer,
    Bell,
    Curves,
    Goodbye,
    Hello,
    Notice,
    Ping,
    Play,
    Retire,
    ToEngine,
    ToViewer,
    Update,
    Welcome,
    encoder,
    viewer_decoder,
)
from core.engine.reach import Unreachable, reach
from core.engine.spawn import end_engine
from core.engine.spec import EngineSpec, engine_digest
from core.settings import Settings
from core.snapshot import Health, History, Snapshot, SourceInfo
from core.text import clean

__all__ = ["EngineClient", "EngineSpec", "LastKnown", "Listener", "load_last_known"]

WELCOME_SECONDS = 5.0
SILENCE_SECONDS = 20.0
"""After this long without a word the engine is asked whether it is there; after twice that it is taken for hung."""
STEADY_SECONDS = 30.0
"""An engine that lived this long was a good one: its end starts a new one without delay."""
LONGEST_WAIT = 30.0

_log = logging.getLogger("smid.client")
T = TypeVar("T")


class Listener(Protocol):
    """Who is told. Called on the event loop; must be quick."""

    def on_snapshot(self, snapshot: Snapshot) -> None: ...

    def on_history(self, history: History) -> None: ...

    def on_explained(self, explained: Answer) -> None: ...

    def on_link(self, link: Link) -> None: ...

    def on_notice(self, notice: Notice) -> None: ...

    def on_bell(self, bell: Bell) -> None: ...


class _Final(Exception):  # noqa: N818 - an outcome
    """The engine said that another one would do no better."""

    def __init__(self, goodbye: Goodbye) -> None:
        super().__init__(clean(goodbye.reason, 600))
        self.refused = goodbye.refused


class EngineClient:
    """One viewer's conversation with its engine, over as many engines as it takes."""

    def __init__(
        self,
        spec: EngineSpec,
        settings: Settings,
        clock: Clock,
        listener: Listener,
        *,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._spec, self._clock, self._listener = spec, clock, listener
        self._digest = engine_digest(settings)
        self._speed = spec.speed
        self._silence = silence_seconds
        self._waiting: deque[ToEngine] = deque(maxlen=16)
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self._retired = self._retiring = self._has_opened = False
        self._held: Update | None = None
        self._link: Link | None = None
        self.engine: Welcome | None = None
        """What the engine said of itself; None while there is none."""

    def send(self, message: ToEngine) -> None:
        """Send now, or when there is an engine again (the last few only)."""
        if self._writer is None or self._writer.is_closing():
            self._waiting.append(message)
        else:
            self._writer.write(to_frame(encoder.encode(message)))

    async def run(self) -> None:
        """Talk until `close`; every failure becomes a `Link` with a sentence."""
        self._task = asyncio.current_task()
        failures = 0
        self._say(LinkState.STARTING, "Looking for the engine.")
        while True:
            began = self._clock.monotonic()
            least = await self._attempt()
            failures = 0 if self._clock.monotonic() - began > STEADY_SECONDS else failures + 1
            # The first loss is made good at once, further ones ever later.
            await asyncio.sleep(max(least, min(LONGEST_WAIT, 0.25 * 2**failures) if failures > 1 else 0.0))

    async def close(self) -> None:
        """End the conversation; the engine stays."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._hang_up()

    async def _attempt(self) -> float:
        """One conversation from its beginning to its end; the least seconds to wait before the next."""
        wait = 0.0
        try:
            reason = await self._converse()
            self._say(LinkState.LOST, f"{reason} Starting it again.")
        except _Final as error:
            wait = LONGEST_WAIT
            self._fail(str(error), refused=error.refused)
        except Unreachable as error:
            wait = 0.0 if error.hung else 1.0
            await self._bury(error)
        except Exception as error:  # noqa: BLE001 - boundary: the screen must live whatever happens here
            wait = LONGEST_WAIT
            _log.exception("the conversation with the engine failed")
            self._say(LinkState.FAILED, f"Talking to the engine failed: {clean(error) or type(error).__name__}.")
        finally:
            self._hang_up()
        return wait

    async def _bury(self, error: Unreachable) -> None:
        if error.hung is None:
            self._fail(str(error), refused=error.refused)
            return
        self._say(LinkState.LOST, f"{error} Ending it and starting another.")
        self._hang_up()
        await end_engine(self._spec.paths, error.hung)

    async def _converse(self) -> str:
        """Greet and listen; the reason why it ended, as a sentence."""
        reader, self._writer = await reach(self._spec)
        self._writer.write(to_frame(encoder.encode(self._hello())))
        welcome = await self._welcome(reader)
        if self._make_room(welcome):
            self._retiring = True
            self._writer.write(to_frame(encoder.encode(Retire())))
        elif welcome.protocol != PROTOCOL:
            raise Unreachable(
                f"The running engine is smid {clean(welcome.program, 30)} (process {welcome.pid}), "
                f"this is {__version__}: close its other viewers or end it."
            )
        else:  # live with its first snapshot: until then the last known values are on the screen
            waiting = list(self._waiting)
            self._waiting.clear()
            for message in waiting:
                self.send(message)
        self.engine = welcome
        return await self._listen(reader, welcome.pid)

    def _hello(self) -> Hello:
        return Hello(protocol=PROTOCOL, program=__version__, settings=self._digest)

    def _make_room(self, welcome: Welcome) -> bool:
        """Whether to ask this engine to retire: it differs, nobody else needs it, and we have not asked before."""
        same = (welcome.protocol, welcome.program, welcome.settings) == (PROTOCOL, __version__, self._digest)
        if same or welcome.viewers or self._retired:
            return False
        self._retired = True  # once: an engine that keeps differing must not be replaced for ever
        return True

    async def _welcome(self, reader: asyncio.StreamReader) -> Welcome:
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                message = await self._next(reader)
        except TimeoutError:
            raise Unreachable("The engine does not answer.", find_holder(self._spec.paths.lock)) from None
        if isinstance(message, Goodbye):
            raise Unreachable(f"The engine refuses: {clean(message.reason)}.")
        if not isinstance(message, Welcome):
            raise Unreachable("The engine did not say who it is.")
        return message

    async def _listen(self, reader: asyncio.StreamReader, pid: int) -> str:
        """Hand on what comes until the engine leaves."""
        while True:
            message = await self._hear(reader, pid)
            if message is None:
                return "The engine ended."
            if isinstance(message, Goodbye):
                if message.final:
                    raise _Final(message)
                return f"The engine ended: {clean(message.reason)}."
            self._hand_on(message)

    async def _hear(self, reader: asyncio.StreamReader, pid: int) -> ToViewer | None:
        """The next message; a long silence is broken by a `Ping`, and one after that means a hung engine."""
        coming = asyncio.ensure_future(self._next(reader))
        try:
            for _ in range(2):
                done, _pending = await asyncio.wait((coming,), timeout=self._silence)
                if done:
                    return coming.result()
                self.send(Ping())
        finally:
            coming.cancel()
        raise Unreachable("The engine does not answer.", pid)

    async def _next(self, reader: asyncio.StreamReader) -> ToViewer | None:
        try:
            payload = await read_frame(reader, TO_VIEWER_BYTES)
            return None if payload is None else viewer_decoder.decode(payload)
        except (FrameError, msgspec.MsgspecError) as error:
            raise Unreachable(f"The engine sends something unreadable: {clean(error)}.") from error
        except OSError:
            return None

    def _hand_on(self, message: ToViewer) -> None:
        if self._retiring and isinstance(message, Update):
            self._held = message  # of an engine with other settings, which is about to make room
        elif self._retiring and isinstance(message, Notice):  # it stays after all
            self._retiring, held = False, self._held
            for told in (message, held):
                if told is not None:
                    self._hand_on(told)
        elif isinstance(message, Update):
            if self._link is None or self._link.state is not LinkState.LIVE:
                self._say(LinkState.LIVE, "")
            self._look_at(message.snapshot.source)
            self._tell(self._listener.on_snapshot, message.snapshot)
        else:
            self._pass_on(message)

    def _pass_on(self, message: ToViewer) -> None:
        """What is for the screen alone."""
        if isinstance(message, Curves):
            self._tell(self._listener.on_history, message.history)
        elif isinstance(message, Answer):
            self._tell(self._listener.on_explained, message)
        elif isinstance(message, Notice):
            self._tell(self._listener.on_notice, message)
        elif isinstance(message, Bell):
            self._tell(self._listener.on_bell, message)

    def _look_at(self, source: SourceInfo) -> None:
        """Whether there is a market by now; one that was being played before we came is brought to our speed, once."""
        self._has_opened = self._has_opened or source.health is not Health.WAITING
        if self._speed is not None and source.ends is not None:
            if source.speed != self._speed:
                self.send(Play(speed=self._speed))
            self._speed = None

    def _fail(self, text: str, *, refused: bool) -> None:
        """No engine. A refusal counts at the start alone: who has seen the market keeps the last of it."""
        self._say(LinkState.REFUSED if refused and not self._has_opened else LinkState.FAILED, text)

    def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self.engine = self._held = None
        self._retiring = False

    def _say(self, state: LinkState, text: str) -> None:
        link = Link(state, text)
        if link != self._link:
            self._link = link
            self._tell(self._listener.on_link, link)

    def _tell(self, hear: Callable[[T], None], what: T) -> None:
        try:
            hear(what)
        except Exception:  # noqa: BLE001 - boundary: a mistake of the screen must not end the conversation
            _log.exception("the viewer failed to take a message")
