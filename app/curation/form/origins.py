"""Where a value of the form comes from, as a choice and a few words, and as the provenance of a record."""

from collections.abc import Mapping
from typing import Any

from app.base.language import N_, _
from app.catalogue import naming
from app.curation.form import reading

Origin = Mapping[str, Any]

CHOICES: Mapping[str, str] = {
    "paper": N_("paper or documentation"),
    "web": N_("web page"),
    "file": N_("metadata file"),
    "computed": N_("computed from the data"),
    "suggestion": N_("own knowledge"),
}
"""What people can choose; the codes are keys of `data/vocabularies/sources.yaml`."""
KEPT = "kept"
"""Stands for the origin that a value came with: whoever changes the value says nothing of where the new one
comes from, so this must not be mistaken for a choice."""
LONGEST_REFERENCE = 500


def chosen(origin: Origin | None, published: Origin | None = None) -> tuple[str, str]:
    """The choice and the reference that show an origin; empty where nothing is said.

    Args:
        published: the origin that the published record names; the same is kept, not chosen.
    """
    if not origin:
        return "", ""
    reference = str(origin.get("note") or "")
    sources = _sources(origin)
    key = sources[0] if len(sources) == 1 else ""
    how = "computed" if key == "computed" else "stated"
    is_plain = (
        origin != published
        and key in CHOICES
        and origin.get("exact", True)
        and origin.get("how", "stated") == how
    )
    return key if is_plain else KEPT, reference


def _sources(origin: Origin) -> list[str]:
    """The keys of an origin; a draft of a program may hold anything in their place."""
    sources = origin.get("sources")
    return [str(key) for key in sources] if isinstance(sources, list | tuple) else []


def origin(choice: str, reference: str, before: Origin | None) -> dict[str, Any] | None:
    """The provenance that a choice means; what stood there before stays where the choice is the same."""
    note = reading.plain(reference)[:LONGEST_REFERENCE]
    if before and (choice, note) == chosen(before):
        return dict(before)
    if choice == KEPT and before:
        kept = {key: value for key, value in before.items() if key != "note"}
        return {**kept, "note": note} if note else kept
    if choice not in CHOICES:
        return None
    made: dict[str, Any] = {"sources": [choice]}
    if choice == "computed":
        made["how"] = "computed"
    return {**made, "note": note} if note else made


def in_words(origin: Origin | None) -> str:
    """An origin in a few words: "the paper or documentation, table 2"; empty where nothing is said."""
    choice, reference = chosen(origin)
    if not choice or origin is None:
        return ""
    sources = [_(CHOICES[key]) if key in CHOICES else naming.source(key) for key in _sources(origin)]
    return ", ".join([*sources, reference] if reference else sources)


def is_taken(origin: Origin | None) -> bool:
    """Whether a value was filled in from elsewhere, not typed."""
    return chosen(origin)[0] in (KEPT, "file")
