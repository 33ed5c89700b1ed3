"""Frames: whole ones pass, anything else is refused before it is held in memory."""

import asyncio

import pytest

from core.engine.frames import FrameError, read_frame, to_frame


def reader_of(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def test_what_went_in_comes_out() -> None:
    reader = reader_of(to_frame(b"one") + to_frame(b"x" * 70_000))
    assert await read_frame(reader, 100_000) == b"one"
    assert await read_frame(reader, 100_000) == b"x" * 70_000
    assert await read_frame(reader, 100_000) is None


@pytest.mark.parametrize("length", range(9))
async def test_a_frame_that_breaks_off_is_the_end(length: int) -> None:
    assert await read_frame(reader_of(to_frame(b"hello")[:length]), 10) is None


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\xff\xff\xff\xff", "at most 10"),
        (to_frame(b"x" * 11), "11 bytes announced"),
        (b"\x00\x00\x00\x00", "0 bytes"),
    ],
)
async def test_anything_else_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(FrameError, match=complaint):
        await read_frame(reader_of(data), 10)
