"""What the page of a review draws, made of plain values: lines, findings, conflicts, thread and steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.base.language import _, ngettext
from app.catalogue import naming
from app.curation import diff, labels, worddiff
from app.curation.checks import registry
from app.curation.findings import Finding, Report
from app.curation.merging import SOURCE, Clash, Difference, flat
from app.curation.tables import Comment
from app.curation.worddiff import Runs

CHOICES = ("take", "keep", "ask")
MARKS = {"error": ("bad", "crossed"), "warning": ("warn", "triangle"), "note": ("unknown", "corners")}
"""Colour and sign of a finding by how grave it is."""
NOT_SHOWN = frozenset({"sources", "conflicts", "provenance"})
"""Parts of a record that stand on the page in other places."""
LONGEST_SHOWN = 4000
_ORDER = {path: place for place, path in enumerate(labels.FACTS)}


@dataclass(frozen=True)
class Said:
    """One remark."""

    id: int
    who: str
    role: str
    initial: str
    moment: datetime
    text: str


@dataclass(frozen=True)
class Noted:
    """One finding, with the way to the field it is about."""

    label: str
    message: str
    kind: str
    sign: str
    href: str | None


@dataclass(frozen=True)
class Entry:
    """One changed fact with all that belongs to it."""

    line: diff.Line
    choice: str
    question: str
    remarks: tuple[Said, ...]
    findings: tuple[Noted, ...]


@dataclass(frozen=True)
class Disputed:
    """One fact that the submission and the record published since changed in different ways."""

    path: str
    label: str
    anchor: str
    base: str
    now: Runs
    proposed: Runs
    choice: str


@dataclass(frozen=True)
class Known:
    """One fact that stays."""

    label: str
    value: str
    anchor: str


@dataclass(frozen=True)
class Other:
    """What another source says about a fact."""

    label: str
    kept: str
    value: str
    source: str
    is_set_aside: bool


@dataclass(frozen=True)
class Problem:
    """Why an action was not done; `field` names the input it is about, `facts` the lines to look at."""

    title: str
    text: str
    field: str = ""
    facts: tuple[Known, ...] = ()


def ways_to(paths: Iterable[str]) -> tuple[Known, ...]:
    """The lines of these facts, to be linked to."""
    return tuple(Known(labels.fact(path), "", diff.anchor(path)) for path in paths)


def changed_lines(
    changes: Iterable[Difference], proposed: Mapping[str, Any], base: Mapping[str, Any] | None
) -> list[diff.Line]:
    """The lines of a difference; the source of a fact has one of its own only where the fact stays."""
    found = list(changes)
    facts = {one.path for one in found}
    return [
        diff.line(one.path, one.before, one.after, proposed, base)
        for one in found
        if not (one.path.startswith(SOURCE) and one.path.removeprefix(SOURCE) in facts)
    ]


def entries(
    lines: Iterable[diff.Line],
    typed: Mapping[str, str],
    remarks: Iterable[Said],
    about: Mapping[int, str],
    found: Mapping[str, Sequence[Finding]],
) -> list[Entry]:
    """The lines with what was chosen, asked, said and found at each.

    Args:
        typed: the fields of the form as they were sent, to be kept.
        about: the path of each remark by its number.
    """
    said = list(remarks)
    return [
        Entry(
            line=line,
            choice=_choice(typed.get(f"decide:{line.path}")),
            question=typed.get(f"question:{line.path}", ""),
            remarks=tuple(one for one in said if about[one.id] == line.path),
            findings=tuple(noted(one, has_line=True) for one in found.get(line.path, ())),
        )
        for line in lines
    ]


def _choice(given: str | None) -> str:
    return given if given in CHOICES else "take"


def said(comment: Comment, me: int | None) -> Said:
    """A remark with the name under which it was made."""
    is_mine = me is not None and comment.author_id == me
    name = comment.author_name or _("a visitor")
    return Said(
        id=comment.id,
        who=_("You") if is_mine else name,
        role="" if is_mine else labels.role(comment.author_role),
        initial=name[:1].upper(),
        moment=comment.created.astimezone(UTC),
        text=comment.text,
    )


def noted(finding: Finding, *, has_line: bool) -> Noted:
    """A finding with its sign; the link leads to the line of its fact, where the page has one."""
    kind, sign = MARKS[finding.severity]
    href = f"#{diff.anchor(finding.path)}" if has_line and finding.path else None
    return Noted(labels.fact(finding.path), finding.message, kind, sign, href)


def findings_of(report: Report, shown: Iterable[str]) -> list[Noted]:
    """All findings, the gravest first, with the way to the lines that the page shows."""
    there = set(shown)
    return [
        noted(one, has_line=one.path in there)
        for severity in ("error", "warning", "note")
        for one in report.findings
        if one.severity == severity
    ]


def passed(report: Report) -> tuple[int, int]:
    """How many checks found nothing, of how many."""
    asked = len(registry.CHECKS) + len(registry.EXPORT_CHECKS) + len(registry.STORED_CHECKS)
    asked += len(registry.OF_READING)
    return asked - len({one.code for one in report.findings}), asked


def passed_said(report: Report) -> str:
    """The same in words."""
    good, asked = passed(report)
    return _("%(n)s of %(all)s pass", n=good, all=asked)


def findings_said(report: Report) -> str:
    """How many findings there are, in words."""
    parts = [
        ngettext("%(num)s error", "%(num)s errors", len(report.errors)) if report.errors else "",
        ngettext("%(num)s warning", "%(num)s warnings", len(report.warnings)) if report.warnings else "",
        ngettext("%(num)s note", "%(num)s notes", len(report.of("note"))) if report.of("note") else "",
    ]
    return ", ".join(part for part in parts if part)


def disputed(clashes: Iterable[Clash], typed: Mapping[str, str]) -> list[Disputed]:
    """Conflicts as three values each: began from, published now, proposed."""
    found = []
    for clash in clashes:
        base, ours, theirs = (
            diff.in_words(clash.path, one) for one in (clash.base, clash.ours, clash.theirs)
        )
        choice = typed.get(f"settle:{clash.path}", "")
        found.append(
            Disputed(
                path=clash.path,
                label=labels.fact(clash.path),
                anchor=f"settle-{diff.anchor(clash.path)}",
                base=base,
                now=_marked(base, ours),
                proposed=_marked(base, theirs),
                choice=choice if choice in ("ours", "theirs") else "",
            )
        )
    return found


def _marked(base: str, value: str) -> Runs:
    """A value with what is new in it; text that was taken out stands in the first column."""
    return worddiff.words(base, value)[1]


def left_over(typed: Mapping[str, str], *, has_fields: bool, has_message: bool) -> list[Known]:
    """What was typed and finds no field on the page any more, because somebody else has decided meanwhile."""
    questions = (
        {}
        if has_fields
        else {
            name.removeprefix("question:"): value
            for name, value in typed.items()
            if name.startswith("question:")
        }
    )
    found = [Known(labels.fact(path), value, "") for path, value in questions.items() if value.strip()]
    if not has_message and typed.get("message", "").strip():
        found.append(Known(_("Message to the submitter"), typed["message"], ""))
    return found


def known(record: Mapping[str, Any], but: Iterable[str] = ()) -> list[Known]:
    """The facts of a record in words, but for those that stand elsewhere on the page."""
    left_out = set(but)
    return [
        Known(labels.fact(path), _shortened(diff.in_words(path, value)), diff.anchor(path))
        for path, value in sorted(flat(record).items(), key=lambda one: _ORDER.get(one[0], len(_ORDER)))
        if path not in left_out and path.partition(".")[0] not in NOT_SHOWN
    ]


def _shortened(text: str) -> str:
    """A value as far as somebody reads it; the record itself holds the rest."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def others(record: Mapping[str, Any]) -> list[Other]:
    """What other sources say, beside what the record says."""
    values = flat(record)
    return [
        Other(
            label=labels.fact(str(one.get("field", ""))),
            kept=diff.in_words(str(one.get("field", "")), values.get(str(one.get("field", "")))),
            value=diff.in_words(str(one.get("field", "")), one.get("value")),
            source=naming.source(str(one.get("source", ""))),
            is_set_aside=bool(one.get("set_aside")),
        )
        for one in record.get("conflicts") or ()
        if isinstance(one, Mapping)
    ]
