"""Mails go out with the transaction that wrote them, into files or through a server."""

import socket
import socketserver
import threading
from email import message_from_bytes, policy

import pytest
from sqlalchemy import func, select

from app.accounts import mails
from app.accounts.tables import Mail


@pytest.fixture
def waiting(session):
    """A mail that waits."""
    mails.post(
        session, "ada@example.org", "accounts/mails/reset.txt", address="http://here", link="http://here/?a&b"
    )
    return session.scalars(select(Mail)).one()


class Server(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs to hand over one message."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append(b"".join(lines))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")


@pytest.fixture
def server():
    with socketserver.TCPServer(("127.0.0.1", 0), Server) as found:
        found.received = []
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def test_mail_becomes_a_file_for_its_owner_only_and_waits_no_longer(waiting, session, tmp_path):
    mails.send(session, waiting.id, smtp_url=None, sender="catalogue@here", outbox=tmp_path / "outbox")

    path = next((tmp_path / "outbox").iterdir())
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert path.stat().st_mode & 0o777 == 0o600
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "A new password for the EO Dataset Catalogue"
    assert "http://here/?a&b" in message.get_content()
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_a_link_can_be_copied_from_the_file_whatever_the_language(session, tmp_path):
    link = f"http://here/suggest/confirm?secret={'a' * 90}"
    session.add(Mail(recipient="ada@example.org", subject="Bestätigung", body=f"Für “Äcker”:\n\n{link}\n"))
    session.flush()
    number = session.scalars(select(Mail.id)).one()

    mails.send(session, number, smtp_url=None, sender="catalogue@here", outbox=tmp_path)

    assert link in next(tmp_path.iterdir()).read_text()


def test_long_link_is_not_broken_in_the_file(session, tmp_path):
    link = f"http://catalogue.example.org/account/reset?token={'x' * 43}"
    mails.post(session, "ada@example.org", "accounts/mails/reset.txt", address="http://here", link=link)
    mail = session.scalars(select(Mail)).one()

    mails.send(session, mail.id, smtp_url=None, sender="catalogue@here", outbox=tmp_path)

    assert link.encode() in next(tmp_path.iterdir()).read_bytes()


def test_mail_goes_through_a_server(waiting, session, server, tmp_path):
    port = server.server_address[1]

    mails.send(
        session, waiting.id, smtp_url=f"smtp://127.0.0.1:{port}", sender="catalogue@here", outbox=tmp_path
    )

    assert b"To: ada@example.org" in server.received[0]


def test_password_is_not_given_to_a_server_without_tls(waiting, session, server, tmp_path):
    address = f"smtp://user:secret@127.0.0.1:{server.server_address[1]}"

    with pytest.raises(mails.smtplib.SMTPNotSupportedError):
        mails.send(session, waiting.id, smtp_url=address, sender="a@here", outbox=tmp_path)

    assert session.get(Mail, waiting.id) is not None


def test_server_that_is_away_leaves_the_mail_waiting(waiting, session, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"smtp://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(ConnectionError):
            mails.send(session, waiting.id, smtp_url=address, sender="a@here", outbox=tmp_path)

    assert session.get(Mail, waiting.id) is not None


def test_mail_that_was_sent_is_not_sent_again(session, tmp_path):
    mails.send(session, 1, smtp_url=None, sender="a@here", outbox=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_mail_is_in_the_language_its_reader_chose_whoever_causes_it(session, add_user):
    add_user("gerda@example.org").language = "de"
    add_user("ada@example.org")

    for recipient in ("Gerda@example.org", "ada@example.org", "nobody@example.org"):
        mails.post(session, recipient, "accounts/mails/nobody.txt", address="https://eo.example")

    subjects = list(session.scalars(select(Mail.subject).order_by(Mail.id)))
    assert subjects == ["Kein Konto beim EO-Datensatzkatalog"] + 2 * [
        "No account at the EO Dataset Catalogue"
    ]


def test_a_choice_of_language_is_remembered_by_the_account(session, visitor, add_user):
    user = add_user()
    visitor.sign_in(user)

    visitor.look("/language/de?back=/account")

    session.refresh(user)
    assert user.language == "de"
