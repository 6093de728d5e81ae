"""Whatever a file does to its reader, the service goes on and says something clear."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from app.base.errors import Invalid, TooLarge, Unavailable
from app.base.language import speaking
from app.tiles import guarding, refusals
from app.tiles.opened import Limits
from tests.tiles.uploads_made import bare_tiff, claiming, geotiff, ignores_missing_place, sentinel2

LIMITS = Limits()


def test_values_come_through_the_other_process_unchanged() -> None:
    values = sentinel2(2)
    values[0, 0, 0] = 0

    opened = guarding.open_upload(geotiff(values, names=["B4", "B8"], nodata=0), "a.tif", LIMITS)

    expected = values.astype(np.float32)
    expected[0, 0, 0] = np.nan
    assert np.array_equal(opened.values, expected, equal_nan=True)
    assert [band.description for band in opened.bands] == ["B4", "B8"]
    assert opened.georeference is not None
    assert opened.values.flags.writeable


@ignores_missing_place
def test_file_without_a_place_comes_through() -> None:
    opened = guarding.open_upload(geotiff(sentinel2(1), placed=False), "a.tif", LIMITS)

    assert opened.georeference is None


def test_reason_is_told_in_words_with_figures() -> None:
    content = bare_tiff(claiming(100_000, 100_000)) + bytes(16)

    with pytest.raises(TooLarge) as caught:
        guarding.open_upload(content, "C:\\images\\large.tif", LIMITS)

    assert caught.value.message == (
        "large.tif has 100,000 × 100,000 pixels; at most 4,194,304 pixels are taken. Cut a part out of it."
    )


def test_reader_that_wants_too_much_memory_is_ended() -> None:
    content = geotiff(np.zeros((20, 1024, 1024), np.uint8), compress="deflate")

    with pytest.raises(Invalid, match=r"needs more memory|made its reader fail"):
        guarding.open_upload(content, "a.tif", replace(LIMITS, memory=320_000_000))


def test_reader_that_takes_too_long_is_ended() -> None:
    content = geotiff(np.zeros((20, 1024, 1024), np.uint8), compress="deflate")

    with pytest.raises(Invalid, match="takes longer"):
        guarding.open_upload(content, "a.tif", replace(LIMITS, seconds=0))


def test_file_with_more_bytes_than_allowed_is_not_even_read() -> None:
    with pytest.raises(TooLarge, match="more than 10 bytes"):
        guarding.open_upload(bytes(11), "a.tif", Limits(content=10))


def test_empty_file_is_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        guarding.open_upload(b"", "a.tif", LIMITS)


def test_reader_learns_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EO_SECRET", "x" * 40)

    surroundings = guarding._surroundings()

    assert not [name for name in surroundings if name.startswith(("EO_", "AWS_", "PG"))]
    assert surroundings["PATH"] == os.environ["PATH"]


def test_every_reason_has_all_that_its_text_names() -> None:
    names = (
        "name",
        "other",
        "format",
        "method",
        "most",
        "columns",
        "rows",
        "bands",
        "values",
        "files",
        "seconds",
    )
    named = dict.fromkeys(names, 1)

    with speaking("en"):
        texts = [refusals.told(code, named).message for code in refusals.REASONS]

    assert all(text.endswith((".", "?")) and "%(" not in text for text in texts)


def test_names_of_files_are_shortened_to_what_can_be_shown() -> None:
    assert guarding.plain_name("../../a\x00b\u202e.tif") == "ab.tif"
    assert guarding.plain_name("x" * 500 + ".tif").endswith(".tif")
    assert len(guarding.plain_name("x" * 500)) == guarding.LONGEST_NAME
    assert guarding.plain_name("\x00") == "upload"


def test_only_few_files_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "WAITING_SECONDS", 0.01)

    with (
        guarding.turn(),
        guarding.turn(),
        pytest.raises(Unavailable, match="Too many files"),
        guarding.turn(),
    ):
        pass

    with guarding.turn():
        pass


def test_reader_has_no_driver_that_leads_to_other_files_or_hosts() -> None:
    asked = "import rasterio\nwith rasterio.Env() as env: print(*env.drivers(), sep=',')"

    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=guarding._surroundings(),
        capture_output=True,
        text=True,
        check=True,
    )

    drivers = set(done.stdout.strip().split(","))
    assert "GTiff" in drivers
    assert drivers.isdisjoint(guarding.NEVER)
