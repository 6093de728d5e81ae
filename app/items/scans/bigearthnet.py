"""BigEarthNet: patches of 1.2 km, one file a band, in two editions that differ in folders, lists and labels.

Edition 1 keeps its labels in a JSON file in each patch folder and its splits in CSV lists; edition 2 keeps
all of it in metadata.parquet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from app.base.errors import Invalid
from app.items.scans import documents
from app.items.scans.lists import first_folder, rows, subfolders
from app.items.scans.rasters import crs_from_text
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import Band, bands, sentinel2, sentinel2_metres

NAMES = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")
S2_FIRST, S1_FIRST = ("BigEarthNet-v1.0", "BigEarthNet-S2-v1.0"), ("BigEarthNet-S1-v1.0",)
S2_SECOND, S1_SECOND, MAPS = ("BigEarthNet-S2",), ("BigEarthNet-S1",), ("Reference_Maps",)
METADATA = ("metadata.parquet", "metadata_for_patches_with_snow_cloud_or_shadow.parquet")
FLAGS_FIRST = {
    "patches_with_cloud_and_shadow.csv": "eod:cloud_or_shadow",
    "patches_with_seasonal_snow.csv": "eod:seasonal_snow",
}
FLAGS_SECOND = {
    "contains_cloud_or_shadow": "eod:cloud_or_shadow",
    "contains_seasonal_snow": "eod:seasonal_snow",
}
LISTS = {f"{prefix}{name}.csv": name for prefix in ("", "bigearthnet-") for name in ("train", "val", "test")}
SCHEMES = {1: "CORINE Land Cover 2018, 43 classes", 2: "BigEarthNet, 19 classes of CORINE Land Cover 2018"}
LARGEST_METADATA = 100_000
BATCH = 5_000

_PATCH = re.compile(r"S2[AB]_MSIL2A_\d{8}T\d{6}_[\w-]+")


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of whichever edition lies in the folder; of both where both do."""
    first = first_folder(root, *S2_FIRST)
    if first:
        yield from _find_first(root, first)
    second = first_folder(root, *S2_SECOND)
    if second:
        yield from _find_second(root, second)


# Edition 1: one folder a patch, lists of pairs.


def _find_first(root: Path, folder: Path) -> Iterator[Sample | Fault]:
    splits, flags = _lists(root), _flags(root)
    radar = first_folder(root, *S1_FIRST)
    for patch in subfolders(folder):
        if not _PATCH.fullmatch(patch.name):
            yield Fault(patch, "its name is none of a patch")
            continue
        split, partner = splits.get(patch.name, (None, None))
        files = _band_files(patch, patch.name)
        if (patch / f"{patch.name}_labels_metadata.json").is_file():
            files["metadata"] = patch / f"{patch.name}_labels_metadata.json"
        if radar and partner:
            files |= _radar_files(radar / partner, partner)
        facts = {"edition": 1, "split": split, "s1_name": partner, **flags.get(patch.name, {})}
        yield Sample(patch.name, root, files, facts)


def _lists(root: Path) -> Mapping[str, tuple[str, str | None]]:
    """Split and radar partner of the patches that the lists name; a line holds one name or a pair."""
    found = {}
    for file, split in LISTS.items():
        if (root / file).is_file():
            for row in rows(root / file):
                if row and _PATCH.fullmatch(row[0]):
                    found[row[0]] = (split, row[1] if len(row) > 1 and row[1] else None)
    return found


