"""Pictures of one area become one stack; those of another area are refused by name."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from app.items.scans.rasters import Raster
from app.tiles.opened import FoundBand
from app.tiles.refusals import Refused
from app.tiles.stacking import Picture, stacked

UTM = CRS.from_epsg(32633)


def picture(name: str, size: int, step: float = 0.0, *, east: float = 500_000.0) -> Picture:
    """A square of pixels that count up; without a step it lies nowhere."""
    grid = Affine(step, 0, east, 0, -step, 5_000_000) if step else None
    raster = Raster(Path(name), (size, size), 1, "uint16", None, grid, UTM if step else None)
    values = np.arange(size * size, dtype=np.float32).reshape(1, size, size)
    return Picture(name, values, (FoundBand(name, 1),), raster, None)


def test_each_value_of_a_coarse_picture_fills_its_part_of_the_finest() -> None:
    found = stacked([picture("coarse", 2, 20), picture("fine", 4, 10)])

    assert [band.file for band in found.bands] == ["coarse", "fine"]
    assert found.values[0].tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert found.georeference is not None and found.georeference.transform[0] == 10


@pytest.mark.parametrize(("east", "fits"), [(500_011.0, True), (500_013.0, False)])
def test_grids_may_differ_by_about_half_of_the_coarser_pixel(east: float, fits: bool) -> None:
    pictures = [picture("coarse", 2, 20), picture("fine", 4, 10, east=east)]

    if fits:
        assert len(stacked(pictures).bands) == 2
    else:
        with pytest.raises(Refused, match="grids"):
            stacked(pictures)


def test_pictures_without_a_place_are_of_one_area_where_they_have_one_shape() -> None:
    found = stacked([picture("one", 2), picture("two", 4)])

    assert found.georeference is None and found.values.shape == (2, 4, 4)
    with pytest.raises(Refused):
        stacked([picture("one", 2), picture("two", 2, 10)])
