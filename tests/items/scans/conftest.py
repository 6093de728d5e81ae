"""Rasters of a few pixels, written where a test wants them, and scans of the folders they make."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from pystac.validation import validate_dict

from app.items.document import check_item
from app.items.scans.samples import Fault
from app.items.scans.scanning import scan

Write = Callable[..., Path]
Scan = Callable[[str, Path], tuple[dict[str, dict[str, Any]], list[Fault]]]


@pytest.fixture
def write_raster() -> Write:
    """Writes a GeoTIFF of `size` pixels, upper left corner at (x, y), in UTM zone 32 by default."""

    def write(
        path: Path,
        bands: int = 1,
        *,
        size: int = 8,
        x: float = 500_000,
        y: float = 5_300_000,
        pixel: float = 10,
        crs: str | None = "EPSG:32632",
        dtype: str = "uint16",
        values: Any = 1,
        nodata: float | None = None,
        **options: Any,
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = np.broadcast_to(np.asarray(values, dtype=dtype), (bands, size, size))
        with rasterio.open(
            path, "w", driver="GTiff", width=size, height=size, count=bands, dtype=dtype, crs=crs,
            transform=Affine(pixel, 0, x, 0, -pixel, y), nodata=nodata, **options,
        ) as file:  # fmt: skip
            file.write(data)
        return path

    return write


@pytest.fixture
def scanned() -> Scan:
    """Scans a folder: items by name, checked as a load does and against the STAC schema; and faults."""

    def run(name: str, folder: Path) -> tuple[dict[str, dict[str, Any]], list[Fault]]:
        found = list(scan(name, folder))
        items = {one["id"]: one for one in found if not isinstance(one, Fault)}
        for item in items.values():
            check_item(item, "patches")
            # Schemas of extensions do not come with the validator.
            validate_dict({**json.loads(json.dumps(item)), "stac_extensions": []})
        return items, [one for one in found if isinstance(one, Fault)]

    return run
