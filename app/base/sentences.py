"""Sentences that are kept and read later: the words apart from the values in them.

What is stored as a text can be read in one language only. A sentence is stored as its English words with
named gaps, and what fills them; whoever is shown it reads it in their own language.

    from app.base.sentences import sentence as _

Under that name its words are collected for translation as all others are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base import html
from app.base.language import SOURCE, gettext, pgettext, plural, speaking

FIGURES: Mapping[str, Callable[[Any], str]] = {
    "number": html.number,
    "pixels": html.pixels,
    "gsd": html.gsd,
    "gigabytes": html.gigabytes,
}
"""Ways to write a figure, which differ from language to language."""


@dataclass(frozen=True)
class Figure:
    """A figure in a sentence; `kind` is a key of `FIGURES`, `value` a plain value of JSON."""

    kind: str
    value: Any

    def __str__(self) -> str:
        return FIGURES[self.kind](self.value)

    def as_json(self) -> dict[str, Any]:
        """What is stored of it."""
        return {"figure": self.kind, "value": self.value}


@dataclass(frozen=True)
class Sentence:
    """Words and what fills the gaps in them; `str()` is the whole in the language of whoever is answered.

    Values are numbers, texts, figures or sentences. Without values nothing is filled, so a percent sign in
    the words needs no doubling. `many` is the form for other numbers than one, which is the value `num`;
    `context` is that of a word with several senses, such as its vocabulary.
    """

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str = ""
    context: str = ""

    def __str__(self) -> str:
        words = self._translated()
        return words % {name: _shown(value) for name, value in self.values.items()} if self.values else words

    def _translated(self) -> str:
        if self.many:
            return plural(self.words, self.many, self.values["num"])
        return pgettext(self.context, self.words) if self.context else gettext(self.words)

    def in_english(self) -> str:
        """The whole as programs read it, whoever asks."""
        with speaking(SOURCE):
            return str(self)

    def as_json(self) -> dict[str, Any]:
        """What is stored of it."""
        stored: dict[str, Any] = {"words": self.words}
        if self.values:
            stored["values"] = {name: _stored(value) for name, value in self.values.items()}
        named = {"many": self.many, "context": self.context}
        return stored | {name: text for name, text in named.items() if text}


def sentence(words: str, /, **values: Any) -> Sentence:
    """A sentence to be kept, called as `app.base.language._` is."""
    return Sentence(words, values)


def counted(one: str, many: str, number: int, /, **values: Any) -> Sentence:
    """A sentence whose form suits a number, called as `app.base.language.ngettext` is."""
    return Sentence(one, {"num": number, **values}, many)


def joined(*parts: Sentence) -> Sentence:
    """Several sentences, one behind the other."""
    gaps = " ".join(f"%(part{place})s" for place in range(len(parts)))
    return Sentence(gaps, {f"part{place}": part for place, part in enumerate(parts)})


def restored(stored: Any) -> Sentence:
    """A sentence as `as_json` wrote it; what was kept as a text before stays as it was written."""
    if not isinstance(stored, Mapping):
        return Sentence(str(stored))
    values = {str(name): _value(value) for name, value in stored.get("values", {}).items()}
    return Sentence(str(stored["words"]), values, str(stored.get("many", "")), str(stored.get("context", "")))


def _shown(value: Any) -> Any:
    """Numbers stay numbers, so that whatever a language does with them still can be done."""
    return str(value) if isinstance(value, Sentence | Figure) else value


def _stored(value: Any) -> Any:
    if isinstance(value, Sentence | Figure):
        return value.as_json()
    return value if isinstance(value, int | float | str) else str(value)


def _value(stored: Any) -> Any:
    if not isinstance(stored, Mapping):
        return stored
    return Figure(str(stored["figure"]), stored["value"]) if "figure" in stored else restored(stored)
