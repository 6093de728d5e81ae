"""The formats in which records come in and go out.

`FORMATS` holds what can be written, by the suffix of its address (`/datasets/eurosat.bib`), with its reader
where there is one. `READERS` holds all that can be read, by the name that `Reading.format` carries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.base.errors import Invalid
from app.catalogue.record import DatasetRecord
from app.exchange.formats import (
    bibtex,
    croissant,
    csl,
    datacite,
    datacite_xml,
    dcat,
    geojson,
    iso19115,
    ris,
    schema_org,
    trainingdml,
)
from app.exchange.formats.context import Context
from app.exchange.formats.readers import bibtex as read_bibtex
from app.exchange.formats.readers import croissant as read_croissant
from app.exchange.formats.readers import csl as read_csl
from app.exchange.formats.readers import datacite as read_datacite
from app.exchange.formats.readers import datapackage as read_datapackage
from app.exchange.formats.readers import dcat as read_dcat
from app.exchange.formats.readers import ris as read_ris
from app.exchange.formats.readers import schema_org as read_schema_org
from app.exchange.formats.readers import stac as read_stac
from app.exchange.formats.readers import trainingdml as read_trainingdml
from app.exchange.formats.readers.reading import Left, Reading
from app.exchange.formats.stac_details import DETAILS

__all__ = ["FORMATS", "READERS", "Context", "Format", "Left", "Reading", "carried", "recognise"]

CROISSANT_MEDIA_TYPE = f'application/ld+json; profile="{croissant.CONFORMS_TO[0]}"'
DCAT_MEDIA_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/dcat#"'

Read = Callable[[bytes], Reading]

READERS: Mapping[str, Read] = {
    "bibtex": read_bibtex.read,
    "croissant": read_croissant.read,
    "csl": read_csl.read,
    "datacite": read_datacite.read,
    "datapackage": read_datapackage.read,
    "dcat": read_dcat.read,
    "ris": read_ris.read,
    "schema.org": read_schema_org.read,
    "stac": read_stac.read,
    "trainingdml": read_trainingdml.read,
}

_CITED = ("data_doi", "publication.arxiv", "publication.doi", "publication.first_author", "publication.title",
          "publisher", "year")  # fmt: skip
_CODED = ("kind", "tasks", "themes", "modalities", "platforms", "sensors")
_COUNTED = ("n_samples", "sample_unit", "n_images", "n_classes")
_HUBS = ("libraries.tfds", "libraries.aws_open_data")
_DETAILED = (
    "summary", "version", "status", "access", "languages", "creators", "crs", "temporal_resolution",
    "label_date_gap", "class_scheme", "split_strategy", "split_distance_m", "quality",
)  # fmt: skip
_RESPONSIBLE = (
    "class_details", "splits", "bias_statement", "purpose", "labelling.tools", "labelling.per_item",
    "sensitivity.kinds", "sensitivity.note",
)  # fmt: skip
_WEB = (
    *_DETAILED,
    "name", "publisher", "year", "data_doi", *_HUBS, *_CODED, *_COUNTED, "n_instances", "n_bands",
    "n_timestamps", "gsd_m", "volume_gb", "temporal_extent", "licence.spdx", "derived_from",
    "publication.title", "publication.doi", "publication.arxiv",
)  # fmt: skip
_DATACITE = (
    "version", "creators",
    "name", "title", "aliases", "publisher", "year", "data_doi", *_CODED, *_COUNTED, "n_instances",
    "label_type", "volume_gb", "temporal_extent", "licence.spdx", "licence.text", "derived_from",
    "publication.doi", "publication.arxiv", "urls.home", "urls.code",
)  # fmt: skip
_DCAT = (
    "version", "status", "access", "temporal_resolution",
    "name", "publisher", "year", "data_doi", *_HUBS, *_CODED, "label_type", "gsd_m", "temporal_extent",
    "licence.spdx", "licence.text", "derived_from", "publication.doi", "publication.arxiv", "urls.home",
    "urls.code", "urls.download",
)  # fmt: skip
_TRAINING = (
    "version", "class_scheme",
    "name", "publisher", "year", "data_doi", "tasks", "sensors", "image_sources", *_COUNTED[:1], "n_classes",
    "classes", "n_images", "n_instances", "n_bands", "n_timestamps", "n_regions", "volume_gb", "gsd_m",
    "label_source", "licence.spdx",
)  # fmt: skip
# A collection is written a floor above, in the room of STAC; what comes back from it is told here.
STAC_CARRIES = frozenset(
    {
        *DETAILS, "contact.name", "contact.email", "contact.url", "labelling.methods", "labelling.tools",
        "labelling.annotators", "labelling.per_item", "labelling.agreement", "radar.band", "radar.mode",
        "radar.product", "sensitivity.kinds", "sensitivity.note", "licence.spdx", "licence_labels.spdx",
        "licence_labels.text", "spatial.footprint",
        "name", "publisher", "year", "data_doi", *_CODED, *_COUNTED, "label_type", "classes", "n_bands",
        "n_timestamps", "image_size_px", "image_sources", "polarisations", "volume_gb", "gsd_m",
        "spatial.countries", "spatial.extent", "licence.text", "derived_from", "publication.doi", "urls.home",
        "urls.code",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Format:
    """A way to write one record, and to read one where `read` is set.

    `write` is pure: the same record and context give the same bytes. `carries` are the paths of the facts
    that come back as they were when the bytes are read again; every other fact is lost, bent or only shown.
    """

    suffix: str
    media_type: str
    label: str
    write: Callable[[DatasetRecord, Context], bytes]
    read: Read | None = None
    carries: frozenset[str] = frozenset()

    def filename(self, slug: str) -> str:
        """Name under which a reader saves the answer."""
        return f"{slug}.{self.suffix}"


_KNOWN = (
    Format(
        "bib",
        "application/x-bibtex; charset=utf-8",
        "BibTeX",
        bibtex.write,
        read_bibtex.read,
        frozenset(_CITED),
    ),
    Format(
        "ris",
        "application/x-research-info-systems; charset=utf-8",
        "RIS",
        ris.write,
        read_ris.read,
        frozenset(_CITED),
    ),
    Format(
        "csl.json",
        "application/vnd.citationstyles.csl+json",
        "CSL-JSON",
        csl.write,
        read_csl.read,
        frozenset(_CITED),
    ),
    Format(
        "jsonld",
        "application/ld+json",
        "schema.org JSON-LD",
        schema_org.write,
        read_schema_org.read,
        frozenset({*_WEB, "urls.code", "urls.download"}),
    ),
    Format(
        "croissant.json",
        CROISSANT_MEDIA_TYPE,
        "Croissant",
        croissant.write,
        read_croissant.read,
        frozenset({*_WEB, *_RESPONSIBLE, "classes", "label_source"} - {"volume_gb"}),
    ),
    Format(
        "datacite.json",
        "application/vnd.datacite.datacite+json",
        "DataCite JSON",
        datacite.write,
        read_datacite.read,
        frozenset(_DATACITE),
    ),
    Format(
        "datacite.xml",
        "application/vnd.datacite.datacite+xml",
        "DataCite XML",
        datacite_xml.write,
        read_datacite.read,
        frozenset(_DATACITE),
    ),
    Format(
        "dcat.ttl",
        "text/turtle; charset=utf-8",
        "DCAT Turtle",
        dcat.write_turtle,
        read_dcat.read,
        frozenset(_DCAT),
    ),
    Format(
        "dcat.jsonld", DCAT_MEDIA_TYPE, "DCAT JSON-LD", dcat.write_jsonld, read_dcat.read, frozenset(_DCAT)
    ),
    Format(
        "tdml.json",
        "application/json",
        "TrainingDML-AI",
        trainingdml.write,
        read_trainingdml.read,
        frozenset(_TRAINING),
    ),
    Format("iso.xml", "application/xml", "ISO 19115-3", iso19115.write),
    Format("geojson", "application/geo+json", "GeoJSON footprint", geojson.write),
)
FORMATS: Mapping[str, Format] = {known.suffix: known for known in _KNOWN}

# What a document of each kind says of itself near its beginning; the first that fits is taken.
_MARKS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    # A collection may link to its Croissant description, so that one names both.
    ("stac", (b'"stac_version"',)),
    ("croissant", (b"mlcommons.org/croissant",)),
    ("trainingdml", (b"AI_EOTrainingDataset", b"AI_AbstractTrainingDataset")),
    ("datacite", (b"datacite.org/schema/kernel-4", b'"relatedIdentifiers"', b'"rightsList"')),
    ("dcat", (b"www.w3.org/ns/dcat#", b"dcat:Dataset")),
    ("schema.org", (b"schema.org",)),
    ("datapackage", (b'"resources"',)),
    ("csl", (b'"DOI"', b'"issued"', b'"container-title"')),
    ("bibtex", (b"@",)),
    ("ris", (b"TY  -",)),
)


def recognise(content: bytes) -> str:
    """The name in `READERS` of the format that a document seems to have.

    Raises:
        Invalid: none that can be read.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"TY  -"):
        return "ris"
    for name, marks in _MARKS:
        if any(mark in content for mark in marks):
            return name
    raise Invalid(f"This document is in no format that is read here: {', '.join(READERS)}.")


def carried(name: str) -> frozenset[str]:
    """The facts that a format of `READERS` gives back as this catalogue wrote them.

    Raises:
        KeyError: no such format, or one that this catalogue reads only.
    """
    if name == "stac":
        return STAC_CARRIES
    return next(known.carries for known in _KNOWN if known.read is READERS[name])
