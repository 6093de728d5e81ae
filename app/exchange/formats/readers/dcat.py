"""DCAT, DCAT-AP and GeoDCAT-AP read back, from Turtle or JSON-LD."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point

from app.base.errors import Invalid
from app.catalogue.vocabulary import VOCABULARIES
from app.exchange.formats.dcat import PREFIXES, SYSTEMS
from app.exchange.formats.makers import ORCID
from app.exchange.formats.readers import recognising
from app.exchange.formats.readers.graph import Graph, read_graph
from app.exchange.formats.readers.places import Found, put_places
from app.exchange.formats.readers.reading import Gathering, Reading, quoted
from app.exchange.formats.readers.web_details import ACCESSES, STATUSES

FIELDS = {
    "task": "tasks",
    "theme": "themes",
    "modality": "modalities",
    "platform": "platforms",
    "sensor": "sensors",
}
LONGEST_GEOMETRY = 200_000
NO_FIELD = {
    "dcat:contactPoint": "contact", "dct:language": "languages", "dct:provenance": "provenance",
    "dct:accrualPeriodicity": "update cycle",
}  # fmt: skip
_CRS = re.compile(r"^\s*<([^>]*)>\s*")
_LATITUDE_FIRST = re.compile(r"EPSG/.*/4326$")


def read(content: bytes) -> Reading:
    """The first dataset of the graph.

    Raises:
        Invalid: no RDF, or no dcat:Dataset in it.
        TooLarge: longer than is read.
    """
    graph = read_graph(content)
    found = graph.of_type(f"{PREFIXES['dcat']}Dataset")
    if not found:
        raise Invalid("There is no dcat:Dataset in this document.")
    gathering = Gathering("dcat")
    for further in found[1:]:
        gathering.leave(further, "A record holds one dataset; this is a further one.")
    subject = found[0]
    _put_names(gathering, graph, subject)
    _put_details(gathering, graph, subject)
    _put_subjects(gathering, graph, subject)
    _put_rights(gathering, graph, subject)
    put_places(gathering, list(_places(gathering, graph, subject)))
    _put_time(gathering, graph, subject)
    _put_resolution(gathering, graph, subject)
    _put_neighbours(gathering, graph, subject)
    for predicate, words in NO_FIELD.items():
        if graph.values(subject, predicate):
            gathering.leave(predicate, f"A record has no field for {words}.")
    return gathering.reading()


def _put_names(gathering: Gathering, graph: Graph, subject: str) -> None:
    for title in graph.texts(subject, "dct:title")[:1]:
        gathering.put("name", title, "dct:title")
    gathering.add("aliases", list(graph.texts(subject, "dct:alternative")), "dct:alternative")
    for text in graph.texts(subject, "dct:description")[:1]:
        gathering.put("description", text, "dct:description")
    for issued in graph.texts(subject, "dct:issued")[:1]:
        gathering.put("year", recognising.year(issued), "dct:issued")
        gathering.put("published_on", issued[:10] if len(issued) > 4 else None, "dct:issued")
    for agent in graph.values(subject, "dct:publisher"):
        names = [agent.text] if agent.is_literal else graph.texts(agent.text, "foaf:name")
        gathering.put("publisher", next(iter(names), None), "dct:publisher")
    own = [
        notation
        for node in graph.values(subject, "adms:identifier")
        for notation in graph.texts(node.text, "skos:notation")
    ]
    for identifier in [*own, *graph.texts(subject, "dct:identifier"), *graph.texts(subject, "schema:sameAs")]:
        recognising.put_address(gathering, identifier, "dct:identifier")


def _put_details(gathering: Gathering, graph: Graph, subject: str) -> None:
    """Makers, version, state, access, reference systems and time between images."""
    makers = [made for agent in graph.values(subject, "dct:creator") if (made := _maker(graph, agent))]
    # One name without an identifier may be that of the first author of the paper.
    if len(makers) > 1 or any(len(one) > 1 for one in makers):
        gathering.put("creators", makers, "dct:creator")
    for predicate, path in (("dcat:version", "version"), ("dcat:temporalResolution", "temporal_resolution")):
        for text in graph.texts(subject, predicate)[:1]:
            gathering.put(path, text, predicate)
    _put_words(gathering, graph, subject)
    for standard in graph.texts(subject, "dct:conformsTo"):
        if standard.startswith(SYSTEMS):
            gathering.add("crs", [f"EPSG:{standard.removeprefix(SYSTEMS)}"], "dct:conformsTo")
        else:
            gathering.leave("dct:conformsTo", f"A record has no field for the standard {quoted(standard)}.")


def _put_words(gathering: Gathering, graph: Graph, subject: str) -> None:
    """Take state and access where they are words of our lists; what others write there says other things."""
    for predicate, path, known in (
        ("adms:status", "status", STATUSES),
        ("dct:accessRights", "access", ACCESSES),
    ):
        for one in graph.values(subject, predicate):
            words = [one.text] if one.is_literal else graph.texts(one.text, "rdfs:label")
            said = [word for word in words if word in known]
            if not gathering.put(path, said[0] if said else None, predicate):
                gathering.leave(predicate, f"{quoted(one.text)} is no word of this catalogue's list.")


def _maker(graph: Graph, agent: Any) -> dict[str, Any] | None:
    names = [agent.text] if agent.is_literal else graph.texts(agent.text, "foaf:name")
    if not names:
        return None
    same = [] if agent.is_literal else [agent.text, *graph.texts(agent.text, "schema:sameAs")]
    orcid = next((one.removeprefix(ORCID) for one in same if one.startswith(ORCID)), None)
    return {"name": names[0], **({"orcid": orcid} if orcid else {})}


def _put_subjects(gathering: Gathering, graph: Graph, subject: str) -> None:
    """Concepts of our own vocabularies; only where there are none do labels and keywords speak."""
    is_coded = False
    words = []
    for predicate in ("dcat:theme", "dct:subject", "dct:type"):
        for concept in graph.values(subject, predicate):
            if concept.is_literal:
                words.append(concept.text)
            elif _put_concept(gathering, graph, concept.text, predicate):
                is_coded = True
            else:
                words += graph.texts(concept.text, "skos:prefLabel")[:1] or [concept.text.rpartition("/")[2]]
    if not is_coded:
        recognising.put_codes(gathering, words, "dcat:theme", complain=True)
        recognising.put_codes(gathering, graph.texts(subject, "dcat:keyword"), "dcat:keyword", complain=True)


def _put_concept(gathering: Gathering, graph: Graph, concept: str, where: str) -> bool:
    """Take a concept of one of our vocabularies by name; returns whether it is."""
    schemes = graph.texts(concept, "skos:inScheme")
    codes = graph.texts(concept, "skos:notation")
    name = schemes[0].rpartition("#")[2] if schemes else ""
    if name not in VOCABULARIES or not codes:
        return False
    if name in ("kind", "label_type"):
        gathering.put(name, codes[0], where)
    elif name in FIELDS:
        known = codes[0] if name == "sensor" else recognising.coded(name, codes[0])
        gathering.add(FIELDS[name], [known] if known else [], where)
    return True


def _put_rights(gathering: Gathering, graph: Graph, subject: str) -> None:
    """The licences of the dataset, else those of its distributions."""
    owners = [subject, *(one.text for one in graph.values(subject, "dcat:distribution"))]
    stated = next((found for owner in owners if (found := graph.values(owner, "dct:license"))), [])
    said = []
    for licence in stated:
        document = [*graph.texts(licence.text, "dct:identifier"), *graph.texts(licence.text, "dct:title")]
        said.append(document[0] if document else licence.text)
    recognising.put_licences(gathering, list(said), "dct:license")
    for rights in graph.values(subject, "dct:rights"):
        words = [rights.text] if rights.is_literal else graph.texts(rights.text, "rdfs:label")
        gathering.put("licence.text", next(iter(words), None), "dct:rights")


def _places(gathering: Gathering, graph: Graph, subject: str) -> Iterator[Found]:
    for place in graph.values(subject, "dct:spatial"):
        if place.is_literal:
            yield Found("dct:spatial", place.text)
            continue
        names = [*graph.texts(place.text, "skos:prefLabel"), *graph.texts(place.text, "locn:geographicName")]
        codes = graph.texts(place.text, "dct:identifier")
        shapes = [
            text
            for predicate in ("dcat:bbox", "dcat:centroid", "locn:geometry")
            for text in graph.texts(place.text, predicate)
            # Another form of the same geometry may stand beside the text, as GML or GeoJSON.
            if not text.lstrip().startswith(("{", "<gml"))
        ]
        name, code = next(iter(names), None), next(iter(codes), None)
        box = _box(gathering, shapes[0]) if shapes else None
        if name is None and code is None and box is None:
            # A place of a list of places, of which only the address is known.
            code = place.text.rpartition("/")[2]
        if box is not None and box[0] == box[2] and box[1] == box[3]:
            yield Found("dct:spatial", name, code, point=(box[0], box[1]))
        else:
            yield Found("dct:spatial", name, code, box=box)


def _box(gathering: Gathering, text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north around a geometry; EPSG:4326 has its latitude first, CRS84 its longitude."""
    system = _CRS.match(text)
    plain = text[system.end() :] if system else text
    try:
        # Numbers beyond all bounds are told below in better words than a warning.
        with np.errstate(all="ignore"):
            geometry = shapely.from_wkt(plain) if len(plain) <= LONGEST_GEOMETRY else None
    except (ShapelyError, ValueError):
        geometry = None
    if geometry is None or geometry.is_empty or not np.isfinite(geometry.bounds).all():
        gathering.leave("dct:spatial", f"{quoted(text)} is no geometry.")
        return None
    if not isinstance(geometry, Point) and not geometry.equals(geometry.envelope):
        gathering.leave("dct:spatial", "A record holds boxes; of a geometry the box around it is kept.")
    low_x, low_y, high_x, high_y = geometry.bounds
    if system and _LATITUDE_FIRST.search(system[1]):
        return low_y, low_x, high_y, high_x
    return low_x, low_y, high_x, high_y


