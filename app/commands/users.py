"""The commands `users …`: the first administrator, who there is, roles, and help for who lost a device."""

import sys
from getpass import getpass
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from app.accounts import changes
from app.accounts.rights import Role
from app.base.errors import Invalid
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands

commands = new_commands(help="People with accounts, and what they may do.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="E-mail address of the account.")]


@commands.command("create-admin")
def create_admin(
    email: Email,
    name: Annotated[str, typer.Option(help="Name to show; else the part before the @.")] = "",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from the standard input.")] = False,
) -> None:
    """Make an administrator. A terminal asks for the password twice; it is shown nowhere."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked_twice()
    with migrated(prepared_settings()) as (_, engine), Session(engine) as session, session.begin():
        shown = name or email.partition("@")[0]
        user = changes.create_user(session, email=email, name=shown, role=Role.ADMIN, password=password)
        console.print(f"{escape(user.email)} is an administrator. The first sign-in sets up a second factor.")


def _asked_twice() -> str:
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask for the password; use --password-stdin.")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise Invalid("The two passwords differ.")
    return password


@commands.command("list")
def show_users() -> None:
    """List all accounts."""
    with migrated(prepared_settings()) as (_, engine), Session(engine) as session:
        table = Table("E-mail", "Name", "Role", "Second factor", "Since")
        for user in changes.list_users(session):
            role = user.role if user.is_active else f"{user.role}, closed"
            factor = "yes" if user.totp else "no"
            table.add_row(escape(user.email), escape(user.name), role, factor, f"{user.created:%Y-%m-%d}")
        console.print(table)


@commands.command("set-role")
def set_role(email: Email, role: Annotated[Role, typer.Argument(help="The new role.")]) -> None:
    """Give an account another role; it must sign in again."""
    with migrated(prepared_settings()) as (_, engine), Session(engine) as session, session.begin():
        user = changes.get_by_email(session, email)
        changes.set_role(session, user, role)
        console.print(f"{escape(user.email)} is now {role}.")


@commands.command("close")
def close(email: Email) -> None:
    """Close an account: its sessions end, its tokens no longer open anything."""
    _set_active(email, False)


@commands.command("open")
def reopen(email: Email) -> None:
    """Open a closed account again."""
    _set_active(email, True)


def _set_active(email: str, is_active: bool) -> None:
    with migrated(prepared_settings()) as (_, engine), Session(engine) as session, session.begin():
        user = changes.get_by_email(session, email)
        changes.set_active(session, user, is_active)
        console.print(f"{escape(user.email)} is {'open' if is_active else 'closed'}.")


@commands.command("remove-second-factor")
def remove_second_factor(email: Email) -> None:
    """Help somebody who lost the device and the recovery codes."""
    with migrated(prepared_settings()) as (_, engine), Session(engine) as session, session.begin():
        user = changes.get_by_email(session, email)
        changes.remove_second_factor(session, user)
        console.print(f"{escape(user.email)} signs in with the password alone, and may set up another.")
