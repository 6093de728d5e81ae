"""Samples of a folder become tiles, one at a time; what cannot be read is told and passed over."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import rasterio

from app.base.errors import Invalid
from app.base.extent import BBox
from app.base.storage import Storage
from app.items.scans.samples import Fault, Sample
from app.items.scans.scanning import READ_ALONE
from app.tiles.importing import (
    bigearthnet,
    clouds,
    eurosat,
    hybiomass,
    mapinwild,
    sen1floods11,
    sen12ms,
    so2sat,
)
from app.tiles.importing.parts import Imported, Importer
from app.tiles.layers import TileDescription
from app.tiles.writing import Draft, write_layer

FORMATS: Mapping[str, Importer] = {
    "bigearthnet": bigearthnet.FORMAT,
    "dfc2020": sen12ms.DFC2020,
    "eurosat": eurosat.FORMAT,
    "hybiomass": hybiomass.FORMAT,
    "mapinwild": mapinwild.FORMAT,
    "sen12ms": sen12ms.SEN12MS,
    "sen12ms-cr": clouds.PAIRS,
    "sen12ms-cr-ts": clouds.SERIES,
    "sen1floods11": sen1floods11.FORMAT,
    "so2sat": so2sat.FORMAT,
}
LONGEST_ID = 90


def bring(
    name: str, folder: Path, storage: Storage, *, dataset: str | None = None, most: int | None = None
) -> Iterator[TileDescription | Fault]:
    """The tiles of a folder, their files written to the storage, and what in it becomes none.

    Args:
        name: a key of FORMATS.
        dataset: slug of the dataset that the tiles belong to; else that of the format.
        most: after so many samples it ends.

    Raises:
        Invalid: there is no such format, or the folder holds nothing of it.
    """
    if name not in FORMATS:
        raise Invalid(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    form, found = FORMATS[name], False
    with rasterio.Env(**READ_ALONE):
        for one in islice(form.find(folder), most):
            found = True
            yield one if isinstance(one, Fault) else _brought(form, one, storage, dataset or form.dataset)
    if not found:
        raise Invalid(f"{folder} holds nothing of {form.title}. Expected is {form.layout}.")


def _brought(form: Importer, sample: Sample, storage: Storage, dataset: str) -> TileDescription | Fault:
    try:
        return _written(form, form.read(sample), identifier(dataset, sample.name), storage, dataset)
    except (Invalid, OSError, KeyError) as error:
        path = next(iter(sample.files.values()), sample.root)
        reason = error.message if isinstance(error, Invalid) else f"it cannot be read: {error}"
        return Fault(path.parent if len(sample.files) > 1 else path, reason)


def identifier(dataset: str, sample: str) -> str:
    """The id of a tile: the same whenever the same sample is brought."""
    return re.sub(r"[^a-z0-9]+", "-", f"{dataset}-{sample}".lower()).strip("-")[:LONGEST_ID]


def _written(form: Importer, given: Imported, tile: str, storage: Storage, dataset: str) -> TileDescription:
    main = _main(given.drafts)
    layers = tuple(
        write_layer(storage, tile, draft, simulated=False, licence=form.licence) for draft in given.drafts
    )
    return TileDescription(
        id=tile,
        title=given.title,
        dataset=dataset,
        imitates=(),
        simulated=False,
        licence=form.licence,
        split=given.split,
        moment=given.moment,
        shape=main.values.shape[-2:],
        gsd_m=main.gsd_m,
        box=_box(given.drafts),
        corners=main.place.corners if main.place else None,
        layers=layers,
        note=given.note,
    )


def _main(drafts: tuple[Draft, ...]) -> Draft:
    """The layer that was seen with the most pixels: its grid is that of the tile."""
    return max((one for one in drafts if one.answers is None), key=lambda one: one.values[0].size)


def _box(drafts: tuple[Draft, ...]) -> BBox | None:
    return next((one.place.box for one in drafts if one.place and one.place.box), None)
