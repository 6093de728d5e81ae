"""Filling in a suggestion from an identifier or a file: what was found, to be taken or refused one by one.

Two requests: the first finds out and lists offers, the second takes those that are ticked into the draft. The
offers travel signed between the two, so that what a draft says of its sources is what the sources said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.accounts import attempts
from app.accounts.access import CurrentAsker, transaction
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import caller_of
from app.accounts.forms import check_form, form_page
from app.base.errors import AppError, Invalid, Unavailable
from app.base.language import _
from app.base.outside import Outside
from app.curation import changes, diff, labels, queries, suggest_secrets
from app.curation.actors import Actor
from app.curation.suggest_desk import LONGEST_SLUG, actor_for, count_begin
from app.curation.suggest_saving import CORRECTION, NEW, opened_for
from app.exchange import prefill
from app.exchange.prefill import Found, Offer, Witness

BY_PLACE = Limit("prefill, place", 40, timedelta(hours=1))
BY_USER = Limit("prefill, user", 200, timedelta(hours=1))
AT_ONCE = BoundedSemaphore(2)
"""Asking others takes seconds, in which a thread can do nothing else; most threads stay free for readers."""
WAIT_SECONDS = 2.0
LONGEST_SIGNED = 500_000
SIGNED_LASTS_SECONDS = 24 * 3600
MOST_LEFT_SHOWN = 20
LONGEST_SHOWN = 600

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@dataclass(frozen=True)
class Pasted:
    """What was sent: a text or a file, and the draft or dataset that it is about."""

    text: str = ""
    content: bytes = b""
    filename: str = ""
    number: UUID | None = None
    dataset: str = ""
    signed: str = ""
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Line:
    """One offer as the page shows it."""

    number: int
    label: str
    value: str
    present: str
    sources: tuple[tuple[str, str], ...]
    is_wanted: bool


async def pasted(request: Request) -> Pasted:
    """The form as it was sent; in this colour because the form is read in it.

    Raises:
        Invalid: it names a draft that cannot be one.
    """
    form = await request.form()
    upload = form.get("file")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    await form.close()
    return Pasted(
        text=texts.get("text", "").strip(),
        content=content,
        filename=(upload.filename or "")[:100] if isinstance(upload, UploadFile) else "",
        number=_number(texts.get("draft", "")),
        dataset=texts.get("dataset", "")[:LONGEST_SLUG],
        signed=texts.get("offers", ""),
        taken=frozenset(_numbers(form.getlist("take"))),
    )


def _numbers(ticked: Iterable[object]) -> Iterable[int]:
    return (int(one) for one in ticked if isinstance(one, str) and one.isdecimal() and len(one) < 6)


def _number(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(_("The form does not say which draft it is about. Open the page again.")) from None


Form = Annotated[Pasted, Depends(pasted)]


@router.get("/suggest/prefill", name="prefill_page")
def prefill_page(request: Request, asker: CurrentAsker, draft: str = "", dataset: str = "") -> Response:
    """The question alone."""
    return _page(request, Pasted(number=_number(draft[:40]), dataset=dataset[:LONGEST_SLUG]))


def _page(
    request: Request,
    sent: Pasted,
    *,
    found: Found | None = None,
    offers: tuple[Offer, ...] = (),
    signed: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return form_page(
        request,
        "curation/prefill.html",
        status=status,
        revision_id=str(sent.number or ""),
        dataset=sent.dataset,
        text=sent.text,
        problem=problem,
        found=found,
        lines=lines(offers),
        left=_left(found),
        signed=signed,
    )


@forms.post("/suggest/prefill")
def find_out(request: Request, asker: CurrentAsker, sent: Form) -> Response:
    """Ask the hosts, or read the file, and list what they say."""
    actor = actor_for(request, asker, sent.number)
    try:
        _count(request, actor)
        with transaction(request) as session:
            draft = _draft(session, actor, sent)
        found = _found(request.app.state.outside, sent)
        offers = prefill.offers(found, draft)
        signed = sign(_key(request), offers)
    except AppError as error:
        return _page(request, sent, problem=error.message, status=error.status)
    return _page(request, sent, found=found, offers=offers, signed=signed)


def _count(request: Request, actor: Actor) -> None:
    """Bound how often somebody can make this service ask others.

    Raises:
        TooSoon: too often.
    """
    key = _key(request)
    counter = (
        Counter(BY_PLACE, key, (caller_of(request).place,))
        if actor.user_id is None
        else Counter(BY_USER, key, (str(actor.user_id),))
    )
    with transaction(request) as session:
        attempts.count(session, counter)


def _draft(session: Session, actor: Actor, sent: Pasted) -> Mapping[str, Any]:
    """What stands in the form now.

    Raises:
        NotFound, Forbidden: there is no such draft, or it is not the asker's.
    """
    if sent.number:
        return queries.get(session, sent.number, actor).record
    return opened_for(session, sent.dataset).draft


def _found(outside: Outside, sent: Pasted) -> Found:
    if sent.content:
        return prefill.read(sent.content, sent.filename)
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Unavailable(_("Several people look something up at this moment. Try again in a few seconds."))
    try:
        return prefill.ask(sent.text, outside)
    finally:
        AT_ONCE.release()


@forms.post("/suggest/prefill/take")
def take(request: Request, asker: CurrentAsker, sent: Form) -> Response:
    """Take the ticked values into the draft, or begin one with them."""
    actor = actor_for(request, asker, sent.number)
    offers = unsigned(_key(request), sent.signed)
    chosen = [offer for number, offer in enumerate(offers) if number in sent.taken]
    if sent.number:
        with transaction(request) as session:
            _take_into(session, sent.number, actor, chosen)
        return RedirectResponse(f"/suggest/{sent.number}?done=saved", status_code=303)
    count_begin(request, actor)
    with transaction(request) as session:
        opened = opened_for(session, sent.dataset)
        begun = changes.begin(
            session,
            actor,
            draft=prefill.taken(opened.draft, chosen),
            slug=sent.dataset or None,
            kind=CORRECTION if sent.dataset else NEW,
        )
        number, secret = begun.revision.id, begun.secret
    response = RedirectResponse(f"/suggest/{number}?done=saved", status_code=303)
    if secret:
        suggest_secrets.hold(request, response, number, secret)
    return response


def _take_into(session: Session, number: UUID, actor: Actor, chosen: Iterable[Offer]) -> None:
    """Onto what the draft holds now, so that nothing is lost that another tab saved meanwhile."""
    revision = queries.get(session, number, actor)
    changes.save(session, number, actor, prefill.taken(revision.record, chosen), lock=revision.lock)


def lines(offers: Iterable[Offer]) -> list[Line]:
    """Offers in words."""
    return [
        Line(
            number=number,
            label=labels.fact(offer.path),
            value=_short(diff.in_words(offer.path, offer.value)),
            present=_short(diff.in_words(offer.path, offer.present)),
            sources=tuple((one.name, one.where) for one in offer.witnesses),
            is_wanted=offer.is_wanted,
        )
        for number, offer in enumerate(offers)
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _left(found: Found | None) -> list[tuple[str, str, str]]:
    """What documents say that no field holds: source, place and reason; a few of each."""
    return [
        (said.name, one.where, one.why)
        for said in (found.said if found else ())
        for one in said.reading.left[:MOST_LEFT_SHOWN]
    ]


def _key(request: Request) -> str:
    key: str = request.app.state.settings.signing_key
    return key


@lru_cache(8)
def _serializer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="prefill")


def sign(key: str, offers: tuple[Offer, ...]) -> str:
    """Offers as a hidden field holds them.

    Raises:
        Invalid: more than a form can carry back.
    """
    told = [[one.path, one.value, [asdict(witness) for witness in one.witnesses]] for one in offers]
    text = str(_serializer(key).dumps(told))
    if len(text) > LONGEST_SIGNED:
        raise Invalid(_("The document says more than a form can carry. Send it as a batch import instead."))
    return text


def unsigned(key: str, text: str) -> tuple[Offer, ...]:
    """The offers of a hidden field.

    Raises:
        Invalid: not as we wrote it, or a day old.
    """
    try:
        told = _serializer(key).loads(text[: LONGEST_SIGNED + 1], max_age=SIGNED_LASTS_SECONDS)
    except BadSignature:
        raise Invalid(_("This list is too old or damaged. Look it up again.")) from None
    return tuple(
        Offer(path, value, tuple(Witness(**witness) for witness in witnesses))
        for path, value, witnesses in told
    )


router.include_router(forms)
