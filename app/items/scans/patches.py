"""Patches whose files lie in twin folders, s1_7 beside s2_7 and lc_7, with twin names."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.items.scans.lists import subfolders

_FOLDER = re.compile(r"(s1|s2|lc|dfc)_(.+)")
_FILE = re.compile(r"(.+)_(s1|s2|lc|dfc)_(.+)_p(\d+)\.tif")


def scenes(branch: Path) -> Iterator[tuple[str, Mapping[str, Path]]]:
    """The scenes of a branch, each with its folder for every kind of file, in the order of their names."""
    found: dict[str, dict[str, Path]] = {}
    for folder in subfolders(branch):
        if match := _FOLDER.fullmatch(folder.name):
            found.setdefault(match[2], {})[match[1]] = folder
    for scene in sorted(found):
        yield scene, found[scene]


def patches(folders: Mapping[str, Path]) -> Iterator[tuple[str, Mapping[str, Path]]]:
    """The patches of a scene by name, each with those of its files that are there."""
    found: dict[tuple[str, int], dict[str, Path]] = {}
    for folder in folders.values():
        for path in folder.iterdir():
            match = _FILE.fullmatch(path.name)
            if match:
                found.setdefault((f"{match[1]}_{match[3]}", int(match[4])), {})[match[2]] = path
    for name, number in sorted(found):
        yield f"{name}_p{number}", found[name, number]
