"""The page for people says what the description for programs says."""

from app.base.reference import Answer, operations

DOCUMENT = {
    "paths": {
        "/things/{slug}": {
            "get": {
                "operationId": "read_thing",
                "tags": ["things"],
                "summary": "Read a thing",
                "parameters": [
                    {"name": "slug", "required": True, "schema": {"type": "string"}},
                    {"name": "task", "schema": {"type": "array", "items": {"enum": list("abcdefgh")}}},
                ],
                "responses": {"404": {"description": "There is no such thing."}},
            },
            "post": {
                "operationId": "write_thing",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string", "description": "What it is called."},
                                    "where": {"oneOf": [{"type": "object"}, {"type": "string"}]},
                                },
                                "examples": [{"name": "one"}],
                            }
                        }
                    }
                },
                "responses": {},
            },
        }
    }
}


def test_operations_are_grouped_by_tag():
    groups = operations(DOCUMENT, {})

    assert {tag: [one.anchor for one in found] for tag, found in groups.items()} == {
        "things": ["read_thing"],
        "other": ["write_thing"],
    }


def test_a_long_closed_list_is_cut_and_the_rest_counted():
    slug, task = operations(DOCUMENT, {})["things"][0].parameters

    assert (slug.kind, slug.is_required, slug.values) == ("text", True, ())
    assert (task.kind, len(task.values), task.more_values) == ("list", 6, 2)


def test_an_example_is_given_only_where_every_gap_is_filled():
    assert operations(DOCUMENT, {"slug": "one"})["things"][0].example == "/things/one"
    assert operations(DOCUMENT, {})["things"][0].example is None
    assert operations(DOCUMENT, {"slug": "one"})["other"][0].example is None


def test_answers_keep_their_order_and_words():
    assert operations(DOCUMENT, {})["things"][0].answers == (Answer("404", "There is no such thing."),)


def test_what_is_sent_is_described_like_what_is_asked():
    operation = operations(DOCUMENT, {})["other"][0]

    name, where = operation.body
    assert (name.name, name.kind, name.meaning, name.is_required) == (
        "name",
        "text",
        "What it is called.",
        True,
    )
    assert (where.kind, where.is_required) == ("object or text", False)
    assert operation.example_body == '{"name": "one"}'
