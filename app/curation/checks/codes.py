"""Codes of the controlled lists: known ones, the nearest right one for others, and what replaced them."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.catalogue import vocabulary
from app.catalogue.record import DatasetRecord
from app.curation.checks.check import Check, Said, Subject

SHOWN = 8
CODED = {
    "tasks": "task",
    "themes": "theme",
    "modalities": "modality",
    "platforms": "platform",
    "label_type": "label_type",
    "spatial.countries": "country",
    "spatial.continents": "continent",
    "spatial.places": "country",
}
"""The facts whose codes must be in a vocabulary, by path. Sensors may be new, and are only asked about."""


def codes_of(record: DatasetRecord, path: str) -> tuple[str, ...]:
    """The codes that a record holds under one of the paths above."""
    spatial = record.spatial
    listed: dict[str, tuple[str | None, ...]] = {
        "label_type": (record.label_type,),
        "spatial.countries": spatial.countries,
        "spatial.continents": spatial.continents,
        "spatial.places": tuple(place.country for place in spatial.places),
    }
    codes = listed[path] if path in listed else getattr(record, path)
    return tuple(code for code in codes if code)


def nearest(name: str, given: str) -> Sentence:
    """A sentence that names the likeliest term of a vocabulary, or some of it."""
    known = vocabulary.spellings(name)
    close = get_close_matches(given.lower()[:60], known, n=1, cutoff=0.5)
    if close:
        code = known[close[0]]
        return _("Did you mean “%(label)s” (%(code)s)?", label=_label(name, code), code=code)
    some = ", ".join(list(vocabulary.terms(name))[:SHOWN])
    return _("Known are, among others: %(some)s.", some=some)


def _label(name: str, code: str) -> Sentence:
    return Sentence(vocabulary.label(name, code), context=name)


def _unknown(subject: Subject) -> Iterator[Said]:
    for path, name in CODED.items():
        for code in dict.fromkeys(codes_of(subject.record, path)):
            if vocabulary.current(name, code) not in vocabulary.terms(name):
                hint = nearest(name, code)
                yield path, _("“%(code)s” is not on the list. %(hint)s", code=code, hint=hint)


def _replaced(subject: Subject) -> Iterator[Said]:
    for path, name in (*CODED.items(), ("sensors", "sensor")):
        for code in dict.fromkeys(codes_of(subject.record, path)):
            now = vocabulary.current(name, code)
            if now != code:
                yield path, _("“%(code)s” is now called “%(now)s”. Choose that.", code=code, now=now)


def _deprecated(subject: Subject) -> Iterator[Said]:
    for path, name in (*CODED.items(), ("sensors", "sensor")):
        for code in dict.fromkeys(codes_of(subject.record, path)):
            term = vocabulary.terms(name).get(code)
            if term is not None and term.is_deprecated:
                yield (
                    path,
                    _(
                        "“%(label)s” is no longer used for new records. Choose another term.",
                        label=_label(name, code),
                    ),
                )


def _sensors(subject: Subject) -> Iterator[Said]:
    known = vocabulary.terms("sensor")
    for sensor in subject.record.sensors:
        if vocabulary.current("sensor", sensor) not in known:
            hint = nearest("sensor", sensor)
            yield (
                "sensors",
                _(
                    "“%(code)s” is new here. Keep it if no listed sensor is meant. %(hint)s",
                    code=sensor,
                    hint=hint,
                ),
            )


CHECKS = (
    Check("code-unknown", "error", "Are all codes on their lists?", _unknown),
    Check("code-replaced", "note", "Has no code been merged into another?", _replaced),
    Check("code-deprecated", "note", "Is no code withdrawn from use?", _deprecated),
    Check("sensor-new", "note", "Are all sensors on the list?", _sensors),
)
