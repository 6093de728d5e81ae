"""The one way to ask other servers: guarded, bounded in every measure, and without memory.

Addresses that visitors typed are asked with the rights of our own network, so each hop is checked before it
is taken: its scheme, port, host, and the IP address that is then connected to. Time, bytes on the wire, bytes
after unpacking, headers and redirects have limits that hold for a whole question, whatever the other side
does. There are no cookies, no proxies and no passwords, and nothing of the environment counts but where the
operator keeps trusted certificates (`SSL_CERT_FILE`).
"""

import ssl
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import httpcore2
import httpx2

from app.base.language import _
from app.base.outside_wire import (
    Budget,
    Dial,
    Guard,
    Network,
    NoAnswer,
    Reason,
    Resolve,
    dial,
    resolve,
    too_slow,
)

__all__ = ["Answer", "Hop", "Limits", "NoAnswer", "Outside", "Reason"]

PRODUCT = "EO-Dataset-Catalogue/1"
USUAL_PORTS = frozenset({80, 443})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_ADDRESS = 4000
MOST_HEADERS = 200
HEADER_BYTES = 64_000
WIRE_ROOM = 500_000
"""Bytes on the wire beyond the body: heads of all hops, and how much was read when enough is enough."""


@dataclass(frozen=True)
class Limits:
    """Of one question with all its redirects: seconds, bytes of the unpacked body, hops beyond the first."""

    seconds: float = 10.0
    body_bytes: int = 10_000_000
    redirects: int = 5


