"""BibTeX, RIS and CSL-JSON as other programs write them."""

import bibtexparser
import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats import FORMATS
from app.exchange.formats.readers import bibtex, csl, ris

FOREIGN = r"""
% exported by a reference manager
@string{tgrs = "IEEE Transactions on Geoscience and Remote Sensing"}
@comment{jabref-meta: nothing}
@Article{M{\"u}ller2021,
  author    = {M{\"u}ller, Ren{\'e} and {European Space Agency} and Erika van der Berg},
  title     = "{Forests of the {Alps}}: a data set \& benchmark",
  journal   = tgrs # { (early access)},
  year      = 2021,
  month     = jan,
  doi       = {https://doi.org/10.1109/TGRS.2021.1234567},
}

@dataset{zenodo,
  title     = {SuperSet: 10\,000 tiles},
  author    = {M{\"u}ller, Ren{\'e}},
  publisher = {Zenodo},
  date      = {2022-03-04},
  doi       = {10.5281/zenodo.123},
  url       = {https://zenodo.org/records/123}
}
"""


def test_foreign_bibtex_gives_the_dataset_and_its_paper():
    reading = bibtex.read(FOREIGN.encode())

    assert dict(reading.facts) == {
        "name": "SuperSet",
        "title": "SuperSet: 10000 tiles",
        "year": 2022,
        "publisher": "Zenodo",
        "data_doi": "10.5281/zenodo.123",
        "urls.home": "https://zenodo.org/records/123",
        "publication.title": "Forests of the Alps: a data set & benchmark",
        "publication.venue": "IEEE Transactions on Geoscience and Remote Sensing (early access)",
        "publication.doi": "10.1109/TGRS.2021.1234567",
        "publication.first_author": "Müller",
    }
    assert reading.places["publication.doi"] == "entry 1 (@article)"
    assert [left.why for left in reading.left] == [
        "A record has no field for the makers of the data.",
        "A record holds the first author; 2 more are named here.",
    ]


def test_a_paper_alone_gives_the_year_and_no_name():
    reading = bibtex.read(b"@inproceedings{x, title={A: B}, author={Ann Lee and others}, year={2020}}")

    assert dict(reading.facts) == {
        "publication.title": "A: B",
        "publication.first_author": "Lee",
        "year": 2020,
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"{\'E}cole", "École"),
        (r"\"{u}ber", "über"),
        (r"\v{C}ech", "Čech"),
        (r"Gro{\ss}e", "Große"),
        (r"100\% \textasciitilde{}", "100% ~"),
        (r"\textbraceleft{}a\textbraceright{}", "{a}"),
        (r"two~words", "two words"),
        (r"\emph{loud}", "loud"),
    ],
)
def test_commands_of_latex_become_the_signs_they_print(written, read):
    assert bibtex.plain(written) == read


def test_our_entries_have_the_fields_that_an_independent_parser_finds(records, site):
    for record in records[::40]:
        text = FORMATS["bib"].write(record, site).decode()
        ours = [fields for _, fields in bibtex.entries(text)]

        theirs = bibtexparser.parse_string(text).entries

        assert ours == [{field.key: field.value for field in entry.fields} for entry in theirs]


def test_a_brace_that_is_never_closed_is_named_by_its_place():
    with pytest.raises(Invalid, match="character 18"):
        bibtex.read(b"@misc{a, title = {never closed")


def test_words_that_are_no_bibtex_are_refused():
    with pytest.raises(Invalid, match="no BibTeX entry"):
        bibtex.read(b"me@example.org")


def test_further_entries_are_named():
    left = bibtex.read(b"@article{a, title={A}} @article{b, title={B}}").left

    assert [one.where for one in left] == ["entry 2 (@article)"]


def test_foreign_ris_is_read_with_old_and_new_tags():
    text = (
        "TY  - JOUR\r\nT1  - A paper\r\nA1  - Lee, Ann\r\nJO  - Remote Sens.\r\nY1  - 2020/05/01/\r\n"
        "DO  - 10.3390/rs123\r\nUR  - https://www.mdpi.com/1\r\nER  - \r\n"
    )

    facts = ris.read(text.encode()).facts

    assert facts["publication.title"] == "A paper"
    assert facts["publication.first_author"] == "Lee"
    assert facts["publication.venue"] == "Remote Sens."
    assert facts["publication.doi"] == "10.3390/rs123"
    assert facts["publication.url"] == "https://www.mdpi.com/1"
    assert facts["year"] == 2020


def test_foreign_csl_is_read():
    items = [
        {
            "type": "dataset",
            "title": "Tiles",
            "author": [{"family": "Berg", "given": "Erika", "non-dropping-particle": "van der"}],
            "issued": {"date-parts": [["2021", 3]]},
            "publisher": "Zenodo",
            "DOI": "10.5281/zenodo.5",
        },
        {
            "type": "article-journal",
            "title": "P",
            "author": [{"literal": "ESA"}],
            "issued": {"raw": "May 2020"},
        },
    ]

    facts = csl.read(orjson.dumps(items)).facts

    assert (facts["name"], facts["year"], facts["data_doi"]) == ("Tiles", 2021, "10.5281/zenodo.5")
    assert (facts["publication.title"], facts["publication.first_author"]) == ("P", "ESA")
