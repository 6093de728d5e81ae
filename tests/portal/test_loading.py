"""Ways to the data and loading code, only from what a record holds."""

from uuid import uuid4

from app.catalogue.record import DatasetRecord
from app.portal import loading


def record(**fields):
    return DatasetRecord(**{"uuid": uuid4(), "slug": "one", "name": "One", "kind": "ml-dataset", **fields})


def test_addresses_stand_once_and_nearest_to_the_data_first():
    home = "https://example.org/data"
    urls = {"home": home, "download": ["https://example.org/a.zip", home], "code": home}

    links = loading.links(record(urls=urls, data_doi="10.1/x"))

    assert [(link.what, link.kind) for link in links] == [
        ("Download", "ZIP archive"),
        ("Download", "page"),
        ("Data, DOI", "page"),
    ]


def test_a_bucket_is_named_but_not_followed():
    (link,) = loading.links(record(urls={"download": ["gs://sen1floods11"]}))

    assert link.kind == "Google Cloud Storage bucket"
    assert not link.followable


def test_nothing_is_offered_to_load_without_an_identifier():
    assert loading.snippets(record()) == []


def test_loading_code_is_python_that_names_the_identifier():
    libraries = {
        "torchgeo": ["torchgeo.datasets.EuroSAT"],
        "huggingface": ["torchgeo/eurosat"],
        "tfds": "eurosat",
    }

    snippets = loading.snippets(record(libraries=libraries))

    assert [snippet.library for snippet in snippets] == [
        "TorchGeo",
        "Hugging Face datasets",
        "TensorFlow Datasets",
    ]
    for snippet in snippets:
        compile(snippet.code, snippet.library, "exec")
    assert "from torchgeo.datasets import EuroSAT" in snippets[0].code
