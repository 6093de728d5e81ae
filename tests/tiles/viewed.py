"""A small tile for tests of the viewer: descriptions and arrays, without storage or database."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.tiles.layers import Band, ClassOfPixels, Layer, TileDescription

OPTICAL = ("B2", "B3", "B4", "B8", "B11", "B12")
ROWS, COLUMNS = 12, 16
CLASSES = (ClassOfPixels(0, "forest", "#16440f"), ClassOfPixels(9, "water", "#3a6fb5"))


def band(name: str, unit: str = "reflectance", low: float = 0.0, high: float = 0.4) -> Band:
    """A band whose figures are plausible and not those of any array."""
    return Band(name, unit, low, high, low, high, (low + high) / 2, 0.1)


def layer(key: str, shows: str, names: tuple[str, ...], **more: object) -> Layer:
    """A layer; its hash is made of its key, so that no two share a memory."""
    unit = {"radar": "dB", "optical": "reflectance"}.get(shows, "1")
    ends = (-20.0, 0.0) if shows == "radar" else (0.0, 0.4)
    bands = tuple(band(name, unit, *ends) for name in names)
    given = {
        "title": key.capitalize(),
        "path": f"{key}.tif",
        "sha256": f"{key:0<64}",
        "size": 1000,
        "gsd_m": 10.0,
    }
    return replace(Layer(key, "", "values", bands, "", "", 0, None), **given, shows=shows, **more)


def tile(*layers: Layer, **more: object) -> TileDescription:
    """One date of Sentinel-2 and Sentinel-1 with land cover and NDVI as truth, or the layers given."""
    own = layers or (
        layer("s2", "optical", OPTICAL),
        layer("s1", "radar", ("VV", "VH")),
        layer("land-cover", "classes", ("class",), answers="land-cover", classes=CLASSES),
        layer("ndvi", "values", ("NDVI",), answers="ndvi"),
    )
    made = TileDescription(
        id="sim-1",
        title="Simulated scene 1",
        dataset="simulated-scenes",
        imitates=(),
        simulated=True,
        licence="CC0-1.0",
        split="test",
        moment=None,
        shape=(ROWS, COLUMNS),
        gsd_m=10.0,
        box=None,
        layers=own,
    )
    return replace(made, **more)


def values_of(one: Layer) -> NDArray[np.generic]:
    """Values that suit what a layer shows: ramps over the columns, one pixel of optical layers unknown."""
    ramp = np.broadcast_to(np.linspace(0, 1, COLUMNS, dtype=np.float32), (len(one.bands), ROWS, COLUMNS))
    if one.shows == "classes":
        return np.where(ramp < 0.5, 0, 9).astype(np.uint8)
    if one.shows == "radar":
        return (ramp * 20 - 25).astype(np.float32)
    found = (ramp * np.linspace(0.2, 0.6, len(one.bands), dtype=np.float32)[:, None, None]).astype(np.float32)
    found[0, 0, 0] = np.nan
    return found
