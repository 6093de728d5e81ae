"""Croissant 1.0 and 1.1 with the terms of its Geo extension, read back."""

from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising, schema_org
from app.exchange.formats.readers.bibtex import entries, reference
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading, quoted
from app.exchange.formats.readers.references import put_references

CONFORMS = "mlcommons.org/croissant/1."
CLASSES = ("sc:Enumeration", "Enumeration", "https://schema.org/Enumeration")
SPLITS = ("cr:Split", "Split")
METRES = {"m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "cm": 0.01, "km": 1000.0}


def read(content: bytes) -> Reading:
    """The dataset that a Croissant document describes.

    Raises:
        Invalid: no JSON-LD, no Dataset in it, or one that conforms to no Croissant 1.x.
    """
    gathering = Gathering("croissant")
    node = schema_org.dataset_of([bounded.json(content, "Croissant document")])
    conforms = [*jsonld.texts(node, "conformsTo"), *jsonld.texts(node, "dct:conformsTo")]
    if not any(CONFORMS in one for one in conforms):
        raise Invalid("This document conforms to no Croissant 1.x: its conformsTo does not say so.")
    _put_citation(gathering, node)
    schema_org.put_common(gathering, {name: value for name, value in node.items() if name != "distribution"})
    for file in jsonld.many(node, "distribution"):
        _put_file(gathering, file)
    for record_set in jsonld.many(node, "recordSet"):
        if isinstance(record_set, dict):
            _put_record_set(gathering, record_set)
    _put_geo(gathering, node)
    _put_responsible(gathering, node)
    return gathering.reading()


def _put_citation(gathering: Gathering, node: Node) -> None:
    """The citation is BibTeX by the specification; where it is not, it is words."""
    for text in jsonld.texts(node, "citeAs"):
        try:
            found = [reference(number, *one) for number, one in enumerate(entries(text), start=1)]
        except Invalid:
            found = []
        if found:
            papers = [one for one in found if not one.is_dataset]
            put_references(gathering, papers or [])
        else:
            gathering.leave("citeAs", f"{quoted(text)} is a citation in words.")


def _put_file(gathering: Gathering, file: Any) -> None:
    if not isinstance(file, dict):
        return
    address = file.get("contentUrl")
    if recognising.is_web(address):
        gathering.add("urls.download", [address], "distribution")
    elif address or file.get("includes"):
        gathering.leave("distribution", f"{quoted(file.get('name') or address)} is a part of another file.")
    if file.get("sha256") or file.get("md5"):
        gathering.leave("distribution", f"A record has no field for the checksum of {quoted(address)}.")


def _put_record_set(gathering: Gathering, record_set: Node) -> None:
    name = record_set.get("@id") or jsonld.text(record_set, "name")
    sorts = jsonld.texts(record_set, "dataType")
    rows = [row for row in jsonld.many(record_set, "data") if isinstance(row, dict)]
    if any(sort in SPLITS for sort in sorts):
        gathering.leave("recordSet", "A record has no field for splits.")
    elif any(sort in CLASSES for sort in sorts) and name != "resolutions":
        names = [text for row in rows if (text := _named(row))]
        gathering.add("classes", names, f"recordSet {name}")
    elif name == "resolutions":
        values = [number for row in rows for value in row.values() if (number := jsonld.number(value))]
        if values:
            gathering.put("gsd_m", {"min": min(values), "max": max(values)}, "recordSet resolutions")
    else:
        gathering.leave("recordSet", f"A record has no field for the structure of {quoted(name)}.")


def _named(row: Node) -> str | None:
    """The name in a row of an enumeration: of the column that is called so, else of the only text column."""
    named = [value for key, value in row.items() if key.rpartition("/")[2] in ("name", "label")]
    others = [value for value in row.values() if isinstance(value, str)]
    return next((value for value in [*named, *others] if isinstance(value, str)), None)


def _put_geo(gathering: Gathering, node: Node) -> None:
    for resolution in jsonld.many(node, "geocr:spatialResolution"):
        metres = _metres(resolution)
        if metres is None:
            gathering.leave("geocr:spatialResolution", f"{quoted(resolution)} is no length.")
        else:
            gathering.put("gsd_m", {"min": metres, "max": metres}, "geocr:spatialResolution")
    for configuration in jsonld.many(node, "geocr:bandConfiguration"):
        if isinstance(configuration, dict):
            names = jsonld.texts(configuration, "geocr:bandNameList")
            total = configuration.get("geocr:totalBands")
            gathering.add("bands", list(names), "geocr:bandConfiguration")
            # A number that only counts the names is no fact of its own.
            gathering.put("n_bands", total if total != len(names) else None, "geocr:bandConfiguration")
    for name in sorted(node):
        if name.startswith("geocr:") and name not in (
            "geocr:spatialResolution",
            "geocr:bandConfiguration",
            # Follows from the sensors, which stand elsewhere.
            "geocr:spectralBandMetadata",
        ):
            gathering.leave(name, "A record has no field for it.")


def _metres(resolution: Any) -> float | None:
    """A length in metres: a quantity with its unit, or text such as “10 m”; a bare number is metres."""
    if isinstance(resolution, dict):
        value, unit = jsonld.number(resolution), str(resolution.get("unitText") or "m")
    elif isinstance(resolution, str):
        digits = resolution.strip().rstrip("abcdefghijklmnopqrstuvwxyz ")
        value, unit = jsonld.number(digits), resolution.strip()[len(digits) :].strip() or "m"
    else:
        value, unit = jsonld.number(resolution), "m"
    scale = METRES.get(unit.casefold())
    return None if value is None or scale is None else value * scale


def _put_responsible(gathering: Gathering, node: Node) -> None:
    for text in jsonld.texts(node, "rai:dataAnnotationProtocol"):
        gathering.put("label_source", text, "rai:dataAnnotationProtocol")
    for name in sorted(node):
        if name.startswith("rai:") and name != "rai:dataAnnotationProtocol":
            gathering.leave(name, "A record has no field for it.")
