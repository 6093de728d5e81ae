"""Take the pictures in docs/screenshots/: the main pages of a running catalogue, wide, narrow, light, dark.

Without CATALOGUE_URL it starts the service on a free port and stops it again.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

TARGET = Path("docs/screenshots")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_START = 300
QUALITY = 82


@dataclass(frozen=True)
class Shot:
    """One picture; `path` is the address, the size in CSS pixels."""

    name: str
    path: str
    width: int
    height: int
    scheme: str = "light"


SEARCH = "/datasets?q=flood&task=semantic-segmentation"
SHOTS = (
    Shot("search", SEARCH, 1440, 900),
    Shot("search-dark", SEARCH, 1440, 900, "dark"),
    Shot("search-phone", SEARCH, 390, 844),
    Shot("record", "/datasets/sen1floods11", 1440, 900),
    Shot("record-dark", "/datasets/sen1floods11", 1440, 900, "dark"),
    Shot("insights", "/insights", 1440, 900),
    Shot("credits", "/about/data", 1440, 900),
)
RUNS = (Shot("run", "?right=prediction", 1440, 900), Shot("run-dark", "?right=error", 1440, 900, "dark"))
"""Pictures of a run that is asked for here; `path` is what follows the address of its page."""
ASKED = {
    "tile": "simulated-clear-20000",
    "models": ["dfc2020-unet-small"],
    "options": {"occlusion": True},
}


@contextmanager
def running() -> Iterator[str]:
    """The address of a catalogue that answers."""
    given = os.environ.get("CATALOGUE_URL")
    if given:
        yield given.rstrip("/")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "serve"]
    with subprocess.Popen(command, env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}) as service:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/health", service)
            yield address
        finally:
            service.terminate()


def wait_for(address: str, service: subprocess.Popen[bytes]) -> None:
    """Wait until the service is ready.

    Raises:
        SystemExit: it ended, or did not answer in five minutes.
    """
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and service.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise SystemExit("The catalogue did not start; see its log above.")


def run_page(address: str) -> str:
    """The page of a run that has ended; the worker makes its tile first, if that is still to be done.

    Raises:
        SystemExit: it did not end well in five minutes.
    """
    deadline = time.monotonic() + LONGEST_START
    asked = urllib.request.Request(
        f"{address}/api/runs", json.dumps(ASKED).encode(), {"Content-Type": "application/json"}
    )
    run = None
    while time.monotonic() < deadline and (run is None or run["state"] in ("queued", "running")):
        time.sleep(0.5)
        run = answered(address + run["links"]["self"] if run else asked)
    if run is None or run["state"] != "succeeded":
        raise SystemExit("The run did not end well; the log of the service says why.")
    return str(run["links"]["page"])


def answered(asked: str | urllib.request.Request) -> dict[str, Any] | None:
    """The answer to a request as JSON; None while what it is about is not there yet."""
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Open a page, wait for its map and fonts, and write a picture as small as a README can carry."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    # The second visit finds the fonts in the cache.
    for _ in range(2):
        page.goto(address + shot.path)
    if page.locator("#map").count():
        page.wait_for_selector("#map[data-ready]", timeout=30_000)
    page.screenshot(path=TARGET / f"{shot.name}.webp", type="webp", quality=QUALITY)
    context.close()


def main() -> None:
    """Take every picture."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("Chromium is not installed; `make test` installs it.")
    TARGET.mkdir(parents=True, exist_ok=True)
    with running() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, chromium_sandbox=os.getuid() != 0)
        for shot in SHOTS:
            take(browser, address, shot)
            print(f"{TARGET / shot.name}.webp")
        page = run_page(address)
        for shot in RUNS:
            take(browser, address, replace(shot, path=page + shot.path))
            print(f"{TARGET / shot.name}.webp")
        browser.close()


if __name__ == "__main__":
    main()
