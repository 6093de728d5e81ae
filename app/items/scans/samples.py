"""What a scanner finds: samples, each one item to be, and what is wrong with the rest.

A scanner is two functions. `find` walks a folder and names samples with their files, cheaply and in a fixed
order; `describe` opens the files of one sample and returns its item. What cannot be read is told, one by one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One item to be: its name, its files by the names of their assets, and what lists say about it."""

    name: str
    root: Path
    files: Mapping[str, Path]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def href(self, key: str) -> str:
        """Path of a file relative to the folder that was scanned."""
        return self.files[key].relative_to(self.root).as_posix()


@dataclass(frozen=True)
class Fault:
    """A file or sample that becomes no item, and why; `known` where its makers say so themselves."""

    path: Path
    reason: str
    known: bool = False


@dataclass(frozen=True)
class Format:
    """A layout that can be scanned: what it is called, what `find` expects, and the two functions."""

    title: str
    layout: str
    find: Callable[[Path], Iterator[Sample | Fault]]
    describe: Callable[[Sample], Document]
