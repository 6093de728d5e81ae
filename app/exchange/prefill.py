"""Filling in a form from elsewhere: what was pasted or uploaded becomes offers, each with its source.

Nothing is taken without a person: an offer says what it would set, who says so and where, and what stands
there now. Sources that agree make one offer together; those that differ make one each.
"""

import copy
import time
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python

from app.base.errors import AppError, Invalid
from app.base.language import _
from app.base.outside import NoAnswer, Outside
from app.catalogue.record import DatasetRecord
from app.exchange.formats import READERS, Reading, recognise
from app.exchange.prefill_asked import MOST_ASKED, Asked, identify, is_document, of_doi
from app.exchange.prefill_hosts import ask as ask_host
from app.exchange.prefill_hosts import fetcher
from app.exchange.prefill_papers import GUESS, Unknown

SECONDS = 9.0
"""Within these everything has been asked, follow-ups included."""
MOST_TROUBLES = 8
NEVER_OFFERED = frozenset({"uuid", "slug"})
FORMAT_NAMES = {
    "bibtex": "BibTeX", "croissant": "Croissant", "csl": "CSL-JSON", "datacite": "DataCite",
    "datapackage": "Data Package", "dcat": "DCAT", "ris": "RIS", "schema.org": "schema.org",
    "stac": "STAC", "trainingdml": "TrainingDML-AI",
}  # fmt: skip
_ORDER = {name: place for place, name in enumerate(DatasetRecord.model_fields)}


@dataclass(frozen=True)
class Said:
    """What one source says: its key for provenance, its name, the reference of what was read."""

    key: str
    name: str
    ref: str
    reading: Reading


