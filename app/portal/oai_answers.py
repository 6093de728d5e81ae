"""OAI-PMH 2.0 as XML: headers, records, lists with resumption tokens, and errors of the protocol."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from app.exchange.formats import datacite_xml, dublin_core
from app.exchange.formats.context import Context
from app.exchange.formats.xml import XSI, document, element
from app.portal.harvest import Harvested, Header

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
NAME = "EO Dataset Catalogue"


class MetadataFormat(NamedTuple):
    """A format in which records are harvested."""

    prefix: str
    schema: str
    namespace: str


METADATA_FORMATS = (
    MetadataFormat("oai_dc", dublin_core.SCHEMA, dublin_core.OAI_DC),
    MetadataFormat(
        "datacite", "https://schema.datacite.org/meta/kernel-4.5/metadata.xsd", datacite_xml.NAMESPACE
    ),
)
WRITERS = {"oai_dc": dublin_core.root, "datacite": datacite_xml.root}


class ProtocolError(Exception):
    """A fault in the words of the protocol, which answers it with status 200 and an element `error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def answer(address: str, arguments: Mapping[str, str], content: Iterable[Element]) -> bytes:
    """The whole document; the request is repeated in it, but for one that cannot be understood."""
    return document(
        element(
            "OAI-PMH",
            [
                element("responseDate", stamp(datetime.now(UTC))),
                element("request", address, arguments),
                *content,
            ],
            {"xmlns": NAMESPACE, f"{{{XSI}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"},
        )
    )


def stamp(moment: datetime) -> str:
    """A moment in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fault(error: ProtocolError) -> Element:
    """An error of the protocol."""
    return element("error", error.message, {"code": error.code})


def identify(address: str, mail: str, since: datetime, host: str) -> Element:
    """Who answers, since when, and that removed records are told as long as the log of changes knows them."""
    return element(
        "Identify",
        [
            element("repositoryName", NAME),
            element("baseURL", address),
            element("protocolVersion", "2.0"),
            element("adminEmail", mail),
            element("earliestDatestamp", stamp(since)),
            element("deletedRecord", "transient"),
            element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            element("description", [_identifiers(host)]),
        ],
    )


def _identifiers(host: str) -> Element:
    """How names of records are made."""
    namespace = "http://www.openarchives.org/OAI/2.0/oai-identifier"
    return element(
        "oai-identifier",
        [
            element("scheme", "oai"),
            element("repositoryIdentifier", host),
            element("delimiter", ":"),
            element("sampleIdentifier", identifier(host, 1)),
        ],
        {"xmlns": namespace, f"{{{XSI}}}schemaLocation": f"{namespace} {namespace}.xsd"},
    )


def identifier(host: str, number: int) -> str:
    """The name of a record for harvesters."""
    return f"oai:{host}:{number}"


def metadata_formats() -> Element:
    """The formats in which every record is to be had."""
    return element(
        "ListMetadataFormats",
        [
            element(
                "metadataFormat",
                [
                    element("metadataPrefix", known.prefix),
                    element("schema", known.schema),
                    element("metadataNamespace", known.namespace),
                ],
            )
            for known in METADATA_FORMATS
        ],
    )


def head(host: str, header: Header) -> Element:
    """The header of one record."""
    return element(
        "header",
        [
            element("identifier", identifier(host, header.number)),
            element("datestamp", stamp(header.moment)),
        ],
        {"status": "deleted" if header.is_deleted else None},
    )


def record(host: str, header: Header, found: Harvested | None, prefix: str, base_url: str) -> Element:
    """One record in a format; of a removed one the header alone."""
    if found is None:
        return element("record", [head(host, header)])
    context = Context(base_url, found.updated)
    return element(
        "record", [head(host, header), element("metadata", [WRITERS[prefix](found.record, context)])]
    )


def resumption(token: str, total: int, cursor: int) -> Element:
    """Where to go on; empty at the end of a list."""
    return element("resumptionToken", token, {"completeListSize": str(total), "cursor": str(cursor)})
