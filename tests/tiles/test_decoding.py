"""Files are read as they are, and hostile ones are refused with a reason."""

import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from app.tiles.decoding import decode
from app.tiles.opened import Limits
from app.tiles.refusals import Refused
from tests.tiles.uploads_made import bare_tiff, claiming, geotiff, ignores_missing_place, sentinel2, zipped

LIMITS = Limits()


def refused(content: bytes, limits: Limits = LIMITS) -> Refused:
    with pytest.raises(Refused) as caught:
        decode(content, "a.tif", limits)
    return caught.value


def test_values_and_names_of_bands_are_those_of_the_file() -> None:
    values = sentinel2(2)

    opened = decode(geotiff(values, names=["B4", "B8"]), "a.tif", LIMITS)

    assert np.array_equal(opened.values, values)
    assert [band.description for band in opened.bands] == ["B4", "B8"]
    assert all(band.whole and band.gsd_m == 10 for band in opened.bands)


def test_place_is_told_in_degrees() -> None:
    opened = decode(geotiff(sentinel2(1)), "a.tif", LIMITS)

    place = opened.georeference
    assert place is not None and place.box is not None
    assert 11.5 < place.box.west < place.box.east < 11.6
    assert "32632" in place.wkt


@ignores_missing_place
def test_file_without_a_place_is_read() -> None:
    opened = decode(geotiff(sentinel2(1), placed=False), "a.tif", LIMITS)

    assert opened.georeference is None
    assert opened.gsd_m is None


def test_pixels_in_degrees_are_told_in_metres() -> None:
    opened = decode(geotiff(sentinel2(1), crs="EPSG:4326", step=0.0001), "a.tif", LIMITS)

    assert opened.gsd_m == pytest.approx(11.13, abs=0.01)


def test_no_data_becomes_unknown() -> None:
    values = sentinel2(1)
    values[0, 0, 0] = 0

    opened = decode(geotiff(values, nodata=0), "a.tif", LIMITS)

    assert np.isnan(opened.values[0, 0, 0])
    assert np.isnan(opened.values).sum() == 1


def test_infinite_values_become_unknown() -> None:
    values = np.ones((1, 8, 8), np.float32)
    values[0, 0, :2] = np.inf, -np.inf

    opened = decode(geotiff(values), "a.tif", LIMITS)

    assert np.isnan(opened.values).sum() == 2


@pytest.mark.parametrize(
    ("tags", "centre"),
    [
        ({"wavelength": "664.6"}, 0.6646),
        ({"WAVELENGTH": "0.6646 um"}, 0.6646),
        ({"wavelength": "664.6", "wavelength_units": "Nanometers"}, 0.6646),
        ({"CENTRAL_WAVELENGTH_UM": "0.665"}, 0.665),
        ({"wavelength": "red"}, None),
        ({"wavelength": "nan"}, None),
        ({"wavelength": "-3"}, None),
    ],
)
def test_wavelength_is_read_in_either_unit(tags: dict[str, str], centre: float | None) -> None:
    opened = decode(geotiff(sentinel2(1), band_tags=[tags]), "a.tif", LIMITS)

    assert opened.bands[0].centre_um == centre


def test_time_of_the_image_is_read() -> None:
    opened = decode(geotiff(sentinel2(1), tags={"TIFFTAG_DATETIME": "2021:06:13 10:10:31"}), "a.tif", LIMITS)

    assert opened.moment is not None
    assert opened.moment.isoformat() == "2021-06-13T10:10:31+00:00"


def test_cog_with_overviews_and_mask_is_read() -> None:
    content = geotiff(sentinel2(1, 1024), driver="COG", compress="deflate")

    assert decode(content, "a.tif", LIMITS).values.shape == (1, 1024, 1024)


# Zips.


