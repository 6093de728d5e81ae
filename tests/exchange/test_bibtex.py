"""BibTeX is read back by a parser for every record."""

import re

import bibtexparser
import pytest

from app.exchange.formats import bibtex


def _entries(record, site):
    library = bibtexparser.parse_string(bibtex.write(record, site).decode())
    assert library.failed_blocks == []
    return library.entries


def test_every_record_is_read_back_by_a_parser(records, site):
    for record in records:
        entries = _entries(record, site)

        assert entries[0].key == record.slug
        assert entries[0].entry_type == "misc"
        assert entries[0]["title"]
        assert [entry.key for entry in entries[1:]] in ([], [f"{record.slug}-paper"])


def test_braces_balance_in_every_entry(records, hostile, site):
    for record in (*records, hostile):
        depth = 0
        for character in bibtex.write(record, site).decode():
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
        assert depth == 0


def test_paper_carries_its_venue_and_identifiers(by_slug, site):
    paper = _entries(by_slug["sen1floods11"], site)[1]

    assert paper.entry_type == "inproceedings"
    assert paper["booktitle"] == "CVPR Workshops"
    assert paper["doi"] == "10.1109/CVPRW50498.2020.00113"
    assert paper["author"] == "{Bonafilia} and others"
    assert "Only the first author" in paper["note"]


def test_preprint_names_its_archive(make_record, site):
    paper = _entries(make_record(publication={"title": "Tiles", "arxiv": "1709.00029"}), site)[1]

    assert (paper.entry_type, paper["eprint"], paper["archiveprefix"]) == ("misc", "1709.00029", "arXiv")
    assert paper["howpublished"] == "arXiv"


def test_hostile_values_stay_inside_their_fields(hostile, site):
    dataset, paper = _entries(hostile, site)

    assert dataset["title"] == "{" + bibtex.escape(hostile.name) + "}"
    assert paper["doi"] == "10.1000/a%7Bb%7D%c_d"
    assert "\n" not in dataset["title"]


@pytest.mark.parametrize("special", list("&%$#_"))
def test_special_characters_of_latex_are_escaped(special):
    assert bibtex.escape(f"a{special}b") == f"a\\{special}b"


def test_no_special_character_of_latex_is_left_bare_outside_addresses(records, site):
    bare = re.compile(r"(?<!\\)[&%$#_~^]")
    for record in records:
        for line in bibtex.write(record, site).decode().splitlines():
            if not re.match(r"  (url|doi|howpublished) =|@", line):
                assert not bare.search(line), line
