"""DCAT 3 with the terms of GeoDCAT-AP, as Turtle and as JSON-LD.

Positions are longitude latitude, which the text of a geometry says by naming CRS84. DOIs are addresses
here. A licence stands on the dataset and on each distribution, where European portals look for it.
"""

from collections.abc import Iterator

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.catalogue import vocabulary
from app.catalogue.details import File
from app.catalogue.places import Area, areas, geo_status
from app.catalogue.record import DatasetRecord, TemporalExtent
from app.exchange.formats import licences, rdf, schema_org
from app.exchange.formats.citations import cite_text, doi_address, paper_of
from app.exchange.formats.context import Context
from app.exchange.formats.coverage import EARTH
from app.exchange.formats.makers import ORCID, makers
from app.exchange.formats.rdf import Iri, Literal, Node, Term, node

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
STANDARDS = ("http://data.europa.eu/930/", "https://www.w3.org/TR/vocab-dcat-3/")
SYSTEMS = "http://www.opengis.net/def/crs/EPSG/0/"
MANY = 3
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"
DATES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


def write_turtle(record: DatasetRecord, context: Context) -> bytes:
    """The description as Turtle."""
    return rdf.turtle(nodes(record, context), PREFIXES)


def write_jsonld(record: DatasetRecord, context: Context) -> bytes:
    """The description as JSON-LD."""
    return rdf.jsonld(nodes(record, context), PREFIXES)


def nodes(record: DatasetRecord, context: Context) -> list[Node]:
    """The dataset, what is said about this description of it, and the concepts that both name."""
    page = context.page(record.slug)
    dataset = node("dcat:Dataset", _properties(record, context), f"{page}#dataset")
    about = node(
        "dcat:CatalogRecord",
        [
            ("foaf:primaryTopic", Iri(f"{page}#dataset")),
            ("dct:identifier", Literal(str(record.uuid))),
            ("dct:modified", Literal(context.updated.isoformat(), "xsd:dateTime")),
            ("dct:license", Iri(licences.CC0)),
            ("dct:language", Iri(ENGLISH)),
            *(("dct:conformsTo", Iri(standard)) for standard in STANDARDS),
        ],
        page,
    )
    return [dataset, about, *_distributions(record, context), *_concepts(record, context)]


def partial_date(text: str) -> Literal:
    """A date with the type that its precision has."""
    return Literal(text, DATES[len(text)])


def wkt(geometry: BaseGeometry) -> Literal:
    """A geometry as text, longitude first, which the name of the reference system says."""
    return Literal(f"{CRS84} {geometry.wkt}", "gsp:wktLiteral")


def _properties(record: DatasetRecord, context: Context) -> Iterator[tuple[str, Term | None]]:
    yield from _names(record)
    yield from _dates(record)
    yield from _people(record)
    yield from _subjects(record, context)
    yield from _rights(record)
    yield from _where(record)
    yield from _neighbours(record, context)


def _names(record: DatasetRecord) -> Iterator[tuple[str, Term | None]]:
    yield "dct:identifier", Literal(record.slug)
    yield "dct:title", Literal(record.name, language="en")
    for name in schema_org.alternate_names(record):
        yield "dct:alternative", Literal(name)
    yield "dct:description", Literal(schema_org.description(record), language="en")
    for word in schema_org.keywords(record):
        yield "dcat:keyword", Literal(word, language="en")
    if record.data_doi:
        yield (
            "adms:identifier",
            node(
                "adms:Identifier",
                [
                    ("skos:notation", Literal(doi_address(record.data_doi), "xsd:anyURI")),
                    ("adms:schemaAgency", Literal("DOI Foundation")),
                ],
            ),
        )
    yield "dct:bibliographicCitation", Literal(cite_text(record)[0])


def _dates(record: DatasetRecord) -> Iterator[tuple[str, Term | None]]:
    if record.published_on or record.year:
        yield "dct:issued", partial_date(record.published_on or str(record.year))
    if record.temporal_resolution:
        yield "dcat:temporalResolution", Literal(record.temporal_resolution, "xsd:duration")
    if record.version:
        yield "dcat:version", Literal(record.version)
    if record.status:
        yield "adms:status", Literal(record.status)
    yield "dct:temporal", _period(record.temporal_extent)


