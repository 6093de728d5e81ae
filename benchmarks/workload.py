"""The searches that are timed: six kinds in turn, as a reader who narrows down would send them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from app.base.extent import BBox
from app.catalogue.query import SearchQuery
from benchmarks.records import regions
from benchmarks.words import IN_HALF, SEARCHED, words

KINDS = ("words", "words + facet", "facets + box", "words + box", "everything", "words + facet + box")
# Eight facets with as many values as a reader unfolds.
FACETS = {
    "task": 20, "modality": 20, "sensor": 20, "platform": 20,
    "theme": 20, "label_type": 20, "licence_class": 20, "country": 20,
}  # fmt: skip
TASKS = ("semantic-segmentation", "object-detection", "scene-classification", "change-detection")
LICENCE_CLASSES = ("not-stated", "open-attribution", "open")
HALF_SIDE = 2.0
MOST_DRAWN = 1000


@dataclass(frozen=True)
class Search:
    """One search of a kind."""

    kind: str
    query: SearchQuery


Occur = Callable[[str], bool]
"""Whether some record holds all words of a text.

Where none does, the service looks for names spelled alike and for some of the words, which plain SQL does
not: such searches cannot be compared and are drawn again.
"""


def mixed(occur: Occur, count: int = 60) -> list[Search]:
    """The mixed workload."""
    draw = _Drawn(Random(3), regions(), occur)
    return [draw.search(number, KINDS[number % len(KINDS)]) for number in range(count)]


def words_and_box(occur: Occur, count: int = 30) -> list[Search]:
    """Searches by words and box alone, as an HTTP client sends them."""
    draw = _Drawn(Random(5), regions(), occur)
    return [draw.search(number, "words + box") for number in range(count)]


def half() -> Search:
    """The word that every second record holds."""
    return Search("half of all", SearchQuery(q=IN_HALF, facets=FACETS))


@dataclass(frozen=True)
class _Drawn:
    """Draws searches, the same each time."""

    random: Random
    middles: list[tuple[float, float]]
    occur: Occur

    def search(self, number: int, kind: str) -> Search:
        fields: dict[str, Any] = {"facets": FACETS}
        if "words" in kind:
            fields["q"] = self._words(2 if number % 2 == 0 and kind != "words" else 1)
        if "facet" in kind:
            fields["task"] = (self.random.choice(TASKS),)
        if kind == "facets + box":
            fields["licence_class"] = (self.random.choice(LICENCE_CLASSES),)
        if "box" in kind:
            fields["bbox"] = self._box()
        return Search(kind, SearchQuery(**fields))

    def _words(self, count: int) -> str:
        for _ in range(MOST_DRAWN):
            if self.occur(drawn := words(self.random, SEARCHED, count)):
                return drawn
        raise RuntimeError("No record holds the words of the workload; load the catalogue anew (--fresh).")

    def _box(self) -> BBox:
        longitude, latitude = self.random.choice(self.middles)
        return BBox(
            round(max(-180.0, longitude - HALF_SIDE), 4),
            round(latitude - HALF_SIDE, 4),
            round(min(180.0, longitude + HALF_SIDE), 4),
            round(latitude + HALF_SIDE, 4),
        )
