"""A scan: every sample of a folder becomes an item or a fault, one at a time."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context, parent_process
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
Batch = list[Sample | Fault]
BATCH = 200
# A file is read alone: neither the names in its folder nor files beside it say anything about it.
READ_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}


def scan(name: str, folder: Path, base: str = "", processes: int = 1) -> Iterator[Document | Fault]:
    """The items of a folder, and what in it becomes none; in constant memory, in the order of the names.

    Args:
        name: a key of FORMATS.
        base: what stands before the relative path of every asset, such as an address that ends in a slash.
        processes: how many read files at the same time; a small folder is read by this one alone.
    Raises:
        Invalid: there is no such format, a list of the dataset cannot be read, or the folder holds nothing of
            it.
    """
    if name not in FORMATS:
        raise Invalid(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    form = FORMATS[name]
    batches = _batches(form.find(folder))
    first, second = next(batches, None), next(batches, None)
    if first is None:
        raise Invalid(f"{folder} holds nothing of {form.title}. Expected is {form.layout}.")
    whole = chain((first, second), batches) if second else iter((first,))
    if second is None or processes < 2:
        for batch in whole:
            yield from describe_all(name, batch, base)
        return
    yield from _side_by_side(name, whole, base, processes)


def _side_by_side(
    name: str, batches: Iterable[Batch], base: str, processes: int
) -> Iterator[Document | Fault]:
    """Samples described by several processes, still in their order; few batches wait at any time."""
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=end_with_parent) as pool:
        waiting: deque[Future[list[Document | Fault]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(describe_all, name, batch, base))
            if len(waiting) > processes + 1:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def end_with_parent() -> None:
    """Let this process end when the one that started it does, even by force; else it would wait forever."""
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _batches(samples: Iterator[Sample | Fault]) -> Iterator[Batch]:
    while batch := list(islice(samples, BATCH)):
        yield batch


def describe_all(name: str, batch: Batch, base: str) -> list[Document | Fault]:
    """The items of some samples; a sample that becomes none is told in its place."""
    form = FORMATS[name]
    with rasterio.Env(**READ_ALONE):
        return [one if isinstance(one, Fault) else _described(form, one, base) for one in batch]


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