def _flags(root: Path) -> Mapping[str, Mapping[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    for file, name in FLAGS_FIRST.items():
        if (root / file).is_file():
            for row in rows(root / file):
                if row:
                    found.setdefault(row[0], {})[name] = True
    return found


# Edition 2: folders of scenes with folders of patches, and a table.


def _find_second(root: Path, folder: Path) -> Iterator[Sample | Fault]:
    tables = [path for name in METADATA if (path := root / name).is_file()]
    if tables:
        for path in tables:
            for row in _table(path):
                yield _second(root, folder, row)
        return
    for scene in subfolders(folder):
        for patch in subfolders(scene):
            yield _second(root, folder, {"patch_id": patch.name})


def _table(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of the table, a few thousand at a time.

    Raises:
        Invalid: it is no Parquet file.
    """
    try:
        for batch in pq.ParquetFile(path).iter_batches(BATCH):
            yield from batch.to_pylist()
    except (OSError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from None


def _second(root: Path, folder: Path, row: Mapping[str, Any]) -> Sample | Fault:
    name = str(row.get("patch_id"))
    if not _PATCH.fullmatch(name):
        return Fault(folder, f"{name[:80]!r} is no name of a patch")
    scene = name.rsplit("_", 2)[0]
    files = _band_files(folder / scene / name, name)
    if not files:
        return Fault(folder / scene / name, "no file of this patch is there")
    radar, maps, partner = first_folder(root, *S1_SECOND), first_folder(root, *MAPS), row.get("s1_name")
    if radar and partner:
        files |= _radar_files(radar / str(partner).rsplit("_", 3)[0] / partner, partner)
    reference = maps / scene / name / f"{name}_reference_map.tif" if maps else None
    if reference and reference.is_file():
        files["reference_map"] = reference
    told = {"eod:country": row.get("country"), **{flag: row.get(key) for key, flag in FLAGS_SECOND.items()}}
    known = {key: value for key, value in told.items() if value is not None}
    facts = {
        "edition": 2,
        "split": row.get("split"),
        "s1_name": partner,
        "labels": row.get("labels"),
        **known,
    }
    return Sample(name, root, files, facts)


# What both editions share.


def _band_files(folder: Path, name: str) -> dict[str, Path]:
    paths = {band: folder / f"{name}_{band}.tif" for band in NAMES}
    return {band: path for band, path in paths.items() if path.is_file()}


def _radar_files(folder: Path, name: str) -> dict[str, Path]:
    paths = {band: folder / f"{name}_{band}.tif" for band in ("VV", "VH")}
    return {band: path for band, path in paths.items() if path.is_file()}


def describe(sample: Sample) -> Document:
    """One item for a patch: its moment, split and labels, and each band at its own resolution.

    Raises:
        Invalid: a file cannot be read.
    """
    satellite, _, taken = sample.name.split("_")[:3]
    metadata = _metadata(sample)
    rasters = documents.heads(sample)
    text = metadata.get("projection")
    stand_in = crs_from_text(text) if isinstance(text, str) else None
    # The bands of ten metres come first: their grid is the finest.
    order = sorted(rasters, key=lambda key: (-rasters[key].shape[0], key))
    place, crs = documents.place_among((rasters[key] for key in order), stand_in)
    assets = {
        key: documents.raster_asset(sample.href(key), raster, _bands(key), crs, **_more(key))
        for key, raster in rasters.items()
    }
    if "metadata" in sample.files:
        href = sample.href("metadata")
        assets["metadata"] = {"href": href, "type": "application/json", "roles": ["metadata"]}
    properties = {
        **documents.moment(taken),
        **documents.split_of(sample.facts["split"]),
        **_labels(sample, metadata),
        **{name: value for name, value in sample.facts.items() if name.startswith("eod:")},
        "platform": f"sentinel-{satellite[1:].lower()}",
        "constellation": "sentinel-2",
        "instruments": ["msi", "c-sar"] if "VV" in rasters else ["msi"],
        "gsd": 10,
    }
    return documents.item(sample.name, place, properties, assets, code=crs)


def _metadata(sample: Sample) -> Mapping[str, Any]:
    if "metadata" not in sample.files:
        return {}
    path = sample.files["metadata"]
    if path.stat().st_size > LARGEST_METADATA:
        raise Invalid(f"{path.name} has more than {LARGEST_METADATA:,} bytes.")
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{path.name} is not JSON: {error}.") from None
    return document if isinstance(document, dict) else {}


def _labels(sample: Sample, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """The classes of a patch, and of which scheme; an empty list is a patch that nobody labelled."""
    given: Iterable[Any] | None = sample.facts.get("labels") or metadata.get("labels")
    if not given:
        return {"eod:labelled": False}
    return {
        "eod:classes": [str(label) for label in given],
        "eod:class_scheme": SCHEMES[sample.facts["edition"]],
    }


def _bands(key: str) -> tuple[Band, ...]:
    if key in NAMES:
        return sentinel2(key)
    if key == "reference_map":
        return bands(reference_map="Codes of CORINE Land Cover 2018, such as 312")
    return (Band(key),)


def _more(key: str) -> dict[str, Any]:
    """What an asset says beside its grid: the distance at which a band was taken, and what is no data."""
    if key in NAMES:
        return {"gsd": sentinel2_metres(key), "nodata": 0.0}
    if key == "reference_map":
        return {"role": "labels"}
    return {"gsd": 10, "nodata": float("nan")}


FORMAT = Format(
    "BigEarthNet",
    "edition 1: BigEarthNet-v1.0/<patch>/ with train.csv; edition 2: BigEarthNet-S2/<scene>/<patch>/ with "
    "metadata.parquet; radar beside both",
    find,
    describe,
)