def _period(extent: TemporalExtent | None) -> Node | None:
    if extent is None or not (extent.start or extent.end):
        return None
    return node(
        "dct:PeriodOfTime",
        [
            ("dcat:startDate", partial_date(extent.start) if extent.start else None),
            ("dcat:endDate", partial_date(extent.end) if extent.end else None),
        ],
    )


def _people(record: DatasetRecord) -> Iterator[tuple[str, Term | None]]:
    for one in makers(record):
        person = Iri(ORCID + one.orcid) if one.orcid else None
        named = [("foaf:name", Literal(one.name)), ("schema:sameAs", person)]
        yield "dct:creator", node(("foaf:Person", "foaf:Agent"), named)
    if record.publisher:
        organisation = ("foaf:Organization", "foaf:Agent")
        yield "dct:publisher", node(organisation, [("foaf:name", Literal(record.publisher))])


def _subjects(record: DatasetRecord, context: Context) -> Iterator[tuple[str, Term | None]]:
    for name, codes in _coded(record).items():
        predicate = {"theme": "dcat:theme", "kind": "dct:type"}.get(name, "dct:subject")
        for code in codes:
            yield predicate, Iri(_concept(name, code, context))


def _coded(record: DatasetRecord) -> dict[str, tuple[str, ...]]:
    return {
        "theme": record.themes,
        "kind": (record.kind,),
        "task": record.tasks,
        "modality": record.modalities,
        "platform": record.platforms,
        "sensor": record.sensors,
        "label_type": (record.label_type,) if record.label_type else (),
    }


def _concepts(record: DatasetRecord, context: Context) -> Iterator[Node]:
    """Each concept that the dataset names, with its label and the vocabulary that defines it."""
    for name, codes in _coded(record).items():
        scheme = f"{context.base_url}/api/vocabularies#{name}"
        for code in dict.fromkeys(codes):
            yield node(
                "skos:Concept",
                [
                    ("skos:prefLabel", Literal(vocabulary.label(name, code), language="en")),
                    ("skos:notation", Literal(code)),
                    ("skos:inScheme", Iri(scheme)),
                ],
                _concept(name, code, context),
            )
        if codes:
            yield node(
                "skos:ConceptScheme",
                [("dct:title", Literal(name.replace("_", " "), language="en"))],
                scheme,
            )


def _concept(name: str, code: str, context: Context) -> str:
    return f"{context.base_url}/api/vocabularies#{name}/{code.replace(' ', '%20')}"


def _rights(record: DatasetRecord) -> Iterator[tuple[str, Term | None]]:
    """Addresses of the licences, and the words as they were stated."""
    if record.access:
        yield "dct:accessRights", node("dct:RightsStatement", [("rdfs:label", Literal(record.access))])
    stated = record.licence
    if stated is None:
        return
    for one in stated.spdx.split(" AND ") if stated.spdx else []:
        if " " not in one and not one.startswith("LicenseRef-"):
            yield "dct:license", Iri(f"https://spdx.org/licenses/{one}")
        else:
            yield "dct:license", node("dct:LicenseDocument", [("dct:identifier", Literal(one))])
    if stated.text:
        yield "dct:rights", node("dct:RightsStatement", [("rdfs:label", Literal(stated.text))])


def _where(record: DatasetRecord) -> Iterator[tuple[str, Term | None]]:
    """Places; without a location there is none, and the world only where the data truly span it."""
    if geo_status(record) == "global":
        yield (
            "dct:spatial",
            node(
                "dct:Location",
                [("skos:prefLabel", Literal("Global", language="en")), ("dcat:bbox", wkt(EARTH))],
            ),
        )
    for area in areas(record):
        for part in _parts(area):
            yield "dct:spatial", _location(area, part)
    if record.gsd_m is not None:
        for metres in dict.fromkeys((record.gsd_m.min, record.gsd_m.max)):
            yield "dcat:spatialResolutionInMeters", Literal(_decimal(metres), "xsd:decimal")
    for system in record.crs:
        if system.startswith("EPSG:"):
            yield "dct:conformsTo", Iri(SYSTEMS + system.removeprefix("EPSG:"))


