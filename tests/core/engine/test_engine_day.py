"""A whole day of cycles with a viewer attached: memory, threads and file descriptors stay where they were."""

import asyncio
import gc
import os
import threading
from pathlib import Path

import pytest
from scripted import Market, ScriptedSource, make_settings, manual, short_directory

from core import __version__
from core.engine.engine import Engine
from core.engine.frames import TO_VIEWER_BYTES, read_frame, to_frame
from core.engine.messages import PROTOCOL, Hello, Update, WantHistory, encoder, viewer_decoder
from core.engine.server import bind
from core.engine.spec import EngineSpec
from core.snapshot import Health

CYCLES = 1500


def resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def usage() -> tuple[int, int, int]:
    """Live objects, threads, open files."""
    gc.collect()
    return len(gc.get_objects()), threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="counts through /proc, which is Linux's")
async def test_nothing_grows_over_a_day() -> None:
    clock = manual()
    source = ScriptedSource(clock)
    received = 0
    with short_directory() as directory:
        spec = EngineSpec("yahoo", str(directory))
        spec.paths.data.mkdir(parents=True, mode=0o700)
        engine = Engine(spec, make_settings(), clock, Market(source))
        await engine.start(bind(spec.paths.socket))
        reader, writer = await asyncio.open_unix_connection(spec.paths.socket)
        writer.write(to_frame(encoder.encode(Hello(protocol=PROTOCOL, program=__version__, settings="x"))))

        async def read() -> None:
            nonlocal received
            while (payload := await read_frame(reader, TO_VIEWER_BYTES)) is not None:
                received += isinstance(viewer_decoder.decode(payload), Update)

        reading = asyncio.create_task(read())
        seen = []
        for number in range(CYCLES):
            source.price["IWM"] += 0.01 if number % 2 else -0.01
            if number % 50 == 0:
                writer.write(to_frame(encoder.encode(WantHistory(subject="IWM/SPY", unit="minute"))))
            await engine.cycle()
            clock.advance(57.6)  # 1,500 of them are a day: the session, its close, the night, the next open
            await asyncio.sleep(0)
            if number in (CYCLES // 3, CYCLES - 1):
                seen.append((*usage(), resident_kb()))
        assert engine.publisher.snapshot.source.health is Health.OK
        assert received > 300
        await engine.finish()
        await reading
        writer.close()
    (objects, threads, files, memory), (objects_later, threads_later, files_later, memory_later) = seen
    assert (threads_later, files_later) == (threads, files)
    assert objects_later - objects < 0.01 * objects
    assert memory_later - memory < 3000
