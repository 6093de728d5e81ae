"""What the search page draws, worked out from plain values."""

import pytest

from app.catalogue import vocabulary
from app.catalogue.counting import Apart, Facet, FacetValue, Histogram
from app.catalogue.parameters import parse_query
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, Between, SearchQuery
from app.catalogue.search import Answer
from app.portal import rail, rows, typed, view
from app.portal.chips import chips_of

EMPTY = Apart((), 0, (), 0)


def answer(**fields):
    values = {
        "cards": (),
        "number_matched": 0,
        "total": 0,
        "passed": 0,
        "next_cursor": None,
        "previous_cursor": None,
        "facets": {},
        "histograms": {},
        "left_out": {},
        "note": None,
        "apart": EMPTY,
        "version": 1,
    }
    return Answer(**{**values, **fields})


@pytest.mark.parametrize(
    ("gsd", "x"),
    [({"min": 0.01, "max": 0.01}, 0), ({"min": 10, "max": 10}, 58.8), ({"min": 1e5, "max": 1e5}, 97.6)],
)
def test_a_resolution_is_a_tick_on_an_axis_from_1_cm_to_1_km(gsd, x):
    strip = rows.gsd_strip(gsd)

    assert strip.x == x
    assert not strip.is_spread


def test_a_range_of_resolutions_is_a_bar():
    strip = rows.gsd_strip({"min": 0.1, "max": 100})

    assert (strip.x, strip.width, strip.is_spread) == (20, 60, True)
    assert strip.text == "0.1–100\u00a0m"


@pytest.mark.parametrize("strip", [rows.gsd_strip(None), rows.samples_strip(None)])
def test_what_is_unknown_has_no_place_on_the_axis(strip):
    assert strip.x is None
    assert strip.text == "?"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ((512, 512), (512, 512), "512\u00a0px"),
        ((2147, 2313), (2147, 2313), "2147 × 2313\u00a0px"),
        ((256, 256), (1024, 1024), "256–1024\u00a0px"),
        ((100, 200), (300, 400), "100 × 200 to 300 × 400\u00a0px"),
    ],
)
def test_image_sizes_are_written_as_they_are_known(low, high, words):
    assert rows.image_size({"min": low, "max": high}) == words


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Sen1Floods11: A Dataset", "A Dataset"),
        ("SEN1FLOODS11 - A Dataset", "A Dataset"),
        ("Sen1Floods11", ""),
        ("Sen1Floods11b and more", "Sen1Floods11b and more"),
        (None, ""),
    ],
)
def test_a_title_does_not_repeat_the_name_before_it(title, shown):
    assert rows.subtitle("Sen1Floods11", title) == shown


def test_a_summary_does_not_repeat_the_name_before_it():
    assert rows.opening("BEN (v2)", "BEN (v2) (2020) is a dataset on crops.") == "Dataset on crops."
    assert rows.opening("BEN", "Crops of BEN.") == "Crops of BEN."


def test_tallies_are_shares_of_the_largest_count():
    values = (FacetValue("sar", "SAR", 4, True), FacetValue("rgb", "RGB", 8, False))

    group = rail.facet_group(Facet("modality", values, other=0), SearchQuery(modality=("sar",)))

    assert [(pick.width, pick.chosen) for pick in group.picks] == [(50, True), (100, False)]
    assert group.more is None
    assert group.fewer is None


def test_more_values_keep_the_search_and_can_be_folded_again():
    query = SearchQuery(q="sar")
    folded = rail.facet_group(Facet("task", (), other=9), query)
    opened = rail.facet_group(Facet("task", (), other=0), parse_query([("q", "sar"), ("facets", "task:300")]))

    assert folded.more == "/datasets?q=sar&facets=task%3A300"
    assert opened.fewer == "/datasets?q=sar"


def test_the_page_asks_for_every_facet_and_more_of_those_that_are_open():
    counts = rail.facet_counts(SearchQuery(facets={"task": 300}))

    assert set(counts) == set(FACET_NAMES)
    assert counts["task"] == 300
    assert counts["sensor"] == rail.VALUES_SHOWN


def test_bars_outside_the_chosen_range_are_pale():
    histogram = Histogram(edges=(0.1, 1, 10, 100), counts=(2, 4, 1), lacking=3)

    group = rail.range_group("gsd", histogram, Between(min=1, max=9))

    assert [bar.is_inside for bar in group.bars] == [False, True, False]
    assert max(bar.height for bar in group.bars) == 37
    assert group.summary == "7 datasets state a resolution; 3 do not."


def test_thumbs_without_a_bound_stand_at_the_ends():
    group = rail.range_group("gsd", Histogram((0.01, 1000), (0,), 0), Between())

    assert group.thumbs == (0, 1000)
    assert (group.minimum, group.maximum) == ("", "")


def test_every_facet_and_range_has_a_title_and_a_place():
    assert set(rail.FACET_TITLES) == set(FACET_NAMES)
    assert set(rail.RANGES) == set(RANGE_NAMES)
    assert sorted(rail.ORDER) == sorted([*FACET_NAMES, *RANGE_NAMES])


def test_every_filter_is_a_chip_that_removes_it_alone():
    pairs = [
        ("q", "sar"),
        ("task", "counting"),
        ("task", "regression"),
        ("gsd_min", "1"),
        ("gsd_max", "10"),
        ("year_min", "2020"),
        ("bbox", "170,-30,-170,0"),
        ("datetime", "2019-01-01/2020-01-01"),
        ("include_global", "true"),
    ]
    query = parse_query(pairs)

    chips = chips_of(query)

    assert [chip.label for chip in chips] == [
        f"Task: {vocabulary.label('task', 'counting')}",
        f"Task: {vocabulary.label('task', 'regression')}",
        "Resolution (GSD): 1 to 10\u00a0m",
        "Year: from 2020",
        "Area: 170° E to 170° W, 30° S to 0°",
        "Acquired: 2019-01-01 to 2020-01-01",
        "Global datasets included",
    ]
    assert all(len(chip.query.pairs()) in (len(pairs) - 1, len(pairs) - 2) for chip in chips)


