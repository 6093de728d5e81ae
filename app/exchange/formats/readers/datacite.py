"""DataCite 4 read back, from JSON or XML, bare or inside the answer of the registry."""

from typing import Any
from xml.etree.ElementTree import Element

from app.base.errors import Invalid
from app.catalogue.vocabulary import VOCABULARIES
from app.exchange.formats.datacite import UNKNOWN, UNKNOWN_YEAR
from app.exchange.formats.readers import bounded, jsonld, recognising
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.places import Found, around, put_places
from app.exchange.formats.readers.reading import Gathering, Reading, quoted

UNKNOWNS = frozenset({UNKNOWN, "(:unkn)", ":unav", "(:unav)", ":unas", ":null", ":none", "unknown", ""})
FIELDS = {
    "task": "tasks",
    "theme": "themes",
    "modality": "modalities",
    "platform": "platforms",
    "sensor": "sensors",
}
SIZES = {
    "images": "n_images",
    "labelled instances": "n_instances",
    "classes": "n_classes",
    "samples": "n_samples",
}
PAPERS = frozenset(
    {
        "JournalArticle",
        "ConferencePaper",
        "DataPaper",
        "Preprint",
        "Dissertation",
        "Report",
        "Text",
        "BookChapter",
    }
)
DESCRIBING = frozenset(
    {"IsDescribedBy", "IsDocumentedBy", "IsSupplementTo", "IsCitedBy", "IsReferencedBy", "Cites"}
)
NO_FIELD = ("contributors", "fundingReferences", "relatedItems", "container")


def read(content: bytes) -> Reading:
    """The dataset of a DataCite document.

    Raises:
        Invalid: neither JSON nor XML of DataCite 4.
    """
    gathering = Gathering("datacite")
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    values = _from_xml(bounded.xml(content, "DataCite document")) if is_xml else _from_json(content)
    _put_names(gathering, values)
    _put_subjects(gathering, values)
    _put_dates(gathering, values)
    _put_related(gathering, values)
    _put_sizes(gathering, values)
    _put_rights(gathering, values)
    put_places(gathering, [_place(one) for one in _nodes(values, "geoLocations")])
    for name in NO_FIELD:
        if values.get(name):
            gathering.leave(name, "A record has no field for it.")
    return gathering.reading()


def _from_json(content: bytes) -> Node:
    document = bounded.json_object(content, "DataCite document")
    inner = document.get("data")
    if isinstance(inner, dict) and isinstance(inner.get("attributes"), dict):
        document = inner["attributes"]
    if "titles" not in document or not ("creators" in document or "types" in document):
        raise Invalid("This JSON is no DataCite document: it lacks titles, or creators and types.")
    return document


def _from_xml(root: Element) -> Node:
    """The same structure as the JSON has: attributes and elements by their names, lists by their parents."""
    if root.tag.rpartition("}")[2] != "resource":
        root = next((one for one in root.iter() if one.tag.rpartition("}")[2] == "resource"), root)
    if root.tag.rpartition("}")[2] != "resource":
        raise Invalid("This XML is no DataCite document: it has no element named resource.")
    values: Node = {}
    for part in root:
        name = part.tag.rpartition("}")[2]
        values[name] = [_element(child) for child in part] if len(part) else _element(part)
    identifier = values.get("identifier")
    if isinstance(identifier, dict) and identifier.get("identifierType") == "DOI":
        values["doi"] = identifier["identifier"]
    return values


def _element(part: Element) -> Node:
    """The text of an element under its own name, its attributes and its children under theirs."""
    name = part.tag.rpartition("}")[2]
    made: Node = {key.rpartition("}")[2].replace("URI", "Uri"): value for key, value in part.attrib.items()}
    if not len(part):
        made[name] = (part.text or "").strip()
    for child in part:
        inner = child.tag.rpartition("}")[2]
        value = _element(child) if len(child) else (child.text or "").strip()
        # A polygon repeats its points.
        made[inner] = [*jsonld.many(made, inner), value] if inner in made else value
    return made


def _nodes(values: Node, name: str) -> list[Node]:
    return [one for one in jsonld.many(values, name) if isinstance(one, dict)]


def _known(text: Any) -> str | None:
    return text if isinstance(text, str) and text.strip().lower() not in UNKNOWNS else None


