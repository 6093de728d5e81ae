"""Files as other programs write them, made in memory."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely

WriteFile = Callable[..., bytes]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Bytes of a file of the given kind with these geometries, written by GDAL or pyarrow."""

    def write(kind: str, geometries, *, crs="EPSG:4326", names=None, **options) -> bytes:
        columns = {"name": names} if names else {"number": range(len(geometries))}
        table = geopandas.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
        if kind == "parquet":
            path = tmp_path / "areas.parquet"
            table.to_parquet(path, **options)
            return path.read_bytes()
        if kind == "shp":
            table.to_file(tmp_path / "areas.shp", **options)
            return zipped({one.name: one.read_bytes() for one in tmp_path.glob("areas.*")})
        path = tmp_path / f"areas.{kind}"
        table.to_file(path, **options)
        return path.read_bytes()

    return write


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def with_island() -> shapely.Polygon:
    """A square with a lake, in which lies an island."""
    lake = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 8, 8))
    return shapely.MultiPolygon([lake, shapely.box(4, 4, 6, 6)])
