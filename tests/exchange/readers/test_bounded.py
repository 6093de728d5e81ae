"""Nothing that is handed in costs more than it may, whatever it holds."""

import time

import pytest

from app.base.errors import AppError, Invalid, TooLarge
from app.exchange.formats import READERS, recognise
from app.exchange.formats.readers import bounded

BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><resource>&c;</resource>"""
LOCAL_FILE = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><resource>&f;</resource>'
)
HOSTILE = {
    "nothing": b"",
    "blanks": b" \n\t ",
    "not utf-8": b"\xff\xfe\x00x",
    "null": b"null",
    "number": b"1e999",
    "text": b'"text"',
    "empty list": b"[]",
    "empty object": b"{}",
    "deep list": b"[" * 2_000 + b"]" * 2_000,
    "deep object": b'{"a":' * 900 + b"1" + b"}" * 900,
    "half": b'{"@type": "Dataset", "name": ',
    "deep turtle": b"@prefix a: <urn:a:> . a:x a:y " + b"[ a:z " * 5_000 + b"]" * 5_000 + b" .",
    "open brace": b"@article{key, title = {" + b"{" * 50_000,
    "many entries": b"@misc{a, title={x}}" * 20_000,
    "bomb": BOMB,
    "local file": LOCAL_FILE,
    "long key": b"@" + b"a" * 500_000 + b"{",
    "long blanks": b"@article{k, title" + b" " * 200_000,
    "page without end": b"<html><script type='application/ld+json'>" + b"<" * 200_000,
    "list of everything": b'{"@type":["Dataset",1,null,{}],"name":[1,{},[]],"license":[[]],'
    b'"distribution":{"a":1}}',
    "stac of nonsense": b'{"type":"Collection","stac_version":"1.1.0","extent":[],'
    b'"links":{"a":[]},"assets":3}',
    "croissant of nonsense": b'{"@type":"Dataset","conformsTo":"http://mlcommons.org/croissant/1.1","recordSet":[1,'
    b'{"data":"x","dataType":[{}]}],"citeAs":{"a":[]},"distribution":[[],1]}',
    "datacite of nonsense": b'{"titles":[1],"creators":{},"sizes":[{},3],"rightsList":"x","geoLocations":[{'
    b'"geoLocationBox":{},"geoLocationPoint":1,"geoLocationPolygon":[1]}],"subjects":[null],"dates":[{}]}',
    "tdml of nonsense": b'{"type":"AI_EOTrainingDataset","bands":[{"name":[1]}],"extent":{"a":1},"tasks":[1],'
    b'"labeling":[{"procedure":{"methods":[{}]}}],"statisticsInfo":[1,{"key":"gsd_m","value":[1]}]}',
    "package of nonsense": b'{"resources":[1,{"path":[1],"bytes":"x"}],"licenses":[{}],"keywords":{"a":1}}',
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_content_is_refused_in_words_or_read_quickly(name, case):
    began = time.perf_counter()

    try:
        reading = READERS[name](HOSTILE[case])
    except AppError as error:
        assert error.message
    else:
        assert len(reading.left) <= 200

    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("content", [BOMB, LOCAL_FILE])
def test_entities_of_xml_are_refused(content):
    with pytest.raises(Invalid, match="document type"):
        READERS["datacite"](content)


def test_a_document_of_more_bytes_than_are_read_is_too_large():
    with pytest.raises(TooLarge, match="bytes"):
        bounded.json(b" " * (bounded.MOST_BYTES + 1), "file")


def test_a_document_of_too_many_parts_is_too_large():
    with pytest.raises(TooLarge, match="parts"):
        bounded.json(b"[" + b"1," * bounded.MOST_PARTS + b"1]", "file")


def test_xml_that_is_nested_too_deeply_is_refused():
    with pytest.raises(Invalid, match="nested"):
        bounded.xml(b"<a>" * 60 + b"</a>" * 60, "file")


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert bounded.json(b"\xef\xbb\xbf{}", "file") == {}


def test_what_is_in_no_format_is_refused_by_name():
    with pytest.raises(Invalid, match="bibtex"):
        recognise(b"Dear all, please find the data attached.")
