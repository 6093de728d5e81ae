"""What is found in an uploaded file: its bands as numbers, and all that it says of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.base.extent import BBox
from app.tiles.layers import Corners

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken; `seconds` of processor time, `memory` in bytes of address space."""

    content: int = 64_000_000
    pixels: int = 4_194_304
    bands: int = 256
    values: int = 24_000_000
    files: int = 64
    seconds: int = 30
    memory: int = 1_500_000_000


@dataclass(frozen=True)
class FoundBand:
    """One band as its file describes it.

    Attributes:
        file: the name of the file in a zip; of the upload itself otherwise.
        description: the text of the band; empty where there is none.
        centre_um: its wavelength in micrometres, where the file tells it.
        unit: as the file writes it; empty where it does not.
        scale, offset: value = number × scale + offset, as the file says; 1 and 0 where it does not.
        whole: whether its numbers are integers.
        gsd_m: size of a pixel of its file in metres, where it is known.
    """

    file: str
    number: int
    description: str = ""
    common_name: str = ""
    centre_um: float | None = None
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    whole: bool = False
    gsd_m: float | None = None


@dataclass(frozen=True)
class Georeference:
    """Where the pixels lie: coordinate system as WKT, and the six numbers from columns and rows to it.

    `box` is WGS 84: west, south, east, north, with west > east across 180°; `corners` are those of the pixels
    from the upper left clockwise, longitude and latitude. None where it cannot be told.
    """

    wkt: str
    transform: tuple[float, float, float, float, float, float]
    box: BBox | None
    corners: Corners | None = None


@dataclass(frozen=True)
class Opened:
    """An upload that was read: `values` [band, row, column], NaN where nothing is known.

    Attributes:
        left_out: names of files in a zip that were not read.
    """

    values: Values
    bands: tuple[FoundBand, ...]
    georeference: Georeference | None
    moment: datetime | None = None
    left_out: tuple[str, ...] = ()

    @property
    def gsd_m(self) -> float | None:
        """Size of a pixel in metres: that of the finest band."""
        return min((band.gsd_m for band in self.bands if band.gsd_m), default=None)

    def head(self) -> dict[str, Any]:
        """All but the values, as JSON has it."""
        place = self.georeference
        return {
            "shape": list(self.values.shape),
            "bands": [asdict(band) for band in self.bands],
            "place": place
            and {
                "wkt": place.wkt,
                "transform": place.transform,
                "box": _box(place.box),
                "corners": place.corners,
            },
            "moment": self.moment and self.moment.isoformat(),
            "left_out": list(self.left_out),
        }


def _box(box: BBox | None) -> list[float] | None:
    return None if box is None else [box.west, box.south, box.east, box.north]


def corners_from(written: Sequence[Sequence[float]] | None) -> Corners | None:
    """Corners as JSON has them."""
    if not written:
        return None
    first, second, third, fourth = ((one[0], one[1]) for one in written)
    return first, second, third, fourth


def from_head(head: dict[str, Any], values: Values) -> Opened:
    """The opposite of `Opened.head`."""
    place = head["place"]
    return Opened(
        values=values.reshape(head["shape"]),
        bands=tuple(FoundBand(**band) for band in head["bands"]),
        georeference=place
        and Georeference(
            place["wkt"],
            tuple(place["transform"]),
            None if place["box"] is None else BBox(*place["box"]),
            corners_from(place["corners"]),
        ),
        moment=head["moment"] and datetime.fromisoformat(head["moment"]),
        left_out=tuple(head["left_out"]),
    )
