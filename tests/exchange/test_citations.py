"""The citation model and plain text: dataset and paper apart, nothing made up."""

import pytest

from app.catalogue.record import Publication
from app.exchange.formats.citations import cite_text, dataset_of, dataset_title, paper_of


def test_every_record_can_be_cited_on_one_line(records):
    for record in records:
        for text in cite_text(record):
            assert text is None or (text and text.isprintable() and ".. " not in text)


def test_dataset_and_paper_are_cited_apart(by_slug):
    dataset, paper = cite_text(by_slug["sen1floods11"])

    assert dataset == (
        "Bonafilia et al. (2020). Sen1Floods11 [Data set]. https://github.com/cloudtostreet/Sen1Floods11"
    )
    assert paper is not None
    assert paper.startswith("Bonafilia et al. (2020). Sen1Floods11: A Georeferenced Dataset to Train")
    assert paper.endswith("CVPR Workshops. https://doi.org/10.1109/CVPRW50498.2020.00113")


def test_keys_of_all_citations_are_distinct_and_stable(records):
    keys = [record.slug for record in records]
    paper_keys = [paper.key for record in records if (paper := paper_of(record))]

    assert len(set(keys) | set(paper_keys)) == len(keys) + len(paper_keys)
    assert all(dataset_of(record).key == record.slug for record in records)


def test_record_without_a_paper_has_none(make_record):
    record = make_record(publication={"first_author": "Li"})

    assert paper_of(record) is None
    assert cite_text(record) == ("Li et al. (year not recorded). Example [Data set].", None)


def test_record_that_knows_nothing_is_cited_by_its_name(make_record):
    assert cite_text(make_record())[0] == "Example [Data set] (year not recorded)."


def test_first_author_is_never_shown_as_the_only_one(make_record):
    paper = paper_of(make_record(publication={"title": "On tiles", "first_author": "Li", "venue": "TGRS"}))

    assert paper is not None
    assert paper.others
    assert any("Only the first author" in note for note in paper.notes)


def test_thesis_has_a_single_author(by_slug):
    paper = paper_of(by_slug["massachusetts-buildings"])

    assert paper is not None
    assert (paper.sort, paper.authors, paper.others) == ("thesis", ("Mnih",), False)


@pytest.mark.parametrize(
    ("publication", "sort"),
    [
        ({"venue": "IEEE TGRS"}, "article"),
        ({"venue": "Proceedings of the IEEE"}, "article"),
        ({"venue": "CVPR 2022 EarthVision Workshop"}, "conference"),
        ({"venue": "NeurIPS Datasets and Benchmarks"}, "conference"),
        ({"venue": "ISPRS. XXIV ISPRS Congress"}, "conference"),
        ({"venue": "Arxiv"}, "preprint"),
        ({"arxiv": "1709.00029"}, "preprint"),
        ({"venue": "IEEE TGRS", "arxiv": "1709.00029"}, "article"),
        ({"venue": "University of Florida Tech. Rep. REP-2013-570"}, "report"),
        ({}, "other"),
    ],
)
def test_sort_of_a_paper_follows_its_venue(make_record, publication, sort):
    paper = paper_of(make_record(publication={"title": "On tiles", **publication}))

    assert paper is not None
    assert paper.sort == sort


def test_title_of_the_paper_is_not_taken_for_the_title_of_the_data(make_record):
    paper = Publication(title="Tiles: a large set")

    assert dataset_title(make_record(title="TILES: A large set", publication=paper)) == "Example"
    assert dataset_title(make_record(title="A set of tiles", publication=paper)) == "Example: A set of tiles"
    assert dataset_title(make_record(title="Example of a set", publication=paper)) == "Example of a set"


def test_doi_of_the_data_wins_over_the_home_page(make_record):
    record = make_record(data_doi="10.5281/zenodo.1", urls={"home": "https://example.org"})

    assert dataset_of(record).url == "https://doi.org/10.5281/zenodo.1"


def test_missing_title_of_a_paper_is_said(make_record):
    paper = paper_of(make_record(publication={"doi": "10.1000/1"}))

    assert paper is not None
    assert paper.title is None
    assert "not recorded" in paper.notes[0]
