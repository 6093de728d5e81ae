"""Answers are compressed where that pays: texts above a size, cheaply, and nothing that is packed already."""

import zlib
from functools import lru_cache, partial

import anyio.to_thread
import pyarrow as pa
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
LARGE = 65_536
"""Bytes from which on a thread does the work, so that others are answered meanwhile."""
TEXTS = ("json", "xml", "javascript", "mapbox-vector-tile")
GZIP_LEVEL, GZIP_LEVEL_FOR_PROGRAMS = 5, 2
"""Of 9. Pages shrink almost as far with 5 as with 9; programs ask for far more, and 2 takes half the time."""
ZSTD = pa.Codec("zstd", compression_level=3)
GZIP_FORMAT = 31


class Compress:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and pack the answer if the visitor takes that."""
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        accepted = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
        await self.app(scope, receive, _Packing(send, coding_of(accepted)).send)


@lru_cache(256)
def coding_of(accepted: bytes) -> str | None:
    """What to pack with for a header Accept-Encoding: zstd where it is known, else gzip, or nothing."""
    parts = (part.strip().lower().partition(b";") for part in accepted.split(b","))
    names = {name.strip() for name, _, weight in parts if weight.strip() not in (b"q=0", b"q=0.0", b"q=0.00")}
    return next((coding for coding in ("zstd", "gzip") if coding.encode() in names), None)


class _Packing:
    """One answer on its way out; its head waits until the size of its body is known."""

    def __init__(self, out: Send, coding: str | None) -> None:
        self.out = out
        self.coding = coding
        self.head: Message | None = None
        self.stream: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        """Take the next part of the answer."""
        if message["type"] == "http.response.start" and _is_text(message):
            self.head = message
        elif message["type"] == "http.response.body" and self.head is not None:
            await self._begin(self.head, message)
        elif self.stream is not None:
            await self.out({**message, "body": _streamed(self.stream, message)})
        else:
            await self.out(message)

    async def _begin(self, head: Message, message: Message) -> None:
        self.head = None
        body, more = message.get("body", b""), message.get("more_body", False)
        headers = MutableHeaders(raw=head["headers"])
        if len(body) >= SMALLEST or more:
            headers.add_vary_header("Accept-Encoding")
            if more and self.coding:
                self.stream = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_FORMAT)
                body = _streamed(self.stream, message)
                headers["Content-Encoding"] = "gzip"
                del headers["Content-Length"]
            elif self.coding:
                body = await _packed(body, self.coding, headers["content-type"])
                headers["Content-Encoding"] = self.coding
                headers["Content-Length"] = str(len(body))
        await self.out(head)
        await self.out({**message, "body": body})


def _is_text(head: Message) -> bool:
    """Whether an answer is whole, of a kind that shrinks, and not packed."""
    kind = b""
    for name, value in head["headers"]:
        if name == b"content-encoding":
            return False
        if name == b"content-type":
            kind = value.partition(b";")[0].strip()
    text = kind.decode("latin-1")
    return head["status"] != 206 and (text.startswith("text/") or text.endswith((*TEXTS,)))


async def _packed(body: bytes, coding: str, kind: str) -> bytes:
    level = GZIP_LEVEL_FOR_PROGRAMS if "json" in kind else GZIP_LEVEL
    pack = (
        partial(ZSTD.compress, body, asbytes=True)
        if coding == "zstd"
        else partial(zlib.compress, body, level, GZIP_FORMAT)
    )
    found: bytes = pack() if len(body) < LARGE else await anyio.to_thread.run_sync(pack)
    return found


def _streamed(stream: "zlib._Compress", message: Message) -> bytes:
    """The next part of a body whose size is not known; what is ready is sent at once."""
    part = stream.compress(message.get("body", b""))
    return part + stream.flush(zlib.Z_SYNC_FLUSH if message.get("more_body", False) else zlib.Z_FINISH)
