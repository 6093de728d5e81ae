"""Simple Dublin Core: what is known, each text once."""

from xml.etree import ElementTree

from app.exchange.formats import dublin_core

NAMES = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format",
    "identifier", "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def test_only_the_fifteen_elements_are_used_and_none_is_empty(records, hostile, make_record, site):
    for record in (*records[::25], hostile, make_record()):
        root = ElementTree.fromstring(ElementTree.tostring(dublin_core.root(record, site)))

        assert {part.tag for part in root} <= {f"{{{dublin_core.DC}}}{name}" for name in NAMES}
        assert all(part.text for part in root)


def test_doi_and_page_identify_and_the_paper_is_a_relation(by_slug, site):
    found = list(dublin_core.elements(by_slug["eurosat"], site))

    assert ("identifier", "https://eo.example.org/datasets/eurosat") in found
    assert ("identifier", "https://doi.org/10.5281/zenodo.7711810") in found
    assert ("relation", "https://doi.org/10.1109/JSTARS.2019.2918242") in found
    assert ("rights", "MIT") in found
