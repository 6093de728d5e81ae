"""OAI-PMH: an independent harvester, and every fault of the protocol."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch
from sqlalchemy import func, select, update

from app.catalogue.changes import withdraw
from app.catalogue.tables import Dataset
from app.portal import oai

NAMESPACE = {"o": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/"}


def _asked(client, **arguments):
    """The document that answers; `from_` stands for the word that Python keeps for itself."""
    given = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = client.get("/oai", params=given)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return ElementTree.fromstring(answer.content)


def _code(document):
    error = document.find("o:error", NAMESPACE)
    return None if error is None else error.get("code")


def test_an_independent_harvester_reads_the_whole_catalogue(live_server):
    harvester = Sickle(f"{live_server}/oai")

    identifiers = [header.identifier for header in harvester.ListIdentifiers(metadataPrefix="oai_dc")]

    assert len(identifiers) == len(set(identifiers)) > 1000
    assert harvester.Identify().granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert {one.metadataPrefix for one in harvester.ListMetadataFormats()} == {"oai_dc", "datacite"}


def test_an_independent_harvester_reads_records_in_both_formats(live_server):
    harvester = Sickle(f"{live_server}/oai")
    record = next(harvester.ListRecords(metadataPrefix="oai_dc"))

    again = harvester.GetRecord(identifier=record.header.identifier, metadataPrefix="datacite")

    assert again.header.identifier == record.header.identifier
    assert record.metadata["title"][0] in again.raw


def test_an_independent_harvester_learns_that_nothing_changed(live_server):
    with pytest.raises(NoRecordsMatch):
        Sickle(f"{live_server}/oai").ListRecords(metadataPrefix="oai_dc", **{"from": "2999-01-01"})


def test_pages_hold_every_record_once_and_tell_how_many_there_are(client, add_dataset, monkeypatch):
    monkeypatch.setattr(oai, "PAGE", 2)
    for number in range(5):
        add_dataset(f"set-{number}")

    found, arguments, sizes = [], {"metadataPrefix": "oai_dc"}, []
    while arguments:
        document = _asked(client, verb="ListIdentifiers", **arguments)
        found += [one.text for one in document.iterfind(".//o:identifier", NAMESPACE)]
        token = document.find(".//o:resumptionToken", NAMESPACE)
        sizes.append((token.get("completeListSize"), token.get("cursor")))
        arguments = {"resumptionToken": token.text} if token.text else {}

    assert len(found) == len(set(found)) == 5
    assert sizes == [("5", "0"), ("5", "2"), ("5", "4")]


def test_a_short_list_has_no_token(client, add_dataset):
    add_dataset("one")

    document = _asked(client, verb="ListRecords", metadataPrefix="oai_dc")

    assert document.find(".//o:resumptionToken", NAMESPACE) is None


def test_a_record_that_was_taken_out_is_told_as_deleted(client, add_dataset, session):
    add_dataset("gone")
    number = session.scalar(select(Dataset.id).where(Dataset.slug == "gone"))
    withdraw(session, ["gone"])
    session.flush()

    listed = _asked(client, verb="ListRecords", metadataPrefix="oai_dc")
    one = _asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:testserver:{number}")

    for document in (listed, one):
        assert document.find(".//o:header", NAMESPACE).get("status") == "deleted"
        assert document.find(".//o:metadata", NAMESPACE) is None


def test_changes_are_found_by_their_time(client, add_dataset, session):
    moment = datetime(2024, 5, 6, 7, 8, 9, 500_000, tzinfo=UTC)
    for number in range(3):
        add_dataset(f"set-{number}")
        session.execute(
            update(Dataset)
            .where(Dataset.slug == f"set-{number}")
            .values(updated=moment + timedelta(days=number - 1))
        )

    def count(**window):
        document = _asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc", **window)
        return len(document.findall(".//o:header", NAMESPACE))

    assert count(from_="2024-05-06") == 2
    assert count(until="2024-05-06") == 2
    assert count(from_="2024-05-06", until="2024-05-06") == 1
    # The second is included whole, with all that happened within it.
    assert count(from_="2024-05-06T07:08:09Z", until="2024-05-06T07:08:09Z") == 1


def test_a_post_is_answered_like_a_get(client, add_dataset):
    add_dataset("one")

    answer = client.post("/oai", data={"verb": "ListIdentifiers", "metadataPrefix": "datacite"})

    assert b"<identifier>oai:testserver:" in answer.content


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Bake"}, "badVerb"),
        ({"verb": "Identify", "x": "1"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        (
            {"verb": "GetRecord", "metadataPrefix": "marc", "identifier": "oai:testserver:1"},
            "cannotDisseminateFormat",
        ),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:other:1"}, "idDoesNotExist"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:testserver:01"},
            "idDoesNotExist",
        ),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:testserver:²"},
            "idDoesNotExist",
        ),
        ({"verb": "ListMetadataFormats", "identifier": "oai:testserver:999999"}, "idDoesNotExist"),
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a"}, "noSetHierarchy"),
        ({"verb": "ListRecords", "resumptionToken": "made up"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2024-02-30"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "9999-12-31"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2024-01-02", "until": "2024-01-01"},
            "badArgument",
        ),
        (
            {
                "verb": "ListRecords",
                "metadataPrefix": "oai_dc",
                "from_": "2024-01-01",
                "until": "2024-01-01T00:00:00Z",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, "noRecordsMatch"),
    ],
)
def test_faults_are_told_in_the_words_of_the_protocol(client, arguments, code):
    assert _code(_asked(client, **arguments)) == code


def test_an_argument_given_twice_is_a_fault(client):
    answer = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=datacite")

    assert _code(ElementTree.fromstring(answer.content)) == "badArgument"


def test_a_token_belongs_to_its_verb_and_may_not_be_changed(client, add_dataset, monkeypatch):
    monkeypatch.setattr(oai, "PAGE", 1)
    for number in range(2):
        add_dataset(f"set-{number}")
    document = _asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = document.findtext(".//o:resumptionToken", None, NAMESPACE)

    assert _code(_asked(client, verb="ListIdentifiers", resumptionToken=token)) is None
    assert _code(_asked(client, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"
    assert _code(_asked(client, verb="ListIdentifiers", resumptionToken=token[:-2])) == "badResumptionToken"


def test_the_request_is_repeated_only_where_it_was_understood(client):
    understood = _asked(client, verb="ListSets").find("o:request", NAMESPACE)
    refused = _asked(client, verb='"><script>').find("o:request", NAMESPACE)

    assert understood.attrib == {"verb": "ListSets"}
    assert refused.attrib == {}


def test_signs_that_xml_forbids_are_no_fault_of_ours(client):
    assert (
        _code(_asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier="oai:\x0b"))
        == "idDoesNotExist"
    )


def test_number_of_a_dataset_stays_when_it_changes(client, add_dataset, session):
    add_dataset("one")
    before = _asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    session.execute(update(Dataset).values(updated=func.now() + timedelta(seconds=5)))

    after = _asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc")

    assert before.findtext(".//o:identifier", None, NAMESPACE) == after.findtext(
        ".//o:identifier", None, NAMESPACE
    )
