"""The files of a run: where they lie, and the prediction as a Cloud Optimized GeoTIFF."""

from contextlib import AbstractContextManager
from typing import Any

from app.base.later import Later
from app.base.storage import Storage
from app.runs.reports import SIMULATED, Raster
from app.tiles.layers import ClassOfPixels, TileDescription
from app.tiles.opened import Georeference
from app.tiles.rasters import CLASSES, PLAIN, Written, write_cog
from app.tiles.writing import named
from app.zoo.cards import ModelCard

FOLDER = "runs"
MEDIA = {"tif": "image/tiff; application=geotiff; profile=cloud-optimized", "png": "image/png"}

rasterio, rasterio_io = Later("rasterio"), Later("rasterio.io")


def opening() -> AbstractContextManager[Any]:
    """For the time of a run: else all is set up anew for each file that is opened within."""
    found: AbstractContextManager[Any] = rasterio.Env.from_defaults()
    return found


def place(run: str, path: str = "") -> str:
    """The path of a file of a run in the storage, or of its folder."""
    return f"{FOLDER}/{run}/{path}".rstrip("/")


def raster(card: ModelCard, tile: TileDescription, found: Raster, storage: Storage) -> bytes:
    """The prediction as a file that lies where the tile lies, and says that it is simulated if it is."""
    classes = tuple(ClassOfPixels(number, one.name, one.colour) for number, one in enumerate(card.classes))
    tags = {
        "TITLE": f"{card.name}: {tile.title}",
        "MODEL": card.id,
        "MODEL_SHA256": card.file.sha256,
        "TILE": tile.id,
        "SIMULATED": "YES" if tile.simulated else "NO",
        **({"DESCRIPTION": SIMULATED} if tile.simulated else {}),
    }
    said = Written(
        bands=[named(name, unit) for name, unit in zip(found.bands, found.units, strict=True)],
        encoding=CLASSES if classes else PLAIN,
        gsd_m=tile.gsd_m,
        place=_place(storage, tile),
        classes=classes,
        tags=tags,
    )
    return write_cog(found.values, said)


def _place(storage: Storage, tile: TileDescription) -> Georeference | None:
    """Where a tile lies, as its first file says; None where it lies nowhere."""
    if tile.box is None or not tile.seen:
        return None
    content = storage.get(tile.seen[0].path)
    with rasterio_io.MemoryFile(content) as memory, memory.open(driver="GTiff") as file:
        if file.crs is None:
            return None
        return Georeference(wkt=file.crs.to_wkt(), transform=tuple(file.transform)[:6], box=None)
