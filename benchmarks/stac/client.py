"""Clients that cost little: one that replays requests over several connections, one that looks at answers."""

import asyncio
import http.client
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import uvloop

from benchmarks.clock import percentile
from benchmarks.stac.questions import Request

MILLI = 1000.0
PATIENCE_SECONDS = 120
HEAD_END = b"\r\n\r\n"


@dataclass
class Replayed:
    """What a client saw: milliseconds per request, all seconds, all bytes of answers."""

    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0

    @property
    def median(self) -> float:
        """The wait that half of all requests exceed, ms."""
        return percentile(self.waits, 0.5)

    @property
    def p95(self) -> float:
        """The wait that 5 % exceed, ms."""
        return percentile(self.waits, 0.95)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.waits) / self.seconds

    @property
    def kilobytes(self) -> float:
        """The mean size of an answer."""
        return self.size / len(self.waits) / 1000


def replay(address: str, requests: Sequence[Request], *, connections: int, seconds: float) -> Replayed:
    """Send the requests round and round, whole rounds only, until the time is over.

    Raises:
        RuntimeError: an answer is neither 200 nor 204.
    """
    parts = urlsplit(address)
    encoded = [one.encoded(parts.path, parts.netloc) for one in requests]
    return uvloop.run(_replay(parts.hostname or "", parts.port or 80, encoded, connections, seconds))


async def _replay(host: str, port: int, encoded: list[bytes], connections: int, seconds: float) -> Replayed:
    loop, turns = asyncio.get_running_loop(), _Turns(encoded, time.perf_counter() + seconds)
    begun = time.perf_counter()
    lines = [
        (await loop.create_connection(lambda: _Line(turns, loop.create_future()), host, port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(line.done for line in lines))
    turns.seen.seconds = time.perf_counter() - begun
    return turns.seen


@dataclass
class _Turns:
    """Hands out the next request, to whichever connection is free."""

    encoded: list[bytes]
    until: float
    next: int = 0
    seen: Replayed = field(default_factory=Replayed)

    def take(self) -> bytes | None:
        """The next request; None at the end of the first round that ends after the time is over."""
        place = self.next % len(self.encoded)
        if place == 0 and self.next and time.perf_counter() >= self.until:
            return None
        self.next += 1
        return self.encoded[place]


class _Line(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again."""

    def __init__(self, turns: _Turns, done: "asyncio.Future[None]") -> None:
        self.done = done
        self._turns = turns
        self._held = bytearray()
        self._needed = 0
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Gather an answer; when it is whole, go on."""
        self._held += data
        if not self._needed and (end := self._held.find(HEAD_END)) >= 0:
            self._needed = end + len(HEAD_END) + self._length(bytes(self._held[:end]))
        if not self._needed or len(self._held) < self._needed or self.done.done():
            return
        self._turns.seen.waits.append((time.perf_counter() - self._sent) * MILLI)
        self._turns.seen.size += self._needed
        self._held.clear()
        self._needed = 0
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        """The server must not hang up first."""
        if not self.done.done():
            self.done.set_exception(RuntimeError("The server closed the connection."))

    def _length(self, head: bytes) -> int:
        status, _, fields = head.partition(b"\r\n")
        named = dict(line.lower().split(b":", 1) for line in fields.split(b"\r\n"))
        if b" 204" in status:
            return 0
        if b" 200" not in status or b"content-length" not in named:
            self.done.set_exception(RuntimeError(f"An answer that cannot be timed: {head.decode()[:400]}"))
            self._transport.close()
            return 0
        return int(named[b"content-length"])

    def _send(self) -> None:
        wanted = self._turns.take()
        if wanted is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(wanted)  # type: ignore[attr-defined]


class Caller:
    """One connection that is kept open, for requests whose answers matter."""

    def __init__(self, address: str) -> None:
        """Connect on first use; requests lie below `address`."""
        parts = urlsplit(address)
        self._root = parts.path
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, request: Request) -> dict[str, Any]:
        """The answer to a request below the root, read."""
        return self.send(self._root + request.path, request.body)

    def send(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer at an address of this server, read."""
        found: dict[str, Any] = json.loads(self.fetch(path, body))
        return found

    def fetch(self, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The bytes at an address of this server.

        Raises:
            RuntimeError: the status is neither 200 nor 204.
        """
        content = None if body is None else json.dumps(body)
        given = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request("GET" if body is None else "POST", path, content, given)
        response = self._connection.getresponse()
        read = response.read()
        if response.status not in (200, 204):
            raise RuntimeError(f"{path[:200]} answers {response.status}: {read[:300]!r}")
        return read
