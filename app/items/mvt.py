"""Mapbox vector tiles written without detours: square cells with counts, outlines, and a note on a tile.

Features are written as whole columns of bytes: what protobuf spells number by number, arrays spell for all
features at once. Source: Mapbox Vector Tile Specification 2.1; protobuf encoding.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

EXTENT = 4096
_POINT, _LINE, _POLYGON = 1, 2, 3
MOST_COUNTED, MOST_KEPT, SPARSE = 100_000, 10_000, 32
_MOVE, _THREE_LINES, _CLOSE = 9, 26, 15

Numbers = NDArray[np.int64]
Bytes = tuple[NDArray[np.uint8], NDArray[np.bool_]]
"""Bytes by row, and which of them are used."""


def cell_layer(name: str, columns: Numbers, rows: Numbers, side: int, counts: Mapping[str, Numbers]) -> bytes:
    """A layer of squares, each with counts; a count of 0 is left out.

    Args:
        columns, rows: the place of each cell in the tile, in cells from its north-western corner.
        side: width of a cell in units of the tile, of which it has 4096.
        counts: whole numbers per cell, by the name of the property.
    """
    table = np.stack(list(counts.values()))
    values, numbers = _numbered_counts(table)
    features = _cells(numbers, table > 0, np.stack([columns, rows]) * (2 * side), side)
    return _layer(name, features, list(counts), [_value(value) for value in values])


def outline_layer(
    name: str,
    properties: Mapping[str, Sequence[str | int | None]],
    corners: Numbers,
    centres: Numbers,
    shapes: Mapping[int, BaseGeometry],
) -> bytes:
    """A layer of boxes and other shapes with properties; None is left out.

    Args:
        corners: left, top, right and bottom of each feature in units of the tile.
        centres: right and down in the same units: the point that stands for a box without width or height.
        shapes: geometries in the same units, by the row of the feature that has one instead of its box.
    """
    numbers, held, values = _numbered(properties)
    tags = _tags(numbers, held)
    shaped = np.isin(np.arange(len(corners)), list(shapes))
    flat = (corners[:, 0] == corners[:, 2]) | (corners[:, 1] == corners[:, 3])
    boxes, points = np.flatnonzero(~flat & ~shaped), np.flatnonzero(flat & ~shaped)
    parts = [
        _features(_rows(tags, boxes), _POLYGON, _rectangles(corners[boxes])),
        _features(_rows(tags, points), _POINT, _points(centres[points])),
    ]
    for row, shape in shapes.items():
        kind, commands = _commands(shape)
        written = np.frombuffer(commands, dtype=np.uint8)[None, :]
        parts.append(_features(_rows(tags, [row]), kind, (written, np.ones(written.shape, dtype=bool))))
    return _layer(name, b"".join(parts), list(properties), values)


def note_layer(name: str, properties: Mapping[str, str | int]) -> bytes:
    """A layer of one feature that covers the whole tile and says something about it."""
    values = [_value(value) for value in properties.values()]
    tags = b"".join(_varint(number) * 2 for number in range(len(values)))
    feature = b"\x12" + _with_length(tags) + bytes((0x18, _POLYGON))
    feature += b"\x22" + _with_length(bytes((_MOVE, 0, 0)) + _around(EXTENT))
    return _layer(name, b"\x12" + _with_length(feature), list(properties), values)


def varints(values: Numbers) -> Bytes:
    """Unsigned numbers in groups of seven bits, the lowest first; all bytes but the last have a high bit.

    What comes back has one axis more than the numbers.
    """
    width = max(1, -(-int(values.max(initial=0)).bit_length() // 7))
    used = np.ones((*values.shape, width), dtype=bool)
    if width == 1:
        return values.astype(np.uint8)[..., None], used
    shifted = values[..., None] >> (7 * np.arange(width))
    used[..., 1:] = shifted[..., 1:] > 0
    written = (shifted & 0x7F).astype(np.uint8)
    written[..., :-1] |= used[..., 1:].view(np.uint8) << 7
    return written, used


def _numbered(
    properties: Mapping[str, Sequence[str | int | None]],
) -> tuple[Numbers, NDArray[np.bool_], list[bytes]]:
    """The numbers of values by feature and property, which are there, and the values themselves."""
    known: dict[str | int | None, int] = {None: 0}
    listed = [[known.setdefault(one, len(known)) for one in column] for column in properties.values()]
    numbers = np.array(listed, dtype=np.int64).T
    written = [_value(value) for value in known if value is not None]
    return np.maximum(numbers - 1, 0), numbers > 0, written


@lru_cache(MOST_KEPT)
def _value(value: str | int) -> bytes:
    """A value as layers list it."""
    written = b"\x28" + _varint(value) if isinstance(value, int) else b"\x0a" + _text(value)
    return b"\x22" + _with_length(written)


def _tags(numbers: Numbers, held: NDArray[np.bool_]) -> Bytes:
    """Pairs of numbers of names and values: [features, properties]."""
    size, width = numbers.shape
    written, used = varints(numbers)
    names = np.broadcast_to(np.arange(width, dtype=np.uint8)[None, :, None], (size, width, 1))
    pairs = np.concatenate([names, written], axis=2)
    used = np.concatenate([np.ones((size, width, 1), dtype=bool), used], axis=2) & held[:, :, None]
    return pairs.reshape(size, -1), used.reshape(size, -1)


def _features(tags: Bytes, kind: int, commands: Bytes) -> bytes:
    """Features of one kind of geometry, one after the other."""
    size = len(tags[0])
    body = _joined((*_sized(size, 0x12, tags), _constant(size, 0x18, kind), *_sized(size, 0x22, commands)))
    features, used = _joined(_sized(size, 0x12, body))
    return features[used].tobytes()


def _rows(part: Bytes, rows: Any) -> Bytes:
    return part[0][rows], part[1][rows]


def _zigzag(values: Numbers) -> Numbers:
    """Signed numbers as unsigned ones, small ones small."""
    turned: Numbers = (values << 1) ^ (values >> 63)
    return turned


def _rectangles(corners: Numbers) -> Bytes:
    """Commands that draw boxes clockwise from left and top."""
    left, top, right, bottom = corners.T
    size = len(corners)
    nought = _constant(size, 0)
    return _joined(
        (
            _constant(size, _MOVE),
            varints(_zigzag(left)),
            varints(_zigzag(top)),
            _constant(size, _THREE_LINES),
            *(varints(_zigzag(right - left)), nought, nought, varints(_zigzag(bottom - top))),
            *(varints(_zigzag(left - right)), nought, _constant(size, _CLOSE)),
        )
    )


def _points(places: Numbers) -> Bytes:
    return _joined(
        (_constant(len(places), _MOVE), varints(_zigzag(places[:, 0])), varints(_zigzag(places[:, 1])))
    )


def _commands(shape: BaseGeometry) -> tuple[int, bytes]:
    """The kind of a geometry in units of the tile, and the commands that draw it."""
    parts = list(getattr(shape, "geoms", [shape]))
    at = np.zeros((1, 2), dtype=np.int64)
    if parts[0].geom_type == "Polygon":
        lines = [ring.coords[:-1] for part in parts for ring in (part.exterior, *part.interiors)]
        kind = _POLYGON
    else:
        lines = [part.coords[:] for part in parts]
        kind = _POINT if parts[0].geom_type == "Point" else _LINE
    written = []
    if kind == _POINT:
        lines = [[place for line in lines for place in line]]
    for line in lines:
        places = np.array(line, dtype=np.float64)[:, :2].astype(np.int64)
        steps = _zigzag(np.diff(np.concatenate([at, places]), axis=0)).ravel().tolist()
        at = places[-1:]
        moved = len(places) if kind == _POINT else 1
        written.append(_varint(moved << 3 | 1) + b"".join(map(_varint, steps[: 2 * moved])))
        if len(places) > moved:
            written.append(
                _varint((len(places) - moved) << 3 | 2) + b"".join(map(_varint, steps[2 * moved :]))
            )
        written.append(bytes((_CLOSE,)) if kind == _POLYGON else b"")
    return kind, b"".join(written)


def _cells(numbers: Numbers, held: NDArray[np.bool_], corners: Numbers, side: int) -> bytes:
    """Features of squares, byte by byte of all of them at once: there are thousands, and none is long.

    Args:
        numbers, held: [property, cell], the number of each value, and whether it is there.
        corners: [right and down, cell], zigzagged places of the north-western corners.
        side: the width of a square.
    """
    size, around = numbers.shape[1], _around(side)
    tags, has_tag = _tags_of_cells(numbers, held)
    places, has_place = (part.transpose(0, 2, 1).reshape(-1, size) for part in varints(corners))
    # All lengths are below 128, and so are one byte each.
    length_of_tags = has_tag.sum(axis=0, dtype=np.uint8)
    length_of_commands = has_place.sum(axis=0, dtype=np.uint8) + np.uint8(1 + len(around))
    parts = [
        *(_column(0x12), [length_of_tags + length_of_commands + np.uint8(6)]),
        *(_column(0x12), [length_of_tags], tags),
        *(_column(0x18, _POLYGON, 0x22), [length_of_commands], _column(_MOVE), places, _column(*around)),
    ]
    written = np.concatenate([np.broadcast_to(part, (len(part), size)) for part in parts])
    used = np.ones(written.shape, dtype=bool)
    used[4 : 4 + len(tags)] = has_tag
    used[-len(around) - len(places) : -len(around)] = has_place
    return written.T[used.T].tobytes()


def _tags_of_cells(numbers: Numbers, held: NDArray[np.bool_]) -> Bytes:
    """Pairs of numbers of names and values, each byte of all cells side by side: [bytes, cells]."""
    (values, used), (properties, size) = varints(numbers), numbers.shape
    names = np.broadcast_to(np.arange(properties, dtype=np.uint8)[:, None, None], (properties, 1, size))
    pairs = np.concatenate([names, values.transpose(0, 2, 1)], axis=1)
    has = np.concatenate([np.ones(names.shape, dtype=bool), used.transpose(0, 2, 1)], axis=1)
    return pairs.reshape(-1, size), (has & held[:, None, :]).reshape(-1, size)


def _column(*values: int) -> NDArray[np.uint8]:
    return np.array(values, dtype=np.uint8)[:, None]


def _around(side: int) -> bytes:
    """Commands that draw a square clockwise from its north-western corner."""
    right, left = _varint(2 * side), _varint(2 * side - 1)
    return bytes((_THREE_LINES, *right, 0, 0, *right, *left, 0, _CLOSE))


def _numbered_counts(table: Numbers) -> tuple[list[int], Numbers]:
    """The different counts of a table, rising, and the place of each count of the table among them."""
    highest = int(table.max(initial=0))
    if highest > min(MOST_COUNTED, SPARSE * table.size):
        values, numbers = np.unique(table, return_inverse=True)
        return values.tolist(), numbers.reshape(table.shape)
    # Small counts are ticked off in a list, which is quicker than to sort them, but for a few in a long one.
    met = np.zeros(highest + 1, dtype=bool)
    met[table.ravel()] = True
    places = np.cumsum(met) - 1
    return np.flatnonzero(met).tolist(), places[table]


def _constant(size: int, *values: int) -> Bytes:
    """The same bytes in every row."""
    written = np.broadcast_to(np.array(values, dtype=np.uint8), (size, len(values)))
    return written, np.ones(written.shape, dtype=bool)


def _joined(parts: Iterable[Bytes]) -> Bytes:
    """Bytes one after the other, row by row."""
    listed = list(parts)
    return np.concatenate([part[0] for part in listed], axis=1), np.concatenate(
        [part[1] for part in listed], axis=1
    )


def _sized(size: int, tag: int, part: Bytes) -> Sequence[Bytes]:
    """A field of known length."""
    # No row is longer than a byte counts, and this is the quickest way to add up short rows.
    lengths = np.einsum("ij->i", part[1].view(np.uint8)) if part[1].shape[1] < 256 else part[1].sum(axis=1)
    return _constant(size, tag), varints(lengths.astype(np.int64)), part


def _layer(name: str, features: bytes, keys: Sequence[str], values: Sequence[bytes]) -> bytes:
    """A layer of version 2 around features, with the names and values they refer to."""
    parts = [
        b"\x0a" + _text(name),
        features,
        *(b"\x1a" + _text(key) for key in keys),
        *values,
        b"\x28" + _varint(EXTENT),
        b"\x78\x02",
    ]
    return b"\x1a" + _with_length(b"".join(parts))


def _text(words: str) -> bytes:
    return _with_length(words.encode())


def _with_length(content: bytes) -> bytes:
    return _varint(len(content)) + content


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*written, value))
