"""The documentation names every format, and exactly the facts that each carries."""

import re
from pathlib import Path

from app.exchange.formats import FORMATS, READERS, carried

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()


def test_every_format_stands_in_the_table_with_its_media_type_and_reader():
    for suffix, known in FORMATS.items():
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `.{suffix}` |"))

        assert known.media_type.partition(";")[0] in row
        name = next((name for name, read in READERS.items() if read is known.read), None)
        assert row.split("|")[-2].strip() == (f"`{name}`" if name else "")


def test_every_reader_is_named():
    assert all(f"`{name}`" in TEXT for name in READERS)


def test_the_facts_that_come_back_are_those_of_the_registry():
    rows = re.findall(r"^\| ((?:`\.[\w.]+`(?:, )?)+|STAC Collection) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    told = {
        name.strip("`. "): set(re.findall(r"`([^`]+)`", facts))
        for names, facts in rows
        for name in names.split(",")
    }

    assert told.pop("STAC Collection") == carried("stac")
    assert told == {suffix: known.carries for suffix, known in FORMATS.items() if known.read}
