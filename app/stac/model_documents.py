"""Cards of models as STAC Items of the Machine Learning Model extension. Pure functions.

Fields that no standard has carry the prefix `eod:`, as those of datasets do; docs/models.md describes them.
"""

import re
from collections.abc import Iterable
from typing import Any

from app.stac.links import GEOJSON, HTML, JSON, STAC, link
from app.zoo.cards import CARD, MODEL, REFERENCE, Input, InputBand, ModelCard, Output
from app.zoo.fitting import Cards

COLLECTION = "models"
STAC_VERSION = "1.1.0"
MLM = "https://stac-extensions.github.io/mlm/v1.5.0/schema.json"
EXTENSIONS = [
    MLM,
    "https://stac-extensions.github.io/classification/v2.0.0/schema.json",
    "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/scientific/v1.0.0/schema.json",
]
WORLD = (-180, -90, 180, 90)
ANY_TIME = ("1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
"""A model holds wherever and whenever its bands were seen; the extension asks for the widest there is."""
TASKS = {
    "classification": ["scene-classification", "classification"],
    "segmentation": ["semantic-segmentation", "segmentation"],
    "regression": ["regression"],
    "restoration": ["generative"],
    "matching": ["classification"],
}
"""The kinds of cards in the words of the extension."""
MULTIHASH_SHA256 = "1220"
FREE = -1


def address(base: str) -> str:
    """Where the collection is; `base` is where the service is reached."""
    return f"{base}{STAC}/collections/{COLLECTION}"


def collection(cards: Cards, base: str) -> dict[str, Any]:
    """All models as one STAC collection; `base` is where the service is reached."""
    own = address(base)
    tasks = sorted({task for card in cards.values() for task in TASKS[card.kind]})
    values: dict[str, Any] = {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": [MLM],
        "id": COLLECTION,
        "title": "Reference models",
        "description": "Small networks rebuilt from papers and trained here, most of them on simulated "
        f"scenes alone, as each card says. For people at [{base}/models]({base}/models).",
        "license": "other",
        "extent": {"spatial": {"bbox": [list(WORLD)]}, "temporal": {"interval": [[ANY_TIME[0], None]]}},
        "links": [
            link("self", own, JSON),
            link("root", base + STAC, JSON),
            link("parent", base + STAC, JSON),
            link("items", f"{own}/items", GEOJSON, "The models"),
            *(link("item", f"{own}/items/{name}", GEOJSON, card.name) for name, card in cards.items()),
            link("license", f"{base}/models", HTML, "Each card names its own licence"),
            link("alternate", f"{base}/models", HTML, "The models for people"),
        ],
    }
    return {**values, "summaries": {"mlm:tasks": tasks}} if tasks else values


def item(card: ModelCard, base: str) -> dict[str, Any]:
    """A card as a STAC Item."""
    west, south, east, north = WORLD
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": EXTENSIONS,
        "id": card.id,
        "collection": COLLECTION,
        "bbox": list(WORLD),
        "geometry": {"type": "Polygon", "coordinates": [corners]},
        "properties": {**_common(card), **_mlm(card), **_own(card)},
        "assets": _assets(card, base),
        "links": _links(card, base),
    }


def _common(card: ModelCard) -> dict[str, Any]:
    return {
        "title": card.name,
        "description": f"{card.summary} Not for: {card.not_for}",
        "datetime": None,
        "start_datetime": ANY_TIME[0],
        "end_datetime": ANY_TIME[1],
        "gsd": card.gsd_m,
        "license": card.licence if re.fullmatch(r"[\w.+-]+", card.licence) else "other",
        "sci:citation": card.paper,
    }


def _mlm(card: ModelCard) -> dict[str, Any]:
    training = card.training
    return {
        "mlm:name": card.id,
        "mlm:architecture": card.architecture,
        "mlm:tasks": TASKS[card.kind],
        "mlm:framework": "ONNX",
        "mlm:total_parameters": card.parameters,
        "mlm:pretrained": True,
        "mlm:pretrained_source": training.data,
        "mlm:batch_size_suggestion": 1,
        "mlm:accelerator": "amd64",
        "mlm:accelerator_constrained": False,
        "mlm:input": [_input(one) for one in card.inputs] + [_days(one) for one in card.inputs if one.days],
        "mlm:output": [_output(one, card) for one in card.outputs],
        "mlm:hyperparameters": {
            "recipe": training.recipe,
            "steps": training.steps,
            "batch_size": training.batch,
            "learning_rate": training.rate,
            "seed": training.seed,
        },
    }


def _input(wanted: Input) -> dict[str, Any]:
    """An input; how small it may be and of what it is a multiple stands in words, and in `eod:inputs`."""
    edge = wanted.smallest if wanted.fixed else FREE
    # Zero says that any number of dates will do.
    dates = [] if wanted.dates is None else [("time", wanted.dates or FREE)]
    copies = [("copy", wanted.copies)] if wanted.copies else []
    sizes = [
        ("batch", FREE),
        *copies,
        *dates,
        ("channel", len(wanted.bands)),
        ("height", edge),
        ("width", edge),
    ]
    exact = "exactly" if wanted.fixed else "at least"
    return {
        "name": wanted.name,
        "description": f"Rows and columns: {exact} {wanted.smallest}, a multiple of {wanted.multiple}.",
        "bands": [band.name for band in wanted.bands],
        "input": _array(sizes),
        "value_scaling": [
            {"type": "min-max", "minimum": band.low, "maximum": band.high} for band in wanted.bands
        ],
        "pre_processing_function": {"format": "numpy", "expression": _clipping(wanted.bands)},
    }


