"""Which band of a sensor each band of an upload is, and what its numbers mean: guessed, shown, changeable.

Models ask for bands by the names of Sentinel-2 and Sentinel-1, as reflectance and as backscatter in dB. A
band is known by its wavelength, by its name, or by the number and order of all bands, in this order. What is
known by none of them is kept under its own name, and no model gets it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.base.language import N_, _
from app.tiles.layers import Band
from app.tiles.legends import sentinel_2
from app.tiles.opened import FoundBand, Opened

Values = NDArray[np.float32]

OPTICAL = tuple(band.name for band in sentinel_2())
RADAR = ("VV", "VH")
KEPT, DROPPED = "", "-"
"""Instead of a name: kept under its own name; left out."""
LAND = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
LAYOUTS: Mapping[int, tuple[str, ...]] = {
    13: OPTICAL,
    12: tuple(name for name in OPTICAL if name != "B10"),
    10: LAND,
    4: ("B2", "B3", "B4", "B8"),
    3: ("B4", "B3", "B2"),
    2: RADAR,
}
"""What so many bands mostly are: products of level 1C and 2A, the bands of land, those of 10 m, a picture."""
WHYS = {
    "wavelength": N_("by its wavelength"),
    "name": N_("by its name"),
    "order": N_("by the number and order of the bands"),
    "hand": N_("chosen by you"),
    "none": N_("not recognised"),
}
SCALES = {
    "reflectance": N_("reflectance, 0 to 1"),
    "numbers": N_("digital numbers, 10,000 for a reflectance of 1"),
    "offset": N_("digital numbers with an offset of 1,000 (Sentinel-2 since January 2022)"),
    "bytes": N_("a picture, 0 to 255"),
}
"""What the numbers of optical bands mean."""
BACKSCATTERS = {"decibels": N_("backscatter in dB"), "linear": N_("backscatter as a ratio, not in dB")}
"""What the numbers of radar bands mean."""
OFFSET_SINCE = datetime(2022, 1, 25, tzinfo=UTC)
LONGEST_NAME = 40

_BAND = re.compile(r"(?<![A-Za-z0-9])B(?:and[ _]?)?0?(\d{1,2})(A?)(?![A-Za-z0-9])", re.IGNORECASE)
_RADAR = re.compile(r"(?<![A-Za-z])(VV|VH)(?![A-Za-z])", re.IGNORECASE)
# Landsat calls other wavelengths by the same letters.
_OTHER = re.compile(r"(?<![A-Z])(?:S[RT]_B|L[COTEM]0[4-9]_)", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """What one band is: a name of a sensor's band, `KEPT` or `DROPPED`; `why` is a key of `WHYS`."""

    name: str
    why: str


@dataclass(frozen=True)
class Reading:
    """How an upload is read: one choice a band, and keys of `SCALES` and `BACKSCATTERS`."""

    choices: tuple[Choice, ...]
    optical: str
    radar: str


def suggest(opened: Opened) -> Reading:
    """What the bands most likely are."""
    choices = _by_distance(opened.bands, tuple(_guess(band) for band in opened.bands))
    choices = _by_order(opened, choices) if any(one.name for one in choices) else _ordered(opened.values)
    values = in_file_units(opened)
    return Reading(
        choices,
        _optical_scale(_of(values, choices, OPTICAL), opened),
        _radar_scale(_of(values, choices, RADAR)),
    )


def chosen(suggested: Reading, names: Sequence[str], optical: str, radar: str) -> Reading:
    """What a reader chose in a form, where it differs from what was suggested.

    Raises:
        Invalid: a name or scale that nobody offered, or one band twice.
    """
    if len(names) != len(suggested.choices):
        raise Invalid(
            _("Say for each of the %(n)s bands what it is; %(given)s are said.",
              n=len(suggested.choices), given=len(names))
        )  # fmt: skip
    unknown = [name for name in names if name not in (*OPTICAL, *RADAR, KEPT, DROPPED)]
    if unknown:
        raise Invalid(_("%(name)s is no band that models know.", name=repr(unknown[0][:20])))
    twice = [name for name in (*OPTICAL, *RADAR) if list(names).count(name) > 1]
    if twice:
        raise Invalid(_("Two bands are called %(name)s. Choose one of them.", name=twice[0]))
    if all(name == DROPPED for name in names):
        raise Invalid(_("All bands are left out. Keep at least one."))
    if optical not in SCALES or radar not in BACKSCATTERS:
        raise Invalid(_("Choose what the numbers mean from the list."))
    choices = tuple(
        choice if name == choice.name else Choice(name, "hand")
        for name, choice in zip(names, suggested.choices, strict=True)
    )
    return Reading(choices, optical, radar)


def in_file_units(opened: Opened) -> Values:
    """Values with the scale and offset that the file itself gives its bands."""
    largest = np.finfo(np.float32).max
    written = np.clip([(band.scale, band.offset) for band in opened.bands], -largest, largest)
    scales, offsets = written.astype(np.float32).T[:, :, None, None]
    if (scales == 1).all() and not offsets.any():
        return opened.values
    with np.errstate(over="ignore", invalid="ignore"):
        values: Values = opened.values * scales + offsets
    values[~np.isfinite(values)] = np.nan
    return values


