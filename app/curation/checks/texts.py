"""Texts as people read them: no markup, no leftovers of another system."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord, facts
from app.curation.checks.check import Check, Said, Subject

TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|<!doctype", re.IGNORECASE)
ACTIVE = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|style|link|meta|base|svg|form|img|video|audio)\b|\bon\w+\s*=\s*[\"']"
    r"|\bjavascript:|\bdata:text/html",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|amp|lt|gt|quot|apos|nbsp|[aou]uml|eacute);", re.IGNORECASE)
LEFTOVER = re.compile(
    r"^(?:n/?a|tbd|tba|todo|none|null|nan|unknown|xxx+|lorem ipsum.*|\?+|-+)$", re.IGNORECASE
)
# A stated licence may rightly be "unknown", a class or a code "none".
MAY_BE_NOTHING = (
    "licence", "licence_labels", "classes", "class_details", "notes", "sensitivity", "label_type", "crs",
    "split_strategy",
)  # fmt: skip
SHOWN = 60


def texts(record: DatasetRecord) -> Iterator[tuple[str, str]]:
    """Every text of a record with the path of the fact that holds it; notes stand under `notes`."""
    for path, value in (*facts(record).items(), ("notes", record.notes)):
        for text in strings(value):
            yield path, text


def strings(value: Any) -> Iterator[str]:
    """The texts inside a value, however it nests."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for _name, part in value:
            yield from strings(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)


def _active(subject: Subject) -> Iterator[Said]:
    for path, text in texts(subject.record):
        found = ACTIVE.search(text)
        if found:
            yield (
                path,
                _("“%(found)s” is program text of a web page. Write plain text.", found=found[0][:SHOWN]),
            )


def _markup(subject: Subject) -> Iterator[Said]:
    for path, text in texts(subject.record):
        found = TAG.search(text) or ENTITY.search(text)
        if found and not ACTIVE.search(text):
            yield (
                path,
                _(
                    "“%(found)s” is markup that readers would see as it is. Write plain text.",
                    found=found[0][:SHOWN],
                ),
            )


def _leftovers(subject: Subject) -> Iterator[Said]:
    for path, text in texts(subject.record):
        if LEFTOVER.match(text.strip()) and not path.startswith(MAY_BE_NOTHING):
            yield (
                path,
                _(
                    "“%(text)s” stands for something unknown. Leave it empty, or mark it as unknown.",
                    text=text[:SHOWN],
                ),
            )


def _repeated(subject: Subject) -> Iterator[Said]:
    record = subject.record
    names = {text.casefold() for text in (record.name, record.title) if text}
    if record.description and record.description.casefold().rstrip(".") in names:
        yield "description", _("The description only repeats the name. Say what the data hold.")
    if record.name.casefold() in {alias.casefold() for alias in record.aliases}:
        yield "aliases", _("The name needs no repetition among the other names.")


CHECKS = (
    Check("html-active", "error", "Is no text a program?", _active),
    Check("html-in-text", "warning", "Are all texts plain, without tags or entities?", _markup),
    Check("text-leftover", "warning", "Does no text only stand for nothing, such as “N/A”?", _leftovers),
    Check("text-repeated", "note", "Do description and other names say more than the name?", _repeated),
)