@dataclass(frozen=True)
class Hop:
    """A redirect that was followed: what answered, and with which status."""

    address: str
    status: int


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` have lower-case names; `is_whole` is False where reading was ended early."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True)
class Outside:
    """The world beyond this service, as far as it may be asked.

    `public_address` is told to those who are asked, so that they know whom to write to. `resolve`, `dial`,
    `trust` and `allowed` are for tests, which have no network: the defaults reach public addresses only.
    """

    public_address: str = ""
    is_on: bool = True
    ports: Collection[int] = USUAL_PORTS
    resolve: Resolve = resolve
    dial: Dial = dial
    trust: ssl.SSLContext | None = None
    allowed: Sequence[Network] = ()

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return self.trust or httpcore2.default_ssl_context()

    @cached_property
    def agent(self) -> str:
        """What this service calls itself."""
        return f"{PRODUCT} (+{self.public_address})" if self.public_address else PRODUCT

    def ask(
        self,
        address: str,
        *,
        method: Literal["GET", "HEAD"] = "GET",
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        hosts: Collection[str] | None = None,
        only_https: bool = False,
        enough: int | None = None,
        limits: Limits = Limits(),
    ) -> Answer:
        """Ask an address and follow its redirects.

        Args:
            hosts: the only hosts that may be asked, redirects included; any public one without.
            only_https: whether every hop must be by TLS.
            enough: stop after so many bytes of the body as they come, packed or not, without a complaint.
        Raises:
            NoAnswer: with the reason, and a message for people.
        """
        if not self.is_on:
            raise NoAnswer("off", _("This catalogue is not connected to the internet."))
        budget = Budget(time.monotonic() + limits.seconds, limits.body_bytes + WIRE_ROOM)
        url, hops = _read(address), list[Hop]()
        # Packed bytes say nothing about a file's first ones.
        packing = "gzip" if enough is None else "identity"
        sent = {"accept": accept, "accept-encoding": packing, "user-agent": self.agent, **(headers or {})}
        while True:
            self._check(url, hosts, only_https)
            with _trouble(), self._opened(method, url, sent, budget) as response:
                known = _headers(response)
                target = known.get("location") if response.status in REDIRECTS else None
                if target is None:
                    body, is_whole = _body(response, known, enough, limits.body_bytes)
                    return Answer(str(url), response.status, known, body, tuple(hops), is_whole)
            hops.append(Hop(str(url), response.status))
            if len(hops) > limits.redirects:
                raise NoAnswer("redirects", _("The server sends from one address to the next without end."))
            url = _next(url, target)

    def _check(self, url: httpx2.URL, hosts: Collection[str] | None, only_https: bool) -> None:
        if url.scheme not in ("https", "http"):
            raise NoAnswer("scheme", _("Only addresses that begin with https:// or http:// are asked."))
        if only_https and url.scheme != "https":
            raise NoAnswer("downgrade", _("The server sends on without encryption, which is not followed."))
        if _port(url) not in self.ports:
            raise NoAnswer("port", _("Port %(port)s is not asked from here.", port=_port(url)))
        if hosts is not None and url.host.rstrip(".") not in hosts:
            raise NoAnswer("host", _("%(host)s is not among the servers asked here.", host=url.host[:200]))

    @contextmanager
    def _opened(
        self, method: str, url: httpx2.URL, sent: Mapping[str, str], budget: Budget
    ) -> Iterator[httpcore2.Response]:
        """The response of one hop, on a connection of its own that ends with it."""
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=url.raw_path)
        head = [("host", url.netloc.decode("ascii")), *sent.items(), ("connection", "close")]
        request = httpcore2.Request(method, target, headers=head)
        guard = Guard(budget, self.resolve, self.dial, self.allowed)
        with httpcore2.ConnectionPool(
            ssl_context=self._trusted, max_connections=1, network_backend=guard
        ) as pool:
            response = pool.handle_request(request)
            try:
                yield response
            finally:
                response.close()


def _read(address: str) -> httpx2.URL:
    """An address as every later step sees it; one reading, so that no two steps see two hosts.

    Raises:
        NoAnswer: no address of a server, or one with a password in it.
    """
    is_clean = address.isprintable() and not any(sign in address for sign in ' \\<>"')
    try:
        url = httpx2.URL(address) if is_clean and len(address) <= LONGEST_ADDRESS else None
    except (httpx2.InvalidURL, ValueError):
        url = None
    if url is None or not url.host or url.userinfo:
        raise NoAnswer("address", _("This is no address that can be asked."))
    return url.copy_with(fragment=None)


def _next(url: httpx2.URL, target: str) -> httpx2.URL:
    try:
        return _read(str(url.join(target)))
    except (httpx2.InvalidURL, ValueError):
        raise NoAnswer("address", _("The server sends on to something that is no address.")) from None


def _port(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


@contextmanager
def _trouble() -> Iterator[None]:
    """Say in words of ours what went wrong on the wire."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise too_slow() from error
    except (httpcore2.ConnectError, OSError) as error:
        raise NoAnswer("connect", _("The server takes no connection.")) from error
    except (httpcore2.ProtocolError, httpcore2.NetworkError) as error:
        is_head = "max_incomplete" in str(error) or "too long" in str(error)
        reason: Reason = "headers" if is_head else "broken"
        raise NoAnswer(reason, _("The server's answer is no proper HTTP, or broke off.")) from error


def _headers(response: httpcore2.Response) -> dict[str, str]:
    """Headers by name, several of one name joined.

    Raises:
        NoAnswer: too many, or too long.
    """
    size = sum(len(name) + len(value) for name, value in response.headers)
    if len(response.headers) > MOST_HEADERS or size > HEADER_BYTES:
        raise NoAnswer("headers", _("The head of the answer is longer than any that is read here."))
    known: dict[str, str] = {}
    for name, value in response.headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        known[key] = f"{known[key]}, {text}" if key in known else text
    return known


def _body(
    response: httpcore2.Response, known: Mapping[str, str], enough: int | None, most: int
) -> tuple[bytes, bool]:
    """The body, unpacked, and whether it is whole; with `enough`, its first bytes as they come."""
    if enough is not None:
        return _start(_parts(response), enough)
    encoding = known.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return _joined(_parts(response), most), True
    if encoding in ("gzip", "x-gzip"):
        return _joined(_unpacked(_parts(response), most), most), True
    # Other ways to pack were not asked for, and not all of them can be unpacked within bounds.
    raise NoAnswer("encoding", _("The server packed its answer in a way that was not asked for."))


def _parts(response: httpcore2.Response) -> Iterator[bytes]:
    """The body as it comes.

    Raises:
        NoAnswer: it ended before its promised length.
    """
    try:
        yield from response.iter_stream()
    except (httpcore2.RemoteProtocolError, httpcore2.ReadError) as error:
        raise NoAnswer("cut", _("The answer broke off before its end.")) from error


def _start(parts: Iterable[bytes], enough: int) -> tuple[bytes, bool]:
    body = b""
    for part in parts:
        body += part[: enough + 1 - len(body)]
        if len(body) > enough:
            return body[:enough], False
    return body, True


def _joined(parts: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _unpacked(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Unpacked bytes; never more at once than may still come, however small the packed ones are."""
    unpacker, left, is_empty = zlib.decompressobj(wbits=31), most, True
    try:
        for part in parts:
            is_empty = False
            while part:
                made = unpacker.decompress(part, left + 1)
                left -= len(made)
                if left < 0:
                    raise _too_large(most)
                yield made
                part = unpacker.unused_data
                if part:
                    unpacker = zlib.decompressobj(wbits=31)
    except zlib.error as error:
        raise NoAnswer("encoding", _("The answer cannot be unpacked.")) from error
    # An answer to HEAD tells its packing and has no body.
    if not is_empty and not unpacker.eof:
        raise NoAnswer("cut", _("The answer broke off before its end."))


def _too_large(most: int) -> NoAnswer:
    return NoAnswer("large", _("The answer has more than %(most)s bytes, more than is read here.", most=most))
