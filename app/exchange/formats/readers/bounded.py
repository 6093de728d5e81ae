"""Opens what strangers hand in, within bounds: bytes, depth, number of parts; no entities, no addresses.

Nothing here fetches anything. A JSON-LD `@context` is read where it stands in the document and never where it
points; an XML document with a document type or an entity is refused.
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.base.errors import Invalid, TooLarge

MOST_BYTES = 10_000_000
DEEPEST = 40
MOST_PARTS = 200_000


def checked_size(content: bytes, what: str) -> bytes:
    """The content, if it is not longer than anything of its kind needs to be.

    Raises:
        TooLarge: more than ten million bytes.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(
            f"This {what} has {len(content):,} bytes; at most {MOST_BYTES:,} are read. "
            "Send the description alone, without the data."
        )
    return content


def text(content: bytes, what: str) -> str:
    """The content as text, without a byte order mark.

    Raises:
        Invalid: not UTF-8.
        TooLarge: longer than is read.
    """
    try:
        return checked_size(content, what).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"This {what} is not UTF-8; save it as UTF-8 and send it again.") from None


def json(content: bytes, what: str) -> Any:
    """A JSON document of bounded depth and number of parts.

    Raises:
        Invalid: no JSON, or nested too deeply.
        TooLarge: longer than is read, or of too many parts.
    """
    try:
        document = orjson.loads(text(content, what))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This {what} is not JSON: {error}.") from None
    _check_parts(document, what)
    return document


def json_object(content: bytes, what: str) -> dict[str, Any]:
    """A JSON document that is an object.

    Raises:
        Invalid, TooLarge: as `json`, or not an object.
    """
    document = json(content, what)
    if not isinstance(document, dict):
        raise Invalid(f"This {what} is not a JSON object.")
    return document


def xml(content: bytes, what: str) -> Element:
    """The root of an XML document without document type and entities, of bounded depth and number of parts.

    Raises:
        Invalid: no XML, or one that declares a document type, or nested too deeply.
        TooLarge: longer than is read, or of too many parts.
    """
    try:
        root: Element = fromstring(checked_size(content, what), forbid_dtd=True)
    except DefusedXmlException:
        raise Invalid(f"This {what} declares a document type or entities, which are not read.") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Invalid(f"This {what} is not XML: {error}.") from None
    _check_elements(root, what)
    return root


def _check_parts(document: Any, what: str) -> None:
    """Walk breadth first, so that depth costs no stack."""
    level, seen = [document], 0
    for _ in range(DEEPEST + 1):
        seen += len(level)
        if seen > MOST_PARTS:
            raise TooLarge(f"This {what} has more than {MOST_PARTS:,} parts.")
        below: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                below += part.values()
            elif isinstance(part, list):
                below += part
        if not below:
            return
        level = below
    raise Invalid(f"This {what} is nested more than {DEEPEST} deep.")


def _check_elements(root: Element, what: str) -> None:
    level, seen = [root], 0
    for _ in range(DEEPEST + 1):
        seen += len(level)
        if seen > MOST_PARTS:
            raise TooLarge(f"This {what} has more than {MOST_PARTS:,} elements.")
        level = [child for element in level for child in element]
        if not level:
            return
    raise Invalid(f"This {what} is nested more than {DEEPEST} deep.")
