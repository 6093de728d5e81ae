"""CSL-JSON: types and variables of the specification, for every record."""

import json

from app.exchange.formats import csl

VARIABLES = {
    "id", "type", "title", "author", "issued", "container-title", "publisher", "DOI", "number", "URL", "note",
}  # fmt: skip
TYPES = {
    "dataset", "article-journal", "paper-conference", "article", "thesis", "report", "document",
}  # fmt: skip


def test_every_record_uses_variables_and_types_of_the_specification(records, hostile, site):
    for record in (*records, hostile):
        dataset, *papers = json.loads(csl.write(record, site))

        assert dataset["type"] == "dataset"
        assert len(papers) <= 1
        for item in (dataset, *papers):
            assert set(item) <= VARIABLES
            assert item["type"] in TYPES
            assert all(item.values())


def test_year_is_a_date_part_and_authors_are_named_parts(by_slug):
    dataset, paper = csl.items(by_slug["sen1floods11"])

    assert dataset["issued"] == {"date-parts": [[2020]]}
    assert paper["author"] == [{"family": "Bonafilia"}, {"literal": "others"}]
    assert paper["container-title"] == "CVPR Workshops"


def test_doi_is_bare(records):
    for record in records:
        for item in csl.items(record):
            assert item.get("DOI", "10.").startswith("10.")


def test_archive_of_a_preprint_is_its_publisher(make_record):
    paper = csl.items(make_record(publication={"title": "Tiles", "arxiv": "1709.00029"}))[1]

    assert (paper["type"], paper["publisher"], paper["number"]) == ("article", "arXiv", "arXiv:1709.00029")
