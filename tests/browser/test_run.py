"""From a tile over two models to the result, its receipt and its repetition, with a real worker."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from app.web import create_app
from tests.conftest import serving
from tests.runs.conftest import Place, opened
from tests.runs.networks import BANDS, CLASSES, labelling, save

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def runs_place(cluster, empty_address, tmp_path_factory) -> Iterator[Place]:
    """A database with one tile, two models, and a worker at work."""
    name = f"run_pages_{os.getpid()}_{time.monotonic_ns()}"
    models = tmp_path_factory.mktemp("models")
    weights = np.random.default_rng(1).normal(size=(len(CLASSES), len(BANDS), 1, 1)).astype(np.float32)
    save(models, "toy", labelling(weights))
    save(models, "other", labelling(-weights))
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
        with opened(cluster.address_of(name), models, tmp_path_factory.mktemp("run_pages")) as place:
            worker = place.start_worker()
            yield place
            worker.terminate()
            worker.wait(timeout=20)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def server(runs_place: Place, settings) -> Iterator[str]:
    """Address of a service at that place."""
    folder = Path(runs_place.environment["EO_STATE_DIR"])
    own = settings.model_copy(update={"models": runs_place.models, "state_dir": folder})
    with serving(create_app(own, runs_place.address)) as address:
        yield address


@pytest.fixture(scope="module")
def single(runs_place: Place, server: str) -> str:
    """Address of the page of a run of one model that has ended."""
    number = runs_place.request("toy", options={"occlusion": True})
    assert runs_place.ended(number).state == "succeeded"
    return f"{server}/runs/{number}"


@pytest.fixture(scope="module")
def double(runs_place: Place, server: str) -> str:
    """Address of the page of a run of two models that has ended."""
    number = runs_place.request("toy", "other")
    assert runs_place.ended(number).state == "succeeded"
    return f"{server}/runs/{number}"


def divider(page: Page) -> str:
    return page.locator(".swipe-at output").inner_text()


def test_from_the_tile_over_two_models_to_the_receipt_that_repeats_it(
    page: Page, server: str, runs_place: Place, tmp_path: Path
):
    page.goto(f"{server}/tiles/{runs_place.tile.id}")
    page.get_by_label("Toy", exact=True).check()
    page.get_by_label("Other", exact=True).check()
    page.get_by_role("button", name="Run models", exact=True).click()

    # Nothing is pressed from here on: the page follows the run by itself.
    expect(page.get_by_text("finished in")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page.get_by_text("One tile, not a benchmark.").first).to_be_visible()
    expect(page.locator(".swipe")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt, JSON").click()
    receipt = tmp_path / download.value.suggested_filename
    download.value.save_as(receipt)

    told = subprocess.run(
        [sys.executable, "-m", "app", "runs", "replay", str(receipt)],
        env=runs_place.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "Every bit of the outcome is the same." in told.stderr


def test_one_divider_moves_all_maps_by_key_and_by_pointer(page: Page, double: str):
    page.goto(double)
    page.locator("#seam").focus()

    page.keyboard.press("PageDown")
    seams = "[...document.querySelectorAll('.swipe')].map((one) => one.style.getPropertyValue('--seam'))"
    assert page.evaluate(seams) == ["40%", "40%"]

    box = page.locator(".swipe").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.9 * box["height"], steps=3)
    page.mouse.up()

    assert page.evaluate(seams) == ["75%", "75%"]
    assert divider(page) == "75 %"


def test_bands_and_layers_change_in_place_and_leave_the_divider(page: Page, single: str):
    page.goto(single)
    page.locator("#seam").fill("20")

    page.get_by_label("Bands, left side").select_option("ndvi")
    expect(page.locator(".side.l")).to_have_text("NDVI, plants")
    page.locator("#right-error").press("Enter")
    expect(page.locator(".side.r")).to_have_text("Errors")

    assert divider(page) == "20 %"
    assert page.url == f"{single}?left=ndvi&right=error"
    expect(page.locator("#right-error")).to_be_focused()


def test_what_lies_under_the_pointer_is_told_for_both_sides_and_by_keyboard(page: Page, single: str):
    page.goto(single)
    page.get_by_label("Bands, left side").select_option("ndvi")
    expect(page.locator(".side.l")).to_have_text("NDVI, plants")

    box = page.locator(".swipe").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    expect(page.locator("#here")).to_have_text("row 19, column 12")
    expect(page.locator("#key-left .readout dd")).to_have_text(re.compile(r"0\.\d{3}"))
    expect(page.locator(".map-of .here output")).to_have_text(re.compile(r"\w+"))

    page.get_by_label("Row").fill("3")
    page.get_by_label("Column").fill("5")
    expect(page.locator("#here")).to_have_text("row 3, column 5")
    page.locator("#right-uncertainty").press("Enter")
    expect(page.locator(".side.r")).to_have_text("Uncertainty")
    expect(page.locator(".map-of .here output")).to_have_text(re.compile(r"≈\s0\.\d{3}"))


def test_a_run_is_read_without_scripts(browser: Browser, single: str):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(single)

    plain.get_by_role("link", name="Truth", exact=True).first.click()
    expect(plain.locator(".side.r")).to_have_text("Truth")
    left, right = (plain.locator(f".half.{side}").bounding_box() for side in ("left", "right"))
    assert left is not None and right is not None
    assert left["x"] + left["width"] <= right["x"]
    plain.get_by_label("Bands, left side").select_option("ndvi")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator(".side.l")).to_have_text("NDVI, plants")
    expect(plain.locator(".side.r")).to_have_text("Truth")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("which", ["single", "double"])
def test_a_run_has_no_barrier_and_fits_its_screen(
    page: Page, look_for_barriers, request: pytest.FixtureRequest, which: str, width: int, scheme: str
):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(request.getfixturevalue(which))
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")

    assert look_for_barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_of_a_tile_tells_its_runs_and_a_model_lists_its_own(
    page: Page, server: str, single: str, runs_place: Place
):
    page.goto(f"{server}/tiles/{runs_place.tile.id}")
    page.locator("#runs").scroll_into_view_if_needed()

    listed = page.locator(f'#runs a[href="{single.removeprefix(server)}"]')
    expect(listed).to_be_visible()
    page.get_by_label("Bands, left side").select_option("ndvi")
    expect(page.locator(".side.l")).to_have_text("NDVI, plants")
    expect(listed).to_be_visible()

    page.goto(f"{server}/runs?model=toy")
    expect(page.locator(f'a[href="{single.removeprefix(server)}"]')).to_be_visible()
