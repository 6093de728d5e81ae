"""Which members of a document are sent."""

import pytest

from app.base.errors import Invalid, TooLarge
from app.stac.fields import Fields, fields_of_json, fields_of_text, trimmed

DOCUMENT = {
    "id": "a",
    "type": "Collection",
    "title": "A",
    "extent": {"spatial": 1, "temporal": 2},
    "links": [],
}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (Fields(), DOCUMENT),
        (Fields(("title",)), {"id": "a", "type": "Collection", "title": "A"}),
        (Fields(("extent.spatial",)), {"id": "a", "type": "Collection", "extent": {"spatial": 1}}),
        (
            Fields(("extent",), ("extent.temporal",)),
            {"id": "a", "type": "Collection", "extent": {"spatial": 1}},
        ),
        (Fields((), ("links", "extent", "id")), {"id": "a", "type": "Collection", "title": "A"}),
        (Fields(("nothing", "title.deeper")), {"id": "a", "type": "Collection"}),
        (Fields(("title",), ("title",)), {"id": "a", "type": "Collection", "title": "A"}),
        (
            Fields(("extent.spatial",), ("extent", "links")),
            {"id": "a", "type": "Collection", "extent": {"spatial": 1}},
        ),
        (Fields((), ("type", "links", "title", "extent")), {"id": "a", "type": "Collection"}),
    ],
)
def test_what_is_included_is_kept_and_what_is_excluded_alone_is_not(fields, kept):
    copy = {**DOCUMENT, "extent": dict(DOCUMENT["extent"])}

    assert trimmed(copy, fields, ("type", "id")) == kept


@pytest.mark.parametrize(
    "written",
    ["id,+title, -links,-extent.temporal", "id, title,-links,,- extent.temporal,id"],
)
def test_names_of_an_address_are_read_with_their_signs(written):
    assert fields_of_text(written) == Fields(("id", "title"), ("links", "extent.temporal"))


def test_a_body_says_the_same_as_an_address():
    given = {"include": ["id", "title"], "exclude": ["links"]}

    assert (
        fields_of_json(given)
        == fields_of_json(["id", "+title", "-links"])
        == fields_of_text("id,title,-links")
    )
    assert fields_of_json({"include": None}) == Fields()


@pytest.mark.parametrize("value", ["id", 7, {"include": "id"}, {"exclude": [7]}, [None]])
def test_what_names_no_members_is_refused(value):
    with pytest.raises(Invalid):
        fields_of_json(value)


@pytest.mark.parametrize("value", [["a"] * 1_001, {"exclude": ["a"] * 1_001}, ["a" * 40_000]])
def test_more_names_than_anybody_means_are_refused(value):
    with pytest.raises(TooLarge):
        fields_of_json(value)
