"""Bands of a dataset, matched to the published tables of its sensors where there can be no doubt.

A name is matched only to a sensor that the record itself names, and only when no second sensor of the record
could own it. Everything else stays a bare name: a wrong wavelength is worse than none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.catalogue import vocabulary
from app.catalogue.record import BandDetail, DatasetRecord

_NUMBERED = re.compile(r"B\d+A?")
_POLARISATION = re.compile(r"[HV]{2}")
_PASS = re.compile(r"^(ASC|DSC|DES)_(?=[HV]{2}$)", re.IGNORECASE)
STATED = ("common_name", "centre_um", "fwhm_um", "gsd_m")
_EIGHT_BAND_NAMES = frozenset({"COASTAL", "COASTALBLUE", "GREENI", "YELLOW"})


@dataclass(frozen=True)
class Band:
    """One band: centre and full width at half maximum in micrometres, ground sampling distance in metres.

    `sensor` is None where the record leaves open whose band it is; the figures are then None, too.
    """

    native_name: str
    common_name: str | None = None
    centre_um: float | None = None
    fwhm_um: float | None = None
    gsd_m: float | None = None
    sensor: str | None = None
    note: str | None = None


def bands_of(record: DatasetRecord) -> tuple[Band, ...]:
    """The bands of a record in its own order; its polarisations where it lists no bands.

    What the record itself says of a band goes before the table of its sensor.
    """
    names = record.bands or record.polarisations
    eight = bool(_EIGHT_BAND_NAMES & {_key(name) for name in names})
    stated = {detail.name: detail for detail in record.band_details}
    return tuple(_told(_band(name, record, eight), stated.get(name)) for name in names)


def table_source(sensor: str) -> str | None:
    """The document from which the table of a sensor was taken."""
    entry = _tables().get(sensor)
    return entry["source"] if entry else None


def _told(band: Band, stated: BandDetail | None) -> Band:
    if stated is None:
        return band
    known = {key: getattr(stated, key) for key in STATED if getattr(stated, key) is not None}
    return replace(band, **known)


def _band(name: str, record: DatasetRecord, eight: bool) -> Band:
    prefix, _, bare = name.rpartition(":")
    key = _key(bare)
    owners = [sensor for sensor in _candidates(record, prefix) if key in _names(sensor, eight)]
    row = _rows(owners[0], eight).get(key) if len(owners) == 1 else None
    if row is None or (not prefix and _has_rival(key, record)):
        return Band(name, _colours().get(key))
    note = _tables()[owners[0]].get("note") if row.get("centre") is None else None
    return Band(name, row.get("common"), row.get("centre"), row.get("fwhm"), row.get("gsd"), owners[0], note)


def _candidates(record: DatasetRecord, prefix: str) -> tuple[str, ...]:
    """Sensors that the record names and a table knows; only that of a prefix such as "s2:B04"."""
    known = (sensor for sensor in record.sensors if sensor in _tables())
    return tuple(
        sensor for sensor in known if not prefix or _tables()[sensor].get("prefix") == prefix.lower()
    )


def _has_rival(key: str, record: DatasetRecord) -> bool:
    """Whether the record names a sensor without a table here that could own the band, too."""
    others = vocabulary.load("bands")["others"]
    untabled = [sensor for sensor in record.sensors if sensor not in _tables()]
    if _POLARISATION.fullmatch(key):
        return any(sensor in others["radar"] for sensor in untabled)
    if _NUMBERED.fullmatch(key):
        return any(sensor in others["numbered"] for sensor in untabled)
    colourless = {*others["radar"], *others["no-colours"]}
    return bool(record.image_sources) or any(sensor not in colourless for sensor in untabled)


def _key(name: str) -> str:
    """One spelling for B2, B02, Band 2, "red_edge" and RedEdge."""
    bare = re.sub(r"[\s_-]+", "", _PASS.sub("", name.strip())).upper()
    return re.sub(r"^(?:B|BAND)0*(\d+A?)$", r"B\1", bare)


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return {entry["sensor"]: entry for entry in vocabulary.load("bands")["sensors"]}


@cache
def _rows(sensor: str, eight: bool) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a table by every spelling of their names."""
    entry = _tables()[sensor]
    rows = entry["eight"] if eight and "eight" in entry else entry["bands"]
    return {_key(name): row for row in rows for name in (row["name"], *row.get("also", ()))}


@cache
def _names(sensor: str, eight: bool) -> frozenset[str]:
    """All names that a sensor's bands go by, also those that leave open which band is meant."""
    return frozenset({*_rows(sensor, eight), *map(_key, _tables()[sensor].get("open", ()))})


@cache
def _colours() -> Mapping[str, str]:
    return {
        _key(name): entry["common"]
        for entry in vocabulary.load("bands")["colours"]
        for name in entry["names"]
    }
