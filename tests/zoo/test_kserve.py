"""Models run on KServe, the reference server of the Open Inference Protocol, in an environment of its own."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx2
import numpy as np
import pytest

from app.base.errors import Unavailable
from app.zoo.adapters.segmentation import segment
from app.zoo.cards import MODEL
from app.zoo.onnx import open_network
from app.zoo.remote import Server, open_remote
from tests.zoo.conftest import make_card, make_tile, write_model

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / os.environ.get("INFERENCE_PYTHON", ".venv-inference/bin/python")
STARTING_SECONDS = 60


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def card(models):
    return write_model(models, make_card(), channels=3)


@pytest.fixture(scope="module")
def address(models, card):
    """A running KServe with the model of the card."""
    if not PYTHON.exists():
        pytest.skip("KServe is not installed; `make test-inference` installs it and runs this.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(__file__).with_name("kserve_server.py")
    command = [PYTHON, program, card.id, models / card.id / MODEL, str(port)]
    with (models / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    found = f"http://127.0.0.1:{port}"
    try:
        _wait(server, found, models / "log")
        yield found
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def _wait(server, address, log):
    ends = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            if httpx2.get(f"{address}/v2/health/ready", timeout=1, trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-2000:])


@pytest.mark.parametrize("is_binary", [None, False, True])
def test_the_answer_is_that_of_this_process_bit_for_bit(address, models, card, is_binary):
    tile = make_tile(300)

    here = segment(card, tile, open_network(card, models))
    there = segment(card, tile, open_remote(card, Server(address, is_binary=is_binary)))

    assert np.array_equal(here.probabilities, there.probabilities)


def test_a_model_that_the_server_does_not_hold_is_told(address):
    with pytest.raises(Exception, match="no-such") as told:
        open_remote(make_card(id="no-such"), Server(address))

    assert "does not exist" in str(told.value)


def test_what_fails_there_is_told_here(address, card):
    network = open_remote(card, Server(address))

    with pytest.raises(Unavailable, match="invalid dimensions"):
        network({"tile": np.zeros((1, 5, 4, 4), dtype=np.float32)})
