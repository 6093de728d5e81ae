"""What schema.org, and Croissant in the same words, says in detail of a dataset."""

import re
from typing import Any

from app.exchange.formats.makers import ORCID
from app.exchange.formats.readers import jsonld, recognising
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, quoted

MEASURES = {
    "temporal resolution": "temporal_resolution",
    "time between image and label": "label_date_gap",
    "classification scheme": "class_scheme",
    "split strategy": "split_strategy",
    "distance between splits": "split_distance_m",
}
QUALITY = "quality: "
ACCESSES = frozenset({"open", "registration", "request", "challenge", "restricted", "gone"})
STATUSES = frozenset({"active", "superseded", "withdrawn", "unavailable"})
_BYTES = re.compile(r"(\d{1,18}) B")


def put(gathering: Gathering, node: Node) -> None:
    """Take makers, version, state, access and languages."""
    gathering.put("summary", jsonld.text(node, "abstract"), "abstract")
    gathering.put("version", jsonld.text(node, "version"), "version")
    _put_one_of(gathering, "status", STATUSES, node, "creativeWorkStatus")
    _put_one_of(gathering, "access", ACCESSES, node, "conditionsOfAccess")
    gathering.add("languages", list(jsonld.texts(node, "inLanguage")), "inLanguage")
    gathering.put("contact.url", jsonld.text(node, "usageInfo"), "usageInfo")
    date = jsonld.text(node, "datePublished") or ""
    # A year alone stands in the field of the year.
    gathering.put("published_on", date[:10] if len(date) > 4 else None, "datePublished")
    creators = [made for one in jsonld.many(node, "creator") if (made := creator(one))]
    if len(creators) > 1 or (creators and (len(creators[0]) > 1 or not _is_family(node))):
        gathering.put("creators", creators, "creator")


def _put_one_of(gathering: Gathering, path: str, known: frozenset[str], node: Node, name: str) -> None:
    """Take a word of our list; words of others say too many things."""
    word = jsonld.text(node, name)
    if word and word.casefold() in known:
        gathering.put(path, word.casefold(), name)
    elif word:
        gathering.leave(name, f"{quoted(word)} is no word of this catalogue's list.")


def _is_family(node: Node) -> bool:
    """Whether the only creator is a family name alone: then it is the first author of the paper."""
    only = jsonld.many(node, "creator")[0]
    return isinstance(only, dict) and only.get("familyName") == only.get("name")


def creator(one: Any) -> dict[str, Any] | None:
    """A person or organisation as a record has it."""
    name = jsonld.text_of(one)
    if name is None:
        return None
    made: dict[str, Any] = {"name": name}
    if isinstance(one, dict):
        identifier = next((text for key in ("@id", "identifier", "sameAs", "url")
                           for text in jsonld.texts(one, key) if text.startswith(ORCID)), None)  # fmt: skip
        affiliation = jsonld.text(one, "affiliation")
        made |= {"orcid": identifier.removeprefix(ORCID)} if identifier else {}
        made |= {"affiliation": affiliation} if affiliation else {}
    return made


def put_measure(gathering: Gathering, name: str, measure: Node) -> bool:
    """Take a value with one of our names; returns whether it has one."""
    value = measure.get("value")
    if name == "coordinate reference system":
        gathering.add("crs", [value], "additionalProperty")
    elif name in MEASURES:
        gathering.put(MEASURES[name], value, "additionalProperty")
    elif name.startswith(QUALITY):
        known = {
            "measure": str(measure.get("name"))[len(QUALITY) :],
            "value": value,
            "unit": measure.get("unitText"),
            "method": measure.get("measurementTechnique"),
        }
        gathering.add(
            "quality", [{key: one for key, one in known.items() if one is not None}], "additionalProperty"
        )
    else:
        return False
    return True


def put_file(gathering: Gathering, file: Any) -> None:
    """Take a way to the data, and what is known of it beyond its address."""
    address = file.get("contentUrl") or file.get("url") if isinstance(file, dict) else file
    if not recognising.is_web(address):
        if address:
            gathering.leave("distribution", f"{quoted(address)} is no address that a reader could open.")
        return
    gathering.add("urls.download", [address], "distribution")
    if isinstance(file, dict) and (about := _about(file)):
        gathering.add("files", [{"url": address, **about}], "distribution")


def _about(file: Node) -> dict[str, Any]:
    """Title, checksum and size; the media type stands beside those, because alone it only follows from the
    ending of the address."""
    size = _BYTES.fullmatch(str(file.get("contentSize") or ""))
    title = jsonld.text(file, "name")
    about = {
        "title": None if title == file.get("@id") else title,
        "bytes": int(size[1]) if size else None,
        "sha256": jsonld.text(file, "sha256"),
    }
    known = {key: value for key, value in about.items() if value is not None}
    media_type = jsonld.text(file, "encodingFormat")
    return known | ({"media_type": media_type} if known and media_type else {})