def _put_names(gathering: Gathering, values: Node) -> None:
    for title in _nodes(values, "titles"):
        sort, text = title.get("titleType"), _known(title.get("title"))
        if sort == "AlternativeTitle":
            gathering.add("aliases", [text] if text else [], "titles")
        else:
            gathering.put("title" if sort else "name", text, "titles")
    for description in _nodes(values, "descriptions"):
        if description.get("descriptionType") == "Abstract":
            gathering.put("description", _known(description.get("description")), "descriptions")
        else:
            gathering.leave("descriptions", f"{quoted(description.get('description'))} is no abstract.")
    publisher = values.get("publisher")
    name = (publisher.get("name") or publisher.get("publisher")) if isinstance(publisher, dict) else publisher
    gathering.put("publisher", _known(name), "publisher")
    doi = values.get("doi") or next(
        (
            one.get("identifier")
            for one in _nodes(values, "identifiers")
            if one.get("identifierType") == "DOI"
        ),
        None,
    )
    gathering.put("data_doi", recognising.doi(doi), "doi")
    for other in _nodes(values, "alternateIdentifiers"):
        if other.get("alternateIdentifierType") == "UUID":
            gathering.put("uuid", other.get("alternateIdentifier"), "alternateIdentifiers")
    makers = [made for one in _nodes(values, "creators") if (made := _maker(one))]
    # A family name alone is that of the first author of the paper.
    if any(len(one) > 1 for one in makers) or any(one["name"] != _family(values) for one in makers):
        gathering.put("creators", makers, "creators")
    gathering.put("version", _text(values.get("version"), "version"), "version")
    listed = jsonld.many(values, "formats")
    gathering.add(
        "formats", [text for one in listed if "/" in (text := _text(one, "format") or "")], "formats"
    )


def _text(value: Any, name: str) -> str | None:
    """A text, or that of an element of XML."""
    text = value.get(name) if isinstance(value, dict) else value
    return _known(text)


def _maker(one: Node) -> dict[str, Any] | None:
    """A creator as a record has it; None for one that is unknown."""
    name = _known(_text(one.get("creatorName"), "creatorName") or one.get("name"))
    if name is None:
        return None
    made: dict[str, Any] = {"name": name}
    for identifier in jsonld.many(one, "nameIdentifiers") or jsonld.many(one, "nameIdentifier"):
        text = _text(identifier, "nameIdentifier") or ""
        if "orcid.org/" in text:
            made["orcid"] = text.rpartition("/")[2]
    for place in jsonld.many(one, "affiliation")[:1]:
        if affiliation := (_text(place, "name") or _text(place, "affiliation")):
            made["affiliation"] = affiliation
    return made


def _family(values: Node) -> str | None:
    """The family name of the only creator, where it is all that is known."""
    nodes = _nodes(values, "creators")
    return _text(nodes[0].get("familyName"), "familyName") if len(nodes) == 1 else None


def _put_subjects(gathering: Gathering, values: Node) -> None:
    for subject in _nodes(values, "subjects"):
        scheme = str(subject.get("subjectScheme"))
        known = _code(scheme, subject)
        if known and scheme in FIELDS:
            gathering.add(FIELDS[scheme], [known], "subjects")
        elif known and scheme in ("kind", "label_type"):
            gathering.put(scheme, known, "subjects")
        else:
            words = [text.strip() for text in str(subject.get("subject") or "").split(",")]
            recognising.put_codes(gathering, [one for one in words if one], "subjects", complain=True)


def _code(scheme: str, subject: Node) -> str | None:
    """The code of a subject of our vocabularies, or what its label means; not every peer keeps codes."""
    if scheme not in VOCABULARIES:
        return None
    stated, label = subject.get("classificationCode"), subject.get("subject")
    if scheme == "sensor" and isinstance(stated, str):
        # Sensors that no list has yet are subjects of their own.
        return stated
    return recognising.coded(scheme, stated) or recognising.coded(scheme, label)


def _put_dates(gathering: Gathering, values: Node) -> None:
    published = values.get("publicationYear")
    year = published.get("publicationYear") if isinstance(published, dict) else published
    gathering.put("year", recognising.year(year) if str(year) != UNKNOWN_YEAR else None, "publicationYear")
    for date in _nodes(values, "dates"):
        text = str(date.get("date") or "")
        if date.get("dateType") == "Collected":
            recognising.put_temporal(gathering, *recognising.interval(text), "dates")
        elif date.get("dateType") == "Issued" and len(text) > 4:
            gathering.put("published_on", text[:10], "dates")
        elif date.get("dateType") in ("Issued", "Available") and "year" not in gathering.facts:
            gathering.put("year", recognising.year(text), "dates")


def _put_related(gathering: Gathering, values: Node) -> None:
    own = next(
        (
            str(one.get("alternateIdentifier")).rpartition("/")[0]
            for one in _nodes(values, "alternateIdentifiers")
            if one.get("alternateIdentifierType") == "URL"
        ),
        None,
    )
    for related in _nodes(values, "relatedIdentifiers"):
        _put_relation(gathering, related, own)
    home = values.get("url")
    is_own = own is not None and isinstance(home, str) and home.startswith(f"{own}/")
    if isinstance(home, str) and not is_own and "urls.home" not in gathering.facts:
        gathering.put("urls.home", home, "url")


