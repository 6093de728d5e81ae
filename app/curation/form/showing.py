"""The form as a page shows it: each field with its texts, choices, faults, source and requests."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.language import _, ngettext
from app.catalogue import naming
from app.catalogue.completeness import Completeness
from app.catalogue.vocabulary import Term
from app.curation import labels
from app.curation.findings import Finding
from app.curation.form import lists, origins
from app.curation.form.fields import Field, Group, Values
from app.curation.form.filling import FROM, REFERENCE, STATE, origin_of
from app.curation.form.registry import BY_PATH, GROUPS
from app.curation.form.widgets import WIDGETS
from app.curation.merging import flat, is_same

MOST_TICKED = 12
"""Lists longer than this are folded away, with a box to search in where scripts run."""
MAP = "footprint"
"""The part of the page that holds the map; it shows the facts of the location that no field here writes."""
MAP_PATHS = ("spatial.footprint", "spatial.bbox", "spatial.places")


@dataclass(frozen=True)
class Option:
    """One entry of a list that can be chosen."""

    code: str
    label: str
    help: str
    is_chosen: bool


@dataclass(frozen=True)
class Remark:
    """What a reviewer said about a field."""

    who: str
    text: str


@dataclass(frozen=True)
class Shown:
    """One field as it stands on the page.

    `texts` are those of its inputs by name; `clashes` the texts of another tab by the same names. `origin` is
    where the value comes from in words, `is_taken` whether it was filled in from elsewhere.
    """

    field: Field
    texts: Values
    options: tuple[Option, ...] = ()
    error: str = ""
    warnings: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    clashes: Values = dataclasses.field(default_factory=dict)
    choice: str = ""
    reference: str = ""
    origin: str = ""
    state: str = ""
    is_taken: bool = False
    is_answered: bool = False
    rows: int = 0

    @property
    def id(self) -> str:
        """The id of its first input."""
        return anchor(self.field.path)

    @property
    def text(self) -> str:
        """The text of a field with one input."""
        texts = self.texts.get(self.field.path, ())
        return texts[-1] if texts else ""

    @property
    def is_folded(self) -> bool:
        """Whether its choices are too many to lie open."""
        return len(self.options) > MOST_TICKED


@dataclass(frozen=True)
class ShownGroup:
    """A section of the page with its progress: how many of the fields in sight are answered."""

    group: Group
    fields: tuple[Shown, ...]
    more: tuple[Shown, ...]

    @property
    def title(self) -> str:
        """Its heading."""
        return _(self.group.title)

    @property
    def about(self) -> str:
        """What stands under the heading."""
        return _(self.group.about)

    @property
    def answered(self) -> int:
        """How many fields have a value, or are said to have none; those folded away count only then."""
        return sum(shown.is_answered for shown in self.fields + self.more)

    @property
    def asked(self) -> int:
        """How many fields are asked for."""
        return len(self.fields) + sum(shown.is_answered for shown in self.more)

    @property
    def faults(self) -> int:
        """How many fields have to be mended."""
        return sum(bool(shown.error) for shown in self.fields + self.more)

    @property
    def is_open(self) -> bool:
        """Whether the folded fields hold something that has to be seen."""
        return any(one.error or one.remarks or one.clashes or one.is_taken for one in self.more)


@dataclass(frozen=True)
class Telling:
    """What is to be said about a draft: faults and warnings by path, requests of reviewers, another tab."""

    errors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    findings: Sequence[Finding] = ()
    remarks: Mapping[str, tuple[Remark, ...]] = dataclasses.field(default_factory=dict)
    clashes: Values = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: its weight in the completeness and the way to its field."""

    label: str
    weight: int
    anchor: str
    help: str


@dataclass(frozen=True)
class Fault:
    """One line of the summary of errors."""

    label: str
    message: str
    anchor: str


def anchor(path: str) -> str:
    """The id of the first input of the field that writes a fact, or of the part of the page that shows it."""
    if path in MAP_PATHS or path == "spatial":
        return MAP
    found = field_of(path)
    return f"f-{found.path.replace('.', '-').replace('_', '-')}" if found else "form"


def field_of(path: str) -> Field | None:
    """The field that writes a fact, or the first one of a group of facts such as "licence"."""
    if path in BY_PATH:
        return BY_PATH[path]
    within = (one for known, one in BY_PATH.items() if known.startswith(f"{path}."))
    return next(within, None) if path else None


