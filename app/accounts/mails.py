"""Mails: written into the caller's transaction, sent by the worker, by SMTP or into files.

The text waits in a table that the reading role cannot see; the job that sends it knows only its number.
"""

import os
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.accounts.changes import email_key
from app.accounts.tables import Mail, User
from app.base import html
from app.base.language import language, speaking

KIND = "send_mail"
"""The kind of job that sends one."""
TIMEOUT_SECONDS = 20
TEXTS = html.ENVIRONMENT.overlay(autoescape=False)
"""Mails are plain text, in which nothing needs to be escaped."""


def post(session: Session, recipient: str, template: str, **context: Any) -> None:
    """Write a mail and have it sent once the transaction commits.

    The first line of the template is the subject; a blank line and the text follow. It is in the language
    that the recipient chose last; who has no account, or chose none, gets that of whoever causes the mail.
    """
    chosen = session.scalar(select(User.language).where(User.email_key == email_key(recipient)))
    with speaking(chosen or language()):
        subject, _line, body = TEXTS.get_template(template).render(**context).partition("\n")
    mail = Mail(recipient=recipient, subject=" ".join(subject.split()), body=body.lstrip("\n"))
    session.add(mail)
    session.flush()
    jobs.enqueue(session, KIND, number=mail.id)


def send(session: Session, number: int, *, smtp_url: str | None, sender: str, outbox: Path) -> None:
    """Send a mail that waits, then forget it; without a server it becomes a file in `outbox`."""
    mail = session.get(Mail, number)
    if mail is None:
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    # As it is where it can be: links must survive being read, and copied, from the file.
    packed = "quoted-printable" if smtp_url else "8bit"
    message.set_content(mail.body, cte="7bit" if mail.body.isascii() else packed)
    if smtp_url is None:
        _write(message, outbox, number)
    else:
        _hand_over(message, smtp_url)
    session.delete(mail)


def _write(message: EmailMessage, outbox: Path, number: int) -> None:
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = outbox / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{number}.eml"
    # Links in it open accounts, so only the owner of the state folder may read it.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes())


def _hand_over(message: EmailMessage, smtp_url: str) -> None:
    """Send through a server; a name and password are only given over TLS."""
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
