"""Records as files: one YAML file a dataset, written so that a person can read and edit it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.base.errors import Invalid
from app.catalogue.record import DatasetRecord

WIDTH = 110
_LINE = 96
_BLOCK_MAPPINGS = frozenset({"publication", "spatial", "licence", "urls", "libraries", "provenance"})
_BLOCK_LISTS = frozenset({"notes", "download", "places", "conflicts", "sources"})


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class _FlowList(list[Any]):
    """A list that is written on one line."""


class _Writer(yaml.CSafeDumper):
    """Knows the two marks above and never writes anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Repeat equal values; an anchor would be a riddle to the reader of one file."""
        return True


_Writer.add_representer(
    _Flow, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)
)
_Writer.add_representer(
    _FlowList,
    lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True),
)


def read_folder(folder: Path) -> Iterator[DatasetRecord]:
    """Read every `*.yaml` of a folder, in the order of the file names."""
    for path in sorted(folder.glob("*.yaml")):
        yield read_file(path)


def read_file(path: Path) -> DatasetRecord:
    """Read one record.

    Raises:
        Invalid: the file is no YAML, breaks a rule of the record, or is not named after its slug.
    """
    try:
        record = DatasetRecord.model_validate(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise Invalid(f"{path.name} is not a valid record: {error}") from error
    if record.slug != path.stem:
        raise Invalid(f"{path.name} holds the slug {record.slug}; name the file {record.slug}.yaml.")
    return record


def write_file(record: DatasetRecord, path: Path) -> None:
    """Write one record; what is unknown is left out, and reading it back gives an equal record."""
    path.write_text(to_yaml(record), encoding="utf-8")


def to_yaml(record: DatasetRecord) -> str:
    """The text of a record's file: keys in the order of `DatasetRecord`, short values on one line."""
    # Dumping as JSON turns dates, UUIDs and tuples into what YAML shows plainly.
    known = record.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    laid_out = {name: _laid_out(name, value) for name, value in known.items()}
    return yaml.dump(laid_out, Dumper=_Writer, width=WIDTH, sort_keys=False, allow_unicode=True)


def _laid_out(name: str, value: Any) -> Any:
    """Decide between one line and a block for a value and all that it holds."""
    if isinstance(value, Mapping):
        inner = {key: _laid_out(key, part) for key, part in value.items() if part is not None}
        return inner if name in _BLOCK_MAPPINGS else _Flow(inner)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [_laid_out("", item) for item in value]
        return items if name in _BLOCK_LISTS or _is_long(items) else _FlowList(items)
    # 10 m reads better than 10.0 m and is the same number when read back.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_long(items: list[Any]) -> bool:
    """More than a line: such a list is easier to read, and its changes to review, one item a line."""
    return sum(len(str(item)) + 2 for item in items) > _LINE
