"""The published versions of a dataset as an Atom feed, for whoever wants to hear of each."""

from xml.etree import ElementTree

from app.base.language import _
from app.curation.history_view import History, Told, told

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 50


def feed(history: History, base: str) -> bytes:
    """The newest versions, each with its reviewer, its reason and the facts it changed.

    Args:
        base: where readers reach the service, without a slash at its end.
    """
    page = f"{base}/datasets/{history.slug}/history"
    root = ElementTree.Element("feed", xmlns=NAMESPACE)
    _text(root, "id", page)
    _text(root, "title", _("History of %(name)s", name=history.name))
    _text(root, "updated", max(one.day for one in history.versions).isoformat())
    _text(ElementTree.SubElement(root, "author"), "name", "EO Dataset Catalogue")
    ElementTree.SubElement(root, "link", rel="self", type=MEDIA_TYPE, href=f"{page}?f=atom")
    ElementTree.SubElement(root, "link", rel="alternate", type="text/html", href=page)
    for one in told(history.versions)[:MOST]:
        _entry(root, one, page)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ElementTree.Element, one: Told, page: str) -> None:
    version, address = one.version, f"{page}/{one.version.number}"
    entry = ElementTree.SubElement(root, "entry")
    _text(entry, "id", address)
    _text(entry, "title", _("Version %(n)s", n=version.number))
    _text(entry, "updated", version.day.isoformat())
    changed = ", ".join(line.label for line in one.changes or ())
    said = (version.said, version.reason, changed and _("Changed: %(facts)s", facts=changed))
    _text(entry, "summary", "\n".join(part for part in said if part))
    ElementTree.SubElement(entry, "link", rel="alternate", type="text/html", href=address)


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    # A reason may hold signs that no XML can.
    shown = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    ElementTree.SubElement(parent, tag).text = shown
