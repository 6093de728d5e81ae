"""One address, many forms: which form a program asks for, and the links by which it finds all of them.

The address of a record is its page. A program that accepts another media type is sent to the address of that
format, so that what it keeps has an address of its own; whoever accepts anything gets the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.catalogue.record import DatasetRecord
from app.exchange.formats import FORMATS, licences, schema_org
from app.exchange.formats.citations import doi_address

LONGEST_ACCEPT = 2_000
MOST_ITEMS = 10
STAC = "https://schemas.stacspec.org/v1.1.0/collection-spec/json-schema/collection.json"
PAGE = ("text/html", "application/xhtml+xml")
# Types that several formats share, or that are no format of one record alone, lead to one address.
FURTHER = {"application/json": "/api/datasets/{slug}", "text/xml": "/datasets/{slug}.iso.xml"}
SHARED = frozenset({"tdml.json"})

_RANGE = re.compile(r'((?:[^,"]|"(?:[^"\\]|\\.)*")+)')
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')


@dataclass(frozen=True)
class Offer:
    """A media type with its parameters, and the address where it is found; the page has none."""

    media_type: str
    profile: str | None
    address: str | None


@dataclass(frozen=True)
class Wanted:
    """One range of an Accept header. `quality` is from 0 (never) to 1."""

    media_type: str
    profile: str | None
    quality: float


@dataclass(frozen=True)
class Signpost:
    """A typed link of a record, as signposting for programs asks for it."""

    relation: str
    href: str
    media_type: str | None = None
    profile: str | None = None

    def text(self) -> str:
        """The link as it stands in a Link header."""
        parts = [f"<{_safe(self.href)}>", f'rel="{self.relation}"']
        if self.media_type:
            parts.append(f'type="{self.media_type}"')
        if self.profile:
            parts.append(f'profile="{self.profile}"')
        return "; ".join(parts)


def negotiated(accept: str) -> str | None:
    """The address of what a client would rather have than the page, with `{slug}` in it; None for the page.

    The page wins a draw, and what nobody here can serve gets the page, too: it links to everything else.
    """
    wanted = _wanted(accept)
    if not wanted:
        return None
    scored = [(_quality(offer, wanted), -rank, offer) for rank, offer in enumerate(OFFERS)]
    best, _, offer = max(scored, key=lambda one: one[:2])
    return offer.address if best > 0 else None


def signposts(record: DatasetRecord, base_url: str) -> list[Signpost]:
    """The links of a record's page: how to cite it, what it is, what describes it, its licence, its files."""
    return list(_signposts(record, base_url))


def link_header(found: list[Signpost]) -> str:
    """The value of a Link header."""
    return ", ".join(one.text() for one in found)


def _signposts(record: DatasetRecord, base_url: str) -> Iterator[Signpost]:
    if record.data_doi:
        yield Signpost("cite-as", doi_address(record.data_doi))
    yield Signpost("type", "https://schema.org/Dataset")
    yield Signpost("type", "https://schema.org/AboutPage")
    for suffix, known in FORMATS.items():
        media_type, profile = _parted(known.media_type)
        yield Signpost("describedby", f"{base_url}/datasets/{record.slug}.{suffix}", media_type, profile)
    yield Signpost("describedby", f"{base_url}/stac/collections/{record.slug}", "application/json", STAC)
    addresses = [one for one in licences.linked(record.licence) if isinstance(one, str)]
    if len(addresses) == 1:
        yield Signpost("license", addresses[0])
    files = [
        file for address in record.urls.download if "contentUrl" in (file := schema_org.download(address))
    ]
    for file in files[:MOST_ITEMS]:
        yield Signpost("item", file["contentUrl"], file.get("encodingFormat"))


def _safe(address: str) -> str:
    """An address that neither ends the header nor its own brackets; signs beyond ASCII are encoded."""
    return "".join(
        sign
        if 0x20 < ord(sign) < 0x7F and sign not in '<>"'
        else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in address
    )


def _parted(media_type: str) -> tuple[str, str | None]:
    """A media type without parameters, and its profile."""
    plain, _, rest = media_type.partition(";")
    return plain.strip(), _parameters(f";{rest}").get("profile")


def _parameters(text: str) -> dict[str, str]:
    return {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(text)}


def _offers() -> Iterator[Offer]:
    yield from (Offer(media_type, None, None) for media_type in PAGE)
    for suffix, known in FORMATS.items():
        if suffix not in SHARED:
            media_type, profile = _parted(known.media_type)
            yield Offer(media_type, profile, f"/datasets/{{slug}}.{suffix}")
    yield from (Offer(media_type, None, address) for media_type, address in FURTHER.items())


OFFERS = tuple(_offers())


def _wanted(accept: str) -> list[Wanted]:
    """The ranges of an Accept header; one that cannot be read is passed over."""
    found = []
    for part in _RANGE.findall(accept[:LONGEST_ACCEPT]):
        plain, _, rest = part.partition(";")
        parameters = _parameters(f";{rest}")
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            continue
        if "/" in plain and 0 <= quality <= 1:
            found.append(Wanted(plain.strip().lower(), parameters.get("profile"), quality))
    return found


def _quality(offer: Offer, wanted: list[Wanted]) -> float:
    """How much an offer is wanted: the most specific range that fits it decides."""
    fitting = [(rank, one.quality) for one in wanted if (rank := _rank(offer, one))]
    return max(fitting)[1] if fitting else 0.0


def _rank(offer: Offer, wanted: Wanted) -> int:
    """How specifically a range names an offer; 0 where it does not fit.

    A profile may be several addresses. Without one, a range means the plain format of its type.
    """
    sort = offer.media_type.partition("/")[0]
    if wanted.media_type == offer.media_type:
        if wanted.profile is None:
            return 3 if offer.profile is None else 0
        return 4 if offer.profile in wanted.profile.split() else 0
    if wanted.media_type == f"{sort}/*":
        return 2
    return 1 if wanted.media_type == "*/*" else 0