@dataclass(frozen=True)
class Found:
    """What all sources say, and in words what went wrong with others."""

    said: tuple[Said, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Witness:
    """Who states a value, and where in their document."""

    key: str
    name: str
    ref: str
    where: str


@dataclass(frozen=True)
class Offer:
    """One value for one fact, as JSON; `present` is what the draft has there now.

    `is_wanted` tells whether the box is ticked at first: not where the draft says something else, nor where a
    source before this one does.
    """

    path: str
    value: Any
    witnesses: tuple[Witness, ...]
    present: Any = None
    is_wanted: bool = True

    @property
    def differs(self) -> bool:
        """Whether the draft has another value."""
        return self.present is not None


def ask(text: str, outside: Outside, *, seconds: float = SECONDS) -> Found:
    """Find out about whatever was pasted: identifiers, or a document of a format that is read here.

    Raises:
        Invalid: neither; the message says what can be pasted.
        NoAnswer: this service asks nobody.
    """
    content = text.encode("utf-8", "replace")
    if is_document(content):
        return read(content)
    asked = identify(text)
    if not asked:
        raise Invalid(
            _(
                "There is no identifier in this text that is known here. Paste a DOI, an arXiv number, the "
                "address of a dataset on Zenodo or Hugging Face, or a BibTeX entry, or upload a file."
            )
        )
    if not outside.is_on:
        raise NoAnswer(
            "off",
            _("This catalogue is not connected to the internet. Upload a file instead, or fill in the form."),
        )
    return _asked(asked, outside, time.monotonic() + seconds)


def read(content: bytes, name: str = "") -> Found:
    """What a document says: Croissant, STAC, DataCite, schema.org, Data Package, BibTeX and others.

    Args:
        name: of the file, for the list of sources.
    Raises:
        Invalid, TooLarge: it cannot be read.
    """
    reading = READERS[recognise(content)](content)
    label = FORMAT_NAMES[reading.format]
    reference = " ".join(f"{label} {name}".split())[:300]
    return Found((Said("file", label, reference, reading),))


def _asked(asked: tuple[Asked, ...], outside: Outside, ends: float) -> Found:
    """Ask for all at once, then for the paper or the data that the first answers name."""
    said, troubles = _round(asked, outside, ends)
    more = tuple(one for one in _mentioned(said) if one not in asked)[: MOST_ASKED - 1]
    if more and ends - time.monotonic() > 1.0:
        further, _unheard = _round(more, outside, ends)
        # Only what was pasted is worth a complaint.
        said += further
    return Found(tuple(said), tuple(troubles[:MOST_TROUBLES]))


def _round(asked: Collection[Asked], outside: Outside, ends: float) -> tuple[list[Said], list[str]]:
    said: list[Said] = []
    troubles: list[str] = []
    # Two documents of one host follow each other, so each may take half of the time.
    fetch = fetcher(outside, max(0.5, (ends - time.monotonic()) / 2))

    def one(wanted: Asked) -> tuple[list[Said], str]:
        try:
            return [
                Said(host.key, host.name, wanted.reference, reading)
                for host, reading in ask_host(wanted, fetch)
            ], ""
        except Unknown:
            return [], _("%(what)s is not known there. Look for a typing mistake.", what=wanted.reference)
        except AppError as error:
            return [], f"{wanted.reference}: {error.message}"

    with ThreadPoolExecutor(MOST_ASKED, thread_name_prefix="prefill") as pool:
        # Each in a copy of this context, so that messages are in the language of the reader.
        for answer in [pool.submit(copy_context().run, one, wanted) for wanted in asked]:
            found, trouble = answer.result()
            said += found
            troubles += [trouble] if trouble else []
    return said, troubles


def _mentioned(said: Iterable[Said]) -> list[Asked]:
    """Identifiers in the answers that lead to more about the same dataset."""
    found: list[Asked] = []
    for one in said:
        facts = one.reading.facts
        if number := facts.get("publication.arxiv"):
            found.append(Asked("arxiv", str(number)))
        for path in ("publication.doi", "data_doi"):
            if doi := facts.get(path):
                found.append(of_doi(str(doi)))
    return list(dict.fromkeys(found))


@dataclass
class _Values:
    """The values stated for one fact, in the order in which sources were asked."""

    values: list[Any] = field(default_factory=list)
    witnesses: list[list[Witness]] = field(default_factory=list)

    def add(self, path: str, value: Any, witness: Witness) -> None:
        for place, known in enumerate(self.values):
            if is_same(path, known, value):
                if witness.key not in {one.key for one in self.witnesses[place]}:
                    self.witnesses[place].append(witness)
                return
        self.values.append(value)
        self.witnesses.append([witness])

    def in_order(self) -> list[tuple[Any, list[Witness]]]:
        """What is stated before what is only guessed."""
        both = zip(self.values, self.witnesses, strict=True)
        return sorted(both, key=lambda one: one[1][0].where == GUESS)


def offers(found: Found, draft: Mapping[str, Any]) -> tuple[Offer, ...]:
    """What the sources would set in a draft, in the order of the record; what it has already is left out."""
    stated: dict[str, _Values] = {}
    for said in found.said:
        for path, value in said.reading.facts.items():
            if path not in NEVER_OFFERED:
                plain = to_jsonable_python(value, exclude_none=True)
                witness = Witness(said.key, said.name, said.ref, said.reading.places.get(path, ""))
                stated.setdefault(path, _Values()).add(path, plain, witness)
    made: list[Offer] = []
    for path in sorted(stated, key=lambda one: (_ORDER.get(one.partition(".")[0], 999), one)):
        present = value_at(draft, path)
        for number, (value, witnesses) in enumerate(stated[path].in_order()):
            is_first = present is None and number == 0
            # A guess is worth a line only where nobody states anything.
            if not is_same(path, value, present) and (is_first or witnesses[0].where != GUESS):
                made.append(Offer(path, value, tuple(witnesses), present, is_first))
    return tuple(made)


def is_same(path: str, one: Any, other: Any) -> bool:
    """Whether two values of a fact say the same; case tells no two DOIs apart."""
    if path.endswith("doi") and isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return bool(one == other)


def value_at(draft: Mapping[str, Any], path: str) -> Any:
    """What a draft has at a path; None where it has nothing, whatever else stands in the way."""
    value: Any = draft
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if value in ("", [], {}, ()) else value


def taken(draft: Mapping[str, Any], chosen: Iterable[Offer]) -> dict[str, Any]:
    """The draft with the chosen values, the provenance of each, and its sources in the list of sources.

    Of two values for one fact the later one holds.
    """
    made = copy.deepcopy(dict(draft))
    provenance = made.get("provenance")
    made["provenance"] = provenance = dict(provenance) if isinstance(provenance, Mapping) else {}
    listed = made.get("sources")
    sources = list(listed) if isinstance(listed, list) else []
    for offer in chosen:
        _set(made, offer.path, offer.value)
        provenance[offer.path] = _origin(offer)
        for witness in offer.witnesses:
            source = {"key": witness.key, "ref": witness.ref}
            sources += [] if source in sources else [source]
        for name in ("not_stated", "not_applicable"):
            if isinstance(made.get(name), list):
                made[name] = [path for path in made[name] if path != offer.path]
    return {**made, "sources": sources}


def _origin(offer: Offer) -> dict[str, Any]:
    keys = list(dict.fromkeys(witness.key for witness in offer.witnesses))
    places = [f"{one.name}: {one.where}" if one.key == "file" else one.where for one in offer.witnesses]
    note = "; ".join(dict.fromkeys(place for place in places if place))[:300]
    made: dict[str, Any] = {"sources": keys}
    if all(witness.where == GUESS for witness in offer.witnesses):
        made["how"] = "inferred"
    return {**made, "note": note} if note else made


def _set(made: dict[str, Any], path: str, value: Any) -> None:
    head, _dot, rest = path.partition(".")
    if rest:
        inner = made.get(head)
        made[head] = {**(inner if isinstance(inner, Mapping) else {}), rest: value}
    else:
        made[head] = value
