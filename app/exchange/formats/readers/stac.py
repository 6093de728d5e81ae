"""A STAC Collection of version 1.0 or 1.1, read back; the catalogue's own `eod:` fields say the rest."""

from collections.abc import Iterator
from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising, stac_details
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.places import Found, put_places
from app.exchange.formats.readers.reading import Gathering, Reading, quoted
from app.exchange.formats.stac_details import DETAILS

OWN = {
    "uuid": "uuid", "name": "name", "kind": "kind", "year": "year", "tasks": "tasks", "themes": "themes",
    "modalities": "modalities", "platform_types": "platforms", "sensors": "sensors",
    "image_sources": "image_sources", "label_type": "label_type", "classes": "classes",
    "n_classes": "n_classes", "n_samples": "n_samples", "sample_unit": "sample_unit",
    "n_images": "n_images", "n_bands": "n_bands",
    "n_timestamps": "n_timestamps", "image_size_px": "image_size_px", "volume_gb": "volume_gb",
    "extent": "spatial.extent", "licence_text": "licence.text", **{name: name for name in DETAILS},
    "contact_email": "contact.email", "contact_url": "contact.url", "contact_name": "contact.name",
    "labelling_methods": "labelling.methods", "labelling_tools": "labelling.tools",
    "labelling_annotators": "labelling.annotators", "labelling_per_item": "labelling.per_item",
    "labelling_agreement": "labelling.agreement", "radar_band": "radar.band", "radar_mode": "radar.mode",
    "radar_product": "radar.product", "sensitivity_kinds": "sensitivity.kinds",
    "sensitivity_note": "sensitivity.note", "licence_labels_spdx": "licence_labels.spdx",
    "licence_labels_text": "licence_labels.text", "licence_spdx": "licence.spdx",
    "footprint": "spatial.footprint", "publisher": "publisher",
}  # fmt: skip
CONSTELLATIONS = ("constellation", "platform", "instruments")
NO_FIELD = ("contacts", "item_assets", "cube:dimensions")


def read(content: bytes) -> Reading:
    """The dataset that a collection describes.

    Raises:
        Invalid: no JSON, or no STAC Collection.
        TooLarge: longer than is read.
    """
    collection = bounded.json_object(content, "STAC collection")
    if collection.get("type") != "Collection" or not str(collection.get("stac_version", "")).startswith("1."):
        raise Invalid(
            "This JSON is no STAC Collection of version 1: its type or stac_version says otherwise."
        )
    gathering = Gathering("stac")
    _put_own(gathering, collection)
    _put_names(gathering, collection)
    _put_licence(gathering, collection)
    _put_extent(gathering, collection)
    _put_summaries(gathering, _object(collection, "summaries"))
    _put_science(gathering, collection)
    _put_links(gathering, collection)
    _put_files(gathering, _object(collection, "assets"))
    stac_details.put(gathering, collection)
    for name in NO_FIELD:
        if name in collection:
            gathering.leave(name, "A record has no field for it.")
    return gathering.reading()


def _object(node: Node, name: str) -> Node:
    value = node.get(name)
    return value if isinstance(value, dict) else {}


def _put_own(gathering: Gathering, collection: Node) -> None:
    """What only this catalogue says; another one's fields of the same prefix are checked like any value."""
    for name, path in OWN.items():
        gathering.put(path, collection.get(f"eod:{name}"), f"eod:{name}")
    gathering.add("spatial.countries", jsonld.many(collection, "eod:countries"), "eod:countries")


def _put_names(gathering: Gathering, collection: Node) -> None:
    identifier = collection.get("id")
    is_slug = isinstance(identifier, str) and identifier == identifier.lower() and "_" not in identifier
    gathering.put("slug", identifier if is_slug else None, "id")
    if "name" not in gathering.facts:
        gathering.put("name", jsonld.text(collection, "title") or identifier, "title")
    gathering.put("description", jsonld.text(collection, "description"), "description")
    for provider in jsonld.many(collection, "providers"):
        if isinstance(provider, dict):
            _put_provider(gathering, provider)
    if "eod:kind" not in collection:
        # Our own collections have codes; in others, keywords are all there is.
        recognising.put_codes(gathering, jsonld.texts(collection, "keywords"), "keywords")


def _put_provider(gathering: Gathering, provider: Node) -> None:
    roles = jsonld.texts(provider, "roles")
    if jsonld.text(provider, "name") in [one.name for one in gathering.facts.get("creators", ())]:
        return
    if "producer" in roles or "licensor" in roles:
        gathering.put("publisher", jsonld.text(provider, "name"), "providers")
    elif "host" not in roles:
        gathering.leave(
            "providers", f"{quoted(jsonld.text(provider, 'name'))} has no role that a record knows."
        )


def _put_licence(gathering: Gathering, collection: Node) -> None:
    """One SPDX identifier; "other" sends the reader to the links, of which several hold together."""
    if "licence.spdx" in gathering.facts:
        # One word says less than our own field, from which it was made.
        return
    stated = jsonld.text(collection, "license")
    if stated and stated not in ("other", "proprietary", "various"):
        gathering.put("licence.spdx", stated, "license")
        return
    links = [one for one in _links(collection) if one.get("rel") == "license"]
    titles = [jsonld.text(one, "title") for one in links]
    said = [
        recognising.spdx(title) or recognising.spdx(one.get("href")) or title
        for one, title in zip(links, titles, strict=True)
    ]
    if said and all(recognising.spdx(one) for one in said):
        # Links do not tell AND from OR; both licences are named, and the words say which it is.
        gathering.put("licence.text", " and ".join(str(one) for one in said), "links")
    elif said and "licence.text" not in gathering.facts:
        recognising.put_licences(gathering, list(said), "links")


