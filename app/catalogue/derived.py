"""Figures and classes that follow from the facts of a record; never typed, always computed."""

import re
from functools import cache

from app.catalogue import vocabulary
from app.catalogue.record import DatasetRecord

# Sample units that are images, and words that say that a unit is something said about an image instead.
_IMAGE = re.compile(r"\b(image|patch|tile|chip|scene|slice|sub-image)(e?s)?\b", re.IGNORECASE)
_ABOUT_IMAGE = re.compile(
    r"text|question|caption|expression|instance|sound|video|series|instruction", re.IGNORECASE
)


def image_count(record: DatasetRecord) -> int | None:
    """How many images there are: the number stated, else the samples where a sample is an image.

    A pair or triplet counts once. None where the samples are captions, answers, series or the like.
    """
    if record.n_images is not None:
        return record.n_images
    if record.n_samples is None or record.label_type == "text":
        return None
    unit = record.sample_unit
    is_image = unit is None or (_IMAGE.search(unit) is not None and _ABOUT_IMAGE.search(unit) is None)
    return record.n_samples if is_image else None


def size_measure(record: DatasetRecord) -> int | None:
    """Pixels of all images together: images x width x height; bands do not count.

    Where sizes differ, the mean of the smallest and the largest image stands for all.
    """
    count = image_count(record)
    if count is None or record.image_size_px is None:
        return None
    (least_wide, least_high), (most_wide, most_high) = record.image_size_px.min, record.image_size_px.max
    return count * (least_wide * least_high + most_wide * most_high) // 2


def bytes_per_image(record: DatasetRecord) -> int | None:
    """Volume over the number of images, rounded to whole bytes; None without both."""
    count = image_count(record)
    return round(record.volume_gb * 1e9 / count) if record.volume_gb and count else None


def task_family(record: DatasetRecord) -> str:
    """The group of the first task, which is the main one where a source ranks them; "other" without tasks."""
    term = vocabulary.terms("task").get(record.tasks[0]) if record.tasks else None
    return term.group or "other" if term else "other"


def libraries(record: DatasetRecord) -> tuple[str, ...]:
    """Codes of the loaders and hubs that know the dataset."""
    return tuple(name for name, value in record.libraries if value)


def licence_class(record: DatasetRecord) -> str:
    """What the licence lets people do, a code of `licence_class`.

    A stated text can narrow its SPDX identifier ("CC BY-NC 4.0, research use only"): the stricter counts.
    A licence that the tables do not know is "custom": it must be read.
    """
    licence = record.licence
    if licence is None or not (licence.spdx or licence.text):
        return "not-stated"
    found = [_classes_of_texts().get((licence.text or "").casefold()), _expression_class(licence.spdx)]
    known = [name for name in found if name is not None]
    return _strictest(known) if known else "custom"


def licence_page(spdx: str) -> str | None:
    """The page of the licence itself, for a single identifier; None for expressions and unknown ones."""
    return next((entry["url"] for entry in _licences()["licences"] if entry["spdx"] == spdx), None)


def _expression_class(spdx: str | None) -> str | None:
    """OR offers a choice, so its freest part counts; AND binds to all, so the strictest does."""
    if spdx is None:
        return None
    choices = [
        _strictest([_classes_of_identifiers().get(part, "custom") for part in re.split(r"\s+AND\s+", choice)])
        for choice in re.split(r"\s+OR\s+", spdx.replace("(", "").replace(")", ""))
    ]
    return min(choices, key=_strictness)


def _strictest(classes: list[str]) -> str:
    return max(classes, key=_strictness)


def _strictness(name: str) -> int:
    return list(vocabulary.terms("licence_class")).index(name)


def _licences() -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = vocabulary.load("licences")
    return tables


@cache
def _classes_of_identifiers() -> dict[str, str]:
    return {entry["spdx"]: entry["class"] for entry in _licences()["licences"]}


@cache
def _classes_of_texts() -> dict[str, str]:
    return {entry["text"].casefold(): entry["class"] for entry in _licences()["texts"]}
