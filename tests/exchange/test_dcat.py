"""DCAT: two spellings of one graph, shapes of GeoDCAT-AP on real records, and the traps."""

import json
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.compare import isomorphic

from app.exchange.formats import dcat, rdf
from app.exchange.formats.rdf import Iri, Literal, node

# Both validators call classes of rdflib that it has marked as deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset\\..* is deprecated:DeprecationWarning"),
]

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.DCTERMS
SHAPES = Path(__file__).parent / "shapes.ttl"


def _turtle(record, site):
    return rdflib.Graph().parse(data=dcat.write_turtle(record, site), format="turtle")


def _jsonld(record, site):
    return rdflib.Graph().parse(data=dcat.write_jsonld(record, site), format="json-ld")


def _dataset(site, slug="example"):
    return rdflib.URIRef(f"{site.page(slug)}#dataset")


def test_turtle_and_jsonld_say_the_same_of_every_kind_of_record(records, hostile, make_record, site):
    for record in (*records[::25], hostile, make_record()):
        assert isomorphic(_turtle(record, site), _jsonld(record, site)), record.slug


def test_shapes_accept_records(records, hostile, make_record, site):
    graph = rdflib.Graph()
    for record in (*records[::10], hostile, make_record(slug="bare")):
        graph += _turtle(record, site)

    conforms, _, report = pyshacl.validate(graph, shacl_graph=str(SHAPES))

    assert conforms, report


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (DCT.temporal, rdflib.BNode("empty")),
        (DCT.spatial, rdflib.BNode("empty")),
        (DCAT.theme, rdflib.URIRef("https://example.org/no-concept")),
        (DCAT.spatialResolutionInMeters, rdflib.Literal("ten")),
        (DCT.license, rdflib.Literal("CC-BY-4.0")),
    ],
)
def test_shapes_refuse_what_is_wrong(make_record, site, predicate, value):
    graph = _turtle(make_record(), site)
    graph.add((_dataset(site), predicate, value))

    conforms, _, _ = pyshacl.validate(graph, shacl_graph=str(SHAPES))

    assert not conforms


def test_geometry_is_longitude_latitude_and_says_so(make_record, site):
    record = make_record(spatial={"bbox": [34, -4, 42, 5]})

    graph = _turtle(record, site)

    box = str(graph.value(graph.value(_dataset(site), DCT.spatial), DCAT.bbox))
    assert box.startswith("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON ((")
    corners = {tuple(map(float, one.split())) for one in box.partition("((")[2].rstrip(")").split(", ")}
    assert corners == {(34, -4), (34, 5), (42, 5), (42, -4)}


def test_doi_is_an_address_in_rdf(by_slug, site):
    graph = _turtle(by_slug["eurosat"], site)
    dataset = _dataset(site, "eurosat")

    node = graph.value(dataset, rdflib.URIRef("http://www.w3.org/ns/adms#identifier"))

    assert str(graph.value(node, rdflib.SKOS.notation)) == "https://doi.org/10.5281/zenodo.7711810"
    assert (
        dataset,
        DCT.isReferencedBy,
        rdflib.URIRef("https://doi.org/10.1109/JSTARS.2019.2918242"),
    ) in graph


def test_unlocated_dataset_has_no_place_and_a_global_one_the_world(make_record, site):
    unlocated = _turtle(make_record(), site)
    spread = _turtle(make_record(spatial={"extent": "global"}), site)

    assert (None, DCT.spatial, None) not in unlocated
    assert "-180 -90" in str(spread.value(spread.value(_dataset(site), DCT.spatial), DCAT.bbox))


def test_unknown_is_absent(make_record, site):
    graph = _turtle(make_record(), site)

    for predicate in (DCT.issued, DCT.temporal, DCT.license, DCT.publisher, DCAT.distribution):
        assert (_dataset(site), predicate, None) not in graph


@pytest.mark.parametrize(
    ("text", "kind"), [("2019", "gYear"), ("2019-06", "gYearMonth"), ("2019-06-01", "date")]
)
def test_dates_have_the_type_of_their_precision(text, kind):
    assert dcat.partial_date(text) == Literal(text, f"xsd:{kind}")


@pytest.mark.parametrize(("gsd", "texts"), [((10, 10), {"10.0"}), ((1e-7, 5), {"0.0000001", "5.0"})])
def test_resolutions_are_decimals_without_powers_of_ten(make_record, site, gsd, texts):
    graph = _turtle(make_record(gsd_m={"min": gsd[0], "max": gsd[1]}), site)

    found = set(graph.objects(_dataset(site), DCAT.spatialResolutionInMeters))

    assert {str(one) for one in found} == texts
    assert {one.datatype for one in found} == {rdflib.XSD.decimal}


def test_size_stands_only_where_there_is_one_way_to_the_data(make_record, site):
    addresses = ["https://example.org/a.zip", "https://example.org/b.zip"]
    one = _turtle(make_record(volume_gb=1.5, urls={"download": addresses[:1]}), site)
    two = _turtle(make_record(volume_gb=1.5, urls={"download": addresses}), site)

    assert [int(size) for size in one.objects(None, DCAT.byteSize)] == [1_500_000_000]
    assert not list(two.objects(None, DCAT.byteSize))


def test_licence_stands_on_the_dataset_and_on_its_files(make_record, site):
    record = make_record(licence={"spdx": "MIT"}, urls={"download": ["https://example.org/a.zip"]})

    graph = _turtle(record, site)

    assert len(list(graph.subjects(DCT.license, rdflib.URIRef("https://spdx.org/licenses/MIT")))) == 2


def test_every_sign_of_a_text_survives_turtle():
    text = 'quote " backslash \\ tab \t newline \n bell \x07 snowman ☃ \U0001f6f0'
    prefixes = {"ex": "https://example.org/"}

    graph = rdflib.Graph().parse(
        data=rdf.turtle([node("ex:T", [("ex:p", Literal(text))], "https://example.org/a b<c>")], prefixes),
        format="turtle",
    )

    assert [str(value) for value in graph.objects(None, rdflib.URIRef("https://example.org/p"))] == [text]
    assert rdflib.URIRef("https://example.org/a%20b%3Cc%3E") in set(graph.subjects())


def test_context_stands_in_the_document(by_slug, site):
    context = json.loads(dcat.write_jsonld(by_slug["eurosat"], site))["@context"]

    assert context == dcat.PREFIXES


def test_a_node_with_an_address_is_not_written_inside_another():
    inner = node("ex:T", [], "https://example.org/inner")

    with pytest.raises(ValueError, match="beside"):
        rdf.turtle([node("ex:T", [("ex:p", inner)], "https://example.org/outer")], {"ex": "https://e.org/"})


def test_names_of_prefixes_that_are_not_known_are_addresses():
    assert b"<urn:a:b>" in rdf.turtle([node("ex:T", [("ex:p", Iri("urn:a:b"))])], {"ex": "https://e.org/"})
