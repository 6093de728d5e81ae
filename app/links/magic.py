"""The first bytes of files: whether they are those of the kind that an address promises. Pure."""

import re
from collections.abc import Mapping

from app.links.addresses import suffix

GZIP = (b"\x1f\x8b",)
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HDF = (b"\x89HDF\r\n\x1a\n",)
JPEG = (b"\xff\xd8\xff",)
BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    ".zip": ZIP,
    ".npz": ZIP,
    ".gz": GZIP,
    ".tgz": GZIP,
    ".bz2": (b"BZh",),
    ".xz": (b"\xfd7zXZ\0",),
    ".7z": (b"7z\xbc\xaf\x27\x1c",),
    ".rar": (b"Rar!\x1a\x07",),
    ".tif": TIFF,
    ".tiff": TIFF,
    ".jp2": (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),
    ".jpg": JPEG,
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".pdf": (b"%PDF",),
    ".h5": HDF,
    ".hdf5": HDF,
    ".nc": (*HDF, b"CDF\x01", b"CDF\x02", b"CDF\x05"),
    ".npy": (b"\x93NUMPY",),
    ".parquet": (b"PAR1",),
    ".gpkg": (b"SQLite format 3\0",),
    ".json": (b"{", b"["),
    ".geojson": (b"{",),
}
TEXTS = frozenset({".json", ".geojson"})
TAR_MARK = slice(257, 262)
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]", re.IGNORECASE)


def is_page(start: bytes, sort: str) -> bool:
    """Whether these are the first bytes of a web page; `sort` is the media type that the server tells."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _PAGE.match(text):
        return True
    is_told = sort.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    return is_told and text.startswith(b"<")


def fits(address: str, start: bytes) -> bool:
    """Whether a file begins as its suffix promises; of kinds without a mark, anything does."""
    kind = suffix(address)
    if kind == ".tar":
        return start[TAR_MARK] == b"ustar" or len(start) < TAR_MARK.stop
    wanted = BEGINNINGS.get(kind)
    if wanted is None:
        return True
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n") if kind in TEXTS else start
    return text.startswith(wanted)
