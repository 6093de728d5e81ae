"""Counts, list, map and total agree with each other and with plain Python over the same records."""

from collections import Counter
from dataclasses import replace

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.extent import BBox, first_day, last_day, parse_interval
from app.catalogue import derived, places, vocabulary
from app.catalogue.matching import match
from app.catalogue.outlines import read_outlines
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, Between, SearchQuery
from app.catalogue.search import search

SECRET = "a secret of the tests, long enough"

VALUES = {
    "task": lambda record: record.tasks,
    "modality": lambda record: record.modalities,
    "sensor": lambda record: record.sensors,
    "platform": lambda record: record.platforms,
    "theme": lambda record: record.themes,
    "label_type": lambda record: (record.label_type,),
    "licence_class": lambda record: (derived.licence_class(record),),
    "kind": lambda record: (record.kind,),
    "extent": lambda record: (record.spatial.extent,),
    "country": lambda record: record.spatial.countries,
    "continent": places.continents,
    "geo_status": lambda record: (places.geo_status(record),),
    "library": derived.libraries,
}
RANGES = {
    "gsd": lambda record: record.gsd_m and (record.gsd_m.min, record.gsd_m.max),
    "year": lambda record: record.year is not None and (record.year, record.year),
    "samples": lambda record: record.n_samples is not None and (record.n_samples, record.n_samples),
    "classes": lambda record: record.n_classes is not None and (record.n_classes, record.n_classes),
    "volume": lambda record: record.volume_gb and (record.volume_gb, record.volume_gb),
}


class Outlines(dict):
    """Outlines by code, with a short name of its own."""

    def __repr__(self):
        return f"<{len(self)} outlines>"


@pytest.fixture(scope="module")
def outlines():
    """Outlines of countries and continents, as prepared geometries by code."""
    found = Outlines((code, geometry) for code, _, _, geometry in read_outlines())
    for geometry in found.values():
        shapely.prepare(geometry)
    return found


def passes_facet(record, name, chosen):
    return not chosen or bool({value for value in VALUES[name](record) if value} & set(chosen))


def passes_range(record, name, wanted):
    if not wanted:
        return True
    known = RANGES[name](record)
    low, high = wanted.min, wanted.max
    return bool(known) and (low is None or known[1] >= low) and (high is None or known[0] <= high)


def passes_area(record, query, outlines):
    if query.bbox is None:
        return True
    if query.include_global and places.geo_status(record) == "global":
        return True
    box = query.bbox.geometry()
    own = [area.geometry for area in places.areas(record) if area.geometry is not None]
    standing_in = [outlines[code] for code in places.outlines(record) if code in outlines]
    return any(geometry.intersects(box) for geometry in (*own, *standing_in))


def passes_interval(record, text):
    if not text:
        return True
    wanted, extent = parse_interval(text), record.temporal_extent
    if extent is None or not (extent.start or extent.end):
        return False
    start = first_day(extent.start or extent.end)
    end = last_day(extent.end) if extent.end else None
    return (wanted.end is None or start <= wanted.end) and (
        wanted.start is None or not end or end >= wanted.start
    )


def expected(records, query, outlines, but=None):
    """The records of the catalogue that pass every filter of a query, or every filter but one facet's."""
    return [
        record
        for record in records.values()
        if all(passes_facet(record, name, query.choices(name)) for name in FACET_NAMES if name != but)
        and all(passes_range(record, name, query.between(name)) for name in RANGE_NAMES)
        and passes_area(record, query, outlines)
        and passes_interval(record, query.datetime)
    ]


def choices(name):
    return st.lists(st.sampled_from(sorted(vocabulary.terms(name))), max_size=2, unique=True).map(tuple)


def betweens(highest):
    bound = st.one_of(st.none(), st.floats(0, highest).map(round))
    return st.tuples(bound, bound).map(lambda pair: Between(*(sorted(pair) if None not in pair else pair)))


boxes = st.one_of(
    st.none(),
    st.tuples(st.integers(-180, 180), st.integers(-90, 89), st.integers(-180, 180), st.integers(1, 60)).map(
        lambda given: BBox(given[0], given[1], given[2], min(90, given[1] + given[3]))
    ),
)
intervals = st.one_of(
    st.just(""),
    st.integers(2000, 2025).map(str),
    st.tuples(st.integers(1990, 2015), st.integers(2015, 2025)).map(lambda years: f"{years[0]}/{years[1]}"),
)


@st.composite
def queries(draw):
    """Queries with a few filters at once, as people make them."""
    facets = draw(st.lists(st.sampled_from(FACET_NAMES), max_size=2, unique=True))
    ranges = draw(st.lists(st.sampled_from(RANGE_NAMES), max_size=2, unique=True))
    highest = {"gsd": 100, "year": 2026, "samples": 1_000_000, "classes": 100, "volume": 1000}
    return SearchQuery(
        **{name: draw(choices(name)) for name in facets},
        **{name: draw(betweens(highest[name])) for name in ranges},
        bbox=draw(boxes),
        datetime=draw(intervals),
        include_global=draw(st.booleans()),
        facets=dict.fromkeys(FACET_NAMES, 300),
    )


slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow
@given(query=queries())
def test_total_and_every_facet_count_are_those_of_plain_python(seeded_session, records, outlines, query):
    answer = search(seeded_session, query, SECRET)

    assert answer.number_matched == len(expected(records, query, outlines))
    for name in FACET_NAMES:
        own = Counter(
            value
            for record in expected(records, query, outlines, but=name)
            for value in set(VALUES[name](record))
            if value
        )
        counted = {one.value: one.count for one in answer.facets[name].values if one.count}
        assert counted == own, name


