"""The description of the interface holds as OpenAPI 3.0, too."""

import jsonschema
import schemathesis

from app.base.openapi import as_version_3_0
from tests.test_openapi import DESCRIPTION

OLD = as_version_3_0(DESCRIPTION)


def schemas(part):
    """Every object of the description that is a schema."""
    if isinstance(part, dict):
        yield from ([part["schema"]] if isinstance(part.get("schema"), dict) else [])
        for value in part.values():
            yield from schemas(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas(value)


def test_no_path_or_operation_is_lost():
    assert {path: set(operations) for path, operations in OLD["paths"].items()} == {
        path: set(operations) for path, operations in DESCRIPTION["paths"].items()
    }


def test_schemas_are_those_of_an_older_draft():
    found = list(schemas(OLD))

    assert len(found) > 100
    for schema in found:
        jsonschema.Draft4Validator.check_schema(schema)
        assert "examples" not in schema


def test_schemas_say_only_what_3_0_knows():
    for schema in schemas(OLD):
        assert isinstance(schema.get("type", "string"), str)
        assert schema.get("type") != "null"
        assert not {"const", "prefixItems", "$defs", "if", "contentMediaType"} & schema.keys()


def test_a_reader_of_3_0_accepts_it():
    loaded = schemathesis.openapi.from_dict(OLD)

    loaded.validate()
    assert loaded.specification.version.startswith("3.0")


def test_bytes_are_a_format():
    said = as_version_3_0({"info": {}, "x": {"type": "string", "contentMediaType": "text/plain"}})

    assert said["x"] == {"type": "string", "format": "binary"}


def test_a_bound_that_is_left_out_is_marked():
    said = as_version_3_0({"info": {}, "x": {"exclusiveMaximum": 8, "examples": [3, 4]}})

    assert said["x"] == {"maximum": 8, "exclusiveMaximum": True, "example": 3}
