"""Frames on the socket: four bytes of length (big-endian), then that many bytes of MessagePack."""

import struct
from asyncio import IncompleteReadError, StreamReader

TO_ENGINE_BYTES = 64 * 1024
"""A viewer only asks small questions."""
TO_VIEWER_BYTES = 32 * 1024 * 1024

_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """What came is no frame: the connection cannot go on."""


def to_frame(payload: bytes) -> bytes:
    """`payload` with its length before it."""
    return _LENGTH.pack(len(payload)) + payload


async def read_frame(reader: StreamReader, limit: int) -> bytes | None:
    """The next payload, None at the end of the stream; raises `FrameError` when it is cut or longer than `limit`."""
    try:
        head = await reader.readexactly(_LENGTH.size)
    except IncompleteReadError as error:
        if error.partial:
            raise FrameError("cut inside a length") from error
        return None
    (length,) = _LENGTH.unpack(head)
    if not 0 < length <= limit:
        raise FrameError(f"{length} bytes announced, at most {limit} allowed")
    try:
        return await reader.readexactly(length)
    except IncompleteReadError as error:
        raise FrameError("cut inside a message") from error
