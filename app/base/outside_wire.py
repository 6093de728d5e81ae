"""The wire beneath `app.base.outside`: which addresses are public, and streams that end in time.

A name is resolved once, every address it has is checked, and the connection goes to an address that was
checked. Nothing resolves the name a second time, so a name server that changes its mind gains nothing.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, Queue
from socket import IPPROTO_TCP, SOCK_STREAM, gaierror, getaddrinfo
from threading import Thread
from typing import Any, Literal

import httpcore2

from app.base.errors import Unavailable
from app.base.language import _

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""All addresses of a host name, for a port; raises `OSError` where there is none."""
Dial = Callable[[str, int, float], httpcore2.NetworkStream]
"""A connection to an IP address and port within some seconds."""

Reason = Literal[
    "off", "address", "scheme", "port", "host", "private", "name", "redirects", "downgrade", "timeout",
    "connect", "tls", "broken", "cut", "large", "headers", "encoding",
]  # fmt: skip

GLOBAL_IPV6 = IPv6Network("2000::/3")
"""All that has been given out; mapped, compatible, translated and local addresses lie outside."""
NOT_GLOBAL_IPV6 = tuple(
    IPv6Network(network)
    # Protocol assignments with Teredo, documentation, 6to4, documentation: they carry IPv4, or lead nowhere.
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
NOT_GLOBAL_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
MOST_ADDRESSES_TRIED = 3
SLOWEST_CONNECT_SECONDS = 4.0


class NoAnswer(Unavailable):
    """The outside gave no answer, or was not asked; `reason` for programs, the message for people."""

    code = "no-answer"

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


def is_public(address: str) -> bool:
    """Whether an IP address may be connected to: one that the whole internet can reach."""
    try:
        found: IPAddress = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in NOT_GLOBAL_IPV4)
    # A zone names a network card of this machine.
    is_global = found.scope_id is None and found in GLOBAL_IPV6
    return is_global and not any(found in network for network in NOT_GLOBAL_IPV6)


def resolve(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says, each address once."""
    found = getaddrinfo(host, port, type=SOCK_STREAM, proto=IPPROTO_TCP)
    return list(dict.fromkeys(str(place[0]) for *_rest, place in found))


def dial(address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
    """A TCP connection to an IP address."""
    return httpcore2.SyncBackend().connect_tcp(address, port, timeout=seconds)


@dataclass
class Budget:
    """What one question may still use: time until `ends` (monotonic seconds), and bytes on the wire."""

    ends: float
    wire_bytes: int

    def seconds(self) -> float:
        """The time that is left.

        Raises:
            NoAnswer: none.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise too_slow()
        return left

    def spend(self, count: int) -> None:
        """Note bytes that came.

        Raises:
            NoAnswer: too many by now.
        """
        self.wire_bytes -= count
        if self.wire_bytes < 0:
            raise NoAnswer("large", _("The answer is longer than anything that is read here."))


def too_slow() -> NoAnswer:
    """Said when the time is over."""
    return NoAnswer("timeout", _("The server did not answer in time."))


@dataclass(frozen=True)
class Guard(httpcore2.NetworkBackend):
    """Connects to what is public, and to networks in `allowed`, which tests name and nobody else."""

    budget: Budget
    resolve: Resolve = resolve
    dial: Dial = dial
    allowed: Sequence[Network] = field(default=())

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to one of the addresses of a host.

        Raises:
            NoAnswer: no address, one that is not public, or none that answers.
        """
        addresses = self._checked(host, port)
        trouble: Exception | None = None
        for address in addresses[:MOST_ADDRESSES_TRIED]:
            seconds = min(self.budget.seconds(), SLOWEST_CONNECT_SECONDS)
            try:
                return _Bounded(self.dial(address, port, seconds), self.budget)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                trouble = error
        if isinstance(trouble, httpcore2.ConnectTimeout):
            raise too_slow() from trouble
        raise NoAnswer("connect", _("%(host)s takes no connection.", host=host)) from trouble

    def _checked(self, host: str, port: int) -> Sequence[str]:
        """All addresses of the host; one that is not public spoils them all, as no honest name has it."""
        addresses = self._resolved(host, port)
        if not all(self._is_allowed(address) for address in addresses):
            raise NoAnswer(
                "private", _("%(host)s is in no public network, so it is not asked from here.", host=host)
            )
        return addresses

    def _is_allowed(self, address: str) -> bool:
        return is_public(address) or any(
            ip_address(address) in ip_network(network) for network in self.allowed
        )

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Ask the resolver on a thread of its own, because it knows no time limit."""
        answers: Queue[Sequence[str] | Exception] = Queue()

        def ask() -> None:
            try:
                answers.put(self.resolve(host, port))
            except (OSError, UnicodeError, gaierror) as error:
                answers.put(error)

        Thread(target=ask, daemon=True, name="resolve").start()
        try:
            answer = answers.get(timeout=self.budget.seconds())
        except Empty:
            raise too_slow() from None
        if isinstance(answer, Exception) or not answer:
            raise NoAnswer("name", _("There is no server by the name %(host)s.", host=host))
        return answer


class _Bounded(httpcore2.NetworkStream):
    """A stream whose every read and write counts against one budget."""

    def __init__(self, inner: httpcore2.NetworkStream, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes that came; at most `max_bytes`, and none when the other side ended."""
        data = self._inner.read(max_bytes, self._budget.seconds())
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._inner.write(buffer, self._budget.seconds())

    def close(self) -> None:
        """End the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The same stream under TLS; the certificate must be for `server_hostname`.

        Raises:
            NoAnswer: no TLS, or a certificate that does not hold.
        """
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, self._budget.seconds())
        except httpcore2.ConnectError as error:
            raise NoAnswer("tls", _tls_trouble(error.__cause__)) from error
        return _Bounded(inner, self._budget)

    def get_extra_info(self, info: str) -> Any:
        """What the stream knows about itself."""
        return self._inner.get_extra_info(info)


def _tls_trouble(cause: BaseException | None) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _("The server's certificate does not hold: %(why)s.", why=cause.verify_message)
    return _("The server does not speak TLS as it should.")
