"""Uploaded files: the four formats as other programs write them, and files that mean harm."""

import io
import sqlite3
import struct
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from app.base.errors import AppError, Invalid, TooLarge
from app.curation.footprints import files, geopackage, outlining, shapefile
from app.curation.footprints.shapes import LARGEST_FILE, MOST_SHAPES

from .conftest import zipped

KINDS = ["geojson", "gpkg", "shp", "parquet"]
SQUARE = shapely.box(5, 47, 15, 55)


def outline(content):
    return outlining.outline(files.read(content))


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_gives_the_same_outline(write_file, with_island, kind):
    found = outline(write_file(kind, [with_island, SQUARE]))

    assert found.geometry.symmetric_difference(with_island.union(SQUARE)).area < 1e-6
    assert not found.simplified


@pytest.mark.parametrize("kind", ["gpkg", "shp", "parquet"])
def test_another_system_is_transformed_and_named(write_file, kind):
    metres = shapely.box(500_000, 5_300_000, 600_000, 5_400_000)

    found = outline(write_file(kind, [metres], crs="EPSG:32632"))

    assert found.geometry.bounds == pytest.approx((9.0, 47.85, 10.36, 48.75), abs=0.01)
    assert "WGS 84 / UTM zone 32N" in found.notes[0]


@pytest.mark.parametrize("kind", ["gpkg", "shp", "parquet"])
def test_a_box_over_the_pole_of_a_polar_system_reaches_the_pole(write_file, kind):
    found = outline(write_file(kind, [shapely.box(-2e6, -2e6, 2e6, 2e6)], crs="EPSG:3413"))

    assert found.geometry.bounds[3] == 90
    assert found.geometry.bounds[1] == pytest.approx(64, abs=1)
    assert found.area_km2 == pytest.approx(16e6, rel=0.05)


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "parquet"])
def test_points_keep_the_names_of_their_file(write_file, kind):
    points = [shapely.Point(11.6, 48.1), shapely.Point(2.3, 48.9)]

    found = outline(write_file(kind, points, names=["Munich", "Paris"]))

    assert [(spot.name, spot.lon) for spot in found.spots] == [("Munich", 11.6), ("Paris", 2.3)]


def test_points_of_a_shapefile_become_places(write_file):
    found = outline(write_file("shp", [shapely.MultiPoint([(1, 2), (3, 4)])]))

    assert [(spot.lon, spot.lat) for spot in found.spots] == [(1, 2), (3, 4)]


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_refused_in_every_format(write_file, kind):
    with pytest.raises(Invalid, match="no area"):
        outline(write_file(kind, [shapely.LineString([(0, 0), (1, 1)])]))


def test_a_geopackage_with_a_write_ahead_journal_is_read(write_file, tmp_path):
    path = tmp_path / "journal.gpkg"
    path.write_bytes(write_file("gpkg", [SQUARE]))
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode = wal")
    database.close()

    assert path.read_bytes()[18] == 2
    assert outline(path.read_bytes()).geometry.equals(SQUARE)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x00\x00\x27\x0a" + bytes(96), "the .shp alone. Zip it"),
        (b"\x1f\x8b\x08" + bytes(30), "packed with gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"II*\x00" + bytes(30), "a picture"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not known. Upload GeoJSON"),
        (b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>", "XML"),
        (b"name,geometry\na,POLYGON((0 0,1 1,1 0,0 0))", "NAME, which is none of"),
        ("Fl\xe4che".encode("latin-1"), "not UTF-8"),
        (b"PAR1" + bytes(100) + b"PAR1", "GeoParquet file cannot be read"),
        (b"SQLite format 3\0" + bytes(4000), "GeoPackage cannot be read"),
        (b"PK\x03\x04" + bytes(100), "zip archive is damaged"),
    ],
)
def test_other_files_are_refused_by_what_they_hold(content, told):
    with pytest.raises(Invalid, match=told):
        outline(content)


