"""What a running engine with the same settings says, where there is one."""

import asyncio
import contextlib
from collections.abc import Callable

from core import __version__
from core.engine.frames import TO_VIEWER_BYTES, FrameError, read_frame, to_frame
from core.engine.messages import (
    PROTOCOL,
    Explained,
    Hello,
    ToEngine,
    ToViewer,
    Update,
    WantExplanation,
    Welcome,
    encoder,
    viewer_decoder,
)
from core.engine.spec import EngineSpec, engine_digest
from core.explanation import Explanation
from core.paths import is_ours
from core.settings import Settings
from core.snapshot import Health, Snapshot

ENGINE_SECONDS = 20.0


async def ask_engine(spec: EngineSpec, settings: Settings, seconds: float = ENGINE_SECONDS) -> Snapshot | None:
    """What a running engine with the same settings shows once it has loaded; None where there is none."""
    found: list[Snapshot] = []

    def hear(message: ToViewer) -> bool:
        if isinstance(message, Update):
            found.append(message.snapshot)
        return bool(found) and not found[-1].source.loading and found[-1].source.health is not Health.WAITING

    await _listen(spec, settings, None, hear, seconds)
    return found[-1] if found and found[-1].measures else None


async def ask_engine_for(
    spec: EngineSpec, settings: Settings, address: str, seconds: float = ENGINE_SECONDS
) -> Explanation | None:
    """What a running engine with the same settings says of `address`; None where there is none."""
    found: list[Explanation | None] = []

    def hear(message: ToViewer) -> bool:
        if isinstance(message, Explained):
            found.append(message.explanation)
        return bool(found)

    await _listen(spec, settings, WantExplanation(address), hear, seconds)
    return found[-1] if found else None


async def _listen(
    spec: EngineSpec, settings: Settings, question: ToEngine | None, hear: Callable[[ToViewer], bool], seconds: float
) -> None:
    """Tell `hear` what a running engine with the same settings says, until it has heard enough or time is up."""
    path, digest = spec.paths.socket, engine_digest(settings)
    if not is_ours(path.parent):
        return
    with contextlib.suppress(TimeoutError, FrameError, OSError, ValueError):
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(path)
            with contextlib.closing(writer):
                for asked in (Hello(protocol=PROTOCOL, program=__version__, settings=digest), question):
                    writer.write(to_frame(encoder.encode(asked)) if asked else b"")
                while (payload := await read_frame(reader, TO_VIEWER_BYTES)) is not None:
                    message = viewer_decoder.decode(payload)
                    if (isinstance(message, Welcome) and message.settings != digest) or hear(message):
                        return
