"""One change applied to a record: replaced, added, removed, cleared, with its source."""

import pytest

from app.base.errors import Invalid
from app.curation import bulk

RECORD = {
    "uuid": "2f1c3d64-0d4e-5c56-9a3e-0a7c2b0f6f11",
    "slug": "fields",
    "name": "Fields",
    "kind": "ml-dataset",
    "tasks": ["counting", "semantic-segmentation"],
    "provenance": {"tasks": {"sources": ["paper"]}},
}


def applied(path, way, **values):
    given = {name.replace("__", ":"): tuple(texts) for name, texts in values.items()}
    change = bulk.change(path, way, given)
    return bulk.apply(change, RECORD)


def test_a_value_is_replaced_with_its_source():
    made = applied("licence.spdx", "set", **{"licence.spdx": ["MIT"], "from:licence.spdx": ["web"]})

    assert made.draft["licence"] == {"spdx": "MIT"}
    assert made.draft["provenance"]["licence.spdx"] == {"sources": ["web"]}
    assert made.draft["provenance"]["tasks"] == {"sources": ["paper"]}
    assert [one.path for one in made.changes] == ["licence.spdx"]
    assert made.problems == ()


def test_a_word_is_added_to_a_list_once():
    assert applied("tasks", "add", tasks=["counting", "regression"]).draft["tasks"] == [
        "counting",
        "semantic-segmentation",
        "regression",
    ]
    assert applied("tasks", "add", tasks=["counting"]).changes == ()


def test_a_word_is_removed_from_a_list():
    assert applied("tasks", "remove", tasks=["counting"]).draft["tasks"] == ["semantic-segmentation"]
    assert applied("tasks", "remove", tasks=["captioning"]).changes == ()


def test_a_cleared_value_takes_its_source_with_it():
    made = applied("tasks", "clear")

    assert "tasks" not in made.draft and "tasks" not in made.draft.get("provenance", {})


def test_what_makes_a_record_worse_is_told():
    assert "Choose at least one task" in applied("tasks", "clear").problems[0]


@pytest.mark.parametrize(
    ("path", "way", "values"),
    [
        ("slug", "set", {"slug": ["x"]}),
        ("name", "set", {"name": ["x"]}),
        ("nothing", "set", {}),
        ("year", "add", {"year": ["2020"]}),
        ("year", "upwards", {"year": ["2020"]}),
        ("year", "set", {}),
        ("year", "set", {"year": ["soon"]}),
        ("tasks", "add", {"tasks": ["levitation"]}),
    ],
)
def test_what_cannot_be_done_to_many_is_refused(path, way, values):
    with pytest.raises(Invalid):
        applied(path, way, **values)


def test_lists_alone_can_be_added_to():
    assert bulk.ways(bulk.BY_PATH["tasks"]) == ["set", "add", "remove", "clear"]
    assert bulk.ways(bulk.BY_PATH["year"]) == ["set", "clear"]
