"""What can be chosen from: the vocabularies of the catalogue, and the short closed lists of the record.

A word is found by its code, its label or a synonym, whatever its case, with or without hyphens.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from app.catalogue import choices, naming, vocabulary
from app.catalogue.vocabulary import Term

MOST_ANSWERS = 12

LISTS: Mapping[str, str] = {
    name: name
    for name in (
        "task",
        "theme",
        "modality",
        "platform",
        "sensor",
        "label_type",
        "kind",
        "extent",
        "country",
        "continent",
    )
}
"""Vocabularies of the catalogue that fields draw on."""


def names() -> frozenset[str]:
    """Every list that can be asked for."""
    return frozenset({*LISTS, *choices.CHOICES, "licence"})


def terms(name: str) -> Mapping[str, Term]:
    """The terms of a list by code, in its order.

    Raises:
        KeyError: there is no such list.
    """
    return vocabulary.terms(LISTS[name]) if name in LISTS else _own(name)


@cache
def _own(name: str) -> Mapping[str, Term]:
    return MappingProxyType(
        {term.code: term for term in (_licences() if name == "licence" else _closed(name))}
    )


def _closed(name: str) -> Iterable[Term]:
    return (
        Term(code, label, definition, synonyms) for code, label, definition, synonyms in choices.CHOICES[name]
    )


def _licences() -> Iterable[Term]:
    entries: list[dict[str, Any]] = vocabulary.load("licences")["licences"]
    return (Term(entry["spdx"], entry["spdx"], entry["name"], (entry["name"],)) for entry in entries)


def label(name: str, code: str) -> str:
    """What to show for a code, in the reader's language; the code itself where the list lacks it."""
    if name in LISTS:
        return naming.term(LISTS[name], code)
    return choices.label(name, code) if name in choices.CHOICES else code


def code_of(name: str, word: str) -> str | None:
    """The code that a word means; None where the list does not know it, or two terms claim it."""
    if word in terms(name):
        return word
    folded = fold(word)
    by_label = [
        term.code
        for term in terms(name).values()
        if folded in (fold(term.code), fold(term.label), fold(label(name, term.code)))
    ]
    if by_label:
        return by_label[0]
    claims = [term.code for term in terms(name).values() if folded in map(fold, term.synonyms)]
    return claims[0] if len(claims) == 1 else None


def find(name: str, asked: str, most: int = MOST_ANSWERS) -> list[Term]:
    """The terms that begin with, or hold, what was typed: by label first, then by synonym, "
    "then by definition."""
    folded = fold(asked)
    offered = [term for term in terms(name).values() if not term.is_deprecated]
    if not folded:
        return offered[:most]
    ranked = [
        (rank, place, term)
        for place, term in enumerate(offered)
        if (rank := _rank(name, term, folded)) < _NO_MATCH
    ]
    return [term for _, _, term in sorted(ranked, key=lambda one: one[:2])[:most]]


_NO_MATCH = 9


def _rank(name: str, term: Term, folded: str) -> int:
    labels = {fold(term.label), fold(label(name, term.code)), fold(term.code)}
    synonyms = {fold(synonym) for synonym in term.synonyms}
    tests = (
        folded in labels,
        any(one.startswith(folded) for one in labels),
        folded in synonyms,
        any(f" {folded}" in f" {one}" for one in labels),
        any(f" {folded}" in f" {one}" for one in synonyms),
        any(folded in one for one in labels),
        folded in fold(term.definition),
    )
    return next((rank for rank, holds in enumerate(tests) if holds), _NO_MATCH)


def fold(text: str) -> str:
    """A word as it is compared: without regard to case, hyphens and spaces."""
    return " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
