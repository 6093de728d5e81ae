"""The pages of the models."""

from datetime import date

import pytest

from app.zoo.cards import CARD, Claim, Measured, Published, write_card
from tests.zoo.conftest import make_card


def test_models_are_listed_with_what_they_eat(models_client):
    page = models_client.get("/models").text

    assert "2 models of 2" in page
    assert '<a href="/models/toy">Toy</a>' in page
    assert "B4, VV" in page
    assert "trained on simulated scenes" in page


def test_a_search_narrows_the_list_and_keeps_its_choices(models_client):
    page = models_client.get("/models?kind=restoration&band=VH").text

    assert "1 model of 2" in page and "Toy index" in page
    assert 'name="band" value="VH" checked' in page
    assert "No model matches" in models_client.get("/models?q=nothing+like+it").text


def test_without_models_the_page_says_so(client, settings, tmp_path):
    client.app.state.settings = settings.model_copy(update={"models": tmp_path})

    assert "There are no models here yet" in client.get("/models").text


def _shown(client, folder, **changes):
    write_card(make_card(**changes), folder / "toy" / CARD)
    return client.get("/models/toy").text


def test_a_card_says_loudly_that_its_data_were_simulated(models_client, models_folder):
    real = make_card().training.model_copy(update={"simulated": False})

    assert "Trained on simulated scenes alone." in models_client.get("/models/toy").text
    assert "simulated" not in _shown(models_client, models_folder, training=real)


def test_a_card_tells_bands_classes_and_what_it_is_not_for(models_client):
    page = models_client.get("/models/toy").text

    assert (
        '<th scope="row">VV</th><td>–</td><td class="num">–</td><td>dB</td><td class="num">−25</td>' in page
    )
    assert 'fill="#c6b044"' in page
    assert "Not for:" in page and "anything" in page
    assert "At least 16 × 16 pixels, a multiple of 16" in page


def test_published_and_measured_figures_stand_apart(models_client, models_folder):
    page = _shown(
        models_client,
        models_folder,
        published=(
            Published(what="kappa", value=0.91, data="their test split", source="Their paper, table 2"),
        ),
        measured=(
            Measured(what="overall_accuracy", value=0.8123, spread=0.011, variant="toy"),
            Measured(what="overall_accuracy", value=0.7, spread=0.02, variant="plain"),
        ),
        measured_on=date(2026, 11, 21),
    )
    ours, theirs = page.split("Published by others", 1)

    assert "0.8123" in ours and "± 0.011" in ours and "21 Nov 2026" in ours and "plain" in ours
    assert "0.91" in theirs and "Their paper, table 2" in theirs
    assert "0.91" not in ours


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("reproduced", "reproduced"), ("partly", "partly reproduced"), ("not reproduced", "not reproduced")],
)
def test_claims_tell_whether_they_were_reproduced(models_client, models_folder, verdict, words):
    page = _shown(
        models_client, models_folder, claims=(Claim(text="It is better.", margin="by 1 %", verdict=verdict),)
    )

    assert f"</svg>{words}</span>" in page
    assert "It is better." in page and "by 1 %" in page


def test_datasets_are_shown_by_verdict_and_page(models_client, add_dataset):
    for number in range(30):
        add_dataset(f"set-{number:02}", modalities=("rgb",))

    page = models_client.get("/models/toy?fits=no").text

    assert "set-24" in page and "set-25" not in page
    assert '/models/toy?fits=no&amp;after=set-24#fits">Next page' in page
    assert "set-25" in models_client.get("/models/toy?fits=no&after=set-24").text


def test_a_model_that_does_not_exist_is_not_found(models_client):
    assert models_client.get("/models/none").status_code == 404
    assert models_client.get("/models/toy?fits=perhaps").status_code == 400


def test_the_page_of_a_dataset_tells_which_models_fit(models_client, add_dataset):
    add_dataset("radar", sensors=("Sentinel-1",), polarisations=("VV", "VH"), gsd_m={"min": 10, "max": 10})

    page = models_client.get("/datasets/radar").text

    assert "Models that fit" in page
    assert '<a href="/models/toy-index">Toy index</a>' in page
    assert "It has no B4." in page


def test_the_sitemap_names_the_models(models_client):
    assert "<loc>http://testserver/models</loc>" in models_client.get("/sitemap.xml").text
