"""Work lists count, filter and page exactly what waits."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from app.base.errors import Invalid, NotFound
from app.catalogue.query import SearchQuery
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import lists
from app.links.tables import Link, LinkUse

TODAY = date(2026, 11, 21)
SECRET = "a secret of the tests"
CONFLICT = {"field": "year", "value": 2019, "source": "rsfm"}
RECALLED = {"tasks": {"sources": ["paper"]}}


ALL = SearchQuery()


def slugs(session, group, key, query=ALL, sort="sought", after="", limit=25):
    found = lists.find(
        session,
        lists.get(group, key),
        query,
        sort=sort,
        after=after,
        secret=SECRET,
        today=TODAY,
        limit=limit,
    )
    return [one.slug for one in lists.read(session, found.ids)], found


@pytest.fixture
def records(add_dataset):
    add_dataset("full", licence={"spdx": "MIT"}, year=2020, tasks=["counting"], provenance=RECALLED)
    add_dataset("bare", year=2021, modalities=["sar"])
    add_dataset("doubted", year=2018, licence={"spdx": "MIT"}, conflicts=[CONFLICT])
    add_dataset("newest", year=2024)


def test_records_wait_by_missing_field(session, records):
    found, page = slugs(session, "missing", "licence", sort="newest")

    assert found == ["newest", "bare"]
    assert (page.total, page.following) == (2, None)


def test_records_wait_by_contradiction_and_by_unconfirmed_fact(session, records):
    assert slugs(session, "conflict", "year")[0] == ["doubted"]
    assert slugs(session, "conflict", "any")[0] == ["doubted"]
    assert slugs(session, "unconfirmed", "tasks")[0] == ["full"]
    assert slugs(session, "unconfirmed", "any")[0] == ["full"]
    assert slugs(session, "unconfirmed", "gsd_m")[0] == []


def test_the_search_filters_a_list(session, records):
    assert slugs(session, "missing", "licence", SearchQuery(modality=("sar",)))[0] == ["bare"]
    assert slugs(session, "missing", "licence", SearchQuery(q="newest"))[0] == ["newest"]


def test_records_wait_by_dead_link(session, records):
    ids = dict(session.execute(select(Dataset.slug, Dataset.id)).all())
    link = Link(address="https://gone.org/", host="gone.org", shown="not_found", state="not_found")
    session.add(link)
    session.flush()
    session.execute(insert(LinkUse).values(dataset_id=ids["bare"], link_id=link.id, path="urls.home"))

    assert slugs(session, "links", "dead")[0] == ["bare"]
    assert slugs(session, "links", "changed")[0] == []


def test_records_wait_by_age_of_their_review(session, records):
    ids = dict(session.execute(select(Dataset.slug, Dataset.id)).all())
    reviews = {"full": datetime(2026, 1, 1, tzinfo=UTC), "bare": datetime(2023, 1, 1, tzinfo=UTC)}
    for slug, moment in reviews.items():
        mark = {"level": "Q1", "reasons": [], "examined": moment, "reviewed": moment}
        session.execute(insert(DatasetQuality).values(dataset_id=ids[slug], **mark))

    assert slugs(session, "age", "review-old")[0] == ["bare"]
    assert set(slugs(session, "age", "unreviewed")[0]) == {"doubted", "newest"}


def test_pages_are_cut_by_key_so_that_mended_records_hide_none(session, add_dataset):
    for number in range(7):
        add_dataset(f"set-{number}", year=2000 + number)
    first, page = slugs(session, "missing", "licence", sort="newest", limit=3)
    add_dataset("set-6", year=2006, licence={"spdx": "MIT"})
    second, after = slugs(session, "missing", "licence", sort="newest", after=page.following, limit=3)

    assert first == ["set-6", "set-5", "set-4"]
    assert second == ["set-3", "set-2", "set-1"]
    assert (after.total, after.passed) == (6, 2)


def test_the_place_behind_a_record_is_known_even_when_it_left_the_list(session, add_dataset):
    for number in range(3):
        add_dataset(f"set-{number}", year=2000 + number, licence={"spdx": "MIT"} if number == 1 else None)
    place = lists.behind(session, "set-1", "newest", SECRET)

    assert slugs(session, "missing", "licence", sort="newest", after=place)[0] == ["set-0"]


@pytest.mark.parametrize("sort", lists.SORTS)
def test_every_order_reaches_every_record_once(session, records, sort):
    found, after = [], ""
    for _ in range(4):
        part, page = slugs(session, "missing", "description", sort=sort, after=after, limit=1)
        found += part
        after = page.following or ""

    assert sorted(found) == ["bare", "doubted", "full", "newest"]


def test_the_overview_counts_every_list(session, records):
    counted = lists.counts(session, SearchQuery(), TODAY)

    assert {one.key: number for one, number in counted["missing"]}["licence"] == 2
    assert {one.key: number for one, number in counted["conflict"]} == {"year": 1, "any": 1}
    assert {one.key: number for one, number in counted["age"]} == {"unreviewed": 4}
    assert counted["links"] == []


@pytest.mark.parametrize(
    ("group", "key"), [("missing", "nothing"), ("nothing", "licence"), ("conflict", "foo")]
)
def test_there_is_no_other_list(group, key):
    with pytest.raises(NotFound):
        lists.get(group, key)


def test_a_place_of_another_order_is_refused(session, records):
    place = lists.behind(session, "bare", "newest", SECRET)

    with pytest.raises(Invalid):
        slugs(session, "missing", "licence", sort="oldest", after=place)
    with pytest.raises(Invalid):
        slugs(session, "missing", "licence", sort="upwards")
