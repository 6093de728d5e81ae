"""What the sensors named can and cannot have taken: bands, pixel sizes, polarisations.

The tables of `data/vocabularies/bands.yaml` are asked only where they know every sensor of the record: a
sensor without a table, or imagery of an unnamed one, could explain anything.
"""

import re
from collections.abc import Iterator

from app.base.sentences import Figure, Sentence
from app.base.sentences import sentence as _
from app.catalogue import vocabulary
from app.catalogue.bands import bands_of
from app.catalogue.record import DatasetRecord
from app.curation.checks.check import Check, Said, Subject

_NUMBERED = re.compile(r"^(?:B|BAND)[ _-]?0*(\d+A?)$", re.IGNORECASE)
_POLARISATION = re.compile(r"^[HV]{2}$")
_POLARISED = re.compile(r"\b(HH|HV|VH|VV)\b", re.IGNORECASE)

# Files are often resampled to the finest band, and pan-sharpened at most fourfold.
FINER = 4.0
COARSER = 10.0
# Tasks whose products are finer or coarser than any sensor.
REFINING = frozenset({"super-resolution", "pan-sharpening", "pansharpening", "downscaling"})
SHOWN_BANDS = 16


def _tables(record: DatasetRecord) -> dict[str, list[dict[str, object]]] | None:
    """The bands of every sensor of a record; None where one has no table."""
    known = {entry["sensor"]: entry for entry in vocabulary.load("bands")["sensors"]}
    if record.image_sources or not record.sensors or any(one not in known for one in record.sensors):
        return None
    return {one: [*known[one]["bands"], *known[one].get("eight", ())] for one in record.sensors}


def _gsd(subject: Subject) -> Iterator[Said]:
    record, tables = subject.record, _tables(subject.record)
    if record.gsd_m is None or tables is None or REFINING & set(record.tasks):
        return
    sizes = [_sizes(rows) for rows in tables.values()]
    if not all(sizes):
        return
    native = [size for known in sizes for size in known]
    if record.gsd_m.min < min(native) / FINER:
        yield "gsd_m", _gsd_message(record, native, _("finer"))
    elif record.gsd_m.max > max(native) * COARSER:
        yield "gsd_m", _gsd_message(record, native, _("coarser"))


def _sizes(rows: list[dict[str, object]]) -> list[float]:
    return [float(str(row["gsd"])) for row in rows if row.get("gsd")]


def _gsd_message(record: DatasetRecord, native: list[float], verdict: Sentence) -> Sentence:
    return _(
        "%(gsd)s is much %(verdict)s than %(sensors)s, whose pixels measure %(native)s. Check the unit, "
        "which is metres, or add the sensor that is missing.",
        gsd=Figure("gsd", record.gsd_m.model_dump() if record.gsd_m else None),
        verdict=verdict,
        sensors=", ".join(record.sensors),
        native=Figure("gsd", {"min": min(native), "max": max(native)}),
    )


def _bands(subject: Subject) -> Iterator[Said]:
    record, tables = subject.record, _tables(subject.record)
    if tables is None:
        return
    matched = {band.native_name for band in bands_of(record) if band.sensor}
    names = {str(row["name"]) for rows in tables.values() for row in rows}
    spelled = {_spelled(name) for name in names} | {
        _spelled(str(other)) for rows in tables.values() for row in rows for other in _also(row)
    }
    opened = {_spelled(name) for sensor in tables for name in _open(sensor)}
    for name in record.bands:
        bare = name.rpartition(":")[2]
        is_checked = _NUMBERED.match(bare) or _POLARISATION.match(bare)
        if is_checked and name not in matched and _spelled(bare) not in spelled | opened:
            yield "bands", _band_message(name, record, names)


def _also(row: dict[str, object]) -> list[str]:
    also = row.get("also", ())
    return [str(name) for name in also] if isinstance(also, list | tuple) else []


def _open(sensor: str) -> list[str]:
    """Names that a sensor's bands go by without telling which band is meant."""
    entry = next(one for one in vocabulary.load("bands")["sensors"] if one["sensor"] == sensor)
    return list(entry.get("open", ()))


def _spelled(name: str) -> str:
    """One spelling for B2, B02 and Band 2."""
    found = _NUMBERED.match(name.strip())
    return f"B{found[1].upper()}" if found else name.strip().upper()


def _band_message(name: str, record: DatasetRecord, names: set[str]) -> Sentence:
    shown = sorted(names, key=lambda one: (len(one), one))[:SHOWN_BANDS]
    return _(
        "%(sensors)s has no band %(band)s; it has %(names)s. Mend the name, or add the sensor it is from.",
        sensors=", ".join(record.sensors),
        band=name,
        names=", ".join(shown),
    )


def _polarisation(subject: Subject) -> Iterator[Said]:
    record = subject.record
    is_stated = record.polarisations or any(
        _POLARISED.search(band.replace("_", " ")) for band in record.bands
    )
    if "sar" in record.modalities and not is_stated and not subject.is_excused("polarisations"):
        yield (
            "polarisations",
            _("Radar without polarisation: tick those of the images (VV, VH, HH, HV), or mark as unknown."),
        )


def _polarised_optics(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.polarisations and record.modalities and "sar" not in record.modalities:
        yield (
            "polarisations",
            _("Polarisations belong to radar. Add SAR to the kinds of data, or remove them."),
        )


CHECKS = (
    Check("gsd-impossible", "warning", "Can the sensors take images of this pixel size?", _gsd),
    Check("band-of-no-sensor", "warning", "Have the sensors the bands that are listed?", _bands),
    Check("polarisation-missing", "warning", "Is the polarisation of radar images stated?", _polarisation),
    Check(
        "polarisation-of-no-radar", "warning", "Are polarisations stated for radar only?", _polarised_optics
    ),
)
