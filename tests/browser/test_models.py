"""The pages of the models in a browser: no barriers, nothing sideways, and all of it without scripts."""

from datetime import date

import pytest
from playwright.sync_api import Page

from app.web import create_app
from app.zoo.cards import Claim, ClassName, Measured, Output, Published
from tests.conftest import serving
from tests.zoo.conftest import make_card, write_model

ADDRESSES = ("/models", "/models?q=nothing", "/models/toy", "/models/toy?fits=unknown")


@pytest.fixture(scope="module")
def service(settings, seeded_address, tmp_path_factory):
    """Address of a service with one model whose card says all that a card can."""
    folder = tmp_path_factory.mktemp("models")
    classes = tuple(ClassName(name=f"A class with a name {n}", colour="#c6b044") for n in range(12))
    card = make_card(
        answers="land-cover",
        outputs=(Output(name="scores", returned="scores", classes=classes),),
        published=(Published(what="kappa", value=0.9, data="their test set", source="Their paper, table 2"),),
        measured=tuple(
            Measured(what=what, value=0.5, spread=0.01, variant=variant)
            for what in ("overall_accuracy", "mean_iou")
            for variant in ("toy", "plain", "aligned")
        ),
        measured_on=date(2026, 11, 21),
        measured_with="test scenes, three seeds",
        claims=(
            Claim(text="It is better than nothing.", margin="0.1", verdict="partly"),
            Claim(text="It is best.", margin="0.1", verdict="not reproduced"),
        ),
    )
    write_model(folder, card, channels=12)
    with serving(create_app(settings.model_copy(update={"models": folder}), seeded_address)) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_of_a_model_has_a_barrier(page: Page, service, look_for_barriers, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(service + address)

    assert look_for_barriers() == []


@pytest.mark.parametrize("address", [*ADDRESSES, "/datasets/sen12ms"])
def test_no_page_of_a_model_scrolls_sideways(page: Page, service, address):
    page.goto(service + address)
    found = {}

    for width in (320, 390, 820, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("document.documentElement.scrollWidth")

    assert found == {width: width for width in found}


def test_a_reader_without_scripts_finds_a_model_and_why_a_dataset_does_not_fit(plain: Page):
    plain.goto("/datasets")
    plain.get_by_role("navigation", name="Main").get_by_role("link", name="Models").click()
    plain.get_by_label("VV").check()
    plain.get_by_role("button", name="Search").click()
    plain.get_by_role("link", name="Toy").click()
    plain.get_by_role("link", name="does not fit").click()

    rows = plain.get_by_role("region", name="Datasets").get_by_role("row")
    assert rows.count() == 26
    assert "does not fit" in rows.nth(1).inner_text()
    plain.get_by_role("link", name="Next page").click()
    assert plain.get_by_role("region", name="Datasets").get_by_role("row").count() == 26
    assert plain.url.endswith("#fits") and "after=" in plain.url


def test_the_page_of_a_dataset_leads_to_the_models_that_fit(page: Page, service):
    page.goto(f"{service}/datasets/sen12ms#models")
    page.get_by_role("link", name="Toy", exact=True).click()

    assert page.get_by_role("heading", name="What it eats").is_visible()
