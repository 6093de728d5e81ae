"""The addresses of a record that can be looked at, under the paths of the facts that name them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

LONGEST = 2000
"""Bytes of an address that is watched; the index of addresses holds no longer ones."""
FILES = frozenset(
    {
        ".7z", ".bz2", ".csv", ".geojson", ".gpkg", ".gz", ".h5", ".hdf5", ".jp2", ".jpg", ".json", ".nc",
        ".npy", ".npz", ".parquet", ".pdf", ".png", ".rar", ".tar", ".tgz", ".tif", ".tiff", ".xz", ".zip",
    }
)  # fmt: skip
"""Suffixes of addresses that promise a file."""
PROMISING = frozenset({"urls.download", "files"})
"""Paths whose addresses lead to data; an address of another path is a page, whatever its suffix."""
OPENED = ("http://", "https://")
NAMING = {"urls", "files", "libraries", "data_doi", "publication"}
"""The fields of a record that name addresses."""


@dataclass(frozen=True)
class Named:
    """An address, the path of its fact, and whether a file is promised there, with its bytes where stated."""

    path: str
    address: str
    host: str
    is_file: bool
    size: int | None = None


def addresses(record: Mapping[str, Any]) -> list[Named]:
    """The watched addresses of a record as JSON, each once, those of files first.

    What no browser opens (`s3://`, `gs://`, `ftp://`) is left out: there is no polite way to look.
    """
    sizes = {file.get("url"): file.get("bytes") for file in _files(record)}
    once: dict[str, Named] = {}
    for path, address in _stated(record):
        if isinstance(address, str) and (named := _named(path, address, sizes.get(address))):
            once.setdefault(address, named)
    return list(once.values())


def mirrors(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of a file's address and another address of the same file, as the record states them."""
    return [
        (str(file["mirror_of"]), str(file["url"]))
        for file in _files(record)
        if file.get("mirror_of") and file.get("url") and file["mirror_of"] != file["url"]
    ]


def _files(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [file for file in record.get("files") or () if isinstance(file, Mapping)]


def suffix(address: str) -> str:
    """The suffix of the file that an address names, in lower case."""
    return PurePosixPath(urlsplit(address).path).suffix.lower()


def _stated(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    urls, libraries = record.get("urls") or {}, record.get("libraries") or {}
    for address in urls.get("download") or ():
        yield "urls.download", address
    for file in _files(record):
        yield "files", file.get("url")
        yield "files", file.get("mirror_of")
    if record.get("data_doi"):
        yield "data_doi", f"https://doi.org/{quote(str(record['data_doi']))}"
    yield "urls.home", urls.get("home")
    yield "urls.code", urls.get("code")
    for name in libraries.get("huggingface") or ():
        yield "libraries.huggingface", f"https://huggingface.co/datasets/{quote(str(name))}"
    if libraries.get("aws_open_data"):
        name = quote(str(libraries["aws_open_data"]))
        yield "libraries.aws_open_data", f"https://registry.opendata.aws/{name}/"
    yield "publication.url", (record.get("publication") or {}).get("url")


def _named(path: str, address: str, size: int | None) -> Named | None:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    if not host or not address.lower().startswith(OPENED) or len(address.encode()) > LONGEST:
        return None
    is_file = path in PROMISING and suffix(address) in FILES
    return Named(path, address, host, is_file, size if is_file else None)
