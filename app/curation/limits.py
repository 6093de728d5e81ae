"""How much one visitor may suggest; the counts stand in the database, so that all processes share them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import Caller
from app.accounts.changes import email_key
from app.curation.actors import Actor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_PLACE = Limit("suggestion, place", 20, HOUR)
BY_USER = Limit("suggestion, user", 300, HOUR)
MAILS_TO_ADDRESS = Limit("suggestion mail, address", 5, DAY)
MAILS_BY_PLACE = Limit("suggestion mail, place", 20, DAY)


def count_suggestion(session: Session, key: str, caller: Caller, actor: Actor) -> None:
    """Count a draft that is begun; `key` is the secret of the service.

    Raises:
        TooSoon: too many in a short time, from this place or by this person.
    """
    if actor.user_id is None:
        attempts.count(session, Counter(BY_PLACE, key, (caller.place,)))
    else:
        attempts.count(session, Counter(BY_USER, key, (str(actor.user_id),)))


def count_mail(session: Session, key: str, caller: Caller, actor: Actor, address: str) -> None:
    """Count a mail that a visitor's submission sends, so that nobody is pestered through us.

    Raises:
        TooSoon: too many to this address, or from this place.
    """
    if actor.user_id is None:
        attempts.count(
            session,
            Counter(MAILS_TO_ADDRESS, key, (email_key(address),)),
            Counter(MAILS_BY_PLACE, key, (caller.place,)),
        )
