"""RIS: the shape of lines, for every record."""

import re

from app.exchange.formats import ris

LINE = re.compile(r"[A-Z][A-Z0-9]  - [^\r\n]*")


def _blocks(record, site):
    return ris.write(record, site).decode().rstrip("\r\n").split("\r\n\r\n")


def test_every_line_of_every_record_is_a_tag_and_a_value(records, hostile, site):
    for record in (*records, hostile):
        for block in _blocks(record, site):
            lines = block.split("\r\n")
            assert all(LINE.fullmatch(line) for line in lines), block
            assert lines[0].startswith("TY  - ")
            assert lines[-1] == "ER  - "
            assert sum(line.startswith("TY  - ") for line in lines) == 1


def test_dataset_comes_first_and_its_paper_apart(by_slug, site):
    dataset, paper = _blocks(by_slug["sen1floods11"], site)

    assert dataset.startswith("TY  - DATA\r\nID  - sen1floods11\r\nAU  - Bonafilia\r\nAU  - others\r\n")
    assert paper.startswith("TY  - CONF\r\nID  - sen1floods11-paper\r\n")
    assert "T2  - CVPR Workshops" in paper
    assert "DO  - 10.1109/CVPRW50498.2020.00113" in paper


def test_comma_in_a_family_name_does_not_make_a_given_name(make_record, site):
    dataset = _blocks(make_record(publication={"first_author": "Li, W."}), site)[0]

    assert "AU  - Li W.\r\n" in dataset
