"""Files are read in a process of their own, which may fail without the service."""

import subprocess
import sys

import pytest
import shapely

from app.base.errors import Invalid, TooLarge
from app.curation.footprints import apart


def test_a_file_comes_back_as_the_same_outline(write_file, with_island):
    found = apart.read(write_file("gpkg", [with_island]))

    assert found.geometry.equals(with_island)
    assert found.summary.startswith("2 polygons, ")


def test_a_fault_comes_back_as_the_same_message():
    with pytest.raises(Invalid, match="packed with gzip"):
        apart.read(b"\x1f\x8b\x08")
    with pytest.raises(TooLarge, match="at most 7 MB"):
        apart.read(b"x" * 7_000_001)


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.01)

    with pytest.raises(TooLarge, match="more time or memory"):
        apart.read(shapely.to_geojson(shapely.box(0, 0, 1, 1)).encode())


def test_memory_has_an_end_there():
    limited = (
        "import runpy, sys, app.curation.footprints.files as files\n"
        "files.read = lambda content: [bytes(4_000_000_000)]\n"
        "sys.argv = ['apart', 'en']\n"
        "runpy.run_module('app.curation.footprints.apart', run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", limited],
        input=b"",
        capture_output=True,
        cwd=apart.ROOT,
        check=False,
    )

    assert b"more time or memory" in done.stdout
