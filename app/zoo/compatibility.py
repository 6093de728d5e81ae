"""Which datasets a model could be run on, as far as their records tell, and what stands against the others.

A record names its bands in many ways, or not at all. A band of a model is found in a dataset by the table of
its sensor, by its centre wavelength, or by its common name; what a record leaves open is told as open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.base.language import N_, _
from app.catalogue.bands import Band, bands_of
from app.catalogue.derived import licence_class
from app.catalogue.parts import Range
from app.catalogue.record import DatasetRecord
from app.zoo.cards import InputBand, ModelCard
from app.zoo.fitting import Offered, dates_wanted, reasons_against

Verdict = Literal["fits", "in-part", "unknown", "no"]
VERDICTS: tuple[Verdict, ...] = ("fits", "in-part", "unknown", "no")
Found = Literal["same", "similar", "open", "missing"]

OPTICAL, RADAR = "Sentinel-2", "Sentinel-1"
"""The sensors whose bands model cards name, by their units: reflectance and dB."""
ALL_OPTICAL = 13
POLARISATIONS = frozenset({"VV", "VH", "HH", "HV"})
WAVELENGTH_APART = 0.03
"""Micrometres that two bands of different sensors may lie apart and still see much the same."""
ROUNDING = 0.005
_SPELLING = re.compile(r"^(?:B|BAND)[\s_-]*0*(\d+A?)$")

CAUTIONS = {
    "no-derivatives": N_("Its licence allows nothing made from it to be passed on."),
    "non-commercial": N_("Its licence allows no commercial use."),
    "research-only": N_("Its licence allows research only."),
    "custom": N_("It has terms of its own, which must be read."),
    "not-stated": N_("No licence is stated for it, which is not the same as free."),
}


@dataclass(frozen=True)
class Holding:
    """What a record promises of each image of its dataset; an empty value or None is unknown.

    Attributes:
        smallest: rows and columns of its smallest image.
        licence: a code of `licence_class`.
    """

    slug: str
    name: str
    sensors: tuple[str, ...]
    modalities: tuple[str, ...]
    bands: tuple[Band, ...]
    polarisations: tuple[str, ...]
    n_bands: int | None
    dates: int | None
    gsd_m: Range | None
    smallest: tuple[int, int] | None
    licence: str


@dataclass(frozen=True)
class Fit:
    """What a model can do with a dataset: the verdict, why, and what to heed beside it; whole sentences."""

    model: ModelCard
    slug: str
    name: str
    verdict: Verdict
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def holding_of(record: DatasetRecord) -> Holding:
    """What matters of a record here."""
    size = record.image_size_px
    return Holding(
        slug=record.slug,
        name=record.name,
        sensors=record.sensors,
        modalities=record.modalities,
        bands=bands_of(record),
        polarisations=record.polarisations,
        n_bands=record.n_bands,
        dates=record.n_timestamps,
        gsd_m=record.gsd_m,
        smallest=(size.min[1], size.min[0]) if size else None,
        licence=licence_class(record),
    )


def fit(card: ModelCard, holding: Holding) -> Fit:
    """Hold a model against a dataset."""
    bands = {band.name: band for one in card.inputs for band in one.bands}
    found = {name: _found(band, holding) for name, band in bands.items()}
    against = reasons_against(card, _offered(card, holding, found))
    left_open = tuple(_left_open(card, holding, found))
    similar = tuple(_similar(found))
    verdict, reasons = next(
        (verdict, reasons)
        for verdict, reasons in (("no", against), ("unknown", left_open), ("in-part", similar), ("fits", ()))
        if reasons or verdict == "fits"
    )
    told = (*reasons, *similar) if verdict == "unknown" else reasons
    return Fit(card, holding.slug, holding.name, verdict, told, tuple(_cautions(holding)))  # type: ignore[arg-type]


def _offered(card: ModelCard, holding: Holding, found: dict[str, Found]) -> Offered:
    """What a dataset offers at best: what its record leaves open is no reason against it."""
    return Offered(
        bands=tuple(name for name, how in found.items() if how != "missing"),
        dates=holding.dates or dates_wanted(card),
        shape=holding.smallest,
        gsd_m=_nearest(card.gsd_m, holding.gsd_m),
    )


def _nearest(wanted: float, offered: Range | None) -> float | None:
    return None if offered is None else min(max(wanted, offered.min), offered.max)


def _found(wanted: InputBand, holding: Holding) -> Found:
    return _found_radar(wanted.name, holding) if wanted.unit == "dB" else _found_optical(wanted, holding)


def _found_radar(name: str, holding: Holding) -> Found:
    named = {*holding.polarisations, *(_spelled(band.native_name)[-2:] for band in holding.bands)}
    if name in named:
        return "same" if RADAR in holding.sensors else "similar"
    is_open = not (named & POLARISATIONS) and (
        RADAR in holding.sensors or (not holding.sensors and "sar" in holding.modalities)
    )
    return "open" if is_open else "missing"


def _found_optical(wanted: InputBand, holding: Holding) -> Found:
    if any(_is_same(wanted, band) for band in holding.bands):
        return "same"
    is_among = OPTICAL in holding.sensors
    told = {_spelled(band.native_name) for band in holding.bands}
    if is_among and wanted.name in told:
        # Another sensor of the record numbers alike; but none has a B8A, so those beside it are of the same.
        return "same" if "B8A" in told else "open"
    if any(_is_similar(wanted, band) for band in holding.bands):
        return "similar"
    return "open" if _is_untold(holding) else "same" if is_among and _has_all(holding) else "missing"


def _has_all(holding: Holding) -> bool:
    """Whether the record counts all bands of Sentinel-2 without naming them."""
    counts = (ALL_OPTICAL, ALL_OPTICAL + len(holding.polarisations))
    return not _names_optical_bands(holding) and holding.n_bands in counts


def _is_untold(holding: Holding) -> bool:
    """Whether the record leaves open which optical bands there are."""
    if OPTICAL in holding.sensors:
        return not _names_optical_bands(holding) and not _has_all(holding)
    return not holding.bands and not holding.sensors and "multispectral" in holding.modalities


def _names_optical_bands(holding: Holding) -> bool:
    """Whether the record tells bands one by one; "10 Sentinel-2 bands" does not."""
    told = [band.native_name for band in holding.bands if band.native_name not in holding.polarisations]
    return bool(told) and not any(OPTICAL in name and "bands" in name for name in told)


def _is_same(wanted: InputBand, band: Band) -> bool:
    if band.sensor != OPTICAL:
        return False
    # Cards and tables give the centres of this sensor with different digits, so names go first.
    names = (wanted.name, wanted.common_name)
    is_named = _spelled(band.native_name) == wanted.name or (band.common_name or "") in names
    return is_named or _is_near(wanted, band, ROUNDING)


def _is_similar(wanted: InputBand, band: Band) -> bool:
    if band.sensor == OPTICAL:
        return False
    if band.centre_um is not None and wanted.centre_um is not None:
        return _is_near(wanted, band, WAVELENGTH_APART)
    return band.common_name is not None and band.common_name == wanted.common_name


def _is_near(wanted: InputBand, band: Band, apart: float) -> bool:
    known = band.centre_um is not None and wanted.centre_um is not None
    return known and abs((band.centre_um or 0) - (wanted.centre_um or 0)) <= apart


def _spelled(name: str) -> str:
    """B2 for B02, Band 2 and s2:B02."""
    bare = name.rpartition(":")[2].strip().upper()
    return _SPELLING.sub(r"B\1", bare)


def _left_open(card: ModelCard, holding: Holding, found: dict[str, Found]) -> Iterator[str]:
    """What a record would have to say for an answer."""
    untold = [name for name, how in found.items() if how == "open"]
    if any(name in POLARISATIONS for name in untold):
        yield _("Its record does not say which polarisations it has.")
    if any(name not in POLARISATIONS for name in untold):
        yield _("Its record does not say which optical bands it has.")
    if dates_wanted(card) > 1 and holding.dates is None:
        yield _("Its record does not say how many dates of one place it has.")
    if holding.gsd_m is None and not {OPTICAL, RADAR} & set(holding.sensors):
        yield _("Its record does not say how large its pixels are.")


def _similar(found: dict[str, Found]) -> Iterator[str]:
    names = [name for name, how in found.items() if how == "similar"]
    radar = [name for name in names if name in POLARISATIONS]
    optical = [name for name in names if name not in POLARISATIONS]
    if optical:
        yield _(
            "Of another sensor than the model knows, but of much the same wavelength: %(bands)s.",
            bands=", ".join(optical),
        )
    if radar:
        yield _(
            "Of another radar than the model knows, perhaps of another wavelength: %(bands)s.",
            bands=", ".join(radar),
        )


def _cautions(holding: Holding) -> Iterator[str]:
    if holding.licence in CAUTIONS:
        yield _(CAUTIONS[holding.licence])
