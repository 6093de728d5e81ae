"""Writing XML: elements with their children, indented, in UTF-8, and without signs that XML forbids."""

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    tag: str,
    content: str | Iterable[Element | None] | None = None,
    attributes: Mapping[str, str | None] | None = None,
) -> Element:
    """An element with text or with children; children and attributes that are None are left out."""
    made = Element(
        tag, {name: clean(value) for name, value in (attributes or {}).items() if value is not None}
    )
    if isinstance(content, str):
        made.text = clean(content)
    elif content is not None:
        made.extend([child for child in content if child is not None])
    return made


def clean(text: str) -> str:
    """The text without the control signs that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def document(root: Element) -> bytes:
    """The document as bytes, indented by two spaces."""
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
