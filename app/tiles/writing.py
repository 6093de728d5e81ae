"""Values become a layer: a file in the storage, and the words that describe it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.base.storage import Storage
from app.tiles.layers import Answers, Band, ClassOfPixels, Layer, Shown
from app.tiles.opened import Georeference
from app.tiles.rasters import Encoding, Written, decode, encode, write_cog

FOLDER = "tiles"
STRETCH = (2, 98)


def named(name: str, unit: str, **more: Any) -> Band:
    """A band whose figures are not known yet; `more` are further fields of `Band`."""
    return Band(name, unit, low=0, high=0, minimum=0, maximum=0, mean=0, deviation=0, **more)


def measured(band: Band, values: NDArray[np.generic]) -> Band:
    """The band with the figures of its known values [row, column]; all zero where none is known."""
    known = values[np.isfinite(values)].astype(np.float64)
    if not known.size:
        return band
    low, high = np.percentile(known, STRETCH).tolist()
    figures = {"minimum": known.min(), "maximum": known.max(), "mean": known.mean(), "deviation": known.std()}
    rounded = {name: float(f"{value:.6g}") for name, value in {"low": low, "high": high, **figures}.items()}
    return replace(band, **cast(dict[str, Any], rounded))


@dataclass(frozen=True)
class Draft:
    """A layer before it is written.

    Attributes:
        values: [band, row, column] in the units of the bands, NaN for no data; uint8 for classes, 255 for no
            class.
        bands: their names, as `named` gives them.
        encoding: how they are kept.
        sensed: how it was seen, as fields of STAC; the file has them as tags.
    """

    key: str
    title: str
    shows: Shown
    values: NDArray[Any]
    bands: Sequence[Band]
    encoding: Encoding
    gsd_m: float | None = None
    moment: datetime | None = None
    step: int = 0
    answers: Answers | None = None
    classes: tuple[ClassOfPixels, ...] = ()
    place: Georeference | None = None
    sensed: Mapping[str, float | str] = field(default_factory=dict)


def write_layer(storage: Storage, tile: str, draft: Draft, *, simulated: bool, licence: str) -> Layer:
    """Write the file of a layer; the figures of its bands are those of what the file holds."""
    numbers = encode(draft.values, draft.encoding)
    kept = numbers if draft.classes else decode(numbers, draft.encoding)
    bands = tuple(measured(band, kept[place]) for place, band in enumerate(draft.bands))
    tags = _tags(draft, simulated=simulated, licence=licence)
    said = Written(bands, draft.encoding, draft.gsd_m, draft.place, draft.classes, tags)
    content = write_cog(numbers, said)
    path = f"{FOLDER}/{tile}/{draft.key}.tif"
    storage.put(path, content)
    return Layer(
        key=draft.key,
        title=draft.title,
        shows=draft.shows,
        bands=bands,
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        gsd_m=draft.gsd_m,
        moment=draft.moment,
        step=draft.step,
        answers=draft.answers,
        classes=draft.classes,
        dtype=draft.encoding.dtype,
        scale=draft.encoding.scale,
        offset=draft.encoding.offset,
        sensed=tuple(sorted(draft.sensed.items())),
        no_data=None if np.isnan(draft.encoding.no_data) else draft.encoding.no_data,
    )


def _tags(draft: Draft, *, simulated: bool, licence: str) -> dict[str, str]:
    """What the file says of itself."""
    return {
        "TITLE": draft.title,
        "SIMULATED": "YES" if simulated else "NO",
        "LICENCE": licence,
        **({"ACQUISITIONDATETIME": draft.moment.isoformat()} if draft.moment else {}),
        **{key.replace(":", "_").upper(): str(value) for key, value in draft.sensed.items()},
    }
