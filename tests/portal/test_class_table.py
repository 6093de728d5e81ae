"""The classes of a record, their counts, and how even these are."""

import math

import pytest

from app.portal.class_table import balance, class_table, evenness


def test_evenness_is_one_for_equal_counts_and_falls_with_imbalance():
    assert evenness([10, 10, 10]) == pytest.approx(1)
    assert evenness([30, 0, 0]) == pytest.approx(0)
    assert evenness([9, 1]) == pytest.approx(-(0.9 * math.log(0.9) + 0.1 * math.log(0.1)) / math.log(2))


@pytest.mark.parametrize("counts", [[], [5], [0, 0]])
def test_evenness_of_nothing_is_not_told(counts):
    assert evenness(counts) is None
    assert balance(counts) == ""


def test_the_sentence_names_empty_classes_and_the_ratio():
    assert balance([30, 10]) == (
        "Shannon evenness 0.81 (1 is even, 0 one class alone). "
        "The largest class has 3 times the labels of the smallest."
    )
    assert balance([30, 0]).endswith("At least one class has no label.")


def test_classes_with_values_colours_and_counts_are_a_table(client, add_dataset):
    details = [
        {"name": "water", "index": 1, "colour": "#0000ff", "count": 300},
        {"name": "nothing", "index": 255, "count": 100},
    ]
    record = add_dataset("lakes", classes=["water", "nothing"], class_details=details)

    page = client.get("/datasets/lakes").text

    assert not class_table(record).is_plain
    assert '<rect x=".5" y=".5" width="13" height="13" fill="#0000ff"/>' in page
    assert "Shannon evenness 0.81" in page and "75 %" in page and ">255<" in page
    assert "style=" not in page.partition('id="classes"')[2].partition("</section>")[0]


def test_evenness_is_told_only_where_every_class_is_counted(add_dataset):
    record = add_dataset(
        "a", classes=["x", "y", "z"], class_details=[{"name": "x", "count": 5}, {"name": "y", "count": 5}]
    )

    assert class_table(record).balance == ""
    assert class_table(record).rows[2].count is None


def test_names_alone_stay_a_list(client, add_dataset):
    add_dataset("a", classes=["x", "y"])

    assert '<ol class="classes"' in client.get("/datasets/a").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"status": "superseded", "relations": [{"kind": "superseded-by", "slug": "new"}]},
            "A newer version",
        ),
        ({"status": "withdrawn"}, "have withdrawn this dataset"),
        ({"access": "gone"}, "can no longer be had"),
    ],
)
def test_a_dataset_that_is_no_longer_current_says_so_first(client, add_dataset, fields, said):
    add_dataset("old", **fields)

    page = client.get("/datasets/old").text

    assert said in page
    assert ('<a href="/datasets/new">new</a>' in page) == ("relations" in fields)


def test_stac_links_to_the_successor_and_marks_the_old_as_deprecated(client, add_dataset):
    add_dataset("old", status="superseded", relations=[{"kind": "superseded-by", "slug": "new"}])

    collection = client.get("/stac/collections/old").json()

    assert collection["deprecated"] is True
    assert [one["title"] for one in collection["links"] if one["rel"] == "successor-version"] == ["new"]
