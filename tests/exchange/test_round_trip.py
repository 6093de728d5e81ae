"""What a format says it carries comes back as it was, for records of the catalogue and mixtures of them."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue.content import read_folder
from app.catalogue.record import DatasetRecord, facts
from app.exchange.formats import FORMATS, READERS, carried, recognise
from app.exchange.formats.readers.recognising import doi
from app.stac import documents
from tests.exchange.conftest import CATALOGUE, SITE

TWO_WAYS = [suffix for suffix, known in FORMATS.items() if known.read]
RECORDS = tuple(read_folder(CATALOGUE))
IDENTITY = ("uuid", "slug", "name", "kind")
NOT_MIXED = (*IDENTITY, "provenance", "conflicts", "sources", "notes")


def _distinct(field):
    """The values that a field has in the catalogue, each once."""
    return list({repr(getattr(one, field)): getattr(one, field) for one in RECORDS}.values())


VALUES = {field: _distinct(field) for field in DatasetRecord.model_fields if field not in NOT_MIXED}


@st.composite
def mixtures(draw):
    """A record whose every field is taken from some record of the catalogue."""
    identity = draw(st.sampled_from(RECORDS))
    mixed = {field: draw(st.sampled_from(values)) for field, values in VALUES.items()}
    return DatasetRecord(**{field: getattr(identity, field) for field in IDENTITY}, **mixed)


def _lost(record, reading, paths):
    """Carried facts that did not come back. The address of a paper that is a DOI may be read as its DOI, and
    the unit of an unknown number of samples need not be said."""
    known = facts(record)
    lost = {path: (known.get(path), reading.facts.get(path)) for path in paths}
    lost = {path: pair for path, pair in lost.items() if pair[0] != pair[1]}
    if lost.get("publication.doi") == (None, doi(record.publication.url)):
        del lost["publication.doi"]
    if record.n_samples is None:
        lost.pop("sample_unit", None)
    return lost


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_every_record_of_the_catalogue_comes_back(suffix):
    known = FORMATS[suffix]

    assert known.carries
    for record in RECORDS[::5]:
        reading = known.read(known.write(record, SITE))

        assert not _lost(record, reading, known.carries), record.slug


@pytest.mark.parametrize("suffix", TWO_WAYS)
@given(record=mixtures())
@settings(max_examples=60, deadline=None)
def test_any_mixture_of_facts_comes_back(suffix, record):
    known = FORMATS[suffix]

    assert not _lost(record, known.read(known.write(record, SITE)), known.carries)


@given(record=mixtures())
@settings(max_examples=60, deadline=None)
def test_a_collection_of_our_own_comes_back(record):
    written = orjson.dumps(documents.collection(record, documents.Context(SITE.base_url, SITE.updated)))

    assert not _lost(record, READERS["stac"](written), carried("stac"))


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_every_fact_read_says_where_it_stands(suffix, by_slug):
    reading = FORMATS[suffix].read(FORMATS[suffix].write(by_slug["sen1floods11"], SITE))

    assert set(reading.places) == set(reading.facts)
    assert all(reading.places.values())


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_what_was_read_makes_a_record(suffix, by_slug):
    original = by_slug["sen1floods11"]

    fields = FORMATS[suffix].read(FORMATS[suffix].write(original, SITE)).fields()

    identity = {"uuid": original.uuid, "slug": "imported", "name": "Imported", "kind": "ml-dataset"}
    assert DatasetRecord.model_validate(identity | fields).year == original.year


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_hostile_values_are_written_and_read_without_harm(suffix, hostile):
    reading = FORMATS[suffix].read(FORMATS[suffix].write(hostile, SITE))

    assert reading.facts["year"] == 2020


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_a_record_that_knows_nothing_gives_no_fact_but_its_name(suffix, make_record):
    reading = FORMATS[suffix].read(FORMATS[suffix].write(make_record(), SITE))

    assert set(reading.facts) <= {"name", "kind", "description", "uuid"}


@pytest.mark.parametrize("suffix", TWO_WAYS)
def test_each_format_is_recognised_by_what_it_holds(suffix, records):
    for record in records[::50]:
        content = FORMATS[suffix].write(record, SITE)

        assert READERS[recognise(content)] is FORMATS[suffix].read, record.slug


def test_every_reader_says_what_it_carries_or_only_reads():
    only_read = {
        name
        for name in READERS
        if name != "stac" and not any(known.read is READERS[name] for known in FORMATS.values())
    }

    assert only_read == {"datapackage"}
    assert all(carried(name) for name in READERS if name not in only_read)
