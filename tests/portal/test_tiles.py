"""Tiles over HTTP."""

import mapbox_vector_tile
import pytest


def test_tile_has_the_three_layers_and_a_tag(seeded_client):
    answer = seeded_client.get("/tiles/datasets/0/0/0.mvt")

    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert set(mapbox_vector_tile.decode(answer.content)) == {"outlines", "footprints", "points"}
    assert answer.headers["etag"]


def test_tile_takes_the_parameters_of_the_search(seeded_client):
    everything = seeded_client.get("/tiles/datasets/0/0/0.mvt").content

    found = seeded_client.get("/tiles/datasets/0/0/0.mvt?q=flood&modality=sar").content

    assert 0 < len(found) < len(everything)
    assert seeded_client.get("/tiles/datasets/0/0/0.mvt?modality=sor").status_code == 400


@pytest.mark.parametrize("address", ["23/0/0", "1/2/0", "0/0/1", "-1/0/0", "a/b/c", "1/0.5/0"])
def test_tile_that_does_not_exist_is_refused(seeded_client, address):
    assert seeded_client.get(f"/tiles/datasets/{address}.mvt").status_code == 400


def test_no_tile_of_the_bundled_catalogue_reaches_a_hundred_kilobytes(seeded_client):
    sizes = [
        len(seeded_client.get(f"/tiles/datasets/{z}/{x}/{y}.mvt").content)
        for z in range(4)
        for x in range(2**z)
        for y in range(2**z)
    ]

    assert 0 < max(sizes) < 100_000
