"""Differences between records and how they come together; pure functions on JSON objects.

A record is compared by the paths of its facts (`licence.text`, `tasks`); a list is one value, but where two
people changed it at once its entries come together as far as that is safe (`merging_lists`). Null, an empty
text or list and an unset flag all mean unknown, and are the same as no value. Where a fact comes from
(`provenance.licence.text`) follows the fact and is never in conflict by itself.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.catalogue.record import DatasetRecord, paths
from app.curation.merging_lists import together

Record = Mapping[str, Any]
Side = Literal["theirs", "ours"]
"""Whose value holds: `theirs` is that of the submission, `ours` that of the record as published now."""

SOURCE = "provenance."
FIXED = frozenset({"uuid"})
UNITED = frozenset({"sources"})
"""Lists to which several people may add at once: they are put together entry by entry."""
EXPANDED = frozenset(path.partition(".")[0] for path in paths() if "." in path) | {"provenance"}
_ORDER = {name: place for place, name in enumerate(DatasetRecord.model_fields)}


@dataclass(frozen=True)
class Difference:
    """One fact that differs; None where it is unknown."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Clash:
    """One fact that the submission and somebody else changed to different values."""

    path: str
    base: Any
    theirs: Any
    ours: Any


@dataclass(frozen=True)
class Merged:
    """The published record with the differences of a submission, and what somebody has to decide.

    Where there are conflicts, `draft` holds the values published now until they are settled.
    """

    draft: dict[str, Any]
    conflicts: tuple[Clash, ...] = ()


def differences(base: Record | None, proposed: Record) -> tuple[Difference, ...]:
    """What a proposal changes, in the order of the record's fields."""
    before, after = flat(base or {}), flat(proposed)
    changed = [path for path in {**before, **after} if not is_same(before.get(path), after.get(path))]
    return tuple(Difference(path, before.get(path), after.get(path)) for path in sorted(changed, key=_place))


def merge(
    base: Record | None,
    proposed: Record,
    current: Record | None,
    *,
    take: Collection[str] | None = None,
    settle: Mapping[str, Side] | None = None,
) -> Merged:
    """Apply what a proposal changes to the record as published now.

    Args:
        take: the paths to apply; None for all.
        settle: who is right about paths that both changed.
    """
    before, now = flat(base or {}), flat(current or {})
    merged, clashes = dict(now), []
    wanted = [one for one in differences(base, proposed) if _is_taken(one.path, take)]
    for one in (one for one in wanted if not one.path.startswith(SOURCE)):
        if one.path in UNITED:
            _put(merged, one.path, _united(before.get(one.path), one.after, now.get(one.path)))
            continue
        was, here = before.get(one.path), now.get(one.path)
        if is_same(here, one.after):
            continue
        side = "theirs" if is_same(here, was) else (settle or {}).get(one.path)
        joined = together(one.path, was, one.after, here) if side is None else None
        if joined is not None:
            _put(merged, one.path, joined)
        elif side is None:
            clashes.append(Clash(one.path, was, one.after, here))
        elif side == "theirs":
            _put(merged, one.path, one.after)
    _follow(merged, before, now, flat(proposed), wanted)
    return Merged(_whole(merged, current or proposed), tuple(clashes))


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; 1 and 1.0 are, 1 and true are not."""
    return canonical(one) == canonical(other)


def canonical(value: Any) -> str:
    """The one way to write a JSON value, as the database gives it back: keys in order, 10.0 as 10."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def flat(record: Record) -> dict[str, Any]:
    """The known values of a record by path, with its identifiers, remarks and sources."""
    known: dict[str, Any] = {}
    for name, value in record.items():
        if name in FIXED:
            continue
        if name in EXPANDED and isinstance(value, Mapping):
            known.update({f"{name}.{key}": part for key, part in value.items()})
        else:
            known[name] = value
    return {path: value for path, value in known.items() if not _is_unknown(value)}


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `flat`."""
    record: dict[str, Any] = {}
    for path in sorted(values, key=_place):
        name, _, key = path.partition(".")
        if not key:
            record[name] = values[path]
            continue
        if not isinstance(record.get(name), dict):
            record[name] = {}
        record[name][key] = values[path]
    return record


def _is_unknown(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _united(before: Any, after: Any, now: Any) -> list[Any]:
    """The list as published now, with what a proposal adds and without what it leaves out."""
    old, new, here = ({canonical(entry): entry for entry in part or ()} for part in (before, after, now))
    kept = {key: entry for key, entry in here.items() if key in new or key not in old}
    return list({**kept, **{key: entry for key, entry in new.items() if key not in old}}.values())


def _is_taken(path: str, take: Collection[str] | None) -> bool:
    return take is None or path in take or path in UNITED or path.removeprefix(SOURCE) in take


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    if _is_unknown(value):
        values.pop(path, None)
    else:
        values[path] = value


def _follow(
    merged: dict[str, Any],
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    proposed: Mapping[str, Any],
    wanted: Collection[Difference],
) -> None:
    """Let the sources follow: those of a fact that was taken come with it, those of a lost fact go."""
    for path in {one.path.removeprefix(SOURCE) for one in wanted}:
        source = SOURCE + path
        was_taken = not is_same(merged.get(path), now.get(path))
        is_untouched = is_same(now.get(source), before.get(source))
        is_agreed = is_same(merged.get(path), proposed.get(path))
        if is_agreed and (was_taken or is_untouched):
            _put(merged, source, proposed.get(source))
        elif was_taken:
            # A list that was put together comes from where both came from.
            _put(merged, source, _both(now.get(source), proposed.get(source)))
        if path not in merged:
            merged.pop(source, None)


def _both(ours: Any, theirs: Any) -> Any:
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
        return ours or theirs
    named = [*(ours.get("sources") or ()), *(theirs.get("sources") or ())]
    return {**ours, **theirs, "sources": list(dict.fromkeys(named))}


def _whole(values: Mapping[str, Any], like: Record) -> dict[str, Any]:
    kept = {name: like[name] for name in FIXED if name in like}
    return {**kept, **nested(values)}


def _place(path: str) -> tuple[int, int, str]:
    name = path.partition(".")[0]
    return (1 if name == "provenance" else 0, _ORDER.get(name, len(_ORDER)), path)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
