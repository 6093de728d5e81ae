"""Parts that several cards share: bands of the Sentinels, classes, and what is known of Sen2LCZ-Net."""

from collections.abc import Sequence

from app.zoo.cards import ClassName, Input, InputBand, Published
from app.zoo.scaling import BACKSCATTER, REFLECTANCE, Scaling

TEN_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
ALL_BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")

_OPTICAL = {
    "B1": ("coastal", 0.443),
    "B2": ("blue", 0.490),
    "B3": ("green", 0.560),
    "B4": ("red", 0.665),
    "B5": ("rededge071", 0.705),
    "B6": ("rededge075", 0.740),
    "B7": ("rededge078", 0.783),
    "B8": ("nir", 0.842),
    "B8A": ("nir08", 0.865),
    "B9": ("nir09", 0.945),
    "B10": ("cirrus", 1.375),
    "B11": ("swir16", 1.610),
    "B12": ("swir22", 2.190),
}
"""Common name and centre in µm of each band of Sentinel-2."""

LAND_COVER = tuple(
    ClassName(name=name, colour=colour)
    for name, colour in (
        ("forest", "#009900"),
        ("shrubland", "#c6b044"),
        ("savanna", "#fbff13"),
        ("grassland", "#b6ff05"),
        ("wetland", "#27ff87"),
        ("cropland", "#c24f44"),
        ("urban, built-up", "#a5a5a5"),
        ("snow, ice", "#69fff8"),
        ("barren", "#f9ffa4"),
        ("water", "#1c0dff"),
    )
)
"""The ten classes of DFC2020, value 0 first."""

ZONES = tuple(
    ClassName(name=name, colour=colour)
    for name, colour in (
        ("compact high-rise", "#8c0000"),
        ("compact mid-rise", "#d10000"),
        ("compact low-rise", "#ff0000"),
        ("open high-rise", "#bf4d00"),
        ("open mid-rise", "#ff6600"),
        ("open low-rise", "#ff9955"),
        ("lightweight low-rise", "#faee05"),
        ("large low-rise", "#bcbcbc"),
        ("sparsely built", "#ffccaa"),
        ("heavy industry", "#555555"),
        ("dense trees", "#006a00"),
        ("scattered trees", "#00aa00"),
        ("bush, scrub", "#648525"),
        ("low plants", "#b9db79"),
        ("bare rock or paved", "#000000"),
        ("bare soil or sand", "#fbf7ae"),
        ("water", "#6a6aff"),
    )
)
"""Local climate zones 1 to 17."""


def optical(names: Sequence[str]) -> tuple[InputBand, ...]:
    """Bands of Sentinel-2 as reflectance, 0 to 1."""
    return tuple(
        InputBand(
            name=name,
            common_name=_OPTICAL[name][0],
            centre_um=_OPTICAL[name][1],
            unit="reflectance",
            low=REFLECTANCE.low,
            high=REFLECTANCE.high,
        )
        for name in names
    )


def radar(vv: Scaling = BACKSCATTER, vh: Scaling = BACKSCATTER) -> tuple[InputBand, ...]:
    """Both polarisations of Sentinel-1, sigma nought in dB."""
    return tuple(
        InputBand(name=name, unit="dB", low=one.low, high=one.high) for name, one in (("VV", vv), ("VH", vh))
    )


def published(data: str, source: str, *figures: tuple[str, float, str | None]) -> tuple[Published, ...]:
    """Figures that others published of one network on one set of data: what, value, unit if it has one."""
    return tuple(
        Published(what=what, value=value, unit=unit, data=data, source=source)
        for what, value, unit in figures
    )


SEN2LCZ_INPUT = Input(name="reflectance", bands=optical(TEN_BANDS), smallest=32, multiple=32, fixed=True)
SEN2LCZ_PAPER = (
    "Qiu et al. (2020): Multilevel feature fusion-based CNN for local climate zone classification from "
    "Sentinel-2 images: benchmark results on the So2Sat LCZ42 dataset. IEEE JSTARS 13"
)
SEN2LCZ_PUBLISHED = published(
    "So2Sat LCZ42, 24,188 test patches of real cities",
    "result file of the authors (Qiu et al. 2020)",
    ("overall accuracy", 0.694, None),
    ("kappa", 0.664, None),
    ("average accuracy", 0.587, None),
)
