"""People with accounts, for the pages of the portal that know them."""

from tests.accounts.conftest import add_user, browser_of, visitor

__all__ = ["add_user", "browser_of", "visitor"]
