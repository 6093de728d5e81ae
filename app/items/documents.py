"""Documents of items that were read lately, held in memory.

The number of an item belongs to one document for ever: an item that is replaced gets a new one. So what is
held is never out of date, and only its size has to be watched.
"""

from collections.abc import Iterable, Mapping

Named = tuple[str, str]
"""The id of an item within its collection, and its document as stored."""

MOST_BYTES = 48_000_000
OVERHEAD = 250
"""Bytes that Python takes for an entry beside its texts."""


class Documents:
    """Documents by the number of their item; what was not asked for the longest goes first.

    They lie on two shelves. Once the first is full, it becomes the second, and another one the first; what is
    asked for of the second moves to the first. So nothing is sorted or locked: readers on several threads may
    each put a document there, which is the same one.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes // 2
        self._lately: dict[int, Named] = {}
        self._before: dict[int, Named] = {}
        self._bytes = 0

    def among(self, numbers: Iterable[int]) -> dict[int, Named]:
        """Those of some items that are held."""
        lately, before = self._lately, self._before
        found, again = {}, {}
        for number in numbers:
            held = lately.get(number)
            if held is None and (held := before.get(number)) is not None:
                again[number] = held
            if held is not None:
                found[number] = held
        if again:
            self.keep(again)
        return found

    def keep(self, documents: Mapping[int, Named]) -> None:
        """Hold some more."""
        self._lately.update(documents)
        self._bytes += sum(len(name) + len(document) + OVERHEAD for name, document in documents.values())
        if self._bytes > self._most:
            self._before, self._lately, self._bytes = self._lately, {}, 0