def _put_relation(gathering: Gathering, related: Node, own: str | None) -> None:
    """One relation: to the paper, the code, the home page or a parent; the others are named."""
    relation, sort = jsonld.word(related, "relationType"), jsonld.word(related, "resourceTypeGeneral")
    identifier = str(related.get("relatedIdentifier") or "")
    where = "relatedIdentifiers"
    parent, _, slug = identifier.rpartition("/")
    if sort == "Software":
        gathering.put("urls.code", identifier, where)
    elif relation == "IsDerivedFrom" and own is not None and parent == own:
        gathering.add("derived_from", [slug], where)
    elif (
        relation == "IsDocumentedBy" and related.get("relatedIdentifierType") == "URL" and sort not in PAPERS
    ):
        gathering.put("urls.home", identifier, where)
    elif (
        relation in DESCRIBING
        and (sort in PAPERS or sort is None)
        and _put_paper(gathering, identifier, relation)
    ):
        return
    elif relation not in ("HasMetadata", "IsVersionOf", "HasVersion"):
        gathering.leave(where, f"{quoted(identifier)} ({relation}) has no field in a record.")


def _put_paper(gathering: Gathering, identifier: str, relation: str) -> bool:
    """Take the address of a paper; one that merely cites the data is none of theirs.

    Returns:
        Whether it was one.
    """
    if relation in ("IsCitedBy", "IsReferencedBy", "Cites"):
        return False
    if (number := recognising.arxiv(identifier)) and not recognising.doi(identifier):
        return gathering.put("publication.arxiv", number, "relatedIdentifiers")
    if doi := recognising.doi(identifier):
        return gathering.put("publication.doi", doi, "relatedIdentifiers")
    return gathering.put("publication.url", identifier, "relatedIdentifiers")


def _put_sizes(gathering: Gathering, values: Node) -> None:
    for size in jsonld.many(values, "sizes"):
        text = size.get("size") if isinstance(size, dict) else size
        if not isinstance(text, str):
            continue
        if volume := recognising.gigabytes(text):
            gathering.put("volume_gb", volume, "sizes")
            continue
        number, _, unit = text.partition(" ")
        unit, _, of = unit.partition(" (")
        if unit in SIZES and number.isdigit():
            gathering.put(SIZES[unit], int(number), "sizes")
            gathering.put("sample_unit", of.removesuffix(")"), "sizes")
        else:
            gathering.leave("sizes", f"{quoted(text)} is no size that a record has a field for.")


def _put_rights(gathering: Gathering, values: Node) -> None:
    stated = _nodes(values, "rightsList")
    identifiers = [
        str(one.get("rightsIdentifier"))
        for one in stated
        if (jsonld.word(one, "rightsIdentifierScheme") or "").upper() == "SPDX"
        and jsonld.word(one, "rightsIdentifier")
    ]
    if identifiers:
        # The registry writes identifiers in lower case.
        gathering.put(
            "licence.spdx", " AND ".join(recognising.spdx(one) or one for one in identifiers), "rightsList"
        )
        words = [one["rights"] for one in stated if one.get("rights")]
        gathering.put("licence.text", next(iter(words), None), "rightsList")
        return
    said = [
        uri if recognising.spdx(uri := one.get("rightsUri")) else one.get("rights") or one.get("rightsUri")
        for one in stated
    ]
    recognising.put_licences(gathering, said, "rightsList")


def _place(location: Node) -> Found:
    name = _known(location.get("geoLocationPlace"))
    point, box = location.get("geoLocationPoint"), location.get("geoLocationBox")
    if isinstance(box, dict):
        sides = [
            jsonld.number(box.get(side))
            for side in (
                "westBoundLongitude",
                "southBoundLatitude",
                "eastBoundLongitude",
                "northBoundLatitude",
            )
        ]
        west, south, east, north = sides
        if west is not None and south is not None and east is not None and north is not None:
            return Found("geoLocations", name, box=(west, south, east, north))
    if isinstance(point, dict) and (position := _position(point)):
        return Found("geoLocations", name, point=position)
    corners = [
        position
        for one in jsonld.many(location, "geoLocationPolygon")
        if isinstance(one, dict)
        for corner in jsonld.many(one, "polygonPoint")
        if isinstance(corner, dict) and (position := _position(corner))
    ]
    return Found("geoLocations", name, box=around(corners))


def _position(point: Node) -> tuple[float, float] | None:
    longitude, latitude = (
        jsonld.number(point.get("pointLongitude")),
        jsonld.number(point.get("pointLatitude")),
    )
    return None if longitude is None or latitude is None else (longitude, latitude)
