"""The one thread that talks to the source: a call past its deadline is not waited for, and none starts beside it."""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Late(Exception):  # noqa: N818 - an outcome, not a programming error
    """No answer within the deadline; the call may still be running and its answer will be dropped."""


class SourceThread:
    """Runs one call at a time. A daemon: a call that never returns does not hold the process back."""

    def __init__(self, on_free: Callable[[], None] = lambda: None) -> None:
        self._on_free = on_free
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._free = asyncio.Event()
        self._free.set()
        self._thread = threading.Thread(target=self._work, name="source", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a call is running, asked in time or late."""
        return not self._free.is_set()

    async def wait_free(self) -> None:
        """Return when the thread can take a call."""
        await self._free.wait()

    async def ask(self, call: Callable[[], T], deadline: float | None) -> T:
        """The result of `call` on the thread, raising what it raises; raises `Late` after `deadline` seconds."""
        if self.is_busy:
            raise RuntimeError("a call is already running")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._free.clear()
        self._calls.put(lambda: self._run(call, answer, loop))
        done, _ = await asyncio.wait([answer], timeout=deadline)
        if not done:
            answer.cancel()  # `_settle` sees this and drops the late answer
            raise Late(f"no answer within {deadline:g} s")
        return answer.result()

    def close(self) -> None:
        """Let the thread end after its present call, if that ever returns."""
        self._calls.put(None)

    def join(self, seconds: float) -> bool:
        """Wait for the end of the thread; whether it ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()

    def _run(self, call: Callable[[], T], answer: "asyncio.Future[T]", loop: asyncio.AbstractEventLoop) -> None:
        try:
            result = call()
            settle = partial(self._settle, lambda: answer.set_result(result), answer)
        except BaseException as raised:  # noqa: BLE001 - boundary: handed over to whoever asked
            settle = partial(self._settle, partial(answer.set_exception, raised), answer)
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop is gone: the engine ended while the source was thinking
            return

    def _settle(self, answer_it: Callable[[], None], answer: "asyncio.Future[T]") -> None:
        self._free.set()
        self._on_free()
        if not answer.done():
            answer_it()
