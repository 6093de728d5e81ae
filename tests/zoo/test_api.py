"""The models as JSON."""

import pytest

from app.zoo.cards import CARD, MODEL, write_card
from tests.zoo.conftest import make_card


def test_models_are_listed_and_found(models_client):
    found = models_client.get("/api/models").json()

    assert [one["id"] for one in found["models"]] == ["toy", "toy-index"]
    assert found["models"][0]["bands"] == ["B4", "VV"]
    assert models_client.get("/api/models?kind=restoration").json()["numberMatched"] == 1
    assert models_client.get("/api/models?kind=oracle").status_code == 400


def test_a_card_is_read_whole(models_client):
    found = models_client.get("/api/models/toy").json()

    assert found["inputs"][0]["bands"][1] == {
        "name": "VV", "common_name": None, "centre_um": None, "unit": "dB", "low": -25.0, "high": 0.0
    }  # fmt: skip
    assert found["training"]["simulated"] is True
    assert found["not_for"] == "anything"


def test_all_links_of_a_card_lead_somewhere(models_client):
    for link in models_client.get("/api/models/toy").json()["links"]:
        path = link["href"].removeprefix("http://testserver")
        assert models_client.get(path).status_code == 200, path


def test_files_are_downloaded_under_the_name_of_their_model(models_client, models_folder):
    answer = models_client.get("/api/models/toy/files/model.onnx")

    assert answer.content == (models_folder / "toy" / MODEL).read_bytes()
    assert "toy-model.onnx" in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", ["other.txt", "..%2F..%2Fsecret", "%2e%2e", ".hidden"])
def test_no_other_file_is_given(models_client, models_folder, name):
    (models_folder / "toy" / "other.txt").write_text("not for readers")

    assert models_client.get(f"/api/models/toy/files/{name}").status_code == 404


def test_a_model_that_does_not_exist_is_told_with_those_that_do(models_client):
    answer = models_client.get("/api/models/none")

    assert answer.status_code == 404
    assert "toy, toy-index" in answer.json()["description"]


def test_a_card_that_changes_is_shown_at_once(models_client, models_folder):
    write_card(make_card(name="Changed its name"), models_folder / "toy" / CARD)

    assert models_client.get("/api/models/toy").json()["name"] == "Changed its name"


def test_datasets_are_told_with_a_reason_for_every_no(models_client, add_dataset):
    both = {"sensors": ("Sentinel-1", "Sentinel-2"), "polarisations": ("VV",), "n_bands": 13}
    add_dataset("fitting", **both, gsd_m={"min": 10, "max": 10})
    add_dataset("pictures", modalities=("rgb",), bands=("R", "G", "B"), gsd_m={"min": 1, "max": 1})

    fits = models_client.get("/api/models/toy/datasets").json()
    against = models_client.get("/api/models/toy/datasets?verdict=no").json()

    assert fits["counts"] == {"fits": 1, "in-part": 0, "unknown": 0, "no": 1}
    assert [one["slug"] for one in fits["datasets"]] == ["fitting"]
    assert against["datasets"][0]["reasons"] == [
        "It has no VV.", "Its pixels are 1 m wide; the model knows pixels of 10 m."
    ]  # fmt: skip


def test_datasets_come_page_by_page(models_client, add_dataset):
    for number in range(5):
        add_dataset(f"set-{number}", modalities=("rgb",))

    first = models_client.get("/api/models/toy/datasets?verdict=no&limit=2").json()
    second = models_client.get(f"/api/models/toy/datasets?verdict=no&limit=4&after={first['after']}").json()

    assert [one["slug"] for one in first["datasets"] + second["datasets"]] == [f"set-{n}" for n in range(5)]
    assert second["after"] is None


def test_a_dataset_that_is_added_is_held_against_models_at_once(models_client, add_dataset):
    assert models_client.get("/api/models/toy/datasets").json()["counts"]["no"] == 0
    add_dataset("late", modalities=("rgb",))

    assert models_client.get("/api/models/toy/datasets").json()["counts"]["no"] == 1


def test_every_model_is_held_against_a_dataset(models_client, add_dataset):
    add_dataset("radar", sensors=("Sentinel-1",), polarisations=("VV", "VH"), gsd_m={"min": 10, "max": 10})

    found = models_client.get("/api/datasets/radar/models").json()["models"]

    assert [(one["id"], one["verdict"]) for one in found] == [("toy-index", "fits"), ("toy", "no")]
    assert found[1]["reasons"] == ["It has no B4."]
    assert models_client.get("/api/datasets/none/models").status_code == 404
