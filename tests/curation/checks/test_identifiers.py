"""Checksums of ORCIDs: ISO 7064, MOD 11-2."""

import pytest

from app.curation.checks.identifiers import ARXIV, DOI, is_orcid


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
def test_published_examples_are_right(orcid):
    assert is_orcid(orcid)


@pytest.mark.parametrize(
    "orcid", ["0000-0002-1825-0098", "0000-0002-1694-2330", "0000-0002-1825", "", "X" * 16]
)
def test_others_are_not(orcid):
    assert not is_orcid(orcid)


@pytest.mark.parametrize("doi", ["10.5281/zenodo.1", "10.1000.10/123456", "10.34911/rdnt.hfv20i"])
def test_dois_are_known_by_their_form(doi):
    assert DOI.match(doi)


@pytest.mark.parametrize("number", ["2105.07921", "1709.00029v2", "cs/0501001", "math.GT/0309136"])
def test_arxiv_numbers_are_known_by_their_form(number):
    assert ARXIV.match(number)
