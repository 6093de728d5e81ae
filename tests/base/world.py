"""A world of servers on the loopback interface: any host, any answer, by TLS or without.

`World.dial` stands where a connection to a public address would be opened, so that the client under test is
exactly the one that production has: names, addresses, ports and certificates are those of the real thing.
What a host answers is bytes as they go over the wire, or a function that writes them as it likes.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpcore2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.base.outside import Outside

PUBLIC = "93.184.215.14"
HOSTS = (
    "*.example.org", "*.example.com", "api.datacite.org", "api.crossref.org", "export.arxiv.org",
    "zenodo.org", "huggingface.co", "doi.org", "arxiv.org",
)  # fmt: skip
UNTRUSTED = "selfsigned.example.org"


@dataclass(frozen=True)
class Asked:
    """One request as a server saw it; `sni` is the name that TLS was asked for."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    dialled: tuple[str, int]
    sni: str | None

    @property
    def address(self) -> str:
        """Scheme, host and path."""
        return f"{'https' if self.sni is not None else 'http'}://{self.host}{self.path}"


Play = Callable[[socket.socket, Asked], None]


@dataclass
class World:
    """Names with their addresses, pages with their answers, and what was asked."""

    names: dict[str, Callable[[], list[str]]] = field(default_factory=dict)
    pages: dict[str, bytes | Play] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    _ports: dict[int, int] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def say(self, address: str, answer: bytes | Play) -> None:
        """Let an address (`host/path`, the query left out) answer."""
        self.pages[address] = answer

    def name(self, host: str, *addresses: str) -> None:
        """Give a host these IP addresses."""
        self.names[host] = lambda: list(addresses)

    def resolve(self, host: str, _port: int) -> list[str]:
        """The resolver of this world; a literal address is its own."""
        if host in self.names:
            return self.names[host]()
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        if not any(page.startswith(f"{host}/") for page in self.pages):
            raise socket.gaierror(f"no such host: {host}")
        return [PUBLIC]

    def dial(self, address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
        """Lead a connection to a public address to the server here."""
        self.dialled.append((address, port))
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self._ports[port], timeout=seconds)

    def outside(self, **more: Any) -> Outside:
        """A client that lives in this world."""
        given = {"resolve": self.resolve, "dial": self.dial, "trust": trust(), **more}
        return Outside(public_address="https://catalogue.example.net", **given)

    def addresses(self) -> list[str]:
        """What was asked for, in order."""
        return [one.address for one in self.asked]

    def _serve(self, listener: socket.socket, port: int, context: ssl.SSLContext | None) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._meet, args=(connection, port, context), daemon=True).start()

    def _meet(self, connection: socket.socket, port: int, context: ssl.SSLContext | None) -> None:
        dialled = self.dialled[-1] if self.dialled else ("", port)
        with self._lock:
            self.open_now += 1
            self.most_open = max(self.most_open, self.open_now)
        try:
            with suppress(OSError), connection:
                self._answer(connection, dialled, context)
        finally:
            with self._lock:
                self.open_now -= 1

    def _answer(
        self, connection: socket.socket, dialled: tuple[str, int], context: ssl.SSLContext | None
    ) -> None:
        sni: str | None = None
        if context is not None:
            wrapped = context.wrap_socket(connection, server_side=True)
            connection, sni = wrapped, getattr(wrapped, "asked_name", "")
        with connection:
            asked = read_head(connection, dialled, sni)
            if asked is None:
                return
            self.asked.append(asked)
            answer = self.pages.get(f"{asked.host}{asked.path.partition('?')[0]}", page(404, b"not here"))
            if callable(answer):
                answer(connection, asked)
            else:
                head, _, _rest = answer.partition(b"\r\n\r\n")
                connection.sendall(answer if asked.method != "HEAD" else head + b"\r\n\r\n")


def read_head(connection: socket.socket, dialled: tuple[str, int], sni: str | None) -> Asked | None:
    """The request of a client."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return None
        head += part
    first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, headers.get("host", ""), path, headers, dialled, sni)


def page(status: int, body: bytes = b"", sort: str = "text/plain", **headers: str) -> bytes:
    """An answer as it goes over the wire; `content_length` and others may be given to lie."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {"content-type": sort, "content-length": str(len(body)), **named}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value != "")
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode("latin-1") + body


def redirect(target: str, status: int = 302) -> bytes:
    """An answer that sends on."""
    return page(status, location=target)


@contextmanager
def living(folder: Path) -> Iterator[World]:
    """A world whose servers run."""
    world = World()
    listeners = []
    for port, context in ((80, None), (443, server_context(folder))):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        world._ports[port] = listener.getsockname()[1]
        listeners.append(listener)
        threading.Thread(target=world._serve, args=(listener, port, context), daemon=True).start()
    yield world
    for listener in listeners:
        # Closing alone does not wake a thread that waits for a connection.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certificate("Authority of the tests", key, key, None, is_authority=True)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signs: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    *,
    hosts: tuple[str, ...] = (),
    is_authority: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
    )
    if is_authority:
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "encipher_only", "decipher_only"), False
        )  # fmt: skip
        made = made.add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), critical=True
        )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = made.add_extension(names, critical=False)
    return made.sign(signs, hashes.SHA256())


def trust() -> ssl.SSLContext:
    """What the clients of this world trust: its authority, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(
        cadata=_authority()[1].public_bytes(serialization.Encoding.PEM).decode("ascii")
    )
    return context


def server_context(folder: Path) -> ssl.SSLContext:
    """The servers' certificates: one for all hosts, and one that nobody signed for `UNTRUSTED`."""
    signer, authority = _authority()
    own, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    good = _context(folder, "good", own, _certificate("hosts", own, signer, authority, hosts=HOSTS))
    bad = _context(folder, "bad", other, _certificate("nobody", other, other, None, hosts=(UNTRUSTED,)))

    def choose(connection: Any, name: str | None, _context: ssl.SSLContext) -> None:
        connection.asked_name = name or ""
        if name == UNTRUSTED:
            connection.context = bad

    good.sni_callback = choose
    return good


def _context(
    folder: Path, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> ssl.SSLContext:
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
