"""What the terms of the vocabularies are called in the reader's language.

Labels are messages of a context named after their vocabulary, because one word may be a task and a theme.
Documents for programs keep the labels of the vocabularies themselves.
"""

from app.base.language import gettext, pgettext
from app.catalogue import vocabulary
from app.catalogue.sources import credit


def term(name: str, code: str) -> str:
    """The label of a code of a vocabulary; the code itself where the vocabulary lacks it."""
    return pgettext(name, vocabulary.label(name, code))


def group(name: str, code: str) -> str:
    """The label of a group of a vocabulary, such as a family of tasks."""
    return pgettext(name, vocabulary.groups(name).get(code, code))


def definition(text: str) -> str:
    """The definition of a term."""
    return gettext(text) if text else ""


def source(key: str) -> str:
    """The name of a source: of a list its own, else what it is."""
    return gettext(credit(key).name)
