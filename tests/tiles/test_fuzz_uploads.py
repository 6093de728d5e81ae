"""Damaged files are opened or refused, never anything else. The script takes many more of them."""

import random
from collections import Counter

from tests.tiles import fuzz_uploads


def test_good_files_are_opened() -> None:
    assert [fuzz_uploads.result(content) for content in fuzz_uploads.seeds()] == ["opened"] * 8


def test_mutated_files_are_opened_or_refused() -> None:
    chance = random.Random(5)

    found = Counter(fuzz_uploads.result(fuzz_uploads.mutated(chance)) for _ in range(200))

    assert not [became for became in found if became.startswith("!")]
    assert len(found) >= 4


def test_heads_that_say_anything_are_opened_or_refused() -> None:
    found: Counter[str] = Counter()

    fuzz_uploads.each_head(100, lambda content: found.update([fuzz_uploads.result(content)]))

    assert not [became for became in found if became.startswith("!")]
    assert found.total() >= 90
