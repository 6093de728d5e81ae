"""Areas and distances on the globe, as exact as a note for people needs."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

EARTH_KM = 6371.00718
"""Radius of the sphere that has the surface of the earth; areas on it are right to half a per cent."""
KM_PER_DEGREE = EARTH_KM * np.pi / 180


def area_km2(geometry: BaseGeometry) -> float:
    """The area of polygons in degrees, their edges straight in longitude and latitude, in square kilometres.

    Along such an edge the sine of the latitude is integrated over the longitude, which has a closed form.
    """
    total = 0.0
    for polygon in shapely.get_parts(geometry):
        outer, *holes = [abs(_swept(shapely.get_coordinates(ring))) for ring in shapely.get_rings(polygon)]
        total += outer - sum(holes)
    return total


def _swept(positions: NDArray[np.float64]) -> float:
    longitudes, latitudes = np.radians(positions).T
    across, up = np.diff(longitudes), np.diff(latitudes)
    middle = np.sin((latitudes[:-1] + latitudes[1:]) / 2)
    # The mean of the sine along an edge is its value in the middle, less a little for the height of the edge.
    mean = middle * np.sinc(up / (2 * np.pi))
    return float(EARTH_KM**2 * np.sum(across * mean))


def rounded(value: float) -> str:
    """A figure with two or three digits that mean something, thousands apart: "12 300", "0.45"."""
    if value == 0:
        return "0"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    return f"{round(value, digits):,.{max(0, digits)}f}".replace(",", "\u202f")


def distance(degrees: float) -> str:
    """The length of so many degrees of latitude, in words: "1.11 m", "142 km"."""
    kilometres = degrees * KM_PER_DEGREE
    return f"{rounded(kilometres)} km" if kilometres >= 1 else f"{rounded(kilometres * 1000)} m"
