"""What the page of a suggestion shows, made of a draft and of what was just typed."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rights import State
from app.base.language import _
from app.catalogue import naming
from app.catalogue.completeness import completeness
from app.catalogue.record import DatasetRecord
from app.curation import checks, queries, standing
from app.curation.actors import Actor
from app.curation.checks.reading import read
from app.curation.findings import Report
from app.curation.footprint_view import shown as shown_area
from app.curation.form import lists, origins, showing, tabs
from app.curation.form.fields import Values
from app.curation.form.filling import fill
from app.curation.form.parsing import faults
from app.curation.form.registry import FIELDS
from app.curation.form.showing import Remark, Telling
from app.curation.tables import Comment, Revision


@dataclass(frozen=True)
class Opened:
    """What the page is about: a draft, or what would become one. `base` is the published record, if any."""

    draft: Mapping[str, Any]
    base: Mapping[str, Any] | None = None
    dataset: str = ""
    revision: Revision | None = None

    @property
    def number(self) -> UUID | None:
        """The number of the draft."""
        return self.revision.id if self.revision else None


@dataclass(frozen=True)
class Typed:
    """What somebody typed and what is to be said about it; nothing where the page is just opened.

    `is_checked` asks for all that is missing, not only for what cannot be read; `is_problem` opens the box
    that takes the report of a problem.
    """

    values: Values | None = None
    seen: str = ""
    clashes: Values = dataclasses.field(default_factory=dict)
    is_checked: bool = False
    is_problem: bool = False
    problem: str = ""
    problem_error: str = ""
    email_error: str = ""
    note: str = ""
    you: str = ""
    email: str = ""
    done: str = ""


def report_of(session: Session, opened: Opened) -> Report:
    """What the checks say about a draft, with the published record it would change."""
    number = opened.revision.dataset_uuid if opened.revision else None
    now = standing.of_dataset(session, number) if number else None
    published = now.record if now else opened.base
    return checks.examine(
        session, opened.draft, published=DatasetRecord.model_validate(published) if published else None
    )


def context(session: Session, opened: Opened, typed: Typed, actor: Actor, report: Report) -> dict[str, Any]:
    """Everything that the template of the form needs."""
    values = typed.values if typed.values is not None else fill(opened.draft, opened.base)
    telling = Telling(
        errors=faults(opened.draft),
        findings=report.findings if typed.is_checked else (),
        remarks=remarks_of(session, opened),
        clashes=typed.clashes,
    )
    told = showing.faults(telling) if typed.is_checked or telling.errors else ()
    revision = opened.revision
    return {
        "heading": heading(opened),
        "opened": opened,
        "dataset": opened.dataset,
        "revision": revision,
        "action": f"/suggest/{revision.id}" if revision else "/suggest",
        "area": shown_area(opened.draft),
        "area_action": f"/suggest/{revision.id}/footprint" if revision else "/suggest/footprint",
        "lock": revision.lock if revision else "",
        "saved": revision.changed if revision else None,
        "seen": typed.seen or tabs.seen(fill(opened.draft, opened.base)),
        "is_known": actor.user_id is not None,
        "groups": showing.show(values, opened.draft, telling, opened.base),
        "faults": told,
        "faults_head": showing.in_short(len(told)),
        "has_clashes": bool(typed.clashes),
        "choices": [(code, _(text)) for code, text in origins.CHOICES.items()],
        "datalists": datalists(),
        "request_text": revision.reason if revision and revision.state == State.RETURNED else "",
        **_said(typed, revision),
        **margin(opened, report),
    }


def _said(typed: Typed, revision: Revision | None) -> dict[str, Any]:
    return {
        "trouble": typed.problem,
        "is_problem": typed.is_problem,
        "problem_error": typed.problem_error,
        "email_error": typed.email_error,
        "note": typed.note,
        "you": typed.you or (revision.submitter_name if revision else ""),
        "email": typed.email or (revision.submitter_email if revision else ""),
        "done": typed.done,
    }


def heading(opened: Opened) -> str:
    """What somebody is about to do."""
    if opened.dataset:
        return _("Correct %(name)s", name=str((opened.base or {}).get("name", opened.dataset)))
    name = opened.draft.get("name")
    return (
        _("Suggest %(name)s", name=name[:120]) if isinstance(name, str) and name else _("Suggest a dataset")
    )


def margin(opened: Opened, report: Report) -> dict[str, Any]:
    """Completeness, and what may be here already."""
    meter = completeness(read(opened.draft).record)
    return {
        "score": meter.score,
        "before": report.score_before,
        "gaps": showing.gaps(meter),
        "duplicates": report.duplicates,
        "revision_id": str(opened.number or ""),
    }


def progress(opened: Opened) -> tuple[showing.ShownGroup, ...]:
    """The sections with what is answered and what cannot be read, for the rail."""
    telling = Telling(errors=faults(opened.draft))
    return showing.show(fill(opened.draft, opened.base), opened.draft, telling, opened.base)


def remarks_of(session: Session, opened: Opened) -> Mapping[str, tuple[Remark, ...]]:
    """What reviewers said about single facts of a submission that came back."""
    if opened.revision is None or opened.revision.state != State.RETURNED:
        return {}
    return by_path(queries.thread(session, opened.revision.id))


def by_path(thread: Iterable[Comment]) -> Mapping[str, tuple[Remark, ...]]:
    """Remarks by the fact they are about."""
    found: dict[str, tuple[Remark, ...]] = {}
    for one in thread:
        if one.path:
            found[one.path] = (*found.get(one.path, ()), Remark(one.author_name or _("a reviewer"), one.text))
    return found


def datalists() -> dict[str, list[tuple[str, str]]]:
    """The lists that a text field offers while one types, for browsers without scripts."""
    names = dict.fromkeys(field.terms for field in FIELDS if field.widget == "named")
    return {
        name: [(term.code, naming.definition(term.definition)) for term in lists.terms(name).values()]
        for name in names
    }
