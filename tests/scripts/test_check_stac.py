"""Schemas of extensions come from a folder, and what is missing there is said."""

import json

from scripts.check_stac import Schemas, main

ADDRESS = "https://schemas.example/a/v1/schema.json"


def write(folder, path, schema):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(schema))


def document(**more):
    return {"id": "a", "stac_extensions": [ADDRESS, "https://schemas.example/missing.json"], **more}


def test_fault_is_named_with_dataset_and_schema(tmp_path):
    write(tmp_path, "schemas.example/a/v1/schema.json", {"required": ["a:b"]})

    (fault,) = Schemas(tmp_path).faults(document())

    assert fault.startswith(f"a: {ADDRESS}: 'a:b' is a required property")


def test_schemas_may_refer_to_each_other(tmp_path):
    write(tmp_path, "schemas.example/a/v1/schema.json", {"$id": ADDRESS, "allOf": [{"$ref": "other.json"}]})
    write(tmp_path, "schemas.example/a/v1/other.json", {"properties": {"a:b": {"type": "string"}}})

    assert list(Schemas(tmp_path).faults(document(**{"a:b": "text"}))) == []
    assert len(list(Schemas(tmp_path).faults(document(**{"a:b": 1})))) == 1


def test_missing_schema_is_no_fault(tmp_path):
    schemas = Schemas(tmp_path)

    assert list(schemas.faults(document())) == []
    assert schemas.validator(ADDRESS) is None


def test_missing_folder_is_skipped_with_a_reason(tmp_path, capsys):
    assert main(tmp_path / "none") == main(None) == 0

    assert capsys.readouterr().out.count("Skipped:") == 2