def converted(values: Values, scale: str) -> Values:
    """Values as reflectance or dB, whatever they were; NaN where no such value can be.

    Args:
        scale: key of `SCALES` or `BACKSCATTERS`.
    """
    if scale == "linear":
        with np.errstate(divide="ignore", invalid="ignore"):
            decibels = 10 * np.log10(values)
        return np.where(np.isfinite(decibels), decibels, np.nan).astype(np.float32)
    if scale == "offset":
        return (values - 1000) / np.float32(10_000)
    return values / np.float32({"numbers": 10_000, "bytes": 255}.get(scale, 1))


def names_of(opened: Opened, choices: Sequence[Choice]) -> tuple[str, ...]:
    """The name of each band in the tile: that of a sensor, or its own, each once."""
    found: list[str] = []
    for place, (band, choice) in enumerate(zip(opened.bands, choices, strict=True), start=1):
        own = re.sub(r"[^\w.-]+", " ", band.description).strip()[:LONGEST_NAME]
        taken = {*found, *OPTICAL, *RADAR}
        is_free = own and own not in taken and not re.fullmatch(r"Band \d+", own)
        name = choice.name or (own if is_free else f"Band {place}")
        found.append(name)
    return tuple(found)


def _guess(band: FoundBand) -> Choice:
    by_name = _by_name(band)
    near = _nearest(band.centre_um)
    if near is not None:
        return Choice(near.name, "name" if by_name == near.name else "wavelength")
    # A wavelength that no band of Sentinel-2 has speaks against any name.
    known = by_name is not None and (band.centre_um is None or by_name in RADAR)
    return Choice(by_name, "name") if by_name and known else Choice(KEPT, "none")


def _by_name(band: FoundBand) -> str | None:
    for text in (band.description, band.common_name, band.file):
        if _OTHER.search(text):
            return None
        if match := _RADAR.search(text):
            return match[1].upper()
        if (match := _BAND.search(text)) and f"B{int(match[1])}{match[2].upper()}" in OPTICAL:
            return f"B{int(match[1])}{match[2].upper()}"
        if common := next((one for one in sentinel_2() if one.common_name == text.lower()), None):
            return common.name
    return None


def _nearest(centre: float | None) -> Band | None:
    """The band of Sentinel-2 within whose width a wavelength lies; of several the nearest."""
    if centre is None:
        return None
    near = min(sentinel_2(), key=lambda one: abs((one.centre_um or 0) - centre))
    return near if _apart(near, centre) <= (near.width_um or 0.02) / 2 else None


def _apart(band: Band, centre: float) -> float:
    return abs((band.centre_um or 0) - centre)


def _by_distance(bands: Sequence[FoundBand], guessed: Sequence[Choice]) -> tuple[Choice, ...]:
    """Each name once: of several bands that could bear it, that of the nearest wavelength, else the first."""
    centres = {one.name: one.centre_um or 0.0 for one in sentinel_2()}
    best: dict[str, int] = {}
    for place, choice in enumerate(guessed):
        before = best.setdefault(choice.name, place)
        centre, other = bands[place].centre_um, bands[before].centre_um
        wanted = centres.get(choice.name, 0.0)
        if centre is not None and (other is None or abs(centre - wanted) < abs(other - wanted)):
            best[choice.name] = place
    return tuple(
        choice if best[choice.name] == place else Choice(KEPT, "none") for place, choice in enumerate(guessed)
    )


def _by_order(opened: Opened, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Of several files, those that say nothing of their bands: by their number, as far as names are free."""
    found = list(choices)
    for file in dict.fromkeys(band.file for band in opened.bands):
        places = [place for place, band in enumerate(opened.bands) if band.file == file]
        if any(choices[place].name or opened.bands[place].description for place in places):
            continue
        guessed = _ordered(opened.values[places])
        if {one.name for one in guessed}.isdisjoint(one.name for one in found if one.name):
            for place, choice in zip(places, guessed, strict=True):
                found[place] = choice
    return tuple(found)


def _ordered(values: Values) -> tuple[Choice, ...]:
    """By how many bands there are; two at the end that are mostly negative are radar in dB."""
    count = len(values)
    radar = count >= 2 and all(_middle(values[place]) < 0 for place in (-2, -1))
    behind = RADAR if radar and count > 2 else ()
    names = (*LAYOUTS.get(count - len(behind), ()), *behind)
    if count == 2 and not radar:
        names = ()
    if len(names) != count:
        return (Choice(KEPT, "none"),) * count
    return tuple(Choice(name, "order") for name in names)


def _middle(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0


def _of(values: Values, choices: Sequence[Choice], names: Sequence[str]) -> Values:
    """The known values of the bands that bear one of some names."""
    places = [place for place, choice in enumerate(choices) if choice.name in names]
    part = values[places]
    return part[np.isfinite(part)]


def _optical_scale(known: Values, opened: Opened) -> str:
    high = float(np.percentile(known, 99)) if known.size else 1.0
    if high <= 2:
        return "reflectance"
    whole = all(band.whole for band in opened.bands)
    if whole and float(known.max()) <= 255:
        return "bytes"
    # With the offset nothing on Earth is as dark as it is without.
    shifted = opened.moment is not None and opened.moment >= OFFSET_SINCE and np.percentile(known, 1) >= 900
    return "offset" if shifted else "numbers"


def _radar_scale(known: Values) -> str:
    return "linear" if known.size and float(known.min()) >= 0 else "decibels"
