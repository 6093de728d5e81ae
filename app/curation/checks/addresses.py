"""Addresses that a reader can follow from anywhere, and that say something."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord
from app.curation.checks.check import Check, Said, Subject

# What stands at the end of names that only one machine or network knows.
PRIVATE_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".home", ".test", ".invalid", ".example")
SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "is.gd", "buff.ly", "rb.gy", "cutt.ly"}
)
LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$", re.IGNORECASE)
BUCKETS = frozenset({"s3", "gs"})


def addresses(record: DatasetRecord) -> Iterator[tuple[str, str]]:
    """Every address of a record with the path of the fact that holds it."""
    urls = record.urls
    single = (
        ("publication.url", record.publication.url),
        ("urls.home", urls.home),
        ("urls.code", urls.code),
        ("urls.docs", urls.docs),
        ("contact.url", record.contact.url),
        ("thumbnail", record.thumbnail.url if record.thumbnail else None),
    )
    yield from ((path, address) for path, address in single if address)
    yield from (("urls.download", address) for address in urls.download)
    yield from (
        ("files", address) for file in record.files for address in (file.url, file.mirror_of) if address
    )
    yield from (("known_issues", issue.url) for issue in record.known_issues if issue.url)


def split(address: str) -> SplitResult | None:
    """The parts of an address; None where it cannot be taken apart."""
    try:
        parts = urlsplit(address)
        # Asking for the port raises where it is no number.
        is_complete = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        return parts if is_complete else None
    except ValueError:
        return None


def _malformed(subject: Subject) -> Iterator[Said]:
    for path, address in addresses(subject.record):
        parts = split(address)
        if parts is None or not _is_host(parts):
            yield (
                path,
                _("%(address)s names no host. Copy the address from the browser.", address=address[:100]),
            )


def _is_host(parts: SplitResult) -> bool:
    """Whether the host is a bucket, a number, or a name with a dot and nothing odd in it."""
    host = parts.hostname or ""
    if parts.scheme in BUCKETS:
        return bool(re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,220}", host))
    if _number(host) is not None or host == "localhost":
        return True
    names = host.encode("idna", errors="replace").decode() if not host.isascii() and len(host) < 64 else host
    labels = names.rstrip(".").split(".")
    return len(labels) > 1 and all(LABEL.match(label) for label in labels)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _private(subject: Subject) -> Iterator[Said]:
    for path, address in addresses(subject.record):
        parts = split(address)
        host = (parts.hostname or "") if parts else ""
        number = _number(host)
        is_private = host == "localhost" or host.endswith(PRIVATE_ENDINGS)
        if is_private or (number is not None and not number.is_global):
            yield (
                path,
                _("%(host)s can be reached from inside one network only. Give a public address.", host=host),
            )


def _secret(subject: Subject) -> Iterator[Said]:
    for path, address in addresses(subject.record):
        parts = split(address)
        if parts and (parts.username or parts.password):
            yield path, _("The address holds a user name or password. Remove it, and change that password.")


def _shortened(subject: Subject) -> Iterator[Said]:
    for path, address in addresses(subject.record):
        parts = split(address)
        if parts and (parts.hostname or "").removeprefix("www.") in SHORTENERS:
            yield (
                path,
                _(
                    "%(host)s hides where it leads, and may forget. Give the address it leads to.",
                    host=parts.hostname,
                ),
            )


def _files_listed(subject: Subject) -> Iterator[Said]:
    record = subject.record
    for file in record.files:
        if file.url not in record.urls.download:
            yield (
                "files",
                _(
                    "%(address)s is described but not among the downloads. Add it there.",
                    address=file.url[:100],
                ),
            )


CHECKS = (
    Check("address-malformed", "error", "Do all addresses name a host?", _malformed),
    Check("address-private", "error", "Can all addresses be reached from anywhere?", _private),
    Check("address-with-secret", "error", "Is no address given with a password?", _secret),
    Check("address-shortened", "warning", "Does no address hide behind a shortener?", _shortened),
    Check("file-not-listed", "warning", "Are all described files among the downloads?", _files_listed),
)
