"""An image of one's own in a browser: sent with a progress, refused before that, sent without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from app.base.embedded import Cluster
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving
from tests.tiles.uploads_made import geotiff, sentinel2

BANDS = re.compile(r"/tiles/upload/upload-[0-9a-f]{32}$")


@pytest.fixture(scope="module")
def service(cluster: Cluster, empty_address: str, settings: Settings, worker_id: str) -> Iterator[str]:
    """Address of a service on an empty database, made by each worker."""
    name = f"with_uploads_{worker_id}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
    with serving(create_app(settings, cluster.address_of(name))) as address:
        yield address


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small image with named bands."""
    path = tmp_path_factory.mktemp("uploads") / "munich.tif"
    path.write_bytes(geotiff(sentinel2(3, 64), names=("B4", "B3", "odd")))
    return path


def test_image_is_sent_and_its_bands_are_shown_and_changed(page: Page, service: str, image: Path):
    page.goto(service + "/tiles/upload")
    page.get_by_label("Title").fill("My field")
    page.get_by_label("File", exact=True).set_input_files(image)

    page.get_by_role("button", name="Upload").click()

    expect(page).to_have_url(BANDS)
    expect(page.get_by_role("row", name=re.compile("odd"))).to_contain_text("not recognised")
    page.get_by_role("combobox", name=re.compile("odd")).select_option("B2")
    page.get_by_role("button", name="Save and look at it").click()
    expect(page).to_have_url(re.compile("/tiles/upload-"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My field")


def test_file_that_is_too_large_is_not_sent(page: Page, service: str, tmp_path: Path):
    (tmp_path / "large.tif").write_bytes(b"II*\0" + bytes(16_000_000))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(service + "/tiles/upload")

    page.get_by_label("File", exact=True).set_input_files(tmp_path / "large.tif")
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_text("This file is larger than is taken here.")).to_be_visible()
    assert "POST" not in sent


def test_fault_of_a_file_is_shown_beside_what_was_typed(
    page: Page, service: str, tmp_path: Path, faults: list[str]
):
    (tmp_path / "picture.tif").write_bytes(b"GIF89a")
    page.goto(service + "/tiles/upload")
    page.get_by_label("Title").fill("My field")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "picture.tif")

    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_role("alert")).to_contain_text("picture.tif is no GeoTIFF")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("My field")
    # The browser itself reports the status of the answer.
    faults.clear()


def test_form_works_without_scripts(plain: Page, image: Path):
    plain.goto("/tiles/upload")
    plain.get_by_label("File", exact=True).set_input_files(image)

    plain.get_by_role("button", name="Upload").click()

    expect(plain).to_have_url(BANDS)
    plain.get_by_role("button", name="Remove this upload now").click()
    expect(plain).to_have_url(re.compile("/tiles/upload$"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_have_no_barrier(page: Page, service: str, image: Path, look_for_barriers, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(service + "/tiles/upload")
    page.get_by_label("File", exact=True).set_input_files(image)
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(BANDS)
    assert look_for_barriers() == []

    page.goto(service + "/tiles/upload")

    assert look_for_barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
