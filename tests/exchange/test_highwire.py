"""Citation tags of a page: only what is known, and the dataset never poses as its paper."""

from app.exchange.formats.highwire import tags


def test_tags_of_a_record_that_knows_nothing_are_few(make_record):
    assert tags(make_record(), "https://eo.example.org") == [
        ("citation_title", "Example"),
        ("citation_abstract_html_url", "https://eo.example.org/datasets/example"),
        ("citation_language", "en"),
    ]


def test_doi_of_the_paper_is_not_the_doi_of_the_page(by_slug):
    found = dict(tags(by_slug["sen1floods11"], "https://eo.example.org"))

    assert "citation_doi" not in found
    assert found["citation_author"] == "Bonafilia"
    assert found["citation_publication_date"] == "2020"
    assert "citation_doi=10.1109/CVPRW50498.2020.00113" in found["citation_reference"]


def test_doi_of_the_data_is_the_doi_of_the_page(make_record):
    found = dict(tags(make_record(data_doi="10.5281/zenodo.1"), ""))

    assert found["citation_doi"] == "10.5281/zenodo.1"


def test_semicolon_inside_a_title_does_not_split_the_reference(make_record):
    record = make_record(publication={"title": "Tiles; and more", "venue": "CVPR"})

    reference = dict(tags(record, ""))["citation_reference"]

    assert reference == "citation_title=Tiles, and more; citation_conference_title=CVPR"


def test_no_tag_of_any_record_is_empty(records):
    for record in records:
        assert all(name.startswith("citation_") and content for name, content in tags(record, ""))