def test_a_file_larger_than_is_read_is_refused():
    with pytest.raises(TooLarge, match="at most 7 MB"):
        outline(b"x" * (LARGEST_FILE + 1))


# Shapefiles


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_shapefile_without_prj_says_what_is_missing(write_file):
    members = members_of(write_file("shp", [SQUARE]))
    del members["areas.prj"]

    with pytest.raises(Invalid, match=r"'areas.shp' has no .prj beside it"):
        outline(zipped(members))


def test_copies_made_by_macos_are_passed_over(write_file):
    members = members_of(write_file("shp", [SQUARE]))

    assert outline(zipped({**members, "__MACOSX/._areas.shp": b"x"})).geometry.equals(SQUARE)


@pytest.mark.parametrize(
    "name", ["../areas.shp", "/etc/areas.shp", "a/../../b.shp", "..\\areas.shp", "c:areas.shp"]
)
def test_paths_that_lead_out_of_an_archive_are_refused(write_file, name):
    members = members_of(write_file("shp", [SQUARE]))

    with pytest.raises(Invalid, match="leads out of it"):
        outline(zipped({**members, name: members["areas.shp"]}))


def test_an_archive_without_a_shapefile_says_so():
    with pytest.raises(Invalid, match=r"holds no .shp"):
        outline(zipped({"readme.txt": b"hello"}))


def test_a_zip_bomb_stops_at_its_limit(write_file):
    prj = members_of(write_file("shp", [SQUARE]))["areas.prj"]
    bomb = zipped({"a.shp": bytes(70_000_000), "a.prj": prj})

    assert len(bomb) < 100_000
    with pytest.raises(TooLarge, match="unpacks to more than 64 MB"):
        outline(bomb)


def test_a_bomb_that_lies_about_its_size_stops_as_well(write_file):
    prj = members_of(write_file("shp", [SQUARE]))["areas.prj"]
    bomb = bytearray(zipped({"a.shp": bytes(70_000_000), "a.prj": prj}))
    for place in (22, bomb.index(b"PK\x01\x02") + 24):
        bomb[place : place + 4] = struct.pack("<I", 100)

    with pytest.raises(AppError):
        outline(bytes(bomb))


def test_an_archive_of_thousands_of_files_is_refused():
    with pytest.raises(TooLarge, match="more than 200 files"):
        outline(zipped({f"{number}.txt": b"" for number in range(201)}))


def test_a_huge_prj_is_refused(write_file):
    members = members_of(write_file("shp", [SQUARE]))

    with pytest.raises(TooLarge, match=r"unpacks to more than 0\.02 MB"):
        outline(zipped({**members, "areas.prj": b"x" * 30_000}))