def test_bands_of_a_zip_are_brought_to_the_finest_grid() -> None:
    coarse = np.arange(4, dtype=np.uint16).reshape(1, 2, 2)
    content = zipped([("x/B11.tif", geotiff(coarse, step=20)), ("x/B02.tif", geotiff(sentinel2(1, 4)))])

    opened = decode(content, "a.zip", LIMITS)

    assert [band.file for band in opened.bands] == ["B02.tif", "B11.tif"]
    assert opened.values.shape == (2, 4, 4)
    assert opened.values[1].tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert [band.gsd_m for band in opened.bands] == [10, 20]


def test_files_beside_the_rasters_are_left_out_and_told() -> None:
    picture = geotiff(sentinel2(1))
    others = ("a.tif.ovr", "a.tif.msk", "a.tif.aux.xml", "__MACOSX/._a.tif")
    content = zipped([("a.tif", picture), *((name, picture) for name in others)])

    opened = decode(content, "a.zip", LIMITS)

    assert len(opened.bands) == 1
    assert opened.left_out == others


def test_files_of_different_areas_are_refused() -> None:
    content = zipped([("a.tif", geotiff(sentinel2(1))), ("b.tif", geotiff(sentinel2(1), step=30))])

    assert refused(content).code == "grids"


def test_zip_that_grows_beyond_all_measure_is_refused() -> None:
    content = zipped([(f"{number}.tif", bytes(30_000_000)) for number in range(3)])

    error = refused(content, Limits(values=10_000_000))

    assert len(content) < 200_000
    assert error.code == "zip-size"


def test_zip_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(zipped([("a.tif", bytes(30_000_000))]))
    listed = content.rindex(b"PK\x01\x02")
    content[listed + 24 : listed + 28] = (1000).to_bytes(4, "little")

    assert refused(bytes(content)).code in ("zip-damaged", "no-tiff")


def test_zip_in_a_zip_is_no_geotiff() -> None:
    inner = zipped([("a.tif", geotiff(sentinel2(1)))])

    assert refused(zipped([("inner.zip", inner)])).code == "zip-empty"
    assert refused(zipped([("inner.tif", inner)])).code == "no-tiff"


def test_names_that_lead_elsewhere_name_nothing(tmp_path: Path) -> None:
    content = zipped([("../../etc/a.tif", geotiff(sentinel2(1))), ("/b.tif", geotiff(sentinel2(1)))])

    opened = decode(content, "a.zip", LIMITS)

    assert [band.file for band in opened.bands] == ["a.tif", "b.tif"]


def test_locked_zip_is_refused() -> None:
    content = bytearray(zipped([("a.tif", geotiff(sentinel2(1)))], zipfile.ZIP_STORED))
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(start) + place] |= 1

    assert refused(bytes(content)).code == "zip-locked"


def test_rare_packing_is_refused() -> None:
    assert refused(zipped([("a.tif", b"x" * 100)], zipfile.ZIP_LZMA)).code == "zip-packing"


def test_zip_of_hundreds_of_files_is_refused() -> None:
    assert refused(zipped([(f"{number}.tif", b"") for number in range(65)])).code == "zip-files"


def test_damaged_zip_is_refused() -> None:
    content = zipped([("a.tif", geotiff(sentinel2(1)))])

    assert refused(content[:-30]).code == "zip-damaged"
    assert refused(content[:200] + b"\0" * 50 + content[250:]).code == "zip-damaged"


def test_file_without_a_name_in_a_zip_is_damage() -> None:
    # Found by fuzzing: the library takes a name to end at its first NUL, and then stumbles over an empty one.
    content = bytearray(zipped([("a.tif", b"x")]))
    content[content.rindex(b"a.tif")] = 0

    assert refused(bytes(content)).code == "zip-damaged"


def test_zip_without_files_is_refused() -> None:
    packed = BytesIO()
    zipfile.ZipFile(packed, "w").close()

    assert refused(packed.getvalue()).code == "zip-empty"


# Hostile files.


