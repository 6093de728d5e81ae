"""The closed lists: codes with labels, definitions and the other words that people use for them.

The lists are files under `data/vocabularies/`; a synonym is true of every record that carries the code,
because the search finds the record under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    code: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    group: str | None = None
    numeric: str | None = None


@cache
def terms(name: str) -> Mapping[str, Term]:
    """The terms of a vocabulary by code, in the order of its file."""
    return MappingProxyType({entry["code"]: _term(entry) for entry in _read(name)["terms"]})


def label(name: str, code: str) -> str:
    """What to show for a code; the code itself where the vocabulary lacks it."""
    term = terms(name).get(code)
    return term.label if term else code


def groups(name: str) -> Mapping[str, str]:
    """Labels of a vocabulary's groups by code; empty where it has none."""
    return MappingProxyType(_read(name).get("groups", {}))


def task_groups() -> Mapping[str, str]:
    """Labels of the task families by code, in the order of their colours."""
    return groups("task")


def words(name: str, code: str) -> tuple[str, ...]:
    """All that a reader may call a code: its label, then its synonyms."""
    term = terms(name).get(code)
    return (term.label, *term.synonyms) if term else (code,)


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
