"""Pages as a reader meets them: every fault that a page reports fails its test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from app.base.db import connect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# SwiftShader reports how it draws; that is no fault of a page.
HARMLESS = ("GL Driver Message", "GPU stall")


@pytest.fixture(autouse=True)
def faults(page: Page) -> Iterator[list[str]]:
    """What a page reported as wrong; a test that expects some clears the list."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: (
            found.append(f"{message.type}: {message.text}")
            if message.type == "error" and not any(word in message.text for word in HARMLESS)
            else None
        ),
    )
    yield found
    assert found == []


@pytest.fixture
def open_search(page: Page) -> Callable[[str], None]:
    """Opens a search and waits until its map is drawn."""

    def open_it(address: str = "/datasets") -> None:
        page.goto(address)
        page.wait_for_selector("#map[data-ready=true]", timeout=30_000)

    return open_it


@pytest.fixture
def plain(browser: Browser, service: str) -> Iterator[Page]:
    """A page of the module's service without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=service)
    yield context.new_page()
    context.close()


@pytest.fixture
def held(new_database: str) -> Iterator[Callable[[str], Any]]:
    """Asks the database of the service for one value."""
    engine = connect(new_database)

    def ask(statement: str) -> Any:
        with engine.connect() as connection:
            return connection.scalar(text(statement))

    yield ask
    engine.dispose()


@pytest.fixture
def stored(held: Callable[[str], Any]) -> Callable[[], dict[str, Any] | None]:
    """The record of the draft that was begun last."""
    return lambda: held("SELECT record FROM curation.revision ORDER BY created DESC LIMIT 1")


@pytest.fixture
def look_for_barriers(page: Page) -> Callable[[], list[str]]:
    """Runs axe-core over the page and names each barrier with the place it was found at."""

    def look() -> list[str]:
        page.evaluate(AXE.read_text())
        options = {"resultTypes": ["violations"]}
        result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['impact']} {violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return look


@pytest.fixture
def address_of(page: Page) -> Callable[[], str]:
    """Path and query of where the reader is, history included."""
    return lambda: str(page.evaluate("location.pathname + location.search"))
