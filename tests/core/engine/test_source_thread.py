"""One call at a time, and none waited for beyond its deadline."""

import asyncio
import threading

import pytest

from core.engine.source_thread import Late, SourceThread


async def test_answers_and_errors_come_back() -> None:
    thread = SourceThread()
    assert await thread.ask(lambda: threading.current_thread().name, 5) == "source"
    with pytest.raises(KeyError):
        await thread.ask(lambda: {}["x"], 5)
    assert await thread.ask(lambda: 1, None) == 1
    thread.close()
    assert thread.join(5)


async def test_a_late_answer_is_dropped_and_nothing_starts_beside_it() -> None:
    gate, freed = threading.Event(), asyncio.Event()
    thread = SourceThread(freed.set)

    def slow() -> str:
        gate.wait(30)
        return "late"

    with pytest.raises(Late, match=r"no answer within 0\.05 s"):
        await thread.ask(slow, 0.05)
    assert thread.is_busy
    with pytest.raises(RuntimeError):
        await thread.ask(lambda: "beside", 1)
    gate.set()
    async with asyncio.timeout(5):
        await freed.wait()
    assert not thread.is_busy
    assert await thread.ask(lambda: "next", 5) == "next"
    thread.close()
    assert thread.join(5)


def test_a_loop_that_is_gone_does_not_trouble_the_thread() -> None:
    gate = threading.Event()
    threads: list[SourceThread] = []

    async def leave() -> None:
        threads.append(SourceThread())
        with pytest.raises(Late):
            await threads[0].ask(lambda: gate.wait(30), 0.01)

    asyncio.run(leave())
    gate.set()
    threads[0].close()
    assert threads[0].join(5)