def show(
    texts: Values, draft: Mapping[str, Any], telling: Telling, base: Mapping[str, Any] | None = None
) -> tuple[ShownGroup, ...]:
    """Every group of the form.

    Args:
        texts: what the inputs hold.
        draft: the record they were read into.
        base: the published record; what is the same there was not filled in from elsewhere.
    """
    known, published = flat(draft), flat(base or {})

    def one(asked: Field) -> Shown:
        return _shown(asked, texts, known, published, telling)

    return tuple(
        ShownGroup(group, tuple(map(one, group.fields)), tuple(map(one, group.more))) for group in GROUPS
    )


def _shown(
    asked: Field, texts: Values, known: Mapping[str, Any], published: Mapping[str, Any], telling: Telling
) -> Shown:
    names = WIDGETS[asked.widget].names(asked)
    own = {name: texts.get(name, ()) for name in names}
    origin = origin_of(known, asked)
    has_value = any(text.strip() for part in own.values() for text in part)
    state = _first(texts, STATE + asked.path)
    is_elsewhere = not is_same(origin, origin_of(published, asked))
    value = known.get(asked.path)
    return Shown(
        field=asked,
        texts=own,
        options=tuple(_options(asked, own.get(asked.path, ()))),
        error=_error(asked, telling),
        warnings=tuple(_said(asked, telling, "warning")),
        remarks=tuple(remark for path in asked.paths for remark in telling.remarks.get(path, ())),
        clashes={name: telling.clashes[name] for name in names if name in telling.clashes},
        choice=_first(texts, FROM + asked.path),
        reference=_first(texts, REFERENCE + asked.path),
        origin=origins.in_words(origin),
        state=state,
        is_taken=has_value and is_elsewhere and origins.is_taken(origin),
        is_answered=has_value or bool(state),
        rows=len(value) if asked.widget == "table" and isinstance(value, list) else 0,
    )


def _first(texts: Values, name: str) -> str:
    return texts[name][0] if texts.get(name) else ""


def _options(asked: Field, chosen: Iterable[str]) -> Iterable[Option]:
    """The entries of a list that is written out on the page; long ones with those chosen first."""
    if not asked.terms or asked.widget not in ("choice", "picks"):
        return ()
    ticked = [code for code in chosen if code]
    terms = lists.terms(asked.terms)
    strangers = [Option(code, code, "", True) for code in ticked if code not in terms]
    offered = [term for term in terms.values() if not term.is_deprecated or term.code in ticked]
    return [*strangers, *(_option(asked.terms, term, term.code in ticked) for term in offered)]


def _option(name: str, term: Term, is_chosen: bool) -> Option:
    return Option(term.code, lists.label(name, term.code), naming.definition(term.definition), is_chosen)


def _error(asked: Field, telling: Telling) -> str:
    """What is wrong with a field: how it is written comes before what it says."""
    if asked.path in telling.errors:
        return telling.errors[asked.path]
    return " ".join(_said(asked, telling, "error"))


def _said(asked: Field, telling: Telling, severity: str) -> list[str]:
    found = [
        one.message for one in telling.findings if one.severity == severity and field_of(one.path) == asked
    ]
    return list(dict.fromkeys(found))


def faults(telling: Telling) -> tuple[Fault, ...]:
    """The summary of errors, in the order of the page; one line a field."""
    lines: dict[str, Fault] = {}
    for path, message in telling.errors.items():
        lines[anchor(path)] = Fault(name_of(path), message, anchor(path))
    for one in telling.findings:
        if one.severity == "error":
            lines.setdefault(anchor(one.path), Fault(name_of(one.path), one.message, anchor(one.path)))
    order = {anchor(path): place for place, path in enumerate(BY_PATH)}
    return tuple(sorted(lines.values(), key=lambda line: order.get(line.anchor, len(order))))


def name_of(path: str) -> str:
    """What the field of a fact is called."""
    found = field_of(path)
    return found.name if found and path not in MAP_PATHS else labels.fact(path)


def gaps(meter: Completeness) -> tuple[Gap, ...]:
    """What is missing, the weightiest first."""
    return tuple(Gap(_(one.label), one.weight, anchor(one.paths[0]), _(one.help)) for one in meter.missing)


def in_short(count: int) -> str:
    """The heading of the summary of errors."""
    return ngettext("One field needs you", "%(num)s fields need you", count)
