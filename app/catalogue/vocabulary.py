"""The closed lists: codes with labels, definitions and the other words that people use for them.

The lists are files under `data/vocabularies/`, and what curators changed since, which lies in the database
and is laid over the files: `app.catalogue.terms` reads it there. A synonym is true of every record that
carries the code, because the search finds the record under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "data" / "vocabularies"

VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {
        "task": "tasks",
        "modality": "modalities",
        "platform": "platforms",
        "theme": "themes",
        "label_type": "label_types",
        "licence_class": "licence_classes",
        "kind": "kinds",
        "extent": "extents",
        "country": "countries",
        "continent": "continents",
        "geo_status": "geo_statuses",
        "library": "libraries",
        "sensor": "sensors",
    }
)


@dataclass(frozen=True)
class Term:
    """One entry of a vocabulary.

    `group` is the task family of a task, the colour key of a modality, the continent of a country.
    `numeric` is the ISO 3166-1 number of a country, as text with leading zeros, the key of most map data.
    `parent` is the code of a wider term. A deprecated term stays readable but is not offered any more.
    """

    code: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    group: str | None = None
    numeric: str | None = None
    parent: str | None = None
    is_deprecated: bool = False


@dataclass(frozen=True)
class Overlay:
    """What curators changed, at one version: terms by vocabulary and code, and codes that were merged.

    `merged` says by vocabulary which code stands for an old one now; it never leads to another old one.
    """

    version: int = 0
    terms: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    merged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class _Held:
    """The overlay in force and the lists that follow from it; replaced as a whole, never altered."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.lists: dict[str, Mapping[str, Term]] = {}
        self.spellings: dict[str, Mapping[str, str]] = {}


_held = _Held(Overlay())


def lay(overlay: Overlay) -> None:
    """Take a version of the curators' changes into use, for every reader of this process at once."""
    global _held
    _held = _Held(overlay)


def version() -> int:
    """The version of the curators' changes in force; 0 means the files alone."""
    return _held.overlay.version


def terms(name: str) -> Mapping[str, Term]:
    """The terms of a vocabulary by code, in the order of its file, then those that curators added."""
    held = _held
    found = held.lists.get(name)
    if found is None:
        gone = held.overlay.merged.get(name, {})
        together = {**bundled(name), **held.overlay.terms.get(name, {})}
        found = MappingProxyType({code: term for code, term in together.items() if code not in gone})
        held.lists[name] = found
    return found


@cache
def bundled(name: str) -> Mapping[str, Term]:
    """The terms of a vocabulary as its file has them."""
    return MappingProxyType({entry["code"]: _term(entry) for entry in _read(name)["terms"]})


def merged(name: str) -> Mapping[str, str]:
    """The codes of a vocabulary that were merged into others, with the code that stands for each now."""
    return _held.overlay.merged.get(name, MappingProxyType({}))


def current(name: str, code: str) -> str:
    """The code to use for a code: another one where it was merged."""
    return merged(name).get(code, code)


def label(name: str, code: str) -> str:
    """What to show for a code; the code itself where the vocabulary lacks it."""
    term = terms(name).get(current(name, code))
    return term.label if term else code


def groups(name: str) -> Mapping[str, str]:
    """Labels of a vocabulary's groups by code; empty where it has none."""
    return MappingProxyType(_read(name).get("groups", {}))


def task_groups() -> Mapping[str, str]:
    """Labels of the task families by code, in the order of their colours."""
    return groups("task")


def words(name: str, code: str) -> tuple[str, ...]:
    """All that a reader may call a code: its label, then its synonyms."""
    term = terms(name).get(current(name, code))
    return (term.label, *term.synonyms) if term else (code,)


def spellings(name: str) -> Mapping[str, str]:
    """Every way to write a term of a vocabulary, in lower case, with its code; old codes lead to the new."""
    held = _held
    found = held.spellings.get(name)
    if found is None:
        spelled: dict[str, str] = {}
        for code, term in terms(name).items():
            for spelling in (code, term.label, *term.synonyms):
                spelled.setdefault(spelling.lower(), code)
        for old, new in held.overlay.merged.get(name, {}).items():
            spelled.setdefault(old.lower(), new)
        found = MappingProxyType(spelled)
        held.spellings[name] = found
    return found


@cache
def load(file: str) -> Any:
    """A file of `data/vocabularies/` by its stem, parsed once."""
    return yaml.load((FOLDER / f"{file}.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = load(VOCABULARIES[name])
    return content


def _term(entry: Mapping[str, Any]) -> Term:
    return Term(
        code=entry["code"],
        label=entry.get("label", entry["code"]),
        definition=entry.get("definition", ""),
        synonyms=tuple(entry.get("synonyms", ())),
        group=entry.get("group"),
        numeric=entry.get("numeric"),
    )
