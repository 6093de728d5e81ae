"""Keeping what the form sends: a new draft, the next state of one, and what two tabs typed at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.language import _
from app.curation import changes, checks, queries, standing
from app.curation.actors import Actor
from app.curation.changes import Begun
from app.curation.form import tabs
from app.curation.form.fields import Values
from app.curation.form.filling import fill
from app.curation.form.parsing import clean, parse
from app.curation.form.registry import FIELDS
from app.curation.merging import flat, is_same, nested
from app.curation.suggest_view import Opened
from app.curation.tables import Revision

CONTROLS = frozenset({"form_token", "lock", "seen", "step", "take", "record", "note", "you", "email"})
"""Inputs of the page that are no facts."""
BLANK = {"kind": "ml-dataset"}
"""What most suggestions are; the form says so and lets one change it."""
NEW, CORRECTION, PROBLEM = "suggestion", "correction", "problem"


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: the texts of its fields, and what the page itself has to say."""

    values: Values
    controls: Mapping[str, str]
    taken: tuple[str, ...] = ()

    @property
    def lock(self) -> int:
        """The state of the draft that the page showed.

        Raises:
            Invalid: the page did not say.
        """
        text = self.controls.get("lock", "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Invalid(_("The form does not say which state of the draft it shows. Open the page again."))
        return int(text)

    def said(self, name: str) -> str:
        """One of the inputs that are no facts; "" where it was not sent."""
        return self.controls.get(name, "")


@dataclass(frozen=True)
class Saved:
    """A draft after it was kept. `values` are the texts of both tabs where two were at work; where `clashes`
    names inputs that both changed, nothing was kept yet."""

    opened: Opened
    values: Values
    clashes: Values
    seen: str


def sent_by(items: Iterable[tuple[str, Any]]) -> Sent:
    """The parts of a form by their names; files are none of its business."""
    texts: dict[str, list[str]] = {}
    for name, value in items:
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    values = clean(texts)
    controls = {name: values[name][-1] for name in CONTROLS if name in values}
    facts = {name: parts for name, parts in values.items() if name not in CONTROLS}
    return Sent(facts, controls, values.get("take", ()))


def opened_by(revision: Revision) -> Opened:
    """A draft with the published record that it began from."""
    dataset = str(revision.base.get("slug", "")) if revision.base else ""
    return Opened(revision.record, revision.base, dataset, revision)


def opened_for(session: Session, slug: str) -> Opened:
    """What a correction of a published record would begin with; a blank draft without a slug.

    Raises:
        NotFound: there is no dataset with this slug.
    """
    if not slug:
        return Opened(dict(BLANK))
    now = standing.of_slug(session, slug)
    return Opened(now.record, now.record, now.slug)


def begin(session: Session, actor: Actor, sent: Sent) -> Begun:
    """A new draft of what was typed."""
    opened = opened_for(session, sent.said("record"))
    draft = stepped(parse(sent.values, opened.draft, opened.base).draft, sent.said("step"))
    kind = CORRECTION if opened.dataset else NEW
    return changes.begin(session, actor, draft=draft, slug=opened.dataset or None, kind=kind)


def save(session: Session, number: UUID, actor: Actor, sent: Sent) -> Saved:
    """Keep what was typed, together with what another tab saved since the page was opened.

    Raises:
        NotFound, Forbidden, Impossible: as `changes.save`.
        Stale: another tab saved at this very moment; try again.
    """
    revision = queries.get(session, number, actor)
    joined = _joined(revision, sent)
    parsed = parse(joined.values, revision.record, revision.base)
    if joined.clashes:
        opened = opened_by(revision)
        shown = Opened(parsed.draft, opened.base, opened.dataset, revision)
        return Saved(shown, joined.values, joined.clashes, tabs.seen(fill(revision.record, revision.base)))
    draft = stepped(parsed.draft, sent.said("step"))
    if not is_same(draft, revision.record):
        revision = changes.save(session, number, actor, draft, lock=revision.lock)
    texts = fill(revision.record, revision.base)
    return Saved(opened_by(revision), texts, {}, tabs.seen(texts))


def _joined(revision: Revision, sent: Sent) -> tabs.Joined:
    theirs = fill(revision.record, revision.base)
    if revision.lock != sent.lock:
        return tabs.join(sent.values, theirs, sent.said("seen"), sent.taken)
    chosen = {name: theirs[name] for name in sent.taken if name in theirs and name in sent.values}
    return tabs.Joined({**sent.values, **chosen}, {})


def stepped(draft: dict[str, Any], step: str) -> dict[str, Any]:
    """The draft after what a button asks for: a field cleared, or a likely duplicate answered."""
    act, _sign, about = step.partition(":")
    if act == "clear":
        field = next((one for one in FIELDS if one.path == about), None)
        gone = {name for path in (field.paths if field else ()) for name in (path, f"provenance.{path}")}
        kept = {path: value for path, value in flat(draft).items() if path not in gone}
        return {**{key: draft[key] for key in ("uuid",) if key in draft}, **nested(kept)}
    if act == "variant":
        return checks.answered(draft, about, "variant")
    return checks.answered(draft, about, "subset") if act == "subset" else draft