def test_a_removed_filter_starts_from_the_first_page():
    query = parse_query([("task", "counting"), ("cursor", "abc")])

    assert chips_of(query)[0].href == "/datasets"


def test_what_a_range_leaves_out_is_said_in_singular_and_plural():
    lines = view.left_out_lines(answer(left_out={"gsd": 1, "year": 20, "classes": 0}))

    assert lines == [
        "1 more record lacks a resolution and is left out.",
        "20 more records lack a year and are left out.",
    ]


def test_the_usual_order_has_no_value_so_that_words_sort_by_relevance_again():
    without_words = {choice.words: choice.value for choice in view.sorts(SearchQuery())}
    with_words = {choice.words: choice.value for choice in view.sorts(SearchQuery(q="sar"))}

    assert without_words["newest"] == ""
    assert "relevance" not in without_words
    assert with_words["relevance"] == ""
    assert with_words["newest"] == "newest"


def test_tiles_and_feed_take_the_filters_but_not_the_page():
    query = parse_query([("q", "sar"), ("limit", "50"), ("cursor", "abc"), ("facets", "task:300")])

    links = view.links(query, None)

    assert links["tiles"] == "?q=sar"
    assert links["feed"] == "/datasets.atom?q=sar&limit=50"


@pytest.mark.parametrize(
    ("passed", "shown", "words", "first", "previous"),
    [
        (0, 20, "1–20 of 312", None, None),
        (20, 20, "21–40 of 312", None, "/datasets?q=sar"),
        (14, 20, "15–34 of 312", None, "/datasets?q=sar"),
        (300, 12, "301–312 of 312", "/datasets?q=sar", "/datasets?q=sar&cursor=back"),
        (311, 1, "312 of 312", "/datasets?q=sar", "/datasets?q=sar&cursor=back"),
    ],
)
def test_a_page_tells_its_place_and_leads_to_its_neighbours(passed, shown, words, first, previous):
    found = answer(
        cards=({},) * shown,
        number_matched=312,
        passed=passed,
        previous_cursor="back" if passed else None,
        next_cursor="on" if passed + shown < 312 else None,
    )

    pages = view.pages(SearchQuery(q="sar", cursor="here" if passed else None), found)

    assert (pages.words, pages.first, pages.previous) == (words, first, previous)
    assert (pages.next is None) == (passed + shown == 312)


def test_four_fields_are_one_box():
    pairs = [("q", "sar"), ("bbox", "1"), ("bbox", "2"), ("bbox", "3"), ("bbox", "4")]

    assert typed.one_box(pairs) == [("q", "sar"), ("bbox", "1,2,3,4")]
    assert typed.one_box([("bbox", ""), ("bbox", " ")]) == []


def test_what_is_wrong_is_left_out_and_the_rest_kept():
    query, problem = typed.read([("q", "sar"), ("task", "segmantation"), ("gsd_min", "5")])

    assert query == SearchQuery(q="sar", gsd=Between(min=5))
    assert problem is not None
    assert problem.wrong == {"task"}


def test_the_nearest_right_value_can_be_followed():
    _, problem = typed.read([("q", "sar"), ("task", "object-detecton")])

    assert problem is not None
    assert problem.mending == "Search with object-detection instead"
    assert problem.mended == SearchQuery(q="sar", task=("object-detection",))


def test_the_nearest_right_name_can_be_followed():
    _, problem = typed.read([("modalty", "sar")])

    assert problem is not None
    assert problem.mended == SearchQuery(modality=("sar",))


def test_names_for_addresses_stay_names_where_they_are_listed():
    _, problem = typed.read([("foo", "bar")])

    assert problem is not None
    assert "Known are, among others: q, task, modality," in problem.message


def test_bounds_the_wrong_way_round_are_named_by_their_labels_and_can_be_swapped():
    _, problem = typed.read([("q", "sar"), ("gsd_min", "30"), ("gsd_max", "10")])

    assert problem is not None
    assert problem.message.startswith("“Resolution (GSD), from” (30) is above “Resolution (GSD), to” (10)")
    assert problem.mending == "Search with the two swapped"
    assert problem.mended == SearchQuery(q="sar", gsd=Between(10, 30))


@pytest.mark.parametrize(
    "pairs", [[("gsd_min", "x"), ("gsd_max", "10")], [("year_min", "-1")], [("bbox", "1,2")]]
)
def test_bounds_that_are_no_numbers_are_not_swapped(pairs):
    _, problem = typed.read(pairs)

    assert problem is not None
    assert problem.mended is None and problem.mending is None
    assert "_" not in problem.message and "bbox" not in problem.message


def test_what_was_typed_is_quoted_as_typed():
    _, problem = typed.read([("gsd_min", "gsd_min")])

    assert problem is not None
    assert problem.message == "“Resolution (GSD), from” takes a number; got 'gsd_min'."


def test_bounds_that_contradict_each_other_stand_in_their_fields():
    pairs = [("gsd_min", "30"), ("gsd_max", "10"), ("bbox", "1,2,3,4")]
    query, problem = typed.read(pairs)

    texts = typed.typed(pairs, query, problem)

    assert (texts.bounds["gsd_min"], texts.bounds["gsd_max"]) == ("30", "10")
    assert texts.box == ("1", "2", "3", "4")
