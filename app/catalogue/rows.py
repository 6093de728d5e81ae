"""A record turned into what the tables hold: pure functions, no database."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from shapely.geometry.base import BaseGeometry

from app.base.extent import first_day, last_day
from app.catalogue import derived, places, vocabulary, words
from app.catalogue.completeness import completeness
from app.catalogue.describe import summary
from app.catalogue.record import DatasetRecord
from app.catalogue.work import work_of

MERIT_OF_LISTING = 10
MOST_LISTINGS = 5


@dataclass(frozen=True)
class Prepared:
    """The rows of one record: the dataset, its texts by weight, and its own areas."""

    dataset: dict[str, Any]
    texts: dict[str, Any]
    areas: tuple[dict[str, Any], ...]


def prepare(record: DatasetRecord) -> Prepared:
    """Everything the catalogue stores about one record."""
    document = record.model_dump(mode="json", exclude_defaults=True)
    card = card_of(record)
    texts = _texts(record)
    areas = tuple(_areas(record))
    work = list(work_of(record))
    seen = orjson.dumps(
        [document, card, texts, work, [{**area, "geometry": area["geometry"].wkt} for area in areas]]
    )
    dataset = {
        "slug": record.slug,
        "uuid": record.uuid,
        "name": record.name,
        "record": document,
        "card": card,
        "content_hash": hashlib.sha256(seen).hexdigest(),
        **_codes(record),
        **_numbers(record),
        "completeness": card["completeness"],
        "prominence": prominence(record, card["completeness"]),
        "work": work,
    }
    return Prepared(dataset, texts, areas)


def card_of(record: DatasetRecord) -> dict[str, Any]:
    """What a list of results shows, and REST answers, about one dataset."""
    return {
        "slug": record.slug,
        "uuid": str(record.uuid),
        "name": record.name,
        "title": record.title,
        "summary": summary(record),
        "kind": record.kind,
        "year": record.year,
        "tasks": record.tasks,
        "task_family": derived.task_family(record),
        "themes": record.themes,
        "modalities": record.modalities,
        "platforms": record.platforms,
        "sensors": record.sensors,
        "image_sources": record.image_sources,
        "gsd_m": record.gsd_m and record.gsd_m.model_dump(),
        "image_size_px": record.image_size_px and record.image_size_px.model_dump(),
        "n_samples": record.n_samples,
        "n_images": record.n_images,
        "sample_unit": record.sample_unit,
        "n_classes": record.n_classes,
        "n_bands": record.n_bands,
        "volume_gb": record.volume_gb,
        "size_measure": derived.size_measure(record),
        "label_type": record.label_type,
        "licence": record.licence and record.licence.model_dump(),
        "licence_class": derived.licence_class(record),
        "geo_status": places.geo_status(record),
        "countries": record.spatial.countries,
        "where": where(record),
        "completeness": completeness(record).score,
    }


def prominence(record: DatasetRecord, described: int) -> int:
    """How well described and how widely listed a dataset is, about 0 to 140; breaks ties between equal
    answers.

    A set that many lists name is more likely meant than one that a single list names. Products and the parts
    of a suite stand behind sets of their own.
    """
    listed = len({source.key for source in record.sources})
    behind = {"product": 30, "subset": 20}.get(record.kind, 0)
    return max(0, described + MERIT_OF_LISTING * min(listed, MOST_LISTINGS) - behind)


def where(record: DatasetRecord) -> str:
    """A few words that say where a dataset lies, or why that is not known."""
    status = places.geo_status(record)
    if status == "global":
        return "global"
    if status in ("none", "unknown"):
        return places.geo_reason(record)
    countries = [vocabulary.label("country", code) for code in record.spatial.countries]
    continents = [vocabulary.label("continent", code) for code in places.continents(record)]
    own = [area for area in places.areas(record) if area.kind != "outline"]
    if len(own) > 3 and len(continents) > 1:
        return f"{len(own)} areas on {len(continents)} continents"
    if 0 < len(countries) <= 2:
        return " and ".join(countries)
    if countries:
        return f"{len(countries)} countries on {_counted(continents)}"
    if len(own) > 1:
        return f"{len(own)} areas"
    return (
        " and ".join(continents)
        if continents
        else (own[0].name or "one area")
        if own
        else "location recorded"
    )


def _counted(continents: list[str]) -> str:
    return continents[0] if len(continents) == 1 else f"{len(continents)} continents"


def _codes(record: DatasetRecord) -> dict[str, list[str]]:
    """The values of every facet, each once, in the order of the record."""
    listed = {
        "tasks": record.tasks,
        "modalities": record.modalities,
        "sensors": record.sensors,
        "platforms": record.platforms,
        "themes": record.themes,
        "label_types": (record.label_type,),
        "licence_classes": (derived.licence_class(record),),
        "kinds": (record.kind,),
        "extents": (record.spatial.extent,),
        "countries": record.spatial.countries,
        "continents": places.continents(record),
        "geo_statuses": (places.geo_status(record),),
        "libraries": derived.libraries(record),
        "outlines": places.outlines(record),
    }
    return {name: [code for code in dict.fromkeys(codes) if code] for name, codes in listed.items()}


def _numbers(record: DatasetRecord) -> dict[str, Any]:
    """The numbers and days that ranges compare; None where the record lacks them."""
    days = _days(record)
    return {
        "gsd_min": record.gsd_m and record.gsd_m.min,
        "gsd_max": record.gsd_m and record.gsd_m.max,
        "year": record.year,
        "samples": record.n_samples,
        "classes": record.n_classes,
        "volume": record.volume_gb,
        "images": record.n_images,
        "size_measure": derived.size_measure(record),
        "first_day": days[0],
        "last_day": days[1],
    }


def _days(record: DatasetRecord) -> tuple[date | None, date | None]:
    """First and last day of acquisition; the last is None while it goes on."""
    extent = record.temporal_extent
    if extent is None:
        return None, None
    start = first_day(extent.start) if extent.start else None
    end = last_day(extent.end) if extent.end else None
    return start or (first_day(extent.end) if extent.end else None), end


def _texts(record: DatasetRecord) -> dict[str, Any]:
    """The words of a record by weight: names A, vocabulary B, title, people and places C, the rest D."""
    names = (record.name, *record.aliases)
    said = _joined(
        (record.title, record.publication.title, record.publication.first_author, record.publication.venue)
    )
    rest = _joined(
        (*record.image_sources, *record.classes, *record.notes, record.label_source, record.description)
    )
    coded = (
        ("task", record.tasks),
        ("modality", record.modalities),
        ("sensor", record.sensors),
        ("platform", record.platforms),
        ("theme", record.themes),
        ("label_type", (record.label_type,) if record.label_type else ()),
    )
    located = [place.name for place in record.spatial.places]
    located += [_all_names("country", code) for code in record.spatial.countries]
    located += [vocabulary.label("continent", code) for code in places.continents(record)]
    echoes = _echoes(f"{_joined(names)} {said} {rest}")
    return {
        "a": words.all_spellings(names),
        "b": _joined(
            [*(_all_names(kind, code) for kind, codes in coded for code in codes), *_phrases(record)]
        ),
        "c": _joined([said, record.publisher, *located, *echoes]),
        "d": rest,
        "compact_names": list(dict.fromkeys(words.compact(name) for name in names)),
        "names": " | ".join(words.plain(name) for name in names),
    }


def _all_names(vocabulary_name: str, code: str) -> str:
    return " ".join(vocabulary.words(vocabulary_name, code))


def _phrases(record: DatasetRecord) -> list[str]:
    """What people call the combination of tasks and modalities that a record has."""
    codes = {*record.tasks, *record.modalities, *record.themes}
    return [
        phrase["words"]
        for phrase in vocabulary.load("phrases")["phrases"]
        if all(codes & set(group) for group in phrase["groups"])
    ]


def _echoes(text: str) -> list[str]:
    """Other words for what a text names: a set of photovoltaics is found as solar panels, too."""
    spaced = f" {text} "
    return [
        " ".join(group)
        for group in vocabulary.load("phrases")["same"]
        if any(f" {words.plain(word)} " in spaced for word in group)
    ]


def _joined(texts: Any) -> str:
    return " ".join(words.plain(text) for text in texts if text)


def _areas(record: DatasetRecord) -> list[dict[str, Any]]:
    rows = []
    for area in places.covered(record):
        geometry: BaseGeometry | None = area.geometry
        if geometry is not None:
            rows.append(
                {"kind": area.kind, "name": area.name, "precision": area.precision, "geometry": geometry}
            )
    return rows
