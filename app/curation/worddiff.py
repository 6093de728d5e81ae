"""What differs between two texts, word by word, and between two lists, entry by entry. Pure functions."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

Kind = Literal["same", "del", "ins"]
One = TypeVar("One")

MOST_WORDS = 1500
"""Longer texts are shown as replaced whole: comparing them would take longer than a reader looks."""
LEAST_LIKENESS = 0.3
"""Texts that share less than this are easier to read one after the other than interwoven."""
_WORDS = re.compile(r"\s+|[\d\u2212][\d.,\u202f]*\d|\w+|[^\w\s]")


@dataclass(frozen=True)
class Run:
    """A stretch of text that is the same on both sides, or stands on one of them only."""

    kind: Kind
    text: str


Runs = tuple[Run, ...]


def words(before: str, after: str) -> tuple[Runs, Runs]:
    """Both texts, cut where they begin and cease to differ."""
    if before == after:
        return _whole("same", before), _whole("same", after)
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not old or not new or max(len(old), len(new)) > MOST_WORDS:
        return _whole("del", before), _whole("ins", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if _likeness(matcher, old, new) < LEAST_LIKENESS:
        return _whole("del", before), _whole("ins", after)
    return _sides(matcher, old, new)


def _whole(kind: Kind, text: str) -> Runs:
    return (Run(kind, text),) if text else ()


def _likeness(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> float:
    """The share of letters and digits that both have in common; blanks say nothing."""
    shared = sum(
        len(word)
        for block in matcher.get_matching_blocks()
        for word in old[block.a : block.a + block.size]
        if not word.isspace()
    )
    longest = max(sum(len(word) for word in side if not word.isspace()) for side in (old, new))
    return shared / longest if longest else 0.0


def _sides(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> tuple[Runs, Runs]:
    left: list[Run] = []
    right: list[Run] = []
    for tag, a, b, c, d in _smoothed(matcher, old):
        before, after = "".join(old[a:b]), "".join(new[c:d])
        left.extend(_whole("same" if tag == "equal" else "del", before))
        right.extend(_whole("same" if tag == "equal" else "ins", after))
    return tuple(left), tuple(right)


def _smoothed(
    matcher: SequenceMatcher[str], old: Sequence[str]
) -> list[tuple[Literal["equal", "differs"], int, int, int, int]]:
    """The steps from one text to the other; a lone blank between two changes belongs to them."""
    steps: list[tuple[Literal["equal", "differs"], int, int, int, int]] = []
    codes = matcher.get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        is_inner = 0 < place < len(codes) - 1
        is_gap = tag == "equal" and is_inner and all(word.isspace() for word in old[a:b])
        kind: Literal["equal", "differs"] = "equal" if tag == "equal" and not is_gap else "differs"
        if steps and steps[-1][0] == kind:
            _, first_a, _, first_c, _ = steps[-1]
            steps[-1] = (kind, first_a, b, first_c, d)
        else:
            steps.append((kind, a, b, c, d))
    return steps


@dataclass(frozen=True)
class Members:
    """The entries of two lists, each in the order of its list."""

    kept: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    is_reordered: bool


def members(before: Sequence[str], after: Sequence[str]) -> Members:
    """Which entries two lists share; entries that occur twice count twice."""
    kept, added = _split(after, Counter(before))
    stayed, removed = _split(before, Counter(after))
    return Members(tuple(kept), tuple(removed), tuple(added), is_reordered=kept != stayed)


def _split(entries: Sequence[str], others: Counter[str]) -> tuple[list[str], list[str]]:
    """The entries that the others hold as well, and those that they lack."""
    shared, lacking = [], []
    for entry in entries:
        if others[entry] > 0:
            others[entry] -= 1
            shared.append(entry)
        else:
            lacking.append(entry)
    return shared, lacking


def pairs(
    before: Sequence[One], after: Sequence[One], old: Sequence[str], new: Sequence[str]
) -> list[tuple[One | None, One | None]]:
    """The rows of two tables beside each other; `old` and `new` are the names by which rows are known again.

    A row without a partner stands alone, where it stood in its table.
    """
    found: list[tuple[One | None, One | None]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += zip(before[a:b], after[c:d], strict=True)
        else:
            found += [(row, None) for row in before[a:b]]
            found += [(None, row) for row in after[c:d]]
    return found
