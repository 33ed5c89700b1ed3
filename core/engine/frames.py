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
    """The next payload; None at the end of the stream, where it breaks off too. Raises `FrameError` over `limit`.

    Whoever is killed while writing leaves a frame cut: that is an end like any other.
    """
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if not 0 < length <= limit:
            raise FrameError(f"{length} bytes announced, at most {limit} allowed")
        return await reader.readexactly(length)
    except IncompleteReadError:
        return None