def _clipping(bands: Iterable[InputBand]) -> str:
    """Values are clipped before they are scaled, which the extension cannot say of one band at once."""
    ends = [(min(band.low, band.high), max(band.low, band.high)) for band in bands]
    low, high = ([pair[side] for pair in ends] for side in (0, 1))
    shape = "[:, None, None]"
    return f"numpy.clip(values, numpy.array({low}){shape}, numpy.array({high}){shape})"


def _days(wanted: Input) -> dict[str, Any]:
    return {
        "name": wanted.days,
        "description": "Days since 3 April 2014 of the dates.",
        "bands": [],
        "input": _array([("batch", FREE), ("time", wanted.dates or FREE)]),
    }


def _output(output: Output, card: ModelCard) -> dict[str, Any]:
    eaten = set(card.bands)
    found: dict[str, Any] = {
        "name": output.name,
        "description": "; ".join([output.returned, *([output.unit] if output.unit else []), *output.bands]),
        "tasks": TASKS[card.kind],
        "result": _array(_returned(output, card)),
    }
    if output.bands and set(output.bands) <= eaten:
        found["bands"] = list(output.bands)
    if output.classes:
        found["classification:classes"] = [
            {
                "value": number,
                "name": re.sub(r"[^0-9A-Za-z_-]+", "-", one.name).strip("-"),
                "description": one.name,
                "color_hint": one.colour[1:].upper(),
            }
            for number, one in enumerate(output.classes)
        ]
    return found


def _returned(output: Output, card: ModelCard) -> list[tuple[str, int]]:
    """The axes of an output and their lengths."""
    plane = [("height", FREE), ("width", FREE)]
    if card.kind in ("classification", "matching"):
        return [("batch", FREE), ("class", len(output.classes))]
    if card.kind == "segmentation":
        return [("batch", FREE), ("class", len(output.classes)), *plane]
    if output.returned == "locations":
        copies = card.inputs[0].copies or 1
        return [("batch", FREE), ("copy", copies), ("parameter", 2), *plane]
    return [("batch", FREE), ("channel", len(output.bands) or 1), *plane]


def _array(sizes: list[tuple[str, int]]) -> dict[str, Any]:
    return {
        "shape": [size for _name, size in sizes],
        "dim_order": [name for name, _size in sizes],
        "data_type": "float32",
    }


def _own(card: ModelCard) -> dict[str, Any]:
    """What the extension has no word for."""
    document = card.model_dump(mode="json")
    wanted = ("name", "dates", "copies", "smallest", "multiple", "fixed")
    kept = ("kind", "answers", "not_for", "published", "measured", "measured_on", "measured_with", "claims")
    values = {f"eod:{name}": document[name] for name in kept}
    values["eod:simulated"] = card.training.simulated
    values["eod:inputs"] = [{name: one[name] for name in wanted} for one in document["inputs"]]
    return {name: value for name, value in values.items() if value not in (None, [])}


def _assets(card: ModelCard, base: str) -> dict[str, Any]:
    files = f"{base}/api/models/{card.id}/files"
    return {
        "model": {
            "href": f"{files}/{MODEL}",
            "type": "application/octet-stream; framework=onnx",
            "title": "The network as ONNX",
            "roles": ["mlm:model", "mlm:weights", "data"],
            "mlm:artifact_type": "onnx",
            "file:size": card.file.size,
            "file:checksum": MULTIHASH_SHA256 + card.file.sha256,
            "bands": _bands(card),
        },
        "card": {
            "href": f"{files}/{CARD}",
            "type": "application/yaml",
            "title": "The card as it lies beside the file",
            "roles": ["metadata"],
        },
        "reference": {
            "href": f"{files}/{REFERENCE}",
            "type": "application/octet-stream",
            "title": "An input and what must come out, as NumPy arrays",
            "roles": ["metadata"],
        },
    }


def _bands(card: ModelCard) -> list[dict[str, Any]]:
    """Every band that an input names, once."""
    bands = {band.name: band for one in card.inputs for band in one.bands}
    described = (
        {
            "name": band.name,
            "unit": None if band.unit in ("1", "reflectance") else band.unit,
            "eo:common_name": band.common_name,
            "eo:center_wavelength": band.centre_um,
        }
        for band in bands.values()
    )
    return [{name: value for name, value in one.items() if value is not None} for one in described]


def _links(card: ModelCard, base: str) -> list[dict[str, Any]]:
    own = address(base)
    return [
        link("self", f"{own}/items/{card.id}", GEOJSON),
        link("root", base + STAC, JSON),
        link("parent", own, JSON),
        link("collection", own, JSON),
        link("alternate", f"{base}/models/{card.id}", HTML, "The card for people"),
        link("alternate", f"{base}/api/models/{card.id}", JSON, "The card as it is"),
    ]
