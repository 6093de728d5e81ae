"""The classes and bands that sample tiles know by name."""

from collections.abc import Iterator
from functools import cache

from app.catalogue import vocabulary
from app.tiles.layers import Band, ClassOfPixels
from app.tiles.writing import named
from app.zoo.weights import parts

LAND_COVER = tuple(
    ClassOfPixels(value, one.name.capitalize(), one.colour) for value, one in enumerate(parts.LAND_COVER)
)
"""The ten classes of DFC2020, which simplify those of IGBP, counted from 0, in their usual colours.

Truth and models have the same words for the same things, or one could not be held against the other.
"""

LOCAL_CLIMATE_ZONES = tuple(
    ClassOfPixels(value, one.name.capitalize(), one.colour) for value, one in enumerate(parts.ZONES, start=1)
)
"""The seventeen zones of Stewart and Oke (2012), 1 to 10 built and 11 to 17 the letters A to G."""

CLOUD = (ClassOfPixels(0, "Clear", "#3b5b7a"), ClassOfPixels(1, "Cloud or shadow", "#f4f4f4"))

POLARISATION = {"VV": "Sent and received vertically", "VH": "Sent vertically, received horizontally"}


@cache
def sentinel_2() -> tuple[Band, ...]:
    """The 13 bands of Sentinel-2 as reflectance, B1 to B12 with B8A behind B8."""
    return tuple(_sentinel_2())


def _sentinel_2() -> Iterator[Band]:
    tables = vocabulary.load("bands")["sensors"]
    rows = next(entry["bands"] for entry in tables if entry["sensor"] == "Sentinel-2")
    for row in rows:
        yield named(
            row["name"],
            "1",
            title=f"Reflectance at {row['centre'] * 1000:.0f} nm",
            common_name=row.get("common"),
            centre_um=row["centre"],
            width_um=row.get("fwhm"),
        )


def sentinel_1() -> tuple[Band, ...]:
    """VV and VH as backscatter in dB."""
    return tuple(named(name, "dB", title=title) for name, title in POLARISATION.items())
