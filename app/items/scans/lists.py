"""The lists that come with datasets: which sample belongs to which split."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.base.errors import Invalid

LONGEST_LINE = 10_000


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a text or CSV file, cells without blanks around them; line by line.

    Raises:
        Invalid: it is no text, or has a line of more than 10,000 characters.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(_short(file, path)):
                yield [cell.strip() for cell in row]
    except (UnicodeDecodeError, csv.Error):
        raise Invalid(f"{path.name} is not a list in UTF-8, one entry a line.") from None


def _short(lines: Iterable[str], path: Path) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise Invalid(f"Line {number} of {path.name} has more than {LONGEST_LINE:,} characters.")
        yield line


def columns(path: Path) -> Iterator[Mapping[str, str]]:
    """The rows of a CSV file by the names in its first line."""
    found = rows(path)
    names = next(found, [])
    for row in found:
        yield dict(zip(names, row, strict=False))


def splits_of(folder: Path, names: Mapping[str, str], sample: re.Pattern[str]) -> dict[str, str]:
    """Which split lists of a folder put each sample into: whatever in a list looks like a sample's name.

    Args:
        names: file names of lists and the split each stands for; a missing one is passed over.
        sample: what the name of a sample looks like; its first group is the name.
    """
    found: dict[str, str] = {}
    for file, split in names.items():
        path = folder / file
        if path.is_file():
            for row in rows(path):
                found |= {match[1]: split for cell in row if (match := sample.search(cell))}
    return found


def subfolders(folder: Path) -> list[Path]:
    """The folders right below a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def first_folder(root: Path, *names: str) -> Path | None:
    """The first of some folders that is there; `root` itself where it bears the name."""
    candidates = [root / name for name in names] + [root for name in names if root.name == name]
    return next((path for path in candidates if path.is_dir()), None)
