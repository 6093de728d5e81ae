"""The classes and bands that sample tiles know by name."""

from collections.abc import Iterator
from functools import cache

from app.catalogue import vocabulary
from app.tiles.layers import Band, ClassOfPixels
from app.tiles.writing import named

LAND_COVER = tuple(
    ClassOfPixels(value, name, colour)
    for value, (name, colour) in enumerate(
        (
            ("Forest", "#009900"),
            ("Shrubland", "#c6b044"),
            ("Savanna", "#fbff13"),
            ("Grassland", "#b6ff05"),
            ("Wetlands", "#27ff87"),
            ("Croplands", "#c24f44"),
            ("Urban/Built-up", "#a5a5a5"),
            ("Snow/Ice", "#69fff8"),
            ("Barren", "#f9ffa4"),
            ("Water", "#1c0dff"),
        )
    )
)
"""The ten classes of DFC2020, which simplify those of IGBP, counted from 0, in their usual colours."""

LOCAL_CLIMATE_ZONES = tuple(
    ClassOfPixels(value, name, colour)
    for value, (name, colour) in enumerate(
        (
            ("Compact high-rise", "#8c0000"),
            ("Compact mid-rise", "#d10000"),
            ("Compact low-rise", "#ff0000"),
            ("Open high-rise", "#bf4d00"),
            ("Open mid-rise", "#ff6600"),
            ("Open low-rise", "#ff9955"),
            ("Lightweight low-rise", "#faee05"),
            ("Large low-rise", "#bcbcbc"),
            ("Sparsely built", "#ffccaa"),
            ("Heavy industry", "#555555"),
            ("Dense trees", "#006a00"),
            ("Scattered trees", "#00aa00"),
            ("Bush, scrub", "#648525"),
            ("Low plants", "#b9db79"),
            ("Bare rock or paved", "#000000"),
            ("Bare soil or sand", "#fbf7ae"),
            ("Water", "#6a6aff"),
        ),
        start=1,
    )
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