class Listener(BaseHTTPRequestHandler):
    """Remembers that somebody asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing is to be told."""


def test_no_file_leads_to_a_host_or_to_another_file(tmp_path: Path) -> None:
    asked: list[str] = []
    handler = type("Remembering", (Listener,), {"asked": asked})
    (tmp_path / "secret.tif").write_bytes(geotiff(sentinel2(1)))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/a.tif"
        sources = [str(tmp_path / "secret.tif"), f"/vsicurl/{address}", address, "/vsizip//etc/x.zip/a.tif"]
        try:
            codes = {refused(content).code for source in sources for content in pointing_at(source)}
        finally:
            server.shutdown()
            thread.join()

    assert codes <= {"other-format", "no-tiff", "damaged"}
    assert asked == []


def pointing_at(source: str) -> list[bytes]:
    """Files of several formats that name another one as their content."""
    band = f'<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>{source}</SourceFilename>'
    vrt = f'<VRTDataset rasterXSize="16" rasterYSize="16">{band}</SimpleSource></VRTRasterBand></VRTDataset>'
    wms = f'<GDAL_WMS><Service name="TMS"><ServerUrl>{source}</ServerUrl></Service></GDAL_WMS>'
    texts = (vrt, "  \n" + vrt, wms, source, f"VRT://{source}", f"GTIFF_DIR:1:{source}")
    return [text.encode() for text in texts] + [zipped([("a.tif", vrt.encode())])]


def test_geotiff_whose_metadata_names_other_files_opens_none_of_them(tmp_path: Path) -> None:
    overview = tmp_path / "overview.tif"
    overview.write_bytes(geotiff(sentinel2(1, 8)))
    told = {"OVERVIEW_FILE": str(overview), "MASK_FILE": str(overview), "RPC_FILE": "/etc/passwd"}

    opened = decode(geotiff(sentinel2(1), tags=told), "a.tif", LIMITS)

    assert opened.values.shape == (1, 16, 16)


def test_claim_of_ten_thousand_million_pixels_costs_nothing() -> None:
    content = bare_tiff(claiming(100_000, 100_000)) + bytes(16)

    error = refused(content)

    assert error.code == "pixels"
    assert error.named == {"name": "a.tif", "columns": 100_000, "rows": 100_000, "most": LIMITS.pixels}


def test_too_many_bands_are_refused() -> None:
    assert refused(geotiff(sentinel2(5)), Limits(bands=4)).code == "bands"


def test_too_many_values_are_refused() -> None:
    assert refused(geotiff(sentinel2(5)), Limits(values=1000)).code == "values"


@pytest.mark.parametrize("value", [np.nan, np.inf, -9999.0])
def test_file_that_knows_nothing_is_refused(value: float) -> None:
    content = geotiff(np.full((1, 8, 8), value, np.float32), nodata=-9999)

    assert refused(content).code == "nothing-known"


def test_empty_file_is_refused() -> None:
    assert refused(b"").code == "empty"


@pytest.mark.parametrize(
    ("start", "named"), [(b"\x89HDF\r\n", "HDF5"), (b"\0\0\0\x0cjP  ", "JPEG 2000"), (b"CDF\x01", "NetCDF")]
)
def test_other_formats_are_called_by_their_name(start: bytes, named: str) -> None:
    error = refused(start + bytes(100))

    assert (error.code, error.named["format"]) == ("other-format", named)


def test_damage_within_the_values_is_refused() -> None:
    content = bytearray(geotiff(sentinel2(1, 64), compress="deflate"))
    middle = len(content) // 2
    content[middle : middle + 200] = b"\xff" * 200

    assert refused(bytes(content)).code == "damaged"


def test_georeference_of_nonsense_leaves_the_values() -> None:
    content = geotiff(sentinel2(1), step=1e300)

    opened = decode(content, "a.tif", LIMITS)

    assert opened.georeference is None or opened.georeference.box is None