def _put_time(gathering: Gathering, graph: Graph, subject: str) -> None:
    for period in graph.values(subject, "dct:temporal"):
        if period.is_literal:
            recognising.put_temporal(gathering, *recognising.interval(period.text), "dct:temporal")
            continue
        start = [*graph.texts(period.text, "dcat:startDate"), *graph.texts(period.text, "schema:startDate")]
        end = [*graph.texts(period.text, "dcat:endDate"), *graph.texts(period.text, "schema:endDate")]
        recognising.put_temporal(gathering, next(iter(start), None), next(iter(end), None), "dct:temporal")


def _put_resolution(gathering: Gathering, graph: Graph, subject: str) -> None:
    values = []
    for text in graph.texts(subject, "dcat:spatialResolutionInMeters"):
        try:
            values.append(float(text))
        except ValueError:
            gathering.leave("dcat:spatialResolutionInMeters", f"{quoted(text)} is no number.")
    if values:
        gathering.put("gsd_m", {"min": min(values), "max": max(values)}, "dcat:spatialResolutionInMeters")


def _put_neighbours(gathering: Gathering, graph: Graph, subject: str) -> None:
    for page in graph.texts(subject, "dcat:landingPage"):
        gathering.put("urls.home", page, "dcat:landingPage")
    for code in graph.texts(subject, "schema:codeRepository"):
        gathering.put("urls.code", code, "schema:codeRepository")
    for paper in graph.texts(subject, "dct:isReferencedBy"):
        _put_paper(gathering, paper)
    own = subject.rpartition("/")[0]
    for parent in graph.texts(subject, "prov:wasDerivedFrom"):
        base, _, slug = parent.removesuffix("#dataset").rpartition("/")
        if base == own:
            gathering.add("derived_from", [slug], "prov:wasDerivedFrom")
        else:
            gathering.leave("prov:wasDerivedFrom", f"{quoted(parent)} is no dataset of the same catalogue.")
    sizes = []
    for distribution in _in_order(graph, subject):
        addresses = [
            *graph.texts(distribution, "dcat:downloadURL"),
            *graph.texts(distribution, "dcat:accessURL"),
        ]
        gathering.add("urls.download", list(addresses[:1]), "dcat:distribution")
        sizes += graph.texts(distribution, "dcat:byteSize")[:1]
    if len(sizes) == 1 and len(graph.values(subject, "dcat:distribution")) == 1:
        # Written in bytes, kept in gigabytes.
        gathering.put("volume_gb", recognising.gigabytes(f"{sizes[0]} B"), "dcat:byteSize")


def _in_order(graph: Graph, subject: str) -> list[str]:
    """Distributions by the number at the end of their names, so that the second precedes the tenth."""

    def key(name: str) -> tuple[int, str]:
        number = re.search(r"(\d{1,9})$", name)
        return (int(number[1]) if number else 0, name)

    return sorted((one.text for one in graph.values(subject, "dcat:distribution")), key=key)


def _put_paper(gathering: Gathering, address: str) -> None:
    if doi := recognising.doi(address):
        gathering.put("publication.doi", doi, "dct:isReferencedBy")
    elif number := recognising.arxiv(address):
        gathering.put("publication.arxiv", number, "dct:isReferencedBy")
    else:
        gathering.put("publication.url", address, "dct:isReferencedBy")
