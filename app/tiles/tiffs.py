"""What a TIFF says of itself, read before any library opens it: sizes, tags, and whether all of it is there.

A library reserves memory by what a file claims. Here the claims are compared with the limits and with the
bytes that are there, in plain Python, so that a file of a kilobyte that claims ten gigabytes costs nothing.
Source of tags: TIFF 6.0; BigTIFF differs in the width of its numbers.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.tiles.refusals import Refused

WIDTH, LENGTH, BITS, COMPRESSION = 256, 257, 258, 259
STRIPS, SAMPLES, STRIP_BYTES, PLANAR = 273, 277, 279, 284
TILE_WIDTH, TILE_LENGTH, TILES, TILE_BYTES, FORMAT = 322, 323, 324, 325, 339
WANTED = frozenset({
    WIDTH, LENGTH, BITS, COMPRESSION, STRIPS, SAMPLES, STRIP_BYTES, PLANAR,
    TILE_WIDTH, TILE_LENGTH, TILES, TILE_BYTES, FORMAT,
})  # fmt: skip
ARRAYS = frozenset({STRIPS, STRIP_BYTES, TILES, TILE_BYTES})
COMPRESSIONS = frozenset({1, 5, 8, 32946, 32773, 50000})
"""None, LZW, deflate by either number, packed bits, ZSTD: without loss, and widely read."""
NUMBERS = frozenset({1, 2, 3})
"""Unsigned, signed, floating; all others are complex or undefined."""
KINDS: Mapping[int, tuple[str, int]] = {
    1: ("B", 1), 2: ("c", 1), 3: ("H", 2), 4: ("I", 4), 5: ("II", 8), 6: ("b", 1), 7: ("c", 1), 8: ("h", 2),
    9: ("i", 4), 10: ("ii", 8), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4), 16: ("Q", 8), 17: ("q", 8),
    18: ("Q", 8),
}  # fmt: skip
"""How a value of each kind is written, and its bytes."""
MOST_TAGS = 200
MOST_PICTURES = 40
MOST_TAG_BYTES = 4_000_000
MOST_BLOCKS = 500_000
MOST_BLOCK_BYTES = 64_000_000

Values = tuple[int, ...]


@dataclass(frozen=True)
class Claims:
    """What one picture in a TIFF claims to be."""

    columns: int
    rows: int
    bands: int
    bytes_per_value: int


@dataclass(frozen=True)
class _Layout:
    """How numbers are written: the order of bytes, and whether it is a BigTIFF."""

    name: str
    order: str
    big: bool

    @property
    def entry(self) -> int:
        """Bytes of one tag."""
        return 20 if self.big else 12

    @property
    def head(self) -> int:
        """Bytes of the count of tags."""
        return 8 if self.big else 2

    @property
    def offset(self) -> tuple[str, int]:
        """How a position in the file is written, and its bytes."""
        return ("Q", 8) if self.big else ("I", 4)


def claims_of(content: bytes, name: str) -> Claims:
    """Look through the heads of all pictures of a TIFF and return what the first claims.

    Args:
        name: stands in what a reader is told.

    Raises:
        Refused: it is no TIFF, is damaged or cut short, or asks for what no image of ours needs.
    """
    layout, first = _start(content, name)
    claims = [_claims(content, layout, tags) for tags in _pictures(content, layout, first)]
    if not claims:
        raise Refused("damaged", name=name)
    return claims[0]


def is_tiff(content: bytes) -> bool:
    """Whether it begins as a TIFF does, in either byte order."""
    return content[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def _start(content: bytes, name: str) -> tuple[_Layout, int]:
    if content[:4] in (b"II\0*", b"MM*\0", b"II\0+", b"MM+\0"):
        raise Refused("byte-order", name=name)
    if not is_tiff(content):
        raise Refused("no-tiff", name=name)
    layout = _Layout(name, "<" if content[:2] == b"II" else ">", b"+" in content[2:4])
    if layout.big and _numbers(content, layout, 4, "HH", 4) != (8, 0):
        raise Refused("damaged", name=name)
    (first,) = _numbers(content, layout, 8 if layout.big else 4, *layout.offset)
    return layout, first


def _numbers(content: bytes, layout: _Layout, at: int, written: str, size: int) -> Values:
    """Numbers at a place in the file.

    Raises:
        Refused: the place lies behind the end.
    """
    if at < 0 or at + size > len(content):
        raise Refused("truncated", name=layout.name)
    return struct.unpack_from(layout.order + written, content, at)


def _pictures(content: bytes, layout: _Layout, first: int) -> Iterator[Mapping[int, Values]]:
    """The wanted tags of every picture: the image, its overviews, its mask."""
    seen: set[int] = set()
    place = first
    while place:
        if place in seen:
            raise Refused("damaged", name=layout.name)
        seen.add(place)
        if len(seen) > MOST_PICTURES:
            raise Refused("pictures", name=layout.name, most=MOST_PICTURES)
        (count,) = _numbers(content, layout, place, "Q" if layout.big else "H", layout.head)
        if count > MOST_TAGS:
            raise Refused("tags", name=layout.name)
        yield _tags(content, layout, place + layout.head, count)
        end = place + layout.head + count * layout.entry
        (place,) = _numbers(content, layout, end, *layout.offset)


def _tags(content: bytes, layout: _Layout, start: int, count: int) -> Mapping[int, Values]:
    found: dict[int, Values] = {}
    total = 0
    for number in range(count):
        at = start + number * layout.entry
        tag, kind = _numbers(content, layout, at, "HH", 4)
        (length,) = _numbers(content, layout, at + 4, *layout.offset)
        size = length * KINDS.get(kind, ("c", 1))[1]
        total += 0 if tag in ARRAYS else size
        if total > MOST_TAG_BYTES or (tag in ARRAYS and length > MOST_BLOCKS):
            raise Refused("tags", name=layout.name)
        place = _place(content, layout, at, size)
        if tag in WANTED:
            found[tag] = _values(content, layout, place, kind, length)
    return found


def _place(content: bytes, layout: _Layout, at: int, size: int) -> int:
    """Where the values of a tag stand: in the tag itself where they fit, else where it points.

    Raises:
        Refused: they lie behind the end.
    """
    inside = at + layout.entry - layout.offset[1]
    place = inside if size <= layout.offset[1] else _numbers(content, layout, inside, *layout.offset)[0]
    if place + size > len(content):
        raise Refused("truncated", name=layout.name)
    return int(place)


def _values(content: bytes, layout: _Layout, place: int, kind: int, length: int) -> Values:
    written, _size = KINDS.get(kind, ("", 0))
    if len(written) != 1 or written not in "BHIQ":
        raise Refused("damaged", name=layout.name)
    return struct.unpack_from(f"{layout.order}{length}{written}", content, place)


def _claims(content: bytes, layout: _Layout, tags: Mapping[int, Values]) -> Claims:
    name = layout.name
    columns, rows, bands = _one(tags, WIDTH, 0), _one(tags, LENGTH, 0), _one(tags, SAMPLES, 1)
    if not columns or not rows or not bands:
        raise Refused("no-size", name=name)
    method = _one(tags, COMPRESSION, 1)
    if method not in COMPRESSIONS:
        raise Refused("compression", name=name, method=f"{method}")
    bits = max(tags.get(BITS) or (1,))
    if bits > 64 or not NUMBERS.issuperset(tags.get(FORMAT, (1,))):
        raise Refused("number-type", name=name)
    claims = Claims(columns, rows, bands, -(-bits // 8))
    _check_blocks(content, layout, tags, claims)
    return claims


def _one(tags: Mapping[int, Values], tag: int, otherwise: int) -> int:
    return tags[tag][0] if tags.get(tag) else otherwise


def _check_blocks(content: bytes, layout: _Layout, tags: Mapping[int, Values], claims: Claims) -> None:
    """Look whether the blocks have a size that can be unpacked, and whether all of them are there.

    A block at 0 of length 0 is one that holds no data and was left out, which is allowed.
    """
    tiled = TILE_WIDTH in tags or TILES in tags
    if tiled:
        pixels = _one(tags, TILE_WIDTH, 0) * _one(tags, TILE_LENGTH, 0)
        together = claims.bands if _one(tags, PLANAR, 1) == 1 else 1
        if not 0 < pixels * together * claims.bytes_per_value <= MOST_BLOCK_BYTES:
            raise Refused("blocks", name=layout.name)
    places, sizes = tags.get(TILES if tiled else STRIPS), tags.get(TILE_BYTES if tiled else STRIP_BYTES)
    if not places or not sizes:
        raise Refused("damaged", name=layout.name)
    if any(place + size > len(content) for place, size in zip(places, sizes, strict=False)):
        raise Refused("truncated", name=layout.name)
