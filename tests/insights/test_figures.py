import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from app.catalogue.derived import licence_class
from app.catalogue.record import DatasetRecord
from app.insights import figures
from app.insights.figures import FIGURES, draw
from app.insights.selection import Selection

Records = tuple[DatasetRecord, ...]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_accounts_for_every_dataset(name: str, everything: Selection, records: Records):
    figure = FIGURES[name](everything)

    assert figure.name == name
    assert figure.n > 0
    assert figure.n + figure.lacking == len(records)
    assert all(len(row) == len(figure.columns) for row in figure.rows)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_empty(name: str, make_selection: Callable[..., Selection]):
    figure = FIGURES[name](make_selection({}))

    assert (figure.n, figure.lacking) == (0, 1)
    assert [row for row in figure.rows if row[0] != "unknown"] == []


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_nothing_is_empty(name: str, make_selection: Callable[..., Selection]):
    figure = FIGURES[name](make_selection())

    assert (figure.n, figure.lacking, figure.rows) == (0, 0, ())


def test_points_are_the_datasets_with_year_and_volume(everything: Selection, records: Records):
    expected = {
        (record.slug, record.year, record.volume_gb)
        for record in records
        if record.year is not None and record.volume_gb
    }

    figure = figures.volume_by_year(everything)

    points = zip(figure.column("slug"), figure.column("year"), figure.column("volume_gb"), strict=True)
    assert set(points) == expected
    assert figure.column("volume_gb") == sorted(figure.column("volume_gb"), reverse=True)


def test_an_unknown_number_of_pixels_stays_unknown(make_selection: Callable[..., Selection]):
    figure = figures.volume_by_year(make_selection({"year": 2020, "volume": 2.5}))

    assert figure.rows == (("set-0", "Set 0", 2020, 2.5, None, None, 0),)


def test_years_have_no_gaps_and_end_with_the_unknown(everything: Selection, records: Records):
    expected = Counter(record.year for record in records)

    *known, unknown = figures.datasets_per_year(everything).rows

    assert [year for year, _count in known] == list(range(known[0][0], known[-1][0] + 1))
    assert {year: count for year, count in known if count} == {
        year: count for year, count in expected.items() if year is not None
    }
    assert unknown == ("unknown", expected[None])


def test_resolution_classes_hold_the_finest_value_and_their_lower_edge(
    make_selection: Callable[..., Selection],
):
    chosen = make_selection(*({"gsd_min": value} for value in (9.99, 10, 10, 19.9, 30)))

    assert figures.gsd(chosen).rows == ((5.0, 10.0, 1), (10.0, 20.0, 3), (20.0, 50.0, 1))


def test_resolution_classes_count_every_record_once(everything: Selection, records: Records):
    values = [record.gsd_m.min for record in records if record.gsd_m]

    figure = figures.gsd(everything)

    assert sum(figure.column("datasets")) == figure.n == len(values)
    for low, high, count in figure.rows:
        assert count == sum(low <= value < high for value in values)


def test_sensors_are_the_eight_most_frequent_and_the_rest(everything: Selection, records: Records):
    dated = [record for record in records if record.year is not None]
    totals = Counter(sensor for record in dated for sensor in dict.fromkeys(record.sensors))
    top = sorted(totals, key=lambda one: (-totals[one], one))[:8]
    expected = {
        (sensor, year): sum(sensor in record.sensors and record.year == year for record in dated)
        for sensor in top
        for year in {record.year for record in dated}
    }
    others = Counter(record.year for record in dated if set(record.sensors) - set(top))

    figure = figures.sensors_by_year(everything)

    found = {(code, year): count for code, _label, year, count in figure.rows}
    assert {key: count for key, count in found.items() if key[0] != "other"} == {
        key: count for key, count in expected.items() if count
    }
    assert {year: count for (code, year), count in found.items() if code == "other"} == others
    assert figure.n == sum(bool(record.sensors) for record in dated)


def test_countries_count_each_dataset_once_per_country(everything: Selection, records: Records):
    expected = Counter(code for record in records for code in dict.fromkeys(record.spatial.countries))

    figure = figures.countries(everything)

    assert {code: count for code, _label, count in figure.rows} == expected
    assert figure.n == sum(bool(record.spatial.countries) for record in records)


def test_a_licence_that_is_not_stated_is_lacking(everything: Selection, records: Records):
    expected = Counter(licence_class(record) for record in records)

    figure = figures.licences(everything)

    assert {code: count for code, _label, count in figure.rows} == expected
    assert figure.lacking == expected["not-stated"]


@pytest.mark.parametrize("name", ["datasets-per-task", "size-per-task", "volume-per-task"])
def test_shares_add_up_to_one(name: str, everything: Selection):
    figure = FIGURES[name](everything)

    assert math.isclose(sum(figure.column("share")), 1, abs_tol=1e-4)
    assert sum(figure.column("datasets")) == figure.n


def test_a_dataset_that_outweighs_the_others_is_named(make_selection: Callable[..., Selection]):
    chosen = make_selection(
        {"name": "Giant", "task": ("captioning",), "volume": 75},
        {"task": ("object-detection",), "volume": 25},
    )

    assert "Giant alone holds 75" in figures.volume_per_task(chosen).rule


@pytest.mark.parametrize(
    ("pair", "holds"),
    [
        (("task", "object-detection"), lambda record: "object-detection" in record.tasks),
        (("country", "DEU"), lambda record: "DEU" in record.spatial.countries),
        (("year_min", "2024"), lambda record: record.year is not None and record.year >= 2024),
    ],
)
def test_figures_are_drawn_on_the_filter(
    pair: tuple[str, str], holds: Any, select: Callable[..., Selection], records: Records
):
    chosen = [record for record in records if holds(record)]

    found = draw(select(pair))

    assert all(figure.matched == len(chosen) for figure in found.values())
    assert set(found["volume-by-year"].column("slug")) == {
        record.slug for record in chosen if record.year is not None and record.volume_gb
    }
    assert found["label-types"].n == sum(record.label_type is not None for record in chosen)
