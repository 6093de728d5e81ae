"""The whole catalogue as files: JSON Lines, CSV and GeoParquet, each with a checksum.

A dump belongs to one version of the catalogue. The worker writes the files each night; a reader who comes
after a change has them written at once, so that nobody takes home an old state without knowing.
"""

import csv
import fcntl
import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.base.spreadsheet import defused
from app.catalogue import places
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset

router = APIRouter(tags=["dumps"])

MEDIA_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
BATCH = 500
COLUMNS = (
    "slug", "uuid", "name", "title", "summary", "kind", "year", "tasks", "themes", "modalities", "platforms",
    "sensors", "image_sources", "gsd_min_m", "gsd_max_m", "n_samples", "n_images", "n_classes", "n_bands",
    "volume_gb", "size_measure", "label_type", "licence_spdx", "licence_text", "licence_class", "geo_status",
    "countries", "completeness", "home", "updated",
)  # fmt: skip


@router.get(
    "/dump/datasets.{suffix}",
    summary="Download the whole catalogue",
    response_class=Response,
    responses={404: {"description": "No such format"}},
)
def download(request: Request, session: ReadSession, suffix: str) -> Response:
    """All records as jsonl (whole records), csv (the main facts) or parquet (the same with footprints,
    GeoParquet); with `.sha256` behind it, the checksum in the form that `sha256sum --check` reads. Metadata
    are CC0."""
    format_, _, rest = suffix.partition(".")
    if format_ not in MEDIA_TYPES or rest not in ("", "sha256"):
        raise NotFound(
            f"There is no dump datasets.{suffix[:40]}. There are {', '.join(MEDIA_TYPES)}, each with .sha256."
        )
    folder = write_dumps(session, request.app.state.settings.state / "dumps")
    path = folder / f"datasets.{suffix}"
    media_type = "text/plain" if rest else MEDIA_TYPES[format_]
    return FileResponse(
        path, media_type=media_type, filename=path.name, headers={"Cache-Control": "no-cache"}
    )


def write_dumps(session: Session, folder: Path) -> Path:
    """Write the files of the version that the session sees, unless they are there; returns their folder.

    The folder of a version appears whole or not at all; those of older versions are removed.
    """
    version = session.scalar(select(CURRENT_VERSION))
    done = folder / f"version-{version}"
    if done.exists():
        return done
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not done.exists():
            draft = folder / f"draft-{os.getpid()}"
            draft.mkdir(exist_ok=True)
            _write_all(session, draft)
            draft.rename(done)
            _remove_older(folder, done)
    return done


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_older(folder: Path, kept: Path) -> None:
    """Files that are being sent stay readable: a removed file lives until its last reader closes it."""
    for other in folder.glob("version-*"):
        if other != kept:
            for file in other.iterdir():
                file.unlink()
            other.rmdir()


def _write_all(session: Session, folder: Path) -> None:
    rows = [_flat(*row) for row in _rows(session)]
    with (folder / "datasets.jsonl").open("wb") as lines:
        for record, *_ in _rows(session):
            lines.write(orjson.dumps(record.model_dump(mode="json")) + b"\n")
    (folder / "datasets.csv").write_bytes(_as_csv(rows))
    pq.write_table(_as_table(rows), folder / "datasets.parquet", compression="zstd")
    for suffix in MEDIA_TYPES:
        name = f"datasets.{suffix}"
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")


def _rows(session: Session) -> Iterator[tuple[DatasetRecord, dict[str, Any], str]]:
    statement = select(Dataset.record, Dataset.card, Dataset.updated).order_by(Dataset.slug)
    for record, card, updated in session.execute(statement.execution_options(yield_per=BATCH)):
        yield DatasetRecord.model_validate(record), card, updated.isoformat()


def _flat(record: DatasetRecord, card: dict[str, Any], updated: str) -> dict[str, Any]:
    gsd, licence = card["gsd_m"] or {}, card["licence"] or {}
    flat = {name: card.get(name) for name in COLUMNS}
    return flat | {
        "gsd_min_m": gsd.get("min"),
        "gsd_max_m": gsd.get("max"),
        "licence_spdx": licence.get("spdx"),
        "licence_text": licence.get("text"),
        "home": record.urls.home,
        "updated": updated,
        "geometry": _footprint(record),
    }


def _footprint(record: DatasetRecord) -> bytes | None:
    """Footprints and places as one geometry (WKB); nothing where only countries are known."""
    shapes = [area.geometry for area in places.areas(record) if area.geometry is not None]
    return bytes(shapely.to_wkb(shapely.GeometryCollection(shapes))) if shapes else None


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    """Lists joined by "; ", unknown left empty. A leading sign that spreadsheets run as a formula is
    defused."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in COLUMNS})
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "; ".join(value)
    return defused(value) if isinstance(value, str) else value


def _as_table(rows: list[dict[str, Any]]) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    return table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})


_LISTS = {"tasks", "themes", "modalities", "platforms", "sensors", "image_sources", "countries"}
_WHOLE = {"year", "n_samples", "n_images", "n_classes", "n_bands", "completeness"}
_REAL = {"gsd_min_m", "gsd_max_m", "volume_gb", "size_measure"}


def _type(name: str) -> pa.DataType:
    if name in _LISTS:
        return pa.list_(pa.string())
    if name in _WHOLE:
        return pa.int64()
    return pa.float64() if name in _REAL else pa.string()


_SCHEMA = pa.schema([*((name, _type(name)) for name in COLUMNS), ("geometry", pa.binary())])
