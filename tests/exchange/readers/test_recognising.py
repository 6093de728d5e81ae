"""Words, addresses and numbers: recognised, or left alone."""

import pytest

from app.exchange.formats.readers import recognising
from app.exchange.formats.readers.reading import Gathering


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("doi:10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("https://doi.org/10.1000/a%3Cb%3E", "10.1000/a<b>"),
        ("http://dx.doi.org/10.1000/x", "10.1000/x"),
        ("10.1000/a%3Cb", "10.1000/a%3Cb"),
        ("https://example.org/10.1000/x", None),
        (None, None),
    ],
)
def test_dois(text, bare):
    assert recognising.doi(text) == bare


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1709.00029", "1709.00029"),
        ("arXiv:1709.00029v2", "1709.00029"),
        ("https://arxiv.org/pdf/1709.00029.pdf", "1709.00029"),
        ("cs/0112017", "cs/0112017"),
        ("17.29", None),
    ],
)
def test_numbers_of_preprints(text, number):
    assert recognising.arxiv(text) == number


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("https://spdx.org/licenses/MIT.html", "MIT"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.de", "CC-BY-NC-SA-4.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/igo/", "CC-BY-SA-3.0-IGO"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC-BY-4.0 OR ODbL-1.0", "CC-BY-4.0 OR ODbL-1.0"),
        ("research use only", None),
        ("CC-BY-4.0 OR research", None),
    ],
)
def test_licences(text, identifier):
    assert recognising.spdx(text) == identifier


@pytest.mark.parametrize("text", ["", "not stated", "unknown", "other", ":unkn"])
def test_a_licence_that_is_not_stated_is_no_licence(text):
    gathering = Gathering("test")

    recognising.put_licences(gathering, [text], "license")

    assert not gathering.facts and not gathering.left


@pytest.mark.parametrize(
    ("text", "volume"),
    [
        ("1.5 GB", 1.5),
        ("512 MiB", 0.536870912),
        (2_000_000_000, 2.0),
        ("3 bytes", 3e-9),
        ("many", None),
        (0, None),
    ],
)
def test_volumes_in_gigabytes(text, volume):
    assert recognising.gigabytes(text) == volume


@pytest.mark.parametrize(
    ("text", "code"), [("Semantic Segmentation", "semantic-segmentation"), ("cooking", None)]
)
def test_tasks_by_label(text, code):
    assert recognising.coded("task", text) == code


def test_a_word_that_two_vocabularies_know_is_taken_for_neither():
    gathering = Gathering("test")

    recognising.put_codes(gathering, ["Weather and climate"], "keywords")

    assert not gathering.facts


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        ("2019", None, {"start": "2019", "end": None}),
        ("2019-05-01T12:00:00+02:00", "..", {"start": "2019-05-01", "end": None}),
        ("2020", "2019", None),
        ("soon", None, None),
    ],
)
def test_intervals(start, end, kept):
    gathering = Gathering("test")

    recognising.put_temporal(gathering, start, end, "temporal")

    extent = gathering.facts.get("temporal_extent")
    assert (extent.model_dump() if extent else None) == kept
    assert bool(gathering.left) == (kept is None)


def test_the_first_value_stays_and_a_different_one_is_named():
    gathering = Gathering("test")

    gathering.put("year", 2019, "here")
    gathering.put("year", 2020, "there")
    gathering.put("year", 2019, "elsewhere")

    assert gathering.facts == {"year": 2019}
    assert [one.where for one in gathering.left] == ["there"]
    assert "as read at here" in gathering.left[0].why
