"""What ran out is removed, what still counts stays."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from app.accounts import changes, cleaning, links, sessions
from app.accounts.callers import Caller
from app.accounts.tables import Event, MailedLink, UserSession

HERE = Caller("place", "network", "agent")


def counts(session) -> list[int]:
    return [
        session.scalar(select(func.count()).select_from(table)) for table in (UserSession, MailedLink, Event)
    ]


def test_only_what_ran_out_is_removed(session, add_user):
    user = add_user()
    sessions.begin(session, user, "complete", HERE)
    links.make(session, user.email, user.id)
    changes.note(session, user.id, "signed-in", HERE)
    session.flush()

    cleaning.clean(session)
    before = counts(session)
    past = datetime.now(UTC) - timedelta(days=400)
    session.execute(update(UserSession).values(expires=past))
    session.execute(update(MailedLink).values(expires=past))
    session.execute(update(Event).values(moment=past))
    cleaning.clean(session)

    assert before == [1, 1, 1]
    assert counts(session) == [0, 0, 0]
