"""The items of a dataset as its page shows them: numbers, chart, list, and choices that agree."""

import re

import numpy as np
import pytest

from app.base.errors import Invalid
from app.items.changes import collection_number, load_chunk
from app.items.document import check_item
from app.items.following import read_version
from app.items.indexes import indexes_of
from app.portal.record_items import Choice, read_choice, section

SECRET = "a secret of the tests"


def item(name, lon=10.0, lat=50.0, geometry=True, **properties):
    ring = [[lon, lat], [lon + 0.02, lat], [lon + 0.02, lat + 0.02], [lon, lat + 0.02], [lon, lat]]
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]} if geometry else None,
        "properties": {"datetime": "2020-06-01T10:00:00Z", **properties},
        "assets": {},
    }


@pytest.fixture
def load(session, add_dataset):
    """Loads items into a dataset of their own."""

    def put(*items, slug="patches"):
        add_dataset(slug)
        number = collection_number(session, slug)
        load_chunk(session, number, [check_item(one, slug) for one in items])
        indexes_of(session).at(session, read_version(session), is_urgent=True)
        return number

    return put


@pytest.fixture
def shown(session, load):
    """Loads items and gives what the page shows of them under a choice."""

    def show(*items, **choice):
        return section(session, load(*items), "patches", Choice(**choice), SECRET)

    return show


def bars(found):
    return {bar.label: bar.total for bar in found.timeline.bars}


def test_a_dataset_without_items_has_no_section(session, add_dataset):
    add_dataset("empty")

    assert section(session, collection_number(session, "empty"), "empty", Choice(), SECRET) is None


def test_items_are_counted_by_split_however_it_is_spelt(shown):
    found = shown(item("a", split="train"), item("b", split="val"), item("c", split="validation"), item("d"))

    assert {split.code: split.count for split in found.splits} == {"train": 1, "validate": 2, "other": 1}


def test_the_chart_has_a_bar_for_every_year_between_the_first_and_the_last(shown):
    found = shown(item("a", datetime="2015-03-01T00:00:00Z"), item("b", datetime="2019-03-01T00:00:00Z"))

    assert bars(found) == {"2015": 1, "2016": 0, "2017": 0, "2018": 0, "2019": 1}


def test_items_of_few_months_are_shown_by_month(shown):
    found = shown(item("a", datetime="2019-11-01T00:00:00Z"), item("b", datetime="2020-01-01T00:00:00Z"))

    assert bars(found) == {"2019-11": 1, "2019-12": 0, "2020-01": 1}


def test_an_item_of_several_years_counts_in_each(shown):
    long = item(
        "long", datetime=None, start_datetime="2015-01-01T00:00:00Z", end_datetime="2018-12-31T23:59:59Z"
    )

    found = shown(long, item("a", datetime="2018-03-01T00:00:00Z"))

    assert bars(found) == {"2015": 1, "2016": 1, "2017": 1, "2018": 2}


def test_items_of_one_time_need_no_chart(shown):
    found = shown(item("a"), item("b"))

    assert found.timeline is None
    assert found.taken == "taken 1 Jun 2020"


def test_a_time_that_nobody_recorded_is_no_bar_but_a_number(shown):
    unknown = item(
        "u", datetime=None, start_datetime="1950-01-01T00:00:00Z", end_datetime="2020-12-31T00:00:00Z"
    )

    found = shown(
        unknown, item("a", datetime="2019-01-01T00:00:00Z"), item("b", datetime="2019-05-01T00:00:00Z")
    )

    assert found.without_time == 1
    assert sum(bars(found).values()) == 2


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"splits": ("test",)},
        {"splits": ("train", "other")},
        {"splits": ("other",)},
        {"start": "2017"},
        {"end": "2016"},
        {"start": "2016", "end": "2018", "splits": ("validate", "test")},
        {"start": "2017-03", "end": "2017-03"},
    ],
)
def test_number_list_legend_and_chart_agree_under_every_choice(session, load, choice):
    chance = np.random.default_rng(5)
    words = ("train", "val", "test", "holdout", None)
    made = [
        item(
            f"p-{n}",
            datetime=f"{chance.integers(2015, 2020)}-{chance.integers(1, 13):02d}-15T00:00:00Z",
            **({"split": word} if (word := words[chance.integers(0, 5)]) else {}),
        )
        for n in range(60)
    ]
    number, chosen = load(*made), Choice(**choice)

    pages, token = [], None
    while True:
        found = section(session, number, "patches", Choice(**{**choice, "token": token}), SECRET)
        pages += [line.name for line in found.lines]
        if not found.next_page:
            break
        token = re.search(r"token=([^&]+)", found.next_page)[1]

    kept = [split.count for split in found.splits if split.is_chosen]
    assert len(pages) == len(set(pages)) == found.matched == sum(kept)
    if chosen.start is None and chosen.end is None:
        assert sum(bars(found).values()) == found.matched
    else:
        within = [bar.total for bar in found.timeline.bars if bar.is_chosen]
        assert sum(within) >= found.matched


def test_a_split_that_no_item_has_finds_nothing(shown):
    assert shown(item("a"), item("b"), splits=("train",)).matched == 0


def test_points_and_items_without_place_are_told(shown):
    point = item("p")
    point["geometry"] = {"type": "Point", "coordinates": [5, 45]}

    found = shown(point, item("n", geometry=False), item("a"))

    assert (found.points, found.without_place) == (1, 1)
    assert found.bounds == "5.00000,45.00000,10.02000,50.02000"
    assert {line.name: line.is_point for line in found.lines} == {"p": True, "n": False, "a": False}


def test_the_map_asks_for_the_times_that_were_chosen(shown):
    found = shown(item("a"), start="2020", end="2020-06")

    assert found.tiles == (
        "collection=patches&datetime=2020-01-01T00%3A00%3A00Z%2F2020-06-30T23%3A59%3A59.999999Z"
    )


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("splits", "train")], "split"),
        ([("split", "trian")], "train"),
        ([("from", "soon")], "2019"),
        ([("from", "2020-13")], "2019"),
        ([("to", "2020-01-01")], "2019"),
        ([("from", "2020"), ("to", "2019")], "swap"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused_in_words(pairs, words):
    with pytest.raises(Invalid, match=words):
        read_choice(pairs)


def test_every_choice_is_a_page(client, load):
    load(
        *(
            item(f"p-{n:02d}", split=("train", "test")[n % 2], datetime=f"20{10 + n}-01-01T00:00:00Z")
            for n in range(24)
        )
    )

    first = client.get("/datasets/patches/items?split=test").text
    following = re.search(r'href="([^"]+token[^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    second = client.get(following).text

    assert "12 of 24 items" in first
    assert re.findall(r"items/(p-\d\d)", first + second) == [f"p-{n:02d}" for n in range(23, 0, -2)]


def test_the_record_page_shows_the_first_items(client, load):
    load(item("p-1", split="train"))

    page = client.get("/datasets/patches").text

    assert 'id="items"' in page
    assert "/stac/collections/patches/items/p-1" in page


def test_a_dataset_without_items_has_no_page_of_them(client, add_dataset):
    add_dataset("empty")

    assert client.get("/datasets/empty/items").status_code == 404
    assert client.get("/datasets/none-such/items").status_code == 404
    assert 'id="items"' not in client.get("/datasets/empty").text


def test_the_bundled_places_are_items_that_say_how_exact_they_are(seeded_client):
    page = seeded_client.get("/datasets/sen1floods11").text

    assert 'id="items"' in page
    assert "STAC items" in page