@slow
@given(query=queries())
def test_what_a_range_leaves_out_is_what_lacks_the_value(seeded_session, records, outlines, query):
    answer = search(seeded_session, query, SECRET)

    for name in RANGE_NAMES:
        if query.between(name):
            others = expected(records, replace(query, **{name: Between()}), outlines)
            assert answer.left_out[name] == sum(not RANGES[name](record) for record in others)


@slow
@given(query=queries(), sort=st.sampled_from(["newest", "size", "completeness", "name", "updated"]))
def test_pages_hold_each_found_dataset_once(seeded_session, query, sort):
    wanted = replace(query, sort=sort, limit=100, facets={})
    slugs, answer = [], search(seeded_session, wanted, SECRET)
    slugs += [card["slug"] for card in answer.cards]
    while answer.next_cursor:
        answer = search(seeded_session, replace(wanted, cursor=answer.next_cursor), SECRET)
        slugs += [card["slug"] for card in answer.cards]

    matched = match(seeded_session, wanted)
    assert len(slugs) == len(set(slugs)) == answer.number_matched
    assert set(slugs) == {matched.index.slugs[row] for row in matched.mask().nonzero()[0]}


@pytest.mark.parametrize("text", ["sentinel", "flood -sar", "land cover", "eurosatt", "deep learning zzyzx"])
def test_pages_of_words_hold_each_found_dataset_once_and_best_first(seeded_session, text):
    query = SearchQuery(q=text, limit=7, facets={})
    slugs, answer = [], search(seeded_session, query, SECRET)
    slugs += [card["slug"] for card in answer.cards]
    while answer.next_cursor:
        answer = search(seeded_session, replace(query, cursor=answer.next_cursor), SECRET)
        slugs += [card["slug"] for card in answer.cards]

    at_once = search(seeded_session, replace(query, limit=100), SECRET)
    assert len(slugs) == len(set(slugs)) == answer.number_matched
    assert slugs[:100] == [card["slug"] for card in at_once.cards]


@pytest.mark.parametrize(
    "query", [SearchQuery(q="land cover"), SearchQuery(sort="name"), SearchQuery(sort="size")]
)
def test_pages_read_backwards_are_those_read_forwards(seeded_session, query):
    wanted = replace(query, limit=30, facets={})
    forwards = [search(seeded_session, wanted, SECRET)]
    while cursor := forwards[-1].next_cursor:
        forwards.append(search(seeded_session, replace(wanted, cursor=cursor), SECRET))
    backwards = [forwards[-1]]
    while cursor := backwards[-1].previous_cursor:
        backwards.append(search(seeded_session, replace(wanted, cursor=cursor), SECRET))

    assert len(forwards) > 3
    assert [answer.passed for answer in forwards] == list(range(0, forwards[0].number_matched, 30))
    assert [answer.cards for answer in backwards[::-1]] == [answer.cards for answer in forwards]
    assert [answer.passed for answer in backwards[::-1]] == [answer.passed for answer in forwards]


def test_less_than_a_page_before_a_cursor_makes_the_first_page(seeded_session):
    short = SearchQuery(sort="name", limit=5, facets={})
    first = search(seeded_session, short, SECRET)
    second = search(seeded_session, replace(short, cursor=first.next_cursor), SECRET)

    back = search(seeded_session, replace(short, limit=20, cursor=second.previous_cursor), SECRET)

    assert (len(back.cards), back.passed, back.previous_cursor) == (20, 0, None)
    assert back.cards[:5] == first.cards


def test_nothing_after_a_cursor_makes_the_last_page(seeded_session):
    every = SearchQuery(sort="name", limit=100, facets={})
    answer = search(seeded_session, every, SECRET)
    while answer.next_cursor:
        cursor = answer.next_cursor
        answer = search(seeded_session, replace(every, cursor=cursor), SECRET)
    few = replace(every, q="eurosat", sort="name", limit=2)

    last = search(seeded_session, replace(few, cursor=cursor), SECRET)

    assert last.passed + len(last.cards) == last.number_matched
    assert last.next_cursor is None and len(last.cards) == 2


def test_a_box_and_an_outline_find_what_reaches_into_both(seeded_session):
    ghana, germany = BBox(-1, 7, 0, 9), "POLYGON((8 48, 11 48, 11 51, 8 51, 8 48))"

    def found(query):
        matched = match(seeded_session, query)
        return {matched.index.slugs[row] for row in matched.mask().nonzero()[0]}

    both = found(SearchQuery(bbox=ghana, intersects=germany))

    assert both == found(SearchQuery(bbox=ghana)) & found(SearchQuery(intersects=germany))
    # No single area lies in both, yet datasets of many places do.
    assert 0 < len(both) < len(found(SearchQuery(bbox=ghana)))


def test_small_box_finds_no_global_dataset_unless_asked(seeded_session):
    box = SearchQuery(bbox=BBox(10, 50, 11, 51), facets={"geo_status": 10})

    without = search(seeded_session, box, SECRET).facets["geo_status"]
    asked = search(seeded_session, replace(box, include_global=True), SECRET).facets["geo_status"]

    assert "global" not in {one.value for one in without.values}
    assert {one.value: one.count for one in asked.values}["global"] == 156
