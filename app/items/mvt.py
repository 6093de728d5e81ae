"""Mapbox vector tiles written without detours: a layer of square cells with counts, and a note on a tile.

Cells are written as whole columns of bytes: what protobuf spells number by number, arrays spell for all cells
at once. Source: Mapbox Vector Tile Specification 2.1; protobuf encoding.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
_POLYGON = 3
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
    values, numbers = np.unique(np.stack(list(counts.values()), axis=1), return_inverse=True)
    numbers = numbers.reshape(len(columns), len(counts))
    held = np.stack(list(counts.values()), axis=1) > 0
    tags = _joined(
        part
        for key in range(len(counts))
        for part in (
            _only(_constant(len(columns), key), held[:, key]),
            _only(varints(numbers[:, key]), held[:, key]),
        )
    )
    shape = _squares(columns, rows, side)
    body = _joined(
        (
            *_sized(len(columns), 0x12, tags),
            _constant(len(columns), 0x18, _POLYGON),
            *_sized(len(columns), 0x22, shape),
        )
    )
    features, used = _joined(_sized(len(columns), 0x12, body))
    written = [b"\x22" + _with_length(b"\x28" + _varint(int(value))) for value in values]
    return _layer(name, features[used].tobytes(), list(counts), written)


def note_layer(name: str, properties: Mapping[str, str | int]) -> bytes:
    """A layer of one feature that covers the whole tile and says something about it."""
    values = [
        b"\x22" + _with_length(b"\x28" + _varint(value) if isinstance(value, int) else b"\x0a" + _text(value))
        for value in properties.values()
    ]
    tags = b"".join(_varint(number) * 2 for number in range(len(values)))
    shape, used = _squares(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), EXTENT)
    feature = b"\x12" + _with_length(tags) + bytes((0x18, _POLYGON))
    feature += b"\x22" + _with_length(shape[used].tobytes())
    return _layer(name, b"\x12" + _with_length(feature), list(properties), values)


def varints(values: Numbers) -> Bytes:
    """Unsigned numbers in groups of seven bits, the lowest first; all bytes but the last have a high bit."""
    width = max(1, -(-int(values.max(initial=0)).bit_length() // 7))
    shifted = values[:, None] >> (7 * np.arange(width))
    follows = np.zeros(shifted.shape, dtype=bool)
    follows[:, :-1] = shifted[:, 1:] > 0
    used = np.ones(shifted.shape, dtype=bool)
    used[:, 1:] = follows[:, :-1]
    return ((shifted & 0x7F) | (follows << 7)).astype(np.uint8), used


def _squares(columns: Numbers, rows: Numbers, side: int) -> Bytes:
    """Commands that draw squares clockwise from their north-western corners."""
    right, left = _varint(2 * side), _varint(2 * side - 1)
    return _joined(
        (
            _constant(len(columns), _MOVE),
            varints(2 * side * columns),
            varints(2 * side * rows),
            _constant(len(columns), _THREE_LINES, *right, 0, 0, *right, *left, 0, _CLOSE),
        )
    )


def _constant(size: int, *values: int) -> Bytes:
    """The same bytes in every row."""
    written = np.broadcast_to(np.array(values, dtype=np.uint8), (size, len(values)))
    return written, np.ones(written.shape, dtype=bool)


def _only(part: Bytes, held: NDArray[np.bool_]) -> Bytes:
    """Bytes of some rows."""
    return part[0], part[1] & held[:, None]


def _joined(parts: Iterable[Bytes]) -> Bytes:
    """Bytes one after the other, row by row."""
    listed = list(parts)
    return np.concatenate([part[0] for part in listed], axis=1), np.concatenate(
        [part[1] for part in listed], axis=1
    )


def _sized(size: int, tag: int, part: Bytes) -> Sequence[Bytes]:
    """A field of known length."""
    return _constant(size, tag), varints(part[1].sum(axis=1, dtype=np.int64)), part


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
