from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

import pytest

from app.catalogue.query import SearchQuery
from app.insights import scatter
from app.insights.charts import BARS, DRAWINGS, LAYOUT, chart
from app.insights.drawing import level_names, level_of, levels
from app.insights.figures import FIGURES
from app.insights.findings import finding, percent
from app.insights.links import Links
from app.insights.selection import Selection

LINKS = Links(SearchQuery())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_well_formed_named_by_its_finding_and_free_of_styles(name: str, everything: Selection):
    made = chart(FIGURES[name](everything), LINKS)

    drawing = ElementTree.fromstring(made.svg)
    image = drawing.find("g[@role='img']")
    assert image is not None and image.get("aria-labelledby") == f"finding-{name}"
    assert image.find(".//a") is None
    assert drawing.find(".//title") is not None
    for part in drawing.iter():
        assert part.tag not in ("style", "script") and "style" not in part.attrib


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_mark_of_a_drawing_names_itself(name: str, everything: Selection):
    drawing = ElementTree.fromstring(chart(FIGURES[name](everything), LINKS).svg)

    links = list(drawing.iter("a"))

    assert links
    for link in links:
        assert link[0].tag == "title" and link[0].text
        assert link.get("tabindex") == "-1"
        assert link.get("href", "").startswith("/datasets")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_how_many_are_in_it_and_how_many_lack_what(name: str, everything: Selection):
    figure = FIGURES[name](everything)

    made = chart(figure, LINKS)

    n, matched, lacking = (format(count, "d") for count in (figure.n, figure.matched, figure.lacking))
    assert made.caption == f"{n} of {matched} shown, {lacking} lack {LAYOUT[name][1]}"
    assert made.finding and made.rule and made.table.rows
    assert made.svg or made.bars


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_data_says_so_and_draws_nothing(name: str, make_selection: Callable[..., Selection]):
    made = chart(FIGURES[name](make_selection({})), LINKS)

    assert (made.svg, made.bars, made.keys) == (None, (), ())
    assert made.finding == "No dataset of this search states what this needs."
    assert made.caption.startswith("0 of 1 shown, 1 lacks")


@pytest.mark.parametrize("name", FIGURES)
def test_one_dataset_is_enough_to_draw(name: str, make_selection: Callable[..., Selection]):
    facts = {
        "task": ("object-detection",),
        "sensor": ("Sentinel-2",),
        "country": ("DEU",),
        "label_type": ("polygon",),
        "licence_class": ("open",),
        "year": 2021,
        "volume": 1.0,
        "size_measure": 10**9,
        "gsd_min": 10,
    }

    made = chart(FIGURES[name](make_selection(facts)), LINKS)

    assert made.svg or made.bars
    if made.svg:
        ElementTree.fromstring(made.svg)


@pytest.mark.parametrize("name", BARS)
def test_bars_are_no_longer_than_their_line(name: str, everything: Selection):
    bars = chart(FIGURES[name](everything), LINKS).bars

    assert max(bar.width for bar in bars) == 100
    assert all(0 <= bar.width <= 100 for bar in bars)


def test_share_bars_with_the_rest_add_up(everything: Selection):
    bars = chart(FIGURES["datasets-per-task"](everything), LINKS).bars

    shares = [float(bar.value.rstrip("\u00a0%").lstrip("< ")) for bar in bars]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))
    assert len(bars[-1].colours) == 1 and "other combinations" in bars[-1].label


def test_names_in_the_scatter_overlap_nothing(everything: Selection):
    figure = FIGURES["volume-by-year"](everything)
    points = scatter.points_of(figure)

    placed = scatter.name_labels(figure.rows, points)

    assert len(placed) > 5
    assert not any(one.box.overlaps(other.box) for one, other in combinations(placed, 2))
    assert not any(label.box.touches(point) for label in placed for point in points.values())


def test_the_best_described_points_are_drawn_where_there_are_many(make_selection: Callable[..., Selection]):
    datasets = [{"year": 2020, "volume": 1.0 + row, "prominence": row} for row in range(500)]

    made = chart(FIGURES["volume-by-year"](make_selection(*datasets)), LINKS)

    drawn = {link.get("href") for link in ElementTree.fromstring(made.svg).iter("a")}
    assert drawn == {f"/datasets/set-{row}" for row in range(100, 500)}
    assert made.notes == ("The 400 best described of 500 are drawn; the CSV has all.",)
    assert made.table.cut == "The first 30 of 500 rows; the CSV has all."


def test_a_hostile_name_stays_a_name(make_selection: Callable[..., Selection]):
    hostile = {"name": '</svg><script>"&', "year": 2020, "volume": 1.0}

    made = chart(FIGURES["volume-by-year"](make_selection(hostile)), LINKS)

    assert "<script>" not in str(made.svg)
    ElementTree.fromstring(made.svg)


@pytest.mark.parametrize("largest", [1, 3, 5, 40, 106, 70_000])
def test_ramps_cover_every_count(largest: int):
    begins = levels(largest)

    assert level_of(1, begins) == 1
    assert level_of(largest, begins) <= 5
    assert begins == sorted(set(begins))
    assert level_names(largest)[0][0] == 1


def test_small_shares_do_not_vanish():
    assert [percent(share, 1) for share in (0, 0.0001, 0.02, 1)] == [
        "0.0\u00a0%",
        "< 0.1\u00a0%",
        "2.0\u00a0%",
        "100.0\u00a0%",
    ]


def test_the_finding_of_countries_names_the_first(everything: Selection):
    figure = FIGURES["countries"](everything)

    assert finding(figure).startswith(f"{figure.rows[0][1]} ({figure.rows[0][2]})")
