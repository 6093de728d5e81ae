"""A scan: every sample of a folder becomes an item or a fault, one at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import rasterio

from app.base.errors import Invalid
from app.items.document import check_item
from app.items.scans import (
    bigearthnet,
    dfc2020,
    eurosat,
    hybiomass,
    mapinwild,
    sen12ms,
    sen12mscrts,
    so2sat,
)
from app.items.scans.samples import Document, Fault, Format, Sample

FORMATS: Mapping[str, Format] = {
    "bigearthnet": bigearthnet.FORMAT,
    "dfc2020": dfc2020.FORMAT,
    "eurosat": eurosat.FORMAT,
    "hybiomass": hybiomass.FORMAT,
    "mapinwild": mapinwild.FORMAT,
    "sen12ms": sen12ms.FORMAT,
    "sen12ms-cr-ts": sen12mscrts.FORMAT,
    "so2sat": so2sat.FORMAT,
}
# A file is read alone: neither the names in its folder nor files beside it say anything about it.
READ_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}


def scan(name: str, folder: Path, base: str = "") -> Iterator[Document | Fault]:
    """The items of a folder, and what in it becomes none; in constant memory, in the order of the names.

    Args:
        name: a key of FORMATS.
        base: what stands before the relative path of every asset, such as an address that ends in a slash.
    Raises:
        Invalid: there is no such format, a list of the dataset cannot be read, or the folder holds nothing of
            it.
    """
    if name not in FORMATS:
        raise Invalid(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    form, empty = FORMATS[name], True
    with rasterio.Env(**READ_ALONE):
        for sample in form.find(folder):
            empty = False
            yield sample if isinstance(sample, Fault) else _described(form, sample, base)
    if empty:
        raise Invalid(f"{folder} holds nothing of {form.title}. Expected is {form.layout}.")


def _described(form: Format, sample: Sample, base: str) -> Document | Fault:
    path = next(iter(sample.files.values()), sample.root)
    try:
        document = form.describe(sample)
        check_item(document, form.title)
    except Invalid as error:
        return Fault(path.parent if len(sample.files) > 1 else path, error.message)
    for asset in document["assets"].values():
        asset["href"] = base + asset["href"]
    return document
