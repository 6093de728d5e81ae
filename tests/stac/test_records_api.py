import pytest
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records
from shapely.geometry import shape
from starlette.testclient import TestClient

from app.stac.conformance import OGC_CLASSES

ITEMS = "/ogc/collections/datasets/items"


def ids(answer):
    return [feature["id"] for feature in answer.json()["features"]]


def link(document, rel):
    return next((one["href"] for one in document["links"] if one["rel"] == rel), None)


def test_landing_page_leads_everywhere(seeded_client: TestClient):
    root = seeded_client.get("/ogc").json()

    assert seeded_client.get(link(root, "conformance")).json() == {"conformsTo": list(OGC_CLASSES)}
    for one in root["links"]:
        answer = seeded_client.get(one["href"])
        assert answer.status_code == 200, one
        assert answer.headers["content-type"].split(";")[0] == one["type"].split(";")[0], one


def test_there_is_one_catalogue_of_records(seeded_client: TestClient):
    listed = seeded_client.get("/ogc/collections").json()["collections"]

    assert listed == [seeded_client.get("/ogc/collections/datasets").json()]
    assert (listed[0]["id"], listed[0]["itemType"], listed[0]["type"]) == ("datasets", "record", "Catalog")
    assert link(listed[0], "items") == f"http://testserver{ITEMS}"


def test_records_are_geojson_with_exact_counts(seeded_client: TestClient):
    answer = seeded_client.get(f"{ITEMS}?limit=3")

    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert page["numberMatched"] == seeded_client.get("/api/datasets?limit=1").json()["total"]
    assert page["numberReturned"] == len(page["features"]) == 3


def test_every_geometry_is_valid(seeded_client: TestClient):
    for feature in seeded_client.get(f"{ITEMS}?limit=1000").json()["features"]:
        assert feature["geometry"] is None or shape(feature["geometry"]).is_valid, feature["id"]


def test_record_is_the_same_alone_and_in_the_list(seeded_client: TestClient):
    listed = seeded_client.get(f"{ITEMS}?ids=eurosat").json()["features"]

    assert listed == [seeded_client.get(f"{ITEMS}/eurosat").json()]


def test_pages_follow_each_other_by_token_and_by_offset(seeded_client: TestClient):
    first = seeded_client.get(f"{ITEMS}?limit=4&sortby=title")

    assert ids(seeded_client.get(link(first.json(), "next"))) == ids(
        seeded_client.get(f"{ITEMS}?limit=4&offset=4&sortby=title")
    )


def test_identifiers_given_by_others_find_their_dataset(seeded_client: TestClient):
    for wanted in ("doi:10.5281/ZENODO.7711810", "10.5281/zenodo.7711810", "tfds:eurosat"):
        assert ids(seeded_client.get(f"{ITEMS}?externalIds={wanted}")) == ["eurosat"]
    both = seeded_client.get(f"{ITEMS}?externalIds=tfds:eurosat,huggingface:torchgeo/bigearthnet&sortby=id")
    assert len(ids(both)) == 2 and "eurosat" in ids(both)
    assert ids(seeded_client.get(f"{ITEMS}?externalIds=uuid:no-uuid,doi:nothing")) == []


def test_identifiers_that_do_not_exist_are_passed_over(seeded_client: TestClient):
    assert ids(seeded_client.get(f"{ITEMS}?ids=eurosat,nothing,sen1floods11")) == ["eurosat", "sen1floods11"]


@pytest.mark.parametrize(
    ("wanted", "finds"), [("dataset", True), ("service,dataset", True), ("service", False)]
)
def test_all_records_are_of_the_type_dataset(seeded_client: TestClient, wanted, finds):
    assert bool(ids(seeded_client.get(f"{ITEMS}?type={wanted}&limit=1"))) is finds


def test_facets_are_those_of_the_portal(seeded_client: TestClient):
    search = "task=change-detection&modality=sar&facets=task:5,modality"
    portal = seeded_client.get(f"/api/facets?{search}").json()["facets"]

    facets = seeded_client.get(f"{ITEMS}?{search}&limit=1").json()["facets"]

    assert list(facets) == ["task", "modality"]
    for name, facet in facets.items():
        assert [(one["value"], one["count"]) for one in facet["buckets"]] == [
            (one["value"], one["count"]) for one in portal[name]["values"]
        ]


def test_facets_count_what_the_alternatives_of_words_find(client, add_dataset):
    add_dataset("flood-one", tasks=("object-detection",))
    add_dataset("fire-one", tasks=("change-detection",))
    add_dataset("other", tasks=("change-detection",))

    answer = client.get(f"{ITEMS}?q=flood,fire&facets=task").json()

    counts = {one["value"]: one["count"] for one in answer["facets"]["task"]["buckets"]}
    assert counts == {"object-detection": 1, "change-detection": 1}


def test_queryables_are_parameters(seeded_client: TestClient):
    properties = seeded_client.get("/ogc/collections/datasets/queryables").json()["properties"]

    for name, schema in properties.items():
        value = schema["enum"][0] if "enum" in schema else 1
        assert seeded_client.get(f"{ITEMS}?{name}={value}&limit=1").status_code == 200, name


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "offset=-1",
        "offset=1e3",
        "offset=1&token=x",
        "bbox=1,2,3",
        "datetime=never",
        "sortby=colour",
        "facets=colour",
        "token=abc",
        "colour=red",
        "fields=id",
    ],
)
def test_wrong_parameters_are_refused(query, seeded_client: TestClient):
    answer = seeded_client.get(f"{ITEMS}?{query}")

    assert answer.status_code == 400
    assert {"code", "description"} <= set(answer.json())


@pytest.mark.parametrize(
    "path", ["/ogc/collections/none", "/ogc/collections/none/items", f"{ITEMS}/none", "/ogc/no"]
)
def test_what_is_not_there_is_said(path, seeded_client: TestClient):
    answer = seeded_client.get(path)

    assert answer.status_code == 404
    assert {"code", "description"} <= set(answer.json())


def test_owslib_finds_records(live_server):
    service = Records(f"{live_server}/ogc")

    found = service.collection_items("datasets", q="EuroSAT", limit=1)

    assert service.records() == ["datasets"]
    assert service.conformance()["conformsTo"] == list(OGC_CLASSES)
    assert found["features"][0]["id"] == "eurosat"
    assert service.collection_item("datasets", "eurosat")["properties"]["title"].startswith("EuroSAT")


def test_owslib_reads_records_as_features(live_server):
    service = Features(f"{live_server}/ogc")

    found = service.collection_items(
        "datasets",
        bbox=[5, 47, 15, 55],
        datetime_="2015-01-01/2020-12-31",
        sortby=("title", "desc"),
        limit=3,
        offset=1,
    )

    assert service.collection("datasets")["itemType"] == "record"
    assert service.collection_queryables("datasets")["properties"]
    assert found["numberReturned"] == len(found["features"]) == 3 < found["numberMatched"]
    titles = [feature["properties"]["title"].casefold() for feature in found["features"]]
    assert titles == sorted(titles, reverse=True)
