"""Text for spreadsheets, which would run what begins like a formula."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def defused(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
