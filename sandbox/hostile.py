"""How a hostile or broken server puts an answer on the wire: far too much of it, far too slowly, or without end.

The answer itself is a right one (blanks before JSON are JSON), so only a limit on bytes, on unpacked bytes or on time
stops a client. Each way ends by itself and as soon as the client has gone, and none keeps other requests waiting.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any

from .messages import Answer

MEGABYTE = 1 << 20
BLOCK = b" " * MEGABYTE
HUGE, BOMB = 100 * MEGABYTE, 2048 * MEGABYTE
# No way of sending lasts longer, whatever the client does.
MOST_SECONDS = 300
# Between two chunks of an endless answer: often enough that a timeout between two reads never strikes.
ENDLESS_PAUSE = 0.05

Chunks = AsyncIterator[bytes]


async def _huge(answer: Answer, size: int, _pause: float) -> Chunks:
    for _block in range(size // MEGABYTE):
        yield BLOCK
        await asyncio.sleep(0)
    yield BLOCK[: size % MEGABYTE] + answer.body


async def _bomb(answer: Answer, size: int, _pause: float) -> Chunks:
    for chunk in await asyncio.to_thread(bomb, size, answer.body):
        yield chunk


async def _endless(answer: Answer, _size: int, _pause: float) -> Chunks:
    yield answer.body[:1]
    while True:
        await asyncio.sleep(ENDLESS_PAUSE)
        yield b" "


async def _drip(answer: Answer, _size: int, pause: float) -> Chunks:
    for place in range(len(answer.body)):
        yield answer.body[place : place + 1]
        await asyncio.sleep(pause)


@lru_cache(maxsize=4)
def bomb(size: int, body: bytes) -> tuple[bytes, ...]:
    """Return chunks of a gzip file that unpacks to blanks and then a body.

    :param size: how many blanks
    """
    # Every block is packed by itself (full flush), so one that was packed once can be repeated; only the checksum has
    # to be taken of all.
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    packed, check = _packed(BLOCK), 0
    for _block in range(size // MEGABYTE):
        check = zlib.crc32(BLOCK, check)
    tail = BLOCK[: size % MEGABYTE] + body
    check, length = zlib.crc32(tail, check), size + len(body)
    end = check.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little")
    return head, *([packed] * (size // MEGABYTE)), _packed(tail, zlib.Z_FINISH) + end


def _packed(data: bytes, flush: int = zlib.Z_FULL_FLUSH) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(flush)


# Way of sending -> its chunks, its default size, whether the length of the body is announced.
SENDERS: dict[str, tuple[Callable[[Answer, int, float], Chunks], int, bool]] = {
    "huge_body": (_huge, HUGE, True),
    "gzip_bomb": (_bomb, BOMB, False),
    "endless": (_endless, 0, False),
    "drip": (_drip, 0, True),
}


async def send_badly(kind: str, answer: Answer, receive: Any, send: Any, *, size: int | None, pause: float) -> None:
    """Send an answer in one of the ways of `SENDERS`, until it is sent, the client has gone or `MOST_SECONDS` are over.

    :param size: bytes that come before the body; None for the way's own
    :param pause: seconds between two bytes of `drip`
    """
    make, standard, announced = SENDERS[kind]
    size = standard if size is None else size
    headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
    if announced:
        length = len(answer.body) + (size if kind == "huge_body" else 0)
        headers.append((b"content-length", str(length).encode()))
    if kind == "gzip_bomb":
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async with asyncio.timeout(MOST_SECONDS):
            async for chunk in make(answer, size, pause):
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        # The server closes the connection of an answer that was not finished.
        return
    finally:
        gone.cancel()


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