def _parts(area: Area) -> Iterator[BaseGeometry | None]:
    """The geometry of an area; across the antimeridian it is two boxes, of many parts it is whole."""
    parts = list(getattr(area.geometry, "geoms", [area.geometry]))
    yield from parts if len(parts) < MANY else [area.geometry]


def _location(area: Area, geometry: BaseGeometry | None) -> Node:
    label = Literal(area.name, language="en") if area.name else None
    code = Literal(area.code) if area.code and area.kind == "outline" else None
    if geometry is None:
        shape: list[tuple[str, Term | None]] = []
    elif isinstance(geometry, Point):
        shape = [("dcat:centroid", wkt(geometry))]
    else:
        shape = [("dcat:bbox", wkt(geometry.envelope)), ("locn:geometry", wkt(geometry))]
    return node("dct:Location", [("skos:prefLabel", label), ("dct:identifier", code), *shape])


def _neighbours(record: DatasetRecord, context: Context) -> Iterator[tuple[str, Term | None]]:
    """Pages, papers, parents and files."""
    if record.urls.home:
        yield "dcat:landingPage", Iri(record.urls.home)
    yield "foaf:page", Iri(context.page(record.slug))
    if record.urls.code:
        yield "schema:codeRepository", Iri(record.urls.code)
    for address in schema_org.same_as(record):
        yield "schema:sameAs", Iri(address)
    paper = paper_of(record)
    if paper is not None:
        addresses = [
            doi_address(paper.doi) if paper.doi else None,
            f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None,
        ]
        for address in [one for one in addresses if one] or ([paper.url] if paper.url else []):
            yield "dct:isReferencedBy", Iri(address)
    for parent in record.derived_from:
        yield "prov:wasDerivedFrom", Iri(f"{context.page(parent)}#dataset")
    for number, _ in enumerate(record.urls.download, start=1):
        yield "dcat:distribution", Iri(f"{context.page(record.slug)}#distribution-{number}")


def _distributions(record: DatasetRecord, context: Context) -> Iterator[Node]:
    """The ways to the data; the size is that of all of them together, so it stands where there is one."""
    addresses = record.urls.download
    for number, address in enumerate(addresses, start=1):
        file = schema_org.download(address)
        known = next((one for one in record.files if one.url == address), None)
        size = record.volume_gb if len(addresses) == 1 else None
        media_type = (known.media_type if known else None) or file.get("encodingFormat")
        yield node(
            "dcat:Distribution",
            [
                ("dcat:accessURL", Iri(address)),
                ("dcat:downloadURL", Iri(address) if "contentUrl" in file else None),
                ("dcat:mediaType", Iri(MEDIA_TYPES + media_type) if media_type else None),
                ("dcat:byteSize", _bytes(size, known)),
                ("spdx:checksum", _checksum(known)),
                *((name, value) for name, value in _rights(record) if name == "dct:license"),
            ],
            f"{context.page(record.slug)}#distribution-{number}",
        )


def _checksum(file: File | None) -> Node | None:
    if file is None or file.sha256 is None:
        return None
    algorithm = Iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
    value = Literal(file.sha256, "xsd:hexBinary")
    return node("spdx:Checksum", [("spdx:algorithm", algorithm), ("spdx:checksumValue", value)])


def _bytes(gigabytes: float | None, file: File | None) -> Literal | None:
    """The size of the file where it is known, else that of all the data, which lie in this one."""
    if file is not None and file.bytes is not None:
        return Literal(str(file.bytes), "xsd:nonNegativeInteger")
    return None if gigabytes is None else Literal(str(round(gigabytes * 1e9)), "xsd:nonNegativeInteger")


def _decimal(value: float) -> str:
    """A decimal number as XML Schema has it, which knows no powers of ten."""
    text = repr(value)
    return f"{value:.12f}".rstrip("0").rstrip(".") if "e" in text else text
