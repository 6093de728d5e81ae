from shapely.geometry import shape

from app.stac import extents


def place(name, west, south, east, north):
    box = (west, south, east, north)
    return {"name": name, "lon": west, "lat": south, "precision": "footprint", "bbox": box}


def test_overall_box_comes_first_then_one_for_each_cluster(make_record, context):
    places = [place("a", 10, 40, 11, 41), place("b", 10.5, 40.5, 12, 42), place("c", 100, -5, 101, -4)]
    record = make_record(spatial={"places": places})

    found = extents.boxes(extents.clusters(record, context.boxes))

    assert found == [(10, -5, 101, 42), (10, 40, 12, 42), (100, -5, 101, -4)]


def test_one_cluster_is_the_overall_box_alone(make_record, context):
    record = make_record(spatial={"bbox": (5, 47, 15, 55)})

    assert extents.boxes(extents.clusters(record, context.boxes)) == [(5, 47, 15, 55)]


def test_boxes_that_touch_only_by_a_third_become_one(make_record, context):
    ends = [place("a", 0, 0, 1, 1), place("c", 3, 0, 4, 1), place("b", 0.5, 0, 3.5, 1)]

    assert extents.boxes(extents.clusters(make_record(spatial={"places": ends}), {})) == [(0, 0, 4, 1)]


def test_box_across_the_antimeridian_stays_narrow(make_record, context):
    record = make_record(spatial={"countries": ("FJI",)})

    assert extents.boxes(extents.clusters(record, context.boxes)) == [(177, -19, -178, -16)]


def test_country_without_a_place_stands_in_with_its_box(make_record, context):
    record = make_record(spatial={"countries": ("DEU", "CHL")})

    found = extents.boxes(extents.clusters(record, context.boxes))

    assert found == [(-76, -56, 15, 55.1), (-76, -56, -66, -17), (5.9, 47.3, 15, 55.1)]


def test_dataset_without_a_place_gets_the_world_because_stac_demands_a_box(make_record):
    record = make_record(spatial={"extent": "synthetic"})

    assert extents.boxes(extents.clusters(record, {})) == [(-180, -90, 180, 90)]
    assert extents.geometry(record, []) is None


def test_global_dataset_is_drawn_as_the_world(make_record):
    record = make_record(spatial={"extent": "global"})

    assert shape(extents.geometry(record, [])).bounds == (-180, -90, 180, 90)


def test_cities_are_points_and_stay_beside_boxes(make_record):
    city = {"name": "Kiel", "country": "DEU", "lon": 10.1, "lat": 54.3, "precision": "city"}
    alone = make_record(spatial={"places": [city]})
    beside = make_record(spatial={"places": [city, place("box", 0, 0, 1, 1)]})

    single = extents.geometry(alone, extents.clusters(alone, {}))
    mixed = extents.geometry(beside, extents.clusters(beside, {}))

    assert single == {"type": "Point", "coordinates": (10.1, 54.3)}
    assert [part["type"] for part in mixed["geometries"]] == ["Point", "Polygon"]


def test_geometry_is_cut_at_the_antimeridian(make_record, context):
    record = make_record(spatial={"countries": ("FJI",)})

    geometry = shape(extents.geometry(record, extents.clusters(record, context.boxes)))

    assert geometry.is_valid and geometry.area == 3 * 3 + 2 * 3


def test_partial_dates_mean_all_their_days(make_record):
    record = make_record(temporal_extent={"start": "2019", "end": "2020-02"})

    assert extents.interval(record) == ("2019-01-01T00:00:00Z", "2020-02-29T23:59:59Z")


def test_unknown_sides_stay_open(make_record):
    assert extents.interval(make_record()) == (None, None)
    assert extents.interval(make_record(temporal_extent={"start": "2019"})) == ("2019-01-01T00:00:00Z", None)
