"""What German pages say of a dataset where English ones show sentences that the catalogue stores.

Stored sentences are English, because programs read them; they are grammar, not messages, and cannot be looked
up. These say the same from the same facts, in shorter phrases, so that no name has to be declined.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.base import html
from app.catalogue import naming, places, vocabulary
from app.catalogue.record import DatasetRecord

MOST_TASKS, MOST_SENSORS, MOST_COUNTRIES = 3, 4, 3

_NOUNS = {
    "ml-dataset": ("ein", "Datensatz"),
    "subset": ("ein", "Teil einer Benchmark-Suite"),
    "benchmark-suite": ("eine", "Benchmark-Suite"),
    "product": ("eine", "Karte oder Bildsammlung"),
}
_UNSAID_TASKS = frozenset({"benchmark-suite"})
# Alone, and with the number of classes.
_LABELS = {
    "pixel-mask": ("Labels: Masken für jedes Pixel.", "Labels: Masken für jedes Pixel in {classes} Klassen."),
    "pixel-label": ("Labels: einzelne Pixel.", "Labels: einzelne Pixel in {classes} Klassen."),
    "pixel-value": ("Jedes Pixel trägt einen Wert.", "Jedes Pixel trägt Werte in {classes} Klassen."),
    "scene-label": ("Jedes Bild trägt ein Label.", "Jedes Bild trägt eine von {classes} Klassen."),
    "scene-value": ("Jedes Bild trägt einen Wert.", "Jedes Bild trägt einen Wert in {classes} Klassen."),
    "multi-label": (
        "Ein Bild trägt beliebig viele Labels.",
        "Ein Bild trägt beliebig viele von {classes} Klassen.",
    ),
    "bounding-box": ("Labels: Rahmen.", "Labels: Rahmen in {classes} Klassen."),
    "oriented-bounding-box": ("Labels: gedrehte Rahmen.", "Labels: gedrehte Rahmen in {classes} Klassen."),
    "polygon": ("Labels: Polygone.", "Labels: Polygone in {classes} Klassen."),
    "polyline": ("Labels: Linien.", "Labels: Linien in {classes} Klassen."),
    "point": ("Labels: Punkte.", "Labels: Punkte in {classes} Klassen."),
    "panoptic": ("Labels: panoptische Masken.", "Labels: panoptische Masken in {classes} Klassen."),
    "paired-image": ("Die Bilder gehören paarweise zusammen.",) * 2,
    "text": ("Labels: Texte.", "Labels: Texte in {classes} Klassen."),
    "mixed": ("Labels in mehreren Formen.", "Labels in mehreren Formen und {classes} Klassen."),
    "none": ("Ohne Labels.",) * 2,
}
_WHY_NOWHERE = {
    "the scenes are synthetic": "die Szenen sind künstlich",
    "the data are text": "die Daten sind Text",
}
# What `catalogue.rows.where` writes, and the same in German; a group that is no number is a continent.
_WHERE = (
    (r"(\d+) areas on (\d+) continents", "{0} Gebiete auf {1} Kontinenten"),
    (r"(\d+) areas", "{0} Gebiete"),
    (r"(\d+) countries on (\d+) continents", "{0} Länder auf {1} Kontinenten"),
    (r"(\d+) countries on (.+)", "{0} Länder in {1}"),
    (r"one area", "ein Gebiet"),
    (r"location recorded", "Ort bekannt"),
)


def summary(record: DatasetRecord, card: Mapping[str, Any]) -> str:
    """What the dataset is, what its labels are, where it lies and its licence: up to five sentences."""
    article, _noun = _NOUNS[record.kind]
    year = f" ({record.year})" if record.year and str(record.year) not in record.name else ""
    first = f"{record.name}{year} ist {article} {opening(card)}"
    sentences = (first, _labels(record), _area(record), _when(record), _licence(record))
    return " ".join(sentence for sentence in sentences if sentence)


def opening(card: Mapping[str, Any]) -> str:
    """What a dataset is, as a phrase that begins with a noun and ends with a full stop."""
    return f"{_NOUNS[card['kind']][1]}{_theme(card)}{_tasks(card)}{_amount(card)}{_origin(card)}."


def _theme(card: Mapping[str, Any]) -> str:
    themes = [code for code in card["themes"] if code != "language"]
    if len(themes) != 1 or themes == ["general-objects"]:
        return ""
    return f" zum Thema {naming.term('theme', themes[0])}"


def _tasks(card: Mapping[str, Any]) -> str:
    said = [code for code in card["tasks"] if code not in _UNSAID_TASKS]
    phrases = [inside(naming.term("task", code)) for code in said]
    return f" für {_some(phrases, MOST_TASKS, 'weitere Aufgaben')}" if phrases else ""


def inside(label: str) -> str:
    """A label inside a sentence: an adjective before its noun begins with a small letter."""
    first, blank, _rest = label.partition(" ")
    return label[:1].lower() + label[1:] if blank and first.endswith("e") else label


def _amount(card: Mapping[str, Any]) -> str:
    count, noun, one = card["n_images"], "Bildern", "Bild"
    if not count:
        count, noun, one = card["n_samples"], "Beispielen", "Beispiel"
    size = f" von {_size(card['image_size_px'])}" if card["image_size_px"] else ""
    if not count:
        return f", mit Bildern{size}" if size else ""
    return f", mit {html.number(count)} {noun if count != 1 else one}{size}"


def _size(size: Mapping[str, Any]) -> str:
    least, most = (" × ".join(html.number(side) for side in size[end]) for end in ("min", "max"))
    return f"{least}{html.UNIT}px" if least == most else f"{least} bis {most}{html.UNIT}px"


def _origin(card: Mapping[str, Any]) -> str:
    names = [code.removesuffix(" (series)") for code in card["sensors"]] or card["image_sources"]
    kinds = [naming.term("modality", code) for code in card["modalities"]]
    sharp = f", Auflösung {html.gsd(card['gsd_m'])}" if card["gsd_m"] else ""
    if names:
        return f", aus {_some(list(dict.fromkeys(names)), MOST_SENSORS, 'weiteren Quellen')}{sharp}"
    return f" ({_listed(kinds)}){sharp}" if kinds else sharp


def _labels(record: DatasetRecord) -> str:
    number = html.number(record.n_classes) if record.n_classes and record.n_classes > 1 else ""
    if record.label_type in _LABELS:
        alone, counted = _LABELS[record.label_type]
        return counted.format(classes=number) if number else alone
    return f"{number} Klassen." if number else ""


def _area(record: DatasetRecord) -> str:
    status = places.geo_status(record)
    if status in ("none", "global"):
        return geo_reason(record) if status == "none" else "Gebiet: weltweit."
    countries = record.spatial.countries
    continents = [naming.term("continent", code) for code in places.continents(record)]
    if len(countries) > MOST_COUNTRIES:
        return f"Gebiet: {len(countries)} Länder in {_listed(continents)}."
    named = [naming.term("country", code) for code in countries] or continents
    return f"Gebiet: {_listed(named)}." if named else ""


def _when(record: DatasetRecord) -> str:
    extent = record.temporal_extent
    if extent is None or not (extent.start or extent.end):
        return ""
    start, end = (extent.start or "")[:4], (extent.end or "")[:4]
    if start and end:
        return f"Aufgenommen {start}." if start == end else f"Aufgenommen {start} bis {end}."
    return f"Aufgenommen seit {start}." if start else f"Aufgenommen bis {end}."


def _licence(record: DatasetRecord) -> str:
    if record.licence is None or not record.licence.spdx:
        return ""
    spoken = re.sub(r"\bCC-(BY[A-Z-]*|0)-?", lambda found: f"CC {found[1].rstrip('-')} ", record.licence.spdx)
    return f"Lizenz: {spoken.replace(' AND ', ' und ').replace(' OR ', ' oder ')}."


def where(card: Mapping[str, Any]) -> str:
    """A few words that say where a dataset lies."""
    if card["geo_status"] == "global":
        return "weltweit"
    if card["geo_status"] == "none":
        why = _why_nowhere(card["where"])
        return f"kein Ort: {why}" if why else "kein Ort"
    for pattern, german in _WHERE:
        if found := re.fullmatch(pattern, card["where"]):
            return german.format(*(_continents(part) for part in found.groups()))
    if 0 < len(card["countries"]) <= 2:
        return _listed([naming.term("country", code) for code in card["countries"]])
    return _continents(card["where"])


def _continents(text: str) -> str:
    """Continents joined by "and", in German; anything else as it is."""
    known = {term.label: code for code, term in vocabulary.terms("continent").items()}
    parts = text.split(" and ")
    if not set(parts) <= set(known):
        return text
    return _listed([naming.term("continent", known[part]) for part in parts])


def _why_nowhere(english: str) -> str:
    """The reason inside an English sentence, in German."""
    return next((german for said, german in _WHY_NOWHERE.items() if said in english), "")


def geo_reason(record: DatasetRecord) -> str:
    """How well the location is known, and why not better."""
    status = places.geo_status(record)
    if status == "located":
        return _located(record)
    if status == "approximate":
        codes = places.outlines(record)
        known = "das Land" if len(codes) == 1 else "die Länder"
        if codes and codes[0] in vocabulary.terms("continent"):
            known = "der Kontinent" if len(codes) == 1 else "die Kontinente"
        is_known = "ist" if len(codes) == 1 else "sind"
        shown = "sein Umriss steht" if len(codes) == 1 else "ihre Umrisse stehen"
        return f"Nur {known} {is_known} bekannt; {shown} dafür."
    if status == "global":
        return "Über die Welt verteilt; einzelne Orte sind nicht verzeichnet."
    if status == "none":
        why = _why_nowhere(places.geo_reason(record))
        return f"Kein Ort, denn {why}." if why else "Kein Ort."
    return "Ort unbekannt: Keine der benutzten Quellen sagt, wo die Daten liegen."


def _located(record: DatasetRecord) -> str:
    kinds = [area.kind for area in places.covered(record)]
    boxes, points, outlines = (kinds.count(kind) for kind in ("footprint", "point", "outline"))
    drawn = [
        "den wahren Umriss" if record.spatial.footprint else _counted(boxes, "einen Rahmen", "Rahmen"),
        _counted(points, "eine Stadt oder Region", "Städte und Regionen"),
    ]
    stated = f"Der Eintrag nennt {_listed([part for part in drawn if part])}"
    if not outlines:
        return f"{stated}."
    rest = _counted(outlines, "steht der Umriss eines Landes", "")
    return f"{stated}; für den Rest {rest or f'stehen die Umrisse von {outlines} Ländern'}."


def _counted(number: int, one: str, many: str) -> str:
    if number == 1:
        return one
    return f"{html.number(number)} {many}" if number and many else ""


def _some(names: Sequence[str], most: int, noun: str) -> str:
    rest = len(names) - most
    return _listed(names) if rest <= 0 else f"{', '.join(names[:most])} und {rest} {noun}"


def _listed(names: Sequence[str]) -> str:
    """A, B und C."""
    *first, final = [*names] or [""]
    return f"{', '.join(first)} und {final}" if first else final
