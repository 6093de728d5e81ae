"""Croissant 1.0 and 1.1 with the terms of its Geo extension, read back."""

from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising, schema_org, web_details
from app.exchange.formats.readers.bibtex import entries, reference
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading, quoted
from app.exchange.formats.readers.references import put_references

CONFORMS = "mlcommons.org/croissant/1."
CLASSES = ("sc:Enumeration", "Enumeration", "https://schema.org/Enumeration")
SPLITS = ("cr:Split", "Split")
ROLES = {"TrainingSplit": "train", "ValidationSplit": "validation", "TestSplit": "test"}
SPLIT_NAMES = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation",
    "validate": "validation", "validation": "validation", "test": "test", "testing": "test",
}  # fmt: skip
"""What splits are called whose role needs no words; the name itself stays as it is."""
RESPONSIBLE = {
    "rai:dataAnnotationProtocol": "label_source",
    "rai:annotationsPerItem": "labelling.per_item",
    "rai:dataUseCases": "purpose",
    "rai:dataBiases": "bias_statement",
}
HARM = frozenset({"none", "people", "dwellings", "military", "biodiversity"})
GEO = {"geocr:coordinateReferenceSystem": "crs", "geocr:temporalResolution": "temporal_resolution",
       "geocr:samplingStrategy": "split_strategy"}  # fmt: skip
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
    for name, path in GEO.items():
        for text in jsonld.texts(node, name):
            gathering.put(path, (text,) if path == "crs" else text, name)
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
        web_details.put_file(gathering, {name: value for name, value in file.items() if name != "@type"})
    elif address or file.get("includes"):
        gathering.leave("distribution", f"{quoted(file.get('name') or address)} is a part of another file.")
    if file.get("md5") and not file.get("sha256"):
        gathering.leave("distribution", f"A record has no field for the MD5 of {quoted(address)}.")


def _put_record_set(gathering: Gathering, record_set: Node) -> None:
    name = record_set.get("@id") or jsonld.text(record_set, "name")
    sorts = jsonld.texts(record_set, "dataType")
    rows = [row for row in jsonld.many(record_set, "data") if isinstance(row, dict)]
    if any(sort in SPLITS for sort in sorts):
        gathering.put("splits", [split for row in rows if (split := _split(row))], f"recordSet {name}")
    elif any(sort in CLASSES for sort in sorts) and name != "resolutions":
        _put_classes(gathering, rows, f"recordSet {name}")
    elif name == "reference-systems":
        gathering.add("crs", [value for row in rows for value in row.values()], f"recordSet {name}")
    elif name == "resolutions":
        values = [number for row in rows for value in row.values() if (number := jsonld.number(value))]
        if values:
            gathering.put("gsd_m", {"min": min(values), "max": max(values)}, "recordSet resolutions")
    else:
        gathering.leave("recordSet", f"A record has no field for the structure of {quoted(name)}.")


def _put_classes(gathering: Gathering, rows: list[Node], where: str) -> None:
    """Names, and for classes of which more is known, that."""
    named = [(name, row) for row in rows if (name := _named(row))]
    gathering.add("classes", [name for name, _row in named], where)
    details = [
        {"name": name, **_columns(row, ("index", "description", "colour", "count"))} for name, row in named
    ]
    gathering.put("class_details", [one for one in details if len(one) > 1], where)


def _columns(row: Node, names: tuple[str, ...]) -> Node:
    """The values of some columns, whatever stands before their names."""
    bare = {key.rpartition("/")[2]: value for key, value in row.items()}
    if isinstance(bare.get("id"), int):
        bare.setdefault("index", bare["id"])
    return {name: bare[name] for name in names if bare.get(name) is not None}


def _split(row: Node) -> Node | None:
    """A split by its name; its role as our own column says, else as the kind of the specification does."""
    name = _named(row)
    if name is None:
        return None
    kind = str(_columns(row, ("url",)).get("url") or "").rpartition(":")[2].rpartition("/")[2]
    known = _columns(row, ("role", "count", "labels_public"))
    role = ROLES.get(kind) or SPLIT_NAMES.get(name.casefold())
    return {"name": name, **({"role": role} if role else {}), **known}


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
            # The same as the statement on biases, which is read as such.
            "geocr:spatialBias",
            *GEO,
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
    for name, path in RESPONSIBLE.items():
        for text in jsonld.texts(node, name):
            gathering.put(path, text, name)
    gathering.add(
        "labelling.tools",
        list(jsonld.texts(node, "rai:dataAnnotationPlatform")),
        "rai:dataAnnotationPlatform",
    )
    for text in jsonld.texts(node, "rai:dataLimitations"):
        gathering.add("known_issues", [{"text": text}], "rai:dataLimitations")
    harm = jsonld.texts(node, "rai:personalSensitiveInformation")
    gathering.add(
        "sensitivity.kinds", [one for one in harm if one in HARM], "rai:personalSensitiveInformation"
    )
    for text in [one for one in harm if one not in HARM]:
        gathering.put("sensitivity.note", text, "rai:personalSensitiveInformation")
    read = {
        *RESPONSIBLE,
        "rai:dataAnnotationPlatform",
        "rai:dataLimitations",
        "rai:personalSensitiveInformation",
    }
    for name in sorted(node):
        if name.startswith("rai:") and name not in read:
            gathering.leave(name, "A record has no field for it.")
