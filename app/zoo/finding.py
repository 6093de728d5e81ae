"""Find models: by words, kind, question and bands; and tell how many each choice would leave."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from app.base.errors import Invalid
from app.zoo.cards import Kind, ModelCard, Question

LONGEST_WORDS = 200
CODED: Mapping[str, tuple[str, ...]] = {"kind": get_args(Kind), "answers": get_args(Question)}


@dataclass(frozen=True)
class ModelQuery:
    """What a reader looks for.

    Attributes:
        q: words that all stand in a card.
        kind, answers: any of these.
        band: bands that a model eats, all of them.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    band: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        words = [("q", self.q)] if self.q else []
        return words + [(name, value) for name in FACETS for value in getattr(self, name)]


FACETS = ("kind", "answers", "band")


def read_query(given: Iterable[tuple[str, str]]) -> ModelQuery:
    """The query that parameters spell; names that are not ours are passed over.

    Raises:
        Invalid: a kind or a question does not exist, or the words are too many.
    """
    pairs = [(name, value.strip()) for name, value in given if value.strip()]
    for name, value in pairs:
        if name in CODED and value not in CODED[name]:
            raise Invalid(f"There is no {name} {value[:40]!r}; there are {', '.join(CODED[name])}.")
    words = " ".join(value for name, value in pairs if name == "q")
    if len(words) > LONGEST_WORDS:
        raise Invalid(f"The words may have {LONGEST_WORDS} characters.")
    chosen = {name: tuple(dict.fromkeys(value for key, value in pairs if key == name)) for name in FACETS}
    return ModelQuery(q=words, **chosen)


def find_models(cards: Iterable[ModelCard], query: ModelQuery) -> list[ModelCard]:
    """The cards that a query means, in their own order."""
    return [card for card in cards if _matches(card, query)]


def _matches(card: ModelCard, query: ModelQuery) -> bool:
    return (
        all(word in _text(card) for word in query.q.casefold().split())
        and (not query.kind or card.kind in query.kind)
        and (not query.answers or card.answers in query.answers)
        and set(query.band) <= set(card.bands)
    )


def _text(card: ModelCard) -> str:
    """Everything of a card in which words are looked for."""
    told = (card.id, card.name, card.summary, card.kind, card.answers or "", card.architecture, card.paper)
    classes = (one.name for output in card.outputs for one in output.classes)
    return " ".join((*told, card.training.data, *card.bands, *classes)).casefold()


def counts(cards: Iterable[ModelCard], query: ModelQuery) -> dict[str, dict[str, int]]:
    """How many models each value of a facet leaves, under every filter but its own; 0 for what is chosen.

    A model must have all bands that are asked for, so those are counted under the bands chosen already.
    """
    known = tuple(cards)
    found: dict[str, dict[str, int]] = {}
    for name in FACETS:
        others = query if name == "band" else ModelQuery(**{**vars(query), name: ()})
        values = (value for card in find_models(known, others) for value in _values(card, name))
        found[name] = {**dict.fromkeys(getattr(query, name), 0), **Counter(values)}
    return found


def _values(card: ModelCard, facet: str) -> tuple[str, ...]:
    if facet == "band":
        return tuple(dict.fromkeys(card.bands))
    value = card.kind if facet == "kind" else card.answers
    return (value,) if value else ()


def address(path: str, query: ModelQuery) -> str:
    """The address of a list of models."""
    pairs = query.pairs()
    return f"{path}?{urlencode(pairs)}" if pairs else path
