"""What a picture of a tile is made of: a view names the bands it needs, and how they become colours."""

from dataclasses import dataclass, field
from typing import Literal

from app.base.language import N_
from app.tiles.layers import Band, ClassOfPixels, Layer

Colouring = Literal["colours", "index", "radar", "classes", "values"]

ROLES = {
    "blue": "B2",
    "green": "B3",
    "red": "B4",
    "nir": "B8",
    "swir16": "B11",
    "swir22": "B12",
}
"""What Sentinel-2 calls the bands that combinations name."""


@dataclass(frozen=True)
class Recipe:
    """A well-known combination; `bands` are common names: red, green, blue, or the minuend first."""

    key: str
    title: str
    bands: tuple[str, ...]
    ramp: str = ""
    help: str = ""


COLOURS = (
    Recipe("natural", N_("natural colour"), ("red", "green", "blue")),
    Recipe(
        "false-colour",
        N_("false colour, nir–red–green"),
        ("nir", "red", "green"),
        help=N_("Living plants are red, water is dark, towns are grey-blue."),
    ),
    Recipe(
        "swir",
        N_("short-wave infrared"),
        ("swir22", "nir", "red"),
        help=N_("Plants are green, bare and built ground is pink, burnt ground is dark red."),
    ),
)
INDICES = (
    Recipe(
        "ndvi",
        N_("NDVI, plants"),
        ("nir", "red"),
        "plants",
        N_("Near infrared against red: the greener, the denser the living plants."),
    ),
    Recipe(
        "ndwi",
        N_("NDWI, water"),
        ("green", "nir"),
        "water",
        N_("Green against near infrared: blue is open water."),
    ),
    Recipe(
        "ndbi",
        N_("NDBI, built-up"),
        ("swir16", "nir"),
        "buildings",
        N_("Short-wave infrared against near infrared: red is built or bare ground."),
    ),
)
ANSWERS = {
    "land-cover": N_("land cover"),
    "coarse-land-cover": N_("coarse land cover"),
    "local-climate-zone": N_("local climate zones"),
    "clear-image": N_("image without clouds"),
    "ndvi": N_("vegetation index"),
    "height": N_("height"),
    "cloud": N_("clouds"),
    "water": N_("water"),
    "biomass": N_("biomass"),
    "protected": N_("protected areas"),
}
"""What truth answers, in words."""
INDEX_RANGE = (-0.8, 0.8)
"""Between which indices are coloured; beyond it they take the colour of its ends."""


@dataclass(frozen=True)
class Source:
    """One channel of a picture: a band, by its position in a layer."""

    layer: Layer
    position: int

    @property
    def band(self) -> Band:
        """What is known of it."""
        return self.layer.bands[self.position]


@dataclass(frozen=True)
class View:
    """One picture that a tile offers.

    Attributes:
        key: stands in addresses.
        sources: the channels: three of colours, two of an index, VV and VH of radar, else one.
        ramp: of colours.ANCHORS, where values become colours by a ramp.
        is_truth: shows a layer of truth, not what a sensor saw.
    """

    key: str
    title: str
    colouring: Colouring
    sources: tuple[Source, ...]
    ramp: str = ""
    help: str = ""
    is_truth: bool = False
    classes: tuple[ClassOfPixels, ...] = field(default=(), repr=False)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The files it is made of, each once."""
        return tuple(dict.fromkeys(source.layer for source in self.sources))

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the values at a pixel: the bands, their ratio for radar, or the index itself."""
        names = tuple(source.band.name for source in self.sources)
        if self.colouring == "index":
            return (self.key.rpartition(".")[2].upper(),)
        return (*names, "/".join(names)) if self.colouring == "radar" else names

    @property
    def unit(self) -> str:
        """Unit of those values; empty where they have none."""
        if self.colouring in ("index", "classes"):
            return ""
        unit = self.sources[0].band.unit
        return "" if unit in ("1", "reflectance", "") else unit
