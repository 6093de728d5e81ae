"""Simple Dublin Core, the one format that every harvester of OAI-PMH understands."""

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from app.catalogue.places import areas
from app.catalogue.record import DatasetRecord
from app.exchange.formats import coverage, schema_org
from app.exchange.formats.citations import doi_address, paper_of
from app.exchange.formats.context import Context
from app.exchange.formats.xml import XSI, element

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ElementTree.register_namespace("dc", DC)
ElementTree.register_namespace("oai_dc", OAI_DC)


def root(record: DatasetRecord, context: Context) -> Element:
    """The element `oai_dc:dc`; elements of which nothing is known are absent."""
    return element(
        f"{{{OAI_DC}}}dc",
        [element(f"{{{DC}}}{name}", value) for name, value in elements(record, context)],
        {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {SCHEMA}"},
    )


def elements(record: DatasetRecord, context: Context) -> Iterator[tuple[str, str]]:
    """Names and texts of the elements; most may be repeated."""
    licence = record.licence
    values: dict[str, list[str | None]] = {
        "title": [record.name, *schema_org.alternate_names(record)],
        "creator": [record.publication.first_author],
        "subject": [*schema_org.keywords(record)],
        "description": [schema_org.description(record)],
        "publisher": [record.publisher],
        "date": [str(record.year) if record.year else None],
        "type": ["Dataset"],
        "identifier": [context.page(record.slug), doi_address(record.data_doi) if record.data_doi else None],
        "language": ["en"],
        "coverage": [*(area.name for area in areas(record)), coverage.temporal(record.temporal_extent)],
        "rights": [licence.spdx, licence.text] if licence else [],
    }
    for name, texts in values.items():
        yield from ((name, text) for text in dict.fromkeys(texts) if text)
    yield from _relations(record, context)


def _relations(record: DatasetRecord, context: Context) -> Iterator[tuple[str, str]]:
    paper = paper_of(record)
    if paper is not None and paper.url:
        yield "relation", paper.url
    for parent in record.derived_from:
        yield "source", context.page(parent)
