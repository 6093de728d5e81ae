"""How to get a dataset and how to load it; only from addresses and identifiers that its record holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from app.base.language import N_, _
from app.catalogue.record import DatasetRecord

FILE_KINDS = {
    ".zip": N_("ZIP archive"),
    ".gz": N_("compressed archive"),
    ".tgz": N_("compressed archive"),
    ".tar": N_("TAR archive"),
    ".7z": N_("7z archive"),
    ".rar": N_("RAR archive"),
    ".tif": "GeoTIFF",
    ".tiff": "GeoTIFF",
    ".json": "JSON",
    ".geojson": "GeoJSON",
    ".csv": "CSV",
    ".parquet": "Parquet",
    ".h5": "HDF5",
    ".nc": "NetCDF",
    ".pdf": "PDF",
}
STORES = {"gs": N_("Google Cloud Storage bucket"), "s3": N_("Amazon S3 bucket"), "ftp": N_("FTP server")}


@dataclass(frozen=True)
class Link:
    """One way to the data; `followable` is False for addresses that no browser opens."""

    what: str
    kind: str
    address: str
    host: str
    followable: bool = True


@dataclass(frozen=True)
class Snippet:
    """Lines that load the dataset with one library, from an identifier in the record."""

    library: str
    identifier: str
    code: str


def links(record: DatasetRecord) -> list[Link]:
    """Addresses of the record, the nearest to the data first, each once."""
    found = [
        *(_link(_("Download"), address) for address in record.urls.download),
        *([_link(_("Data, DOI"), f"https://doi.org/{quote(record.data_doi)}")] if record.data_doi else []),
        *(_link(_("Home page"), address) for address in [record.urls.home] if address),
        *(_link(_("Code"), address) for address in [record.urls.code] if address),
        *(
            _link("Hugging Face", f"https://huggingface.co/datasets/{quote(name)}")
            for name in record.libraries.huggingface
        ),
        *(
            _link("Registry of Open Data on AWS", f"https://registry.opendata.aws/{quote(name)}/")
            for name in [record.libraries.aws_open_data]
            if name
        ),
    ]
    once: dict[str, Link] = {}
    for link in found:
        once.setdefault(link.address, link)
    return list(once.values())


def _link(what: str, address: str) -> Link:
    parts = urlsplit(address)
    store = STORES.get(parts.scheme)
    kind = store or FILE_KINDS.get(PurePosixPath(parts.path).suffix.lower(), N_("page"))
    return Link(what, _(kind), address, parts.hostname or parts.netloc, followable=store is None)


def snippets(record: DatasetRecord) -> list[Snippet]:
    """Loading code for every library whose identifier is recorded."""
    return [*_torchgeo(record), *_huggingface(record), *_tfds(record)]


def _torchgeo(record: DatasetRecord) -> Iterable[Snippet]:
    for name in record.libraries.torchgeo:
        module, _, kind = name.rpartition(".")
        yield Snippet(
            "TorchGeo",
            name,
            f'from {module or "torchgeo.datasets"} import {kind}\n\ndataset = {kind}(root="data")\n',
        )


def _huggingface(record: DatasetRecord) -> Iterable[Snippet]:
    for name in record.libraries.huggingface:
        code = f'from datasets import load_dataset\n\ndataset = load_dataset("{name}")\n'
        yield Snippet("Hugging Face datasets", name, code)


def _tfds(record: DatasetRecord) -> Iterable[Snippet]:
    if record.libraries.tfds:
        name = record.libraries.tfds
        code = f'import tensorflow_datasets as tfds\n\ndataset = tfds.load("{name}")\n'
        yield Snippet("TensorFlow Datasets", name, code)
