"""Opens uploaded files at arm's length: in a process of its own, which may be killed without harm.

Whatever a file does to its reader, be it memory, time or a crash, ends that process and becomes an answer.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from threading import BoundedSemaphore
from typing import IO, Any

import numpy as np

from app.tiles.opened import Limits, Opened, from_head
from app.tiles.refusals import told

ROOT = Path(__file__).parents[2]
READER = "app.tiles.decoding"
AT_ONCE = 2
WAITING_SECONDS = 20.0
STARTING_SECONDS = 30
"""What is given beyond the processor time of the limits, where the machine does much else."""
KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "PROJ_DATA",
    "PROJ_LIB",
    "GDAL_DATA",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
)
LONGEST_NAME = 100
NEVER = (
    "VRT", "DERIVED", "GTI", "TIL", "MRF", "STACIT", "STACTA", "HTTP", "WMS", "WMTS", "WCS", "OGCAPI", "DAAS",
    "EEDA", "EEDAI", "PLMOSAIC", "NGW", "Zarr", "netCDF", "HDF5", "HDF5Image", "PDF", "MBTiles", "GPKG",
    "SQLite", "ESRI Shapefile", "KMLSUPEROVERLAY", "SAFE", "SENTINEL2", "DIMAP", "JP2OpenJPEG", "ECRGTOC",
)  # fmt: skip
"""Drivers that lead from one file to others or to hosts; the reader asks for one driver alone anyway."""

_readers = BoundedSemaphore(AT_ONCE)


def open_upload(content: bytes, name: str, limits: Limits) -> Opened:
    """Read an uploaded GeoTIFF, or a zip of them.

    Args:
        name: of the file, as its owner calls it; it stands in messages and is used for nothing else.

    Raises:
        Invalid: it is none, damaged, or hostile; the message says what to do.
        TooLarge: it is more than the limits allow.
    """
    if not content:
        raise told("empty", {})
    if len(content) > limits.content:
        raise told("bytes", {"most": limits.content})
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as found:
        given.write(content)
        given.seek(0)
        code = _read(given, found, plain_name(name), limits)
        if code is not None:
            raise told(code, {"seconds": limits.seconds})
        found.seek(0)
        return _result(found)


def plain_name(name: str) -> str:
    """The last part of a file's name, short enough and without signs that are not to be seen."""
    last = name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    return "".join(sign for sign in last if sign.isprintable()) or "upload"


def plain_title(title: str) -> str:
    """A title in one line, without signs that are not to be seen, some of which no database takes."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())


@contextmanager
def turn() -> Iterator[None]:
    """A place among those whose files are read and kept; each takes much memory, so there are few.

    Raises:
        Unavailable: none became free in time.
    """
    if not _readers.acquire(timeout=WAITING_SECONDS):
        raise told("busy", {})
    try:
        yield
    finally:
        _readers.release()


def _read(given: IO[bytes], found: IO[bytes], name: str, limits: Limits) -> str | None:
    """Start the reader; the code of what went wrong with it, if anything did."""
    asked = json.dumps({"name": name, "limits": asdict(limits)})
    try:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler=0", "-m", READER, asked],
            stdin=given,
            stdout=found,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=_surroundings(),
            timeout=limits.seconds + STARTING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "time"
    if done.returncode in (-SIGXCPU, -SIGKILL):
        return "time"
    return "crashed" if done.returncode else None


def _surroundings() -> Mapping[str, str]:
    """What the reader knows of us: no setting, no secret; and one thread, whose memory is bounded."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "GDAL_SKIP": ",".join(NEVER),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _result(found: IO[bytes]) -> Opened:
    head: dict[str, Any] = json.loads(found.readline())
    if "refused" in head:
        raise told(head["refused"], head["named"])
    # Copied, so that the values may be written to.
    values = np.frombuffer(found.read(), dtype=np.float32).copy()
    return from_head(head["opened"], values)
