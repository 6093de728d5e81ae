"""Markdown to plain text, for the formats that know no markup."""

from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BREAKS = frozenset({"softbreak", "hardbreak"})
# Raw HTML is not read as markup, so that text which looks like it is kept as it was written.
_READER = MarkdownIt("commonmark", {"html": False})


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, one line a paragraph, without marks and addresses of links."""
    blocks = ("".join(_words(token.children or ())) or token.content for token in _READER.parse(markdown))
    return "\n".join(block.strip() for block in blocks if block.strip())


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in _BREAKS:
            yield " "
        else:
            yield "".join(_words(token.children)) if token.children else token.content
