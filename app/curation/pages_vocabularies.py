"""The editor of the vocabularies: everybody signed in reads it, editors change terms."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.access import Asker, require, transaction
from app.accounts.forms import check_form, form_page
from app.accounts.rights import Role
from app.base.db import ReadSession
from app.base.errors import Invalid
from app.base.language import N_, _
from app.catalogue import terms, vocabulary
from app.catalogue.renewing import CHANGEABLE
from app.curation import changes_vocabularies as changes
from app.curation import vocabularies
from app.curation.actors import Actor, actor_of
from app.curation.changes_vocabularies import Given, Wrong
from app.curation.lists_desk import Contributor, Sent, Word, reading, to

PLACE = "/curation/vocabularies"
DONE = {
    "edit": N_("The term is changed. Searches find its records under the new words."),
    "add": N_("The term is added. Forms offer it at once."),
    "merge": N_("The terms are merged. Addresses with the old one lead to the new one."),
    "deprecate": N_("The term is no longer offered. Records keep it."),
    "restore": N_("The term is offered again."),
    "same": N_("Nothing was changed."),
}
Editor = Annotated[Asker, Depends(require(Role.EDITOR))]
Name = Annotated[str, Path(max_length=40)]
Code = Annotated[str, Query(max_length=100)]
Work = Callable[[Session, Actor], object]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get(PLACE, name="vocabularies_page")
def vocabularies_page(request: Request, session: ReadSession, _asker: Contributor) -> Response:
    """Every vocabulary."""
    terms.follow(session)
    return form_page(request, "curation/vocabularies.html", listed=vocabularies.overview())


@router.get(PLACE + "/{name}", name="vocabulary_page")
def vocabulary_page(
    request: Request, asker: Contributor, name: Name, words: Word = "", done: Word = ""
) -> Response:
    """The terms of one vocabulary, with the form for a new one."""
    return _list(request, asker, name, words=words, done=done)


def _list(
    request: Request,
    asker: Asker,
    name: str,
    *,
    words: str = "",
    done: str = "",
    typed: dict[str, str] | None = None,
    error: Invalid | None = None,
) -> Response:
    title = vocabularies.title(name)
    with reading(request) as session:
        terms.follow(session)
        lines = vocabularies.lines(session, name, words)
    is_editor = asker.role.is_at_least(Role.EDITOR)
    return _page(
        request,
        "curation/vocabulary.html",
        name,
        done=done,
        error=error,
        title=title,
        words=words,
        lines=lines,
        may_add=is_editor and name in CHANGEABLE,
        is_editor=is_editor,
        typed=typed or {},
    )


def _page(
    request: Request,
    template: str,
    name: str,
    *,
    code: str | None = None,
    done: str,
    error: Invalid | None,
    **context: Any,
) -> Response:
    """A page about a vocabulary, or about one of its terms, with its latest changes and what went wrong."""
    with transaction(request) as session:
        latest = [(one, vocabularies.said(one)) for one in vocabularies.history(session, name, code)]
    return form_page(
        request,
        template,
        status=error.status if error else 200,
        name=name,
        latest=latest,
        actions={key: _(text) for key, text in vocabularies.ACTIONS.items()},
        is_open=name in CHANGEABLE,
        groups=list(vocabulary.groups(name).items()),
        problem=error.message if error else "",
        wrong=getattr(error, "field", "") if error else "",
        done=_(DONE[done]) if done in DONE else "",
        **context,
    )


@router.get(PLACE + "/{name}/term", name="term_page")
def term_page(request: Request, asker: Contributor, name: Name, code: Code, done: Word = "") -> Response:
    """One term, with forms to edit, merge and withdraw it."""
    return _term(request, asker, name, code, done=done)


def _term(
    request: Request,
    asker: Asker,
    name: str,
    code: str,
    *,
    done: str = "",
    typed: dict[str, str] | None = None,
    error: Invalid | None = None,
) -> Response:
    title = vocabularies.title(name)
    with reading(request) as session:
        term = changes.get(session, name, vocabulary.current(name, code))
        line = next(one for one in vocabularies.lines(session, name, "") if one.term.code == term.code)
    shown = {
        "label": term.label,
        "definition": term.definition,
        "synonyms": "\n".join(term.synonyms),
        "group": term.group or "",
        "parent": term.parent or "",
    }
    others = [(one.code, one.label) for one in vocabulary.terms(name).values() if one.code != term.code]
    return _page(
        request,
        "curation/vocabulary_term.html",
        name,
        code=term.code,
        done=done,
        error=error,
        title=title,
        term=term,
        records=line.records,
        typed={**shown, **(typed or {})},
        others=sorted(others, key=lambda pair: pair[1].casefold()),
        may_edit=asker.role.is_at_least(Role.EDITOR),
    )


def _typed(form: dict[str, list[str]]) -> dict[str, str]:
    return {name: texts[-1] for name, texts in form.items() if texts}


def _given(typed: dict[str, str]) -> Given:
    return Given(
        label=typed.get("label", ""),
        definition=typed.get("definition", ""),
        synonyms=tuple(typed.get("synonyms", "").replace(";", "\n").splitlines()),
        group=typed.get("group") or None,
        parent=typed.get("parent") or None,
    )


@forms.post(PLACE + "/{name}")
def add_term(request: Request, asker: Editor, name: Name, form: Sent) -> Response:
    """Add a term."""
    vocabularies.title(name)
    typed = _typed(form)
    code = typed.get("code", "").strip()
    try:
        _do(request, asker, lambda session, actor: changes.add(session, actor, name, code, _given(typed)))
    except Invalid as error:
        return _list(request, asker, name, typed=typed, error=error)
    return to(f"{PLACE}/{name}/term?{urlencode({'code': code, 'done': 'add'})}")


@forms.post(PLACE + "/{name}/term")
def change_term(request: Request, asker: Editor, name: Name, code: Code, form: Sent) -> Response:
    """Edit a term, merge it into another, withdraw it from use or offer it again."""
    vocabularies.title(name)
    typed = _typed(form)
    step = typed.get("step", "")
    try:
        made = _do(request, asker, _work(step, name, code, typed))
    except Invalid as error:
        return _term(request, asker, name, code, typed=typed, error=error)
    shown = typed["into"] if step == "merge" else code
    done = step if made is not None else "same"
    return to(f"{PLACE}/{name}/term?{urlencode({'code': shown, 'done': done})}")


def _work(step: str, name: str, code: str, typed: dict[str, str]) -> Work:
    """What a press of a button does.

    Raises:
        Invalid: there is no such button, or no term to merge into was chosen.
    """
    if step == "merge" and not typed.get("into"):
        raise Wrong("into", _("Choose the term that stands for both."))
    works: dict[str, Work] = {
        "edit": lambda session, actor: changes.edit(session, actor, name, code, _given(typed)),
        "merge": lambda session, actor: changes.merge(session, actor, name, code, typed["into"]),
        "deprecate": lambda session, actor: changes.deprecate(session, actor, name, code, is_deprecated=True),
        "restore": lambda session, actor: changes.deprecate(session, actor, name, code, is_deprecated=False),
    }
    if step not in works:
        raise Invalid(_("There is no such act."))
    return works[step]


def _do(request: Request, asker: Asker, work: Work) -> object:
    """Do it, and take it into use in this process as soon as it is committed."""
    actor = actor_of(asker, request.app.state.settings)
    with transaction(request) as session:
        made = work(session, actor)
    with reading(request) as session:
        terms.follow(session)
    return made


router.include_router(forms)
