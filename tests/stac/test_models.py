"""The models as a STAC collection, as programs of the field read it."""

import pystac
import pystac_client
import pytest
from pystac.extensions.mlm import MLMExtension
from pystac.validation import validate_dict

from app.stac.model_documents import MLM, collection, item
from app.web import create_app
from app.zoo.cards import Input, InputBand, Output
from tests.conftest import serving
from tests.zoo.conftest import make_card, models_client, models_folder  # noqa: F401

BASE = "https://catalogue.example"
ITEMS = "/stac/collections/models/items"


def _properties(**changes):
    return item(make_card(**changes), BASE)["properties"]


def _core_of(document):
    """Without its extensions, whose schemas would have to be fetched."""
    return {**document, "stac_extensions": []}


def test_a_card_is_a_valid_item_and_all_of_them_a_valid_collection():
    card = make_card(answers="land-cover")

    validate_dict(_core_of(item(card, BASE)))
    validate_dict(_core_of(collection({"toy": card}, BASE)))


def test_pystac_reads_what_a_model_eats_and_returns():
    # The reader knows the extension up to 1.4, in which these fields are the same.
    older = MLM.replace("1.5.0", "1.4.0")
    document = item(make_card(), BASE)
    extensions = [older if one == MLM else one for one in document["stac_extensions"]]

    read = MLMExtension.ext(pystac.Item.from_dict({**document, "stac_extensions": extensions}))

    (eaten,), (returned,) = read.input, read.output
    assert eaten.bands == ["B4", "VV"]
    # The reader takes the list for one object, so it is looked at as it stands.
    assert eaten.properties["value_scaling"] == [
        {"type": "min-max", "minimum": 0, "maximum": 1},
        {"type": "min-max", "minimum": -25, "maximum": 0},
    ]
    assert (eaten.input.shape, eaten.input.dim_order) == (
        [-1, 2, -1, -1], ["batch", "channel", "height", "width"]
    )  # fmt: skip
    assert [one.name for one in returned.classes] == ["a", "b", "c"]
    assert returned.classes[0].color_hint == "009900"
    assert read.total_parameters == 1
    assert read.hyperparameters.properties["seed"] == 1


def test_every_band_that_an_input_names_is_described_by_the_file():
    document = item(make_card(), BASE)

    named = {band for one in document["properties"]["mlm:input"] for band in one["bands"]}
    described = {band["name"]: band for band in document["assets"]["model"]["bands"]}
    assert named == set(described)
    assert described["B4"]["eo:center_wavelength"] == 0.665
    assert described["VV"] == {"name": "VV", "unit": "dB"}


def test_sizes_dates_and_further_inputs_are_told():
    band = make_card().inputs[0].bands[0]
    series = Input(name="series", bands=(band,), dates=3, days="days", smallest=32, multiple=8)
    patch = Input(name="patch", bands=(band,), copies=2, smallest=64, fixed=True)
    found = _properties(inputs=(series, patch))

    shapes = {one["name"]: one["input"] for one in found["mlm:input"]}
    assert shapes["series"]["shape"] == [-1, 3, 1, -1, -1]
    assert shapes["patch"]["dim_order"] == ["batch", "copy", "channel", "height", "width"]
    assert shapes["patch"]["shape"] == [-1, 2, 1, 64, 64]
    assert shapes["days"]["shape"] == [-1, 3]
    assert found["eod:inputs"][0] == {
        "name": "series", "dates": 3, "copies": None, "smallest": 32, "multiple": 8, "fixed": False
    }  # fmt: skip


def test_a_scale_that_is_upside_down_is_clipped_the_right_way_round():
    turned = InputBand(name="VV", unit="dB", low=0, high=-25)
    (eaten,) = _properties(inputs=(Input(name="tile", bands=(turned,), smallest=16),))["mlm:input"]

    assert eaten["value_scaling"] == [{"type": "min-max", "minimum": 0, "maximum": -25}]
    expression = eaten["pre_processing_function"]["expression"]
    assert "numpy.array([-25.0])" in expression and expression.index("-25.0") < expression.index("[0.0]")


@pytest.mark.parametrize(
    ("kind", "output", "dims"),
    [
        (
            "classification",
            Output(name="x", returned="scores", classes=make_card().classes),
            ["batch", "class"],
        ),
        (
            "regression",
            Output(name="x", returned="locations"),
            ["batch", "copy", "parameter", "height", "width"],
        ),
        (
            "restoration",
            Output(name="x", returned="values", bands=("B4",)),
            ["batch", "channel", "height", "width"],
        ),
    ],
)
def test_each_kind_tells_the_axes_of_what_it_returns(kind, output, dims):
    (returned,) = _properties(kind=kind, outputs=(output,))["mlm:output"]

    assert returned["result"]["dim_order"] == dims
    assert len(returned["result"]["shape"]) == len(dims)


