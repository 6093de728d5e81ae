"""Files of STAC Items as a stream of lines: what is in them, one item at a time, in constant memory."""

import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import ijson
import orjson

from app.base.errors import Invalid
from app.items.document import LARGEST_ITEM
from app.items.lines import Line, Unreadable, numbered

TABLES = "app.items.geoparquet"
"""Brings a large library, which processes that check lines of text should not wait for."""

JSON = (".json", ".geojson")
LARGEST_CATALOGUE = 50_000_000
CATALOGUES = ("Catalog", "Collection")
LEADING = ("child", "item")
"""Links of a catalogue that lead to what is part of it."""

Document = dict[str, Any]
OfCatalogue = Callable[[Path, Document], Iterator[bytes]]


def read_lines(path: Path) -> Iterator[Line]:
    """(number, item as JSON) for each item of a file or folder; numbers count from 1.

    Reads ndjson, a FeatureCollection of any size, a list of Items, one Item, a static catalogue by its links,
    a folder of such JSON files, and stac-geoparquet. What is linked and missing is a line that says so.

    Raises:
        Invalid: none of these, or the file breaks off.
    """
    if path.is_dir():
        return numbered(_folder(path))
    if path.suffix in (".parquet", ".geoparquet"):
        return numbered(import_module(TABLES).read(path))
    if path.suffix in (".ndjson", ".jsonl", ".ndgeojson"):
        return numbered(_lines(path))
    if path.suffix in JSON:
        return numbered(_document(path, _linked))
    raise Invalid(
        f"{path.name}: items are read from .ndjson, .json, .geojson, .parquet, or a folder of .json files."
    )


def fingerprint(path: Path) -> str:
    """What tells one state of a file, a folder or a catalogue from another: names, sizes, times of change."""
    told = hashlib.sha256(str(path.resolve()).encode())
    for part in _parts(path):
        state = part.lstat()
        told.update(f"\0{part.name}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return told.hexdigest()


def _parts(path: Path) -> Iterator[Path]:
    """The files that a load reads: of a folder all that hold JSON, of a catalogue those of its folder."""
    if path.is_dir():
        yield from _members(path)
    elif path.suffix in JSON and _is_catalogue(path):
        yield from _members(path.parent)
    else:
        yield path


def _is_catalogue(path: Path) -> bool:
    if path.stat().st_size > LARGEST_CATALOGUE:
        return False
    try:
        return _loaded(path).get("type") in CATALOGUES
    except Invalid:
        return False


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _document(path: Path, of_catalogue: OfCatalogue) -> Iterator[bytes]:
    """What a `.json` file holds: items one a line, a list or collection of them, one item, or a catalogue."""
    if path.stat().st_size > LARGEST_ITEM:
        yield from _large(path, of_catalogue)
        return
    content = path.read_bytes()
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if not _is_object(content.partition(b"\n")[0]):
            raise Invalid(f"{path.name} is not JSON: {error}.") from None
        yield from _lines(path)
        return
    if isinstance(document, dict) and document.get("type") in CATALOGUES:
        yield from of_catalogue(path, document)
        return
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        document = document.get("features")
    for item in document if isinstance(document, list) else [document]:
        yield orjson.dumps(item)


def _large(path: Path, of_catalogue: OfCatalogue) -> Iterator[bytes]:
    """The same for a file that is too large to be one item: nothing of it is read at once but one item."""
    with path.open("rb") as file:
        first = file.readline(LARGEST_ITEM + 1)
    if first.endswith(b"\n") and _is_object(first):
        yield from _lines(path)
        return
    empty = True
    for feature in _features(path, "item" if first.lstrip()[:1] == b"[" else "features.item"):
        empty = False
        yield orjson.dumps(feature)
    if empty:
        document = _loaded(path)
        if document.get("type") not in CATALOGUES:
            raise Invalid(f"{path.name} is neither an item nor a collection of items.")
        yield from of_catalogue(path, document)


def _features(path: Path, prefix: str) -> Iterator[Any]:
    """The members of a list inside a JSON file, one at a time.

    Raises:
        Invalid: the file is not JSON, or no longer so after some of them.
    """
    try:
        with path.open("rb") as file:
            yield from ijson.items(file, prefix, use_float=True)
    except ijson.JSONError as error:
        raise Invalid(f"{path.name} is not JSON: {_first_line(error)}.") from None


def _first_line(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return text.strip().partition("\n")[0] or "it breaks off"


def _loaded(path: Path) -> Document:
    if path.stat().st_size > LARGEST_CATALOGUE:
        raise Invalid(f"{path.name} has more than {LARGEST_CATALOGUE:,} bytes and is no collection of items.")
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{path.name} is not JSON: {error}.") from None
    if not isinstance(document, dict):
        raise Invalid(f"{path.name} is JSON, but no object.")
    return document


def _linked(top: Path, _: Document) -> Iterator[bytes]:
    """The items that a catalogue leads to, through all catalogues below it; each of those is entered once."""
    waiting, seen, root = [top.resolve()], set(), top.resolve().parent
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        try:
            document = _loaded(path)
        except Invalid as error:
            yield Unreadable(error.message.encode())
            continue
        if document.get("type") not in CATALOGUES:
            yield orjson.dumps(document)
            continue
        seen.add(path)
        targets = [_target(path, href, root) for href in _hrefs(document)]
        yield from (one for one in targets if isinstance(one, Unreadable))
        waiting += reversed([one for one in targets if isinstance(one, Path)])


def _broken(path: Path, document: Document) -> Iterator[bytes]:
    """What a catalogue links to and is not there; all else is met where it lies."""
    targets = (_target(path, href) for href in _hrefs(document))
    yield from (one for one in targets if isinstance(one, Unreadable))


def _hrefs(document: Document) -> Iterator[str]:
    """Where a catalogue leads to what is part of it."""
    links = document.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") in LEADING and isinstance(link.get("href"), str):
            yield link["href"]


def _target(origin: Path, href: str, root: Path | None = None) -> Path | Unreadable:
    """The file behind a link, or why there is none; a link may not lead out of `root`."""
    if "://" in href:
        return Unreadable(f"{origin.name} links to {href[:200]}, which is not on this disk.".encode())
    path = (origin.parent / href).resolve()
    if root is not None and not path.is_relative_to(root):
        return Unreadable(f"{origin.name} links to {href[:200]}, outside of its folder.".encode())
    if not path.is_file():
        return Unreadable(f"{origin.name} links to {href[:200]}, which is not there.".encode())
    return path


def _folder(root: Path) -> Iterator[bytes]:
    """Every item below a folder, linked or not; what catalogues in it link to and is missing is told."""
    for path in _members(root):
        yield from _member(path)


def _members(root: Path) -> Iterator[Path]:
    """The JSON files below a folder, in an order that does not change."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        yield from (Path(folder) / name for name in sorted(files) if name.endswith(JSON))


def _member(path: Path) -> Iterator[bytes]:
    """The items of one file of a folder; JSON that is something else is passed over."""
    try:
        for content in _document(path, _broken):
            if isinstance(content, Unreadable) or b'"Feature"' in content:
                yield content
    except Invalid as error:
        yield Unreadable(error.message.encode())


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