def test_an_encrypted_archive_is_refused():
    content = bytearray(zipped({"areas.prj": b"y", "areas.shp": b"x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1

    with pytest.raises(Invalid, match="damaged, encrypted"):
        outline(bytes(content))


@pytest.mark.parametrize("place", range(100, 200, 3))
def test_a_damaged_shapefile_is_refused_or_read_but_breaks_nothing(write_file, place):
    members = members_of(write_file("shp", [SQUARE]))
    shp = bytearray(members["areas.shp"])
    shp[place : place + 4] = b"\xff\xff\xff\x7f"

    try:
        outline(zipped({**members, "areas.shp": bytes(shp)}))
    except AppError as fault:
        assert fault.message


def test_rings_that_overlap_each_other_count_as_odd_and_even():
    rings = [shapely.box(0, 0, 10, 10), shapely.box(2, 2, 8, 8), shapely.box(4, 4, 6, 6)]

    assert shapefile._nested(rings).area == 100 - 36 + 4


# GeoPackages


def changed(content, tmp_path, *statements):
    path = tmp_path / "changed.gpkg"
    path.write_bytes(content)
    database = sqlite3.connect(path)
    # They call functions of the program that wrote the file.
    for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        database.execute(f'drop trigger "{trigger}"')
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def test_a_view_that_never_ends_is_stopped(write_file, tmp_path, monkeypatch):
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) select i as geom from n where i < 0"
    )
    content = changed(
        write_file("gpkg", [SQUARE]),
        tmp_path,
        f"create view bomb as {endless}",
        "insert into gpkg_contents (table_name, data_type, srs_id) values ('bomb', 'features', 4326)",
        "insert into gpkg_geometry_columns values ('bomb', 'geom', 'POLYGON', 4326, 0, 0)",
    )
    monkeypatch.setattr(geopackage, "MOST_LOOKS", 50)

    with pytest.raises(Invalid, match="GeoPackage cannot be read"):
        outline(content)


@pytest.mark.parametrize("call", ["readfile('/etc/passwd')", "load_extension('x')", "zeroblob(2000000000)"])
def test_a_view_that_calls_functions_is_refused(write_file, tmp_path, call):
    content = changed(
        write_file("gpkg", [SQUARE]),
        tmp_path,
        f"create view sly as select {call} as geom",
        "insert into gpkg_contents (table_name, data_type, srs_id) values ('sly', 'features', 4326)",
        "insert into gpkg_geometry_columns values ('sly', 'geom', 'POLYGON', 4326, 0, 0)",
    )

    with pytest.raises(Invalid, match="GeoPackage cannot be read"):
        outline(content)


def test_a_name_of_a_table_is_only_a_name(write_file, tmp_path):
    content = changed(
        write_file("gpkg", [SQUARE]),
        tmp_path,
        """update gpkg_geometry_columns set table_name = 'areas"; select 1; --'""",
    )

    with pytest.raises(Invalid, match="no such table"):
        outline(content)


def test_a_layer_without_a_system_is_asked_for_one(write_file, tmp_path):
    content = changed(write_file("gpkg", [SQUARE]), tmp_path, "update gpkg_geometry_columns set srs_id = -1")

    with pytest.raises(Invalid, match="does not say in which coordinate system"):
        outline(content)


def test_a_geometry_that_is_no_geometry_is_told(write_file, tmp_path):
    content = changed(write_file("gpkg", [SQUARE]), tmp_path, "update areas set geom = x'47500001'")

    with pytest.raises(Invalid, match="A geometry of the file is damaged"):
        outline(content)


# GeoParquet


def parquet(geometries, geo=None, **options):
    table = pa.table({"geometry": [geometry and shapely.to_wkb(geometry) for geometry in geometries]})
    if geo is not None:
        table = table.replace_schema_metadata({"geo": geo})
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


GEO = '{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB"%s}}}'


def test_geoparquet_without_a_system_is_longitude_latitude():
    assert outline(parquet([SQUARE, None], GEO % "")).geometry.equals(SQUARE)


@pytest.mark.parametrize(
    ("geo", "told"),
    [
        (None, "write it as GeoParquet"),
        ("{", "write it as GeoParquet"),
        (GEO % ',"crs":null', "coordinate system is unknown"),
        (GEO % ',"crs":{"type":"x"}', "is not known"),
        (GEO.replace("WKB", "polygon") % "", "encoded as 'polygon'; write them as WKB"),
        (GEO.replace('"geometry"', '"other"') % "", "lacks the column"),
    ],
)
def test_geoparquet_that_does_not_describe_itself_is_refused(geo, told):
    with pytest.raises(Invalid, match=told):
        outline(parquet([SQUARE], geo))


def test_a_parquet_bomb_stops_at_its_limit():
    big = shapely.Point(0, 0).buffer(1, quad_segs=20_000)

    with pytest.raises(TooLarge, match="unpacks to more than 64 MB"):
        outline(parquet([big] * 200, GEO % "", compression="zstd"))


def test_more_rows_than_are_read_are_refused():
    with pytest.raises(TooLarge, match="more than 20,000 geometries"):
        outline(parquet([shapely.Point(0, 0)] * (MOST_SHAPES + 1), GEO % ""))
