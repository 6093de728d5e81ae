"""Files and folders of items, whoever wrote them, in constant memory."""

import json
import tracemalloc

import pytest

from app.base.errors import Invalid
from app.items.lines import Unreadable
from app.items.reading import fingerprint, read_lines


def contents(path):
    return [line for _, line in read_lines(path)]


def names(path):
    return [json.loads(line)["id"] for line in contents(path) if not isinstance(line, Unreadable)]


def reasons(path):
    return [line.decode() for line in contents(path) if isinstance(line, Unreadable)]


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def catalogue(path, *links, kind="Catalog"):
    """Writes a catalogue with links such as ("item", "a/a.json")."""
    found = [{"rel": rel, "href": href} for rel, href in links]
    return write(path, {"type": kind, "id": path.parent.name, "description": "-", "links": found})


@pytest.fixture
def static(tmp_path, make_item):
    """A static catalogue: two collections, one below the other, with one item each, and links up."""
    up = ("root", "../catalog.json"), ("parent", "../catalog.json")
    catalogue(tmp_path / "catalog.json", ("self", "catalog.json"), ("child", "./one/collection.json"))
    catalogue(
        tmp_path / "one" / "collection.json", *up, ("item", "a/a.json"), ("child", "../two/collection.json"),
        kind="Collection",
    )  # fmt: skip
    catalogue(tmp_path / "two" / "collection.json", *up, ("item", "./b.json"), kind="Collection")
    write(tmp_path / "one" / "a" / "a.json", make_item("a"))
    write(tmp_path / "two" / "b.json", make_item("b"))
    write(tmp_path / "two" / "unlinked.json", make_item("unlinked"))
    return tmp_path


def test_catalogue_leads_to_its_items_through_all_that_lies_below(static):
    assert names(static / "catalog.json") == ["a", "b"]
    assert reasons(static / "catalog.json") == []


def test_folder_holds_every_item_below_it_linked_or_not(static):
    assert names(static) == ["a", "b", "unlinked"]
    assert reasons(static) == []


def test_catalogues_that_lead_back_to_each_other_are_entered_once(static):
    catalogue(
        static / "two" / "collection.json", ("child", "../catalog.json"), ("child", "collection.json"),
        ("child", "../one/collection.json"), ("item", "b.json"), kind="Collection",
    )  # fmt: skip

    assert sorted(names(static / "catalog.json")) == ["a", "b"]


@pytest.mark.parametrize("whole", [True, False])
def test_linked_file_that_is_missing_is_told_and_the_rest_goes_on(static, whole):
    (static / "one" / "a" / "a.json").unlink()
    path = static if whole else static / "catalog.json"

    assert reasons(path) == ["collection.json links to a/a.json, which is not there."]
    assert "b" in names(path)


def test_links_to_other_places_are_told_and_not_followed(static, tmp_path_factory, make_item):
    outside = write(tmp_path_factory.mktemp("outside") / "secret.json", make_item("secret"))
    far = "https://data.example/items/c.json"
    catalogue(
        static / "catalog.json", ("item", far), ("item", str(outside)), ("child", "one/collection.json")
    )

    told = reasons(static / "catalog.json")

    assert names(static / "catalog.json") == ["a", "b"]
    assert far in told[0] and "not on this disk" in told[0]
    assert "outside of its folder" in told[1]


def test_linked_file_that_is_no_json_is_told(static):
    (static / "two" / "b.json").write_text("{")

    assert "b.json is not JSON" in reasons(static / "catalog.json")[0]
    assert "b.json is not JSON" in reasons(static)[0]


def test_other_json_in_a_folder_is_passed_over(tmp_path, make_item):
    write(tmp_path / "labels.json", {"labels": ["x"]})
    write(tmp_path / "some" / "items.geojson", {"type": "FeatureCollection", "features": [make_item("a")]})

    assert names(tmp_path) == ["a"]
    assert reasons(tmp_path) == []


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("wrapped", [True, False])
def test_long_collection_is_read_in_constant_memory(tmp_path, make_item, indent, wrapped):
    items = [make_item(f"item-{number}", note="x" * 4_000) for number in range(2_000)]
    document = {"type": "FeatureCollection", "links": [], "features": items} if wrapped else items
    path = tmp_path / "items.json"
    path.write_text(json.dumps(document, indent=indent))
    del items, document

    tracemalloc.start()
    count = sum(1 for _ in read_lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 2_000
    assert path.stat().st_size > 8_000_000
    assert peak < 4_000_000


def test_long_collection_keeps_numbers_as_they_are_written(tmp_path, make_item):
    items = [make_item(f"item-{number}", whole=10, broken=10.0, note="x" * 500) for number in range(2_000)]
    path = write(tmp_path / "items.json", {"type": "FeatureCollection", "features": items})

    first = json.loads(contents(path)[0])

    assert path.stat().st_size > 1_000_000
    assert first == items[0]
    assert [type(first["properties"][name]) for name in ("whole", "broken")] == [int, float]


def test_collection_that_breaks_off_is_told_after_what_was_read(tmp_path, make_item):
    items = [make_item(f"item-{number}", note="x" * 1_000) for number in range(2_000)]
    path = write(tmp_path / "items.json", {"type": "FeatureCollection", "features": items})
    path.write_bytes(path.read_bytes()[:-3_000])

    read = []
    with pytest.raises(Invalid, match=r"items\.json is not JSON"):
        read.extend(read_lines(path))


@pytest.mark.parametrize("long", [True, False])
def test_json_file_with_one_item_a_line_is_read_as_such(tmp_path, make_item, long):
    note = "x" * (1_000_000 if long else 10)
    path = tmp_path / "items.json"
    lines = [json.dumps(make_item(name, note=note[:600_000])) for name in ("a", "b")]
    path.write_text("\n\n".join(lines))

    assert [number for number, _ in read_lines(path)] == [1, 3]
    assert names(path) == ["a", "b"]


@pytest.mark.parametrize("content", ["", "{", "hello", "{}}"])
def test_file_that_is_no_json_is_refused(tmp_path, content):
    path = tmp_path / "items.json"
    path.write_text(content)

    with pytest.raises(Invalid, match="not JSON"):
        list(read_lines(path))


def test_empty_collection_holds_no_items(tmp_path):
    assert contents(write(tmp_path / "items.json", {"type": "FeatureCollection", "features": []})) == []


def test_large_file_of_something_else_is_refused(tmp_path):
    path = write(tmp_path / "table.json", {"type": "Table", "rows": ["x" * 100] * 20_000})

    with pytest.raises(Invalid, match="neither an item nor a collection"):
        list(read_lines(path))


@pytest.mark.parametrize("whole", [True, False])
def test_state_of_a_folder_or_catalogue_changes_with_any_file_below(static, make_item, whole):
    path = static if whole else static / "catalog.json"
    before, same = fingerprint(path), fingerprint(path)

    write(static / "one" / "a" / "a.json", make_item("a", changed=True))

    assert before == same != fingerprint(path)


def test_states_of_two_files_differ(tmp_path, make_item):
    one, two = (write(tmp_path / f"{name}.json", make_item("a")) for name in ("one", "two"))

    assert fingerprint(one) != fingerprint(two)
