"""What a sample tile consists of, as values: layers of bands, some of them truth.

Every description of a tile is one STAC Item (`documents`); these are the words in which the rest of the
service speaks of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.extent import BBox

Shown = Literal["optical", "radar", "classes", "values"]
"""What a layer shows: reflectance, backscatter, classes of pixels, or values with a unit."""
Answers = Literal[
    "land-cover",
    "coarse-land-cover",
    "local-climate-zone",
    "clear-image",
    "ndvi",
    "height",
    "cloud",
    "water",
    "biomass",
    "protected",
]
"""Which question a layer of truth answers; a model that answers the same one is measured against it."""


Position = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""
Corners = tuple[Position, Position, Position, Position]
"""Of a raster, from the upper left clockwise."""


@dataclass(frozen=True)
class Band:
    """One band of a layer; figures are of its known pixels, in its unit.

    Attributes:
        name: as sensors and model cards name it: B2, B8A, VV; or that of the truth.
        low, high: 2nd and 98th percentile, between which a picture is stretched.
    """

    name: str
    unit: str
    low: float
    high: float
    minimum: float
    maximum: float
    mean: float
    deviation: float
    title: str = ""
    common_name: str | None = None
    centre_um: float | None = None
    width_um: float | None = None


@dataclass(frozen=True)
class ClassOfPixels:
    """One class of a layer of classes; `value` is what its pixels hold."""

    value: int
    name: str
    colour: str


@dataclass(frozen=True)
class Layer:
    """One file of a tile: a Cloud Optimized GeoTIFF, an asset in STAC.

    Attributes:
        key: of the asset: s2, s1, s2-2, land-cover.
        answers: for truth, the question it answers; None for what a sensor saw.
        step: for a series, which date it belongs to, from 0.
        path: where the storage keeps it.
        gsd_m: ground sampling distance in metres.
        dtype, scale, offset, no_data: how its file keeps values: value = number × scale + offset.
        sensed: how it was seen, as fields of STAC by name: angles in degrees, orbit, percent of clouds.
    """

    key: str
    title: str
    shows: Shown
    bands: tuple[Band, ...]
    path: str
    sha256: str
    size: int
    gsd_m: float | None
    moment: datetime | None = None
    step: int = 0
    answers: Answers | None = None
    classes: tuple[ClassOfPixels, ...] = ()
    dtype: str = "float32"
    scale: float = 1.0
    offset: float = 0.0
    no_data: float | None = None
    sensed: tuple[tuple[str, float | str], ...] = ()

    @property
    def is_truth(self) -> bool:
        """Whether it is known for certain, or labelled, rather than seen."""
        return self.answers is not None


@dataclass(frozen=True)
class TileDescription:
    """All that is known of a tile without opening its files.

    Attributes:
        dataset: slug of the dataset it belongs to; None for an upload.
        imitates: slugs of datasets whose task and bands a simulated tile imitates.
        box: WGS 84; None where the files are not georeferenced.
        corners: of the pixels, on which a picture is laid; None where only the box is known.
        shape: rows and columns.
    """

    id: str
    title: str
    dataset: str | None
    imitates: tuple[str, ...]
    simulated: bool
    licence: str
    split: str | None
    moment: datetime | None
    shape: tuple[int, int]
    gsd_m: float | None
    box: BBox | None
    layers: tuple[Layer, ...]
    seed: int | None = None
    note: str = ""
    corners: Corners | None = None

    @property
    def seen(self) -> tuple[Layer, ...]:
        """The layers a model may eat."""
        return tuple(layer for layer in self.layers if not layer.is_truth)

    @property
    def truth(self) -> tuple[Layer, ...]:
        """The layers an outcome is measured against."""
        return tuple(layer for layer in self.layers if layer.is_truth)

    @property
    def dates(self) -> int:
        """Number of dates of its series."""
        return len({layer.step for layer in self.seen})
