import re
from pathlib import Path

import numpy as np
import pytest

from app.insights import world


@pytest.mark.parametrize(
    ("longitude", "latitude", "x", "y"),
    # Computed with PROJ 9.5.1, +proj=eqearth +R=1.
    [
        (0, 0, 0, 0),
        (180, 0, 2.7066300, 0),
        (-180, -90, -1.6035886, -1.3173628),
        (13.4, 52.5, 0.1627645, 0.9803647),
        (-70, -33, -0.9704971, -0.6487188),
    ],
)
def test_equal_earth_maps_known_positions(longitude: float, latitude: float, x: float, y: float):
    projected = world.equal_earth(np.asarray([[longitude, latitude]], dtype=np.float64))

    assert projected[0] == pytest.approx([x, y], abs=1e-6)


def test_equal_earth_keeps_areas():
    def area(south: float) -> float:
        edge = np.linspace(0, 1, 50)
        ring = np.vstack(
            [
                np.column_stack([edge, np.full(50, south)]),
                np.column_stack([np.ones(50), south + edge]),
                np.column_stack([edge[::-1], np.full(50, south + 1)]),
                np.column_stack([np.zeros(50), south + edge[::-1]]),
            ]
        )
        x, y = world.equal_earth(ring).T
        return float(abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2)

    on_the_sphere = [np.radians(1) * (np.sin(np.radians(s + 1)) - np.sin(np.radians(s))) for s in (0, 40, 75)]

    assert [area(south) for south in (0, 40, 75)] == pytest.approx(on_the_sphere, rel=1e-3)


def test_every_country_lies_within_the_map():
    countries = world.countries()

    assert len(countries) > 170
    assert {"DEU", "FJI", "RUS", "XKX"} <= {country.code for country in countries}
    for country in countries:
        starts = re.findall(r"M(-?[\d.]+) (-?[\d.]+)l", country.path)
        assert starts, country.name
        assert all(0 <= float(x) <= world.WIDTH and 0 <= float(y) <= world.HEIGHT for x, y in starts)


def test_outlines_are_small_enough_for_a_page():
    assert sum(len(country.path) for country in world.countries()) < 80_000


def test_without_a_base_map_there_are_no_countries(tmp_path: Path):
    assert world.countries(tmp_path / "missing.json") == ()
