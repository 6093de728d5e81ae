"""No password, token, code or link is written into a log, whatever goes wrong."""

import logging
import re

import pytest
from sqlalchemy import select, text

from app.accounts.tables import Mail

PASSWORD = "a plain sentence of words"


@pytest.fixture
def written(caplog):
    """Everything that the service logged so far; the lines of the test's own client are left out."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(
        f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name != "httpx2"
    )


def test_logs_hold_no_secret_of_a_whole_visit(visitor, add_user, session, written):
    user = add_user()
    visitor.sign_in(user)
    visitor.look("/account")
    page = visitor.send("/account/tokens", name="t", days="7", scope="read").text
    token = re.search(r'id="new-token">([^<]+)<', page)[1]
    visitor.client.get("/account", headers={"authorization": f"Bearer {token}"})
    visitor.look("/account/reset")
    visitor.send("/account/reset", email=user.email)
    link = re.search(r"token=(\S+)", session.scalars(select(Mail.body).order_by(Mail.id.desc())).first())[1]
    visitor.look(f"/account/reset?token={link}")

    said = written()

    assert "/account/reset" in said
    for secret in (PASSWORD, token, link, visitor.client.cookies["session"], user.password):
        assert secret not in said


def test_fault_of_ours_tells_the_log_nothing_that_was_typed(visitor, add_user, session, written):
    user = add_user()
    visitor.look("/login")
    session.execute(text("ALTER TABLE accounts.session DROP COLUMN stage"))

    answer = visitor.send("/login", email=user.email, password=PASSWORD)

    assert answer.status_code == 500
    assert PASSWORD not in written()
