"""Items as they come out of files: numbered lines of JSON, and places where a line should be and is not."""

from collections.abc import Iterator


class Unreadable(bytes):
    """Stands in a line's place; its content says why there is no item, for the report of the load."""


Line = tuple[int, bytes]


def numbered(contents: Iterator[bytes]) -> Iterator[Line]:
    """Contents with their numbers, from 1; blank ones count, but are left out."""
    for number, content in enumerate(contents, 1):
        if content.strip():
            yield number, content