def test_what_was_simulated_and_what_a_model_is_not_for_is_told():
    found = _properties()

    assert found["eod:simulated"] is True
    assert found["eod:not_for"] == "anything"
    assert "Not for: anything" in found["description"]


def test_models_are_served_page_by_page(models_client):  # noqa: F811
    first = models_client.get(f"{ITEMS}?limit=1").json()
    following = next(one["href"] for one in first["links"] if one["rel"] == "next")
    second = models_client.get(following.removeprefix("http://testserver")).json()

    assert [one["id"] for one in first["features"] + second["features"]] == ["toy", "toy-index"]
    assert first["numberMatched"] == 2
    assert models_client.get(f"{ITEMS}/none").status_code == 404


def test_the_items_of_the_models_take_the_parameters_of_every_search(models_client):  # noqa: F811
    def ids(question):
        answer = models_client.get(f"{ITEMS}?{question}")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["features"]]

    assert ids("bbox=5,47,15,55&datetime=2020-01-01T00:00:00Z/..") == ["toy", "toy-index"]
    assert ids("ids=toy-index,other") == ["toy-index"]
    assert ids("datetime=../1850-01-01T00:00:00Z") == []
    trimmed = models_client.get(f"{ITEMS}?limit=1&fields=properties.mlm:name").json()["features"][0]
    assert trimmed["properties"] == {"mlm:name": "toy"} and "assets" not in trimmed


@pytest.mark.parametrize(
    "question",
    [
        *("limit=0", "limit=-1", "bbox=1,2", "bbox=0,0,nan,1", "datetime=2020", "nonsense=1"),
        *("token=made-up", "filter=gsd=10", "sortby=gsd"),
    ],
)
def test_what_cannot_be_asked_of_the_models_is_refused(models_client, question):  # noqa: F811
    answer = models_client.get(f"{ITEMS}?{question}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_search_in_their_collection_finds_the_models_and_one_of_all_items_does_not(models_client):  # noqa: F811
    named = models_client.get("/stac/search?collections=models&limit=1").json()
    sent = models_client.post("/stac/search", json={"collections": ["models"], "limit": 1}).json()
    (onwards,) = [one for one in sent["links"] if one["rel"] == "next"]
    rest = models_client.post("/stac/search", json=onwards["body"]).json()

    assert [one["id"] for one in named["features"]] == ["toy"] and named["numberMatched"] == 2
    assert [one["id"] for one in rest["features"]] == ["toy-index"]
    assert models_client.get("/stac/search").json()["numberMatched"] == 0


@pytest.mark.parametrize("path", ["/stac/collections/models", f"{ITEMS}/toy"])
def test_who_holds_a_model_is_sent_no_bytes(models_client, path):  # noqa: F811
    tag = models_client.get(path).headers["etag"]

    again = models_client.get(path, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_the_models_come_last_in_the_list_of_collections(models_client, add_dataset):  # noqa: F811
    add_dataset("one")
    add_dataset("two")

    whole = models_client.get("/stac/collections").json()
    first = models_client.get("/stac/collections?limit=2").json()
    following = next(one["href"] for one in first["links"] if one["rel"] == "next")
    second = models_client.get(following.removeprefix("http://testserver")).json()

    assert whole["collections"][-1]["id"] == "models" and whole["numberMatched"] == 3
    assert len(first["collections"]) == 2 and first["numberMatched"] == 3
    assert [one["id"] for one in second["collections"]] == ["models"]
    assert not [one for one in second["links"] if one["rel"] == "next"]


def test_a_search_of_datasets_finds_no_models(models_client, add_dataset):  # noqa: F811
    add_dataset("one", tasks=("scene-classification",))

    found = models_client.get("/stac/collections?q=one").json()

    assert [one["id"] for one in found["collections"]] == ["one"]


def test_pystac_client_reads_the_models(settings, seeded_address, models_folder):  # noqa: F811
    own = settings.model_copy(update={"models": models_folder})
    with serving(create_app(own, seeded_address)) as address:
        catalogue = pystac_client.Client.open(f"{address}/stac")

        models = catalogue.get_collection("models")
        items = list(models.get_items())
        listed = [one.id for one in catalogue.get_collections()]

        assert [one.id for one in items] == ["toy", "toy-index"]
        assert items[0].get_collection().id == "models"
        assert models.get_item("toy").properties["mlm:input"][0]["bands"] == ["B4", "VV"]
        assert listed.count("models") == 1 and len(listed) > 1000
