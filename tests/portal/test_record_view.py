"""What the record page adds to the facts."""

import pytest

from app.catalogue.record import Source
from app.catalogue.sources import Credit
from app.portal import record_view

LIST = Credit(key="list", name="A list", letter="L", repository="who/list", commit="abc")


@pytest.mark.parametrize(
    ("ref", "address"),
    [
        ("doi:10.1/x", "https://doi.org/10.1/x"),
        ("arXiv:1902.06148", "https://arxiv.org/abs/1902.06148"),
        ("https://example.org/page", "https://example.org/page"),
        ("who/list:README.md", "https://github.com/who/list/blob/abc/README.md"),
        ("who/list:docs/*.csv", None),
        ("other/repository:README.md", None),
        ("in conversation", None),
    ],
)
def test_a_source_leads_to_where_it_was_read(ref, address):
    assert record_view.source_address(Source(key="list", ref=ref), LIST) == address


@pytest.mark.parametrize(
    ("shared", "phrase"),
    [
        (("same task",), "same task"),
        (("same task", "same theme", "same sensor"), "same task, theme and sensor"),
    ],
)
def test_reasons_read_as_one_phrase(shared, phrase):
    assert record_view.reasons(shared) == phrase


def test_every_page_of_the_catalogue_that_differs_most_is_answered(seeded_client):
    # The barest, the richest, a product, a suite, a subset, and one with odd signs in its name.
    found = seeded_client.get("/api/datasets?sort=completeness&limit=100").json()["datasets"]
    slugs = {card["kind"]: card["slug"] for card in found} | {
        "first": found[0]["slug"],
        "last": found[-1]["slug"],
    }

    for slug in slugs.values():
        assert seeded_client.get(f"/datasets/{slug}").status_code == 200
