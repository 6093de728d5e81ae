"""A zip of GeoTIFFs, unpacked in memory within limits; nothing is ever written under a name from it."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from app.tiles.opened import Limits
from app.tiles.refusals import Refused

SUFFIXES = (".tif", ".tiff")
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError, RuntimeError,
)  # fmt: skip
"""All that the library raises for a damaged zip; the last one has NotImplementedError beneath it."""
PART = 1_000_000
LONGEST_NAME = 100


def is_zip(content: bytes) -> bool:
    """Whether it begins as a zip does, be it an empty one."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(content: bytes, limits: Limits) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The GeoTIFFs of a zip by name, in the order of their names, and the names of what was left out.

    Raises:
        Refused: it is damaged, locked, holds too many files, or too much when it is unpacked.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return _unpack(packed, limits)
    except DAMAGED:
        raise Refused("zip-damaged") from None


def _unpack(packed: zipfile.ZipFile, limits: Limits) -> tuple[dict[str, bytes], tuple[str, ...]]:
    members = [one for one in packed.infolist() if not one.is_dir()]
    if len(members) > limits.files:
        raise Refused("zip-files", files=len(members), most=limits.files)
    rasters = sorted((one for one in members if _is_raster(one.filename)), key=lambda one: one.filename)
    found: dict[str, bytes] = {}
    left = limits.values * 4
    for member in rasters:
        content = _read(packed, member, left, limits)
        left -= len(content)
        # The name stands in messages and on pages: the last part of it is enough, and of bounded length.
        name = _shown(PurePosixPath(member.filename).name)
        found[name if name not in found else f"{len(found)}-{name}"] = content
    if not found:
        raise Refused("zip-empty")
    taken = {one.filename for one in rasters}
    return found, tuple(_shown(one.filename) for one in members if one.filename not in taken)


def _shown(name: str) -> str:
    return "".join(sign for sign in name[-LONGEST_NAME:] if sign.isprintable())


def _is_raster(name: str) -> bool:
    path = PurePosixPath(name)
    # Programs of one maker add files of this folder and name, which are no rasters.
    hidden = path.name.startswith("._") or "__MACOSX" in path.parts
    return path.suffix.lower() in SUFFIXES and not hidden


def _read(packed: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, limits: Limits) -> bytes:
    """One file, read in parts, whatever size it claims."""
    if member.flag_bits & 1:
        raise Refused("zip-locked")
    if member.compress_type not in METHODS:
        raise Refused("zip-packing")
    if member.file_size > most:
        raise Refused("zip-size", most=limits.values * 4)
    parts: list[bytes] = []
    for part in _parts(packed, member):
        parts.append(part)
        if sum(map(len, parts)) > most:
            raise Refused("zip-size", most=limits.values * 4)
    return b"".join(parts)


def _parts(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with packed.open(member) as file:
        while part := file.read(PART):
            yield part
