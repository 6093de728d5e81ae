"""Platforms, constellations and instruments of the sensors that records name, spelled as STAC spells them.

Only what a sensor's name settles is said: an instrument is named where its mission carries just that one for
the data in question. Sensors that are missing here keep their name in `eod:sensors` alone.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Mission(NamedTuple):
    """What carried a sensor; None where the name leaves it open."""

    platform: str | None = None
    constellation: str | None = None
    instrument: str | None = None


MISSIONS: dict[str, Mission] = {
    "Sentinel-1": Mission(None, "sentinel-1", "c-sar"),
    "Sentinel-2": Mission(None, "sentinel-2", "msi"),
    "Sentinel-3": Mission(None, "sentinel-3"),
    "Sentinel-5P": Mission("sentinel-5p", None, "tropomi"),
    "Landsat": Mission(None, "landsat"),
    "Landsat (series)": Mission(None, "landsat"),
    "Landsat-4": Mission("landsat-4", "landsat"),
    "Landsat-5": Mission("landsat-5", "landsat"),
    "Landsat-7": Mission("landsat-7", "landsat", "etm+"),
    "Landsat-8": Mission("landsat-8", "landsat"),
    "Landsat-9": Mission("landsat-9", "landsat"),
    "MODIS": Mission(None, None, "modis"),
    "VIIRS": Mission(None, None, "viirs"),
    "DMSP-OLS": Mission(None, "dmsp", "ols"),
    "ASTER": Mission("terra", None, "aster"),
    "PROBA-V": Mission("proba-v"),
    "AMSR2": Mission("gcom-w1", None, "amsr2"),
    "ENVISAT": Mission("envisat"),
    "GOES-16": Mission("goes-16", "goes"),
    "GOES (series)": Mission(None, "goes"),
    "Himawari": Mission(None, "himawari"),
    "Meteosat SEVIRI": Mission(None, "meteosat", "seviri"),
    "PlanetScope": Mission(None, "planetscope"),
    "SkySat": Mission(None, "skysat"),
    "WorldView-2": Mission("worldview-2"),
    "WorldView-3": Mission("worldview-3"),
    "GeoEye-1": Mission("geoeye-1"),
    "QuickBird-2": Mission("quickbird-2"),
    "IKONOS": Mission("ikonos"),
    "Pleiades": Mission(None, "pleiades"),
    "Pleiades-1A": Mission("pleiades-1a", "pleiades"),
    "SPOT": Mission(None, "spot"),
    "SPOT-6": Mission("spot-6", "spot"),
    "SPOT-7": Mission("spot-7", "spot"),
    "VENuS": Mission("venus"),
    "PeruSat-1": Mission("perusat-1"),
    "Carbonite-2": Mission("carbonite-2"),
    "TripleSat": Mission(None, "triplesat"),
    "Gaofen (series)": Mission(None, "gaofen"),
    "Gaofen-1": Mission("gaofen-1", "gaofen"),
    "Gaofen-2": Mission("gaofen-2", "gaofen"),
    "Gaofen-3": Mission("gaofen-3", "gaofen"),
    "Gaofen-5B": Mission("gaofen-5b", "gaofen"),
    "Gaofen-6": Mission("gaofen-6", "gaofen"),
    "Gaofen-7": Mission("gaofen-7", "gaofen"),
    "Ziyuan-3": Mission(None, "ziyuan-3"),
    "Jilin-1": Mission(None, "jilin-1"),
    "SuperView-1": Mission(None, "superview-1"),
    "Tiangong-1": Mission("tiangong-1"),
    "Tiangong-2": Mission("tiangong-2"),
    "TerraSAR-X": Mission("terrasar-x"),
    "RADARSAT-1": Mission("radarsat-1"),
    "RADARSAT-2": Mission("radarsat-2"),
    "ALOS PALSAR": Mission("alos", None, "palsar"),
    "ALOS-2 PALSAR-2": Mission("alos-2", None, "palsar-2"),
    "COSMO-SkyMed": Mission(None, "cosmo-skymed"),
    "Capella": Mission(None, "capella"),
    "Umbra": Mission(None, "umbra"),
    "GEDI": Mission("iss", None, "gedi"),
    "EnMAP": Mission("enmap", None, "hsi"),
    "PRISMA": Mission("prisma"),
    "DESIS": Mission("iss", None, "desis"),
    "EMIT": Mission("iss", None, "emit"),
    "EO-1 Hyperion": Mission("eo-1", None, "hyperion"),
    "Hyperion": Mission("eo-1", None, "hyperion"),
    "AVIRIS": Mission(None, None, "aviris"),
    "AVIRIS-NG": Mission(None, None, "aviris-ng"),
    "HYDICE": Mission(None, None, "hydice"),
    "ROSIS": Mission(None, None, "rosis"),
    "HySpex": Mission(None, None, "hyspex"),
}


def summaries(sensors: Iterable[str]) -> dict[str, list[str]]:
    """`platform`, `constellation` and `instruments` of a record's sensors, each value once."""
    known = [MISSIONS[sensor] for sensor in sensors if sensor in MISSIONS]
    found = {
        "platform": [mission.platform for mission in known],
        "constellation": [mission.constellation for mission in known],
        "instruments": [mission.instrument for mission in known],
    }
    return {name: list(dict.fromkeys(filter(None, values))) for name, values in found.items()}