def _put_extent(gathering: Gathering, collection: Node) -> None:
    extent = _object(collection, "extent")
    boxes = jsonld.many(_object(extent, "spatial"), "bbox")
    # The first box is that around all; the clusters after it are finer, and countries say it better still.
    clusters = boxes[1:] if len(boxes) > 1 else boxes
    # Our own collections say where they lie by countries and extent; their boxes follow from those.
    if "eod:geo_status" not in collection:
        put_places(gathering, list(_areas(gathering, clusters)))
    intervals = jsonld.many(_object(extent, "temporal"), "interval")
    for interval in intervals[:1]:
        if isinstance(interval, list) and len(interval) == 2:
            start, end = ((side or "")[:10] if isinstance(side, str) else None for side in interval)
            recognising.put_temporal(gathering, start, end, "extent.temporal")


def _areas(gathering: Gathering, boxes: list[Any]) -> Iterator[Found]:
    """Boxes of four numbers, or of six with heights, which are left out; several are told apart by number."""
    for number, box in enumerate(boxes, start=1):
        numbers = [one for one in box if isinstance(one, int | float)] if isinstance(box, list) else []
        if len(numbers) == 6:
            numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
        if len(numbers) != 4:
            gathering.leave("extent.spatial", f"{quoted(box)} is no box.")
            continue
        west, south, east, north = numbers
        name = f"Area {number} of {len(boxes)}" if len(boxes) > 1 else None
        yield Found("extent.spatial", name, box=(west, south, east, north))


def _put_summaries(gathering: Gathering, summaries: Node) -> None:
    gsd = summaries.get("gsd")
    if isinstance(gsd, dict):
        gathering.put("gsd_m", {"min": gsd.get("minimum"), "max": gsd.get("maximum")}, "summaries.gsd")
    elif isinstance(gsd, list) and all(isinstance(one, int | float) for one in gsd) and gsd:
        gathering.put("gsd_m", {"min": min(gsd), "max": max(gsd)}, "summaries.gsd")
    gathering.add("polarisations", jsonld.many(summaries, "sar:polarizations"), "summaries.sar:polarizations")
    bands = [*jsonld.many(summaries, "bands"), *jsonld.many(summaries, "eo:bands")]
    names = [name for band in bands if isinstance(band, dict) and (name := jsonld.text(band, "name"))]
    held = gathering.facts.get("polarisations", ())
    gathering.add("bands", [name for name in names if name not in held], "summaries.bands")
    if "sensors" not in gathering.facts:
        for name in CONSTELLATIONS:
            words = [word for word in jsonld.texts(summaries, name) if recognising.coded("sensor", word)]
            recognising.put_codes(gathering, words, f"summaries.{name}")


def _put_science(gathering: Gathering, collection: Node) -> None:
    gathering.put("data_doi", recognising.doi(collection.get("sci:doi")), "sci:doi")
    for number, paper in enumerate(jsonld.many(collection, "sci:publications")):
        if number or not isinstance(paper, dict):
            gathering.leave("sci:publications", "A record has one publication; this is a further one.")
        elif doi := recognising.doi(paper.get("doi")):
            gathering.put("publication.doi", doi, "sci:publications")
        else:
            gathering.leave("sci:publications", f"{quoted(paper.get('citation'))} is a citation in words.")


def _links(collection: Node) -> list[Node]:
    return [one for one in jsonld.many(collection, "links") if isinstance(one, dict)]


def _put_links(gathering: Gathering, collection: Node) -> None:
    own = next((str(one.get("href")) for one in _links(collection) if one.get("rel") == "self"), "")
    for one in _links(collection):
        rel, address = one.get("rel"), one.get("href")
        if rel == "about":
            gathering.put("urls.home", address, "links")
        elif rel == "related" and jsonld.text(one, "title") == "Code":
            gathering.put("urls.code", address, "links")
        elif rel == "related" and jsonld.text(one, "title") == "Page or service to download from":
            gathering.add("urls.download", [address], "links")
        elif rel == "derived_from" and isinstance(address, str):
            base, _, slug = address.rpartition("/")
            if base and base == own.rpartition("/")[0]:
                gathering.add("derived_from", [slug], "links")
            else:
                gathering.leave("links", f"{quoted(address)} is no dataset of the same catalogue.")


def _put_files(gathering: Gathering, assets: Node) -> None:
    for name, asset in assets.items():
        if not isinstance(asset, dict):
            continue
        roles = jsonld.texts(asset, "roles")
        if "data" in roles and recognising.is_web(asset.get("href")):
            gathering.add("urls.download", [asset["href"]], f"assets.{name}")
        elif "metadata" not in roles and "thumbnail" not in roles:
            gathering.leave(f"assets.{name}", "Only files with the role “data” are ways to the data.")
        if "data" in roles:
            stac_details.put_file(gathering, name, asset)
