"""Everyone whom the facts are owed to is named."""

import pytest

from app.catalogue.sources import SOURCES, credit


def test_lists_and_catalogues_name_their_repository() -> None:
    nameless = [key for key, source in SOURCES.items() if source.letter in "LM" and source.repository is None]

    assert nameless == []


def test_letters_are_those_of_the_legend() -> None:
    assert {source.letter for source in SOURCES.values()} == set("PLMCAI")


def test_the_address_points_to_the_commit_that_was_read() -> None:
    assert credit("torchgeo").url == "https://github.com/torchgeo/torchgeo/tree/65507dcbc4a5"


def test_a_source_without_commit_points_to_its_repository() -> None:
    assert credit("terratorch").url == "https://github.com/IBM/terratorch"


def test_memory_has_no_address() -> None:
    assert credit("paper").url is None


@pytest.mark.parametrize(
    "key", ["asserted", "computed", "arxiv-id", "zenodo-record-id", "paper-url", "repo", "web"]
)
def test_sources_that_are_no_list_are_explained(key: str) -> None:
    assert credit(key).note


def test_an_unknown_key_is_credited_by_its_name() -> None:
    assert credit("newcomer").name == "newcomer"
