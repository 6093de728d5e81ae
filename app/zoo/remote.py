"""Runs networks on a server that speaks the Open Inference Protocol (KServe v2) over HTTP; knows no other.

A site with GPUs, or with many machines, takes the load that way: the tile is prepared and its outcome read
here as ever, only the arrays travel. They travel as bytes where the server takes them, else as JSON.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import numpy as np

from app.base.errors import Invalid, Unavailable
from app.zoo.cards import ModelCard
from app.zoo.tiles import Arrays, Network, Values

BINARY = "binary_tensor_data"
HEADER_LENGTH = "Inference-Header-Content-Length"
FLOATS = "FP32"
CONNECT_SECONDS = 5.0
LARGEST_NOTICE = 1_000_000
"""Bytes of an answer that holds no arrays."""


@dataclass(frozen=True)
class Server:
    """Where networks run: the operator's own choice, so any address will do, on private networks too.

    Attributes:
        address: without a slash at its end; models lie below it as `/v2/models/{id}`.
        seconds: that one answer may take in all.
        largest: bytes that one answer may have.
        is_binary: whether it takes arrays as bytes; None asks the server, not all of which say so.
    """

    address: str
    seconds: float = 60.0
    largest: int = 256_000_000
    is_binary: bool | None = None


def open_remote(card: ModelCard, server: Server) -> Network:
    """The network of a card on a server, which must hold a model of that id.

    Raises:
        Unavailable: the server does not answer, or not in time.
        Invalid: it has no such model, or one that takes and returns other things than the card says.
    """
    client = _Client(server)
    _compare(card, client.told(f"/v2/models/{quote(card.id)}", card))
    is_binary = server.is_binary
    if is_binary is None:
        is_binary = BINARY in (client.told("/v2", card).get("extensions") or ())

    def run(arrays: Arrays) -> dict[str, Values]:
        names = [one.name for one in card.outputs]
        head, body = _asked(arrays, names, is_binary)
        return _read(card, *client.infer(card, head, body))

    return run


class _Client:
    """Sends requests to one server, within its limits."""

    def __init__(self, server: Server) -> None:
        self._server = server
        timeout = httpx2.Timeout(server.seconds, connect=min(CONNECT_SECONDS, server.seconds))
        self._http = httpx2.Client(
            timeout=timeout,
            # A network is kept for long and never closed, so nothing may stay open between its answers.
            limits=httpx2.Limits(max_keepalive_connections=0),
            # Neither proxies nor passwords of the environment; and no answer that grows when it is unpacked.
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
        )

    def told(self, path: str, card: ModelCard) -> dict[str, Any]:
        """What the server says of itself or of a model."""
        _headers, content = self._answer(card, "GET", path, {}, b"", LARGEST_NOTICE)
        return _object(card, content)

    def infer(self, card: ModelCard, head: Mapping[str, str], body: bytes) -> tuple[Mapping[str, str], bytes]:
        """Headers and bytes of what a model answered."""
        path = f"/v2/models/{quote(card.id)}/infer"
        return self._answer(card, "POST", path, head, body, self._server.largest)

    def _answer(
        self, card: ModelCard, method: str, path: str, head: Mapping[str, str], body: bytes, largest: int
    ) -> tuple[Mapping[str, str], bytes]:
        ends = time.monotonic() + self._server.seconds
        try:
            with self._http.stream(
                method, self._server.address + path, headers=dict(head), content=body
            ) as answer:
                content = _bounded(answer.iter_bytes(), largest, ends)
                status, headers = answer.status_code, answer.headers
        except httpx2.TimeoutException:
            raise Unavailable("The server that runs models did not answer in time; try again.") from None
        except httpx2.HTTPError:
            raise Unavailable("The server that runs models does not answer; try again later.") from None
        if status >= 500:
            raise Unavailable(f"The server that runs models failed at {card.id}: {_reason(content, status)}")
        if status != 200:
            raise Invalid(f"The server refused model {card.id}: {_reason(content, status)}")
        return headers, content


def _bounded(chunks: Iterator[bytes], largest: int, ends: float) -> bytes:
    """All of an answer, as long as it is neither too large nor too slow."""
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > largest:
            raise Invalid(f"The server that runs models answered with more than {largest:,} bytes.")
        if time.monotonic() > ends:
            raise Unavailable("The server that runs models did not answer in time; try again.")
    return bytes(found)


def _reason(content: bytes, status: int) -> str:
    """What a server says of its refusal, in one line."""
    try:
        said = json.loads(content).get("error")
    except (ValueError, RecursionError, AttributeError):
        said = None
    return str(said).splitlines()[0][:300] if said else f"status {status}."


def _object(card: ModelCard, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(f"The server answered for model {card.id} with what is no JSON object.")
    return found


def _compare(card: ModelCard, metadata: Mapping[str, Any]) -> None:
    """Hold the model of a server against its card."""
    taken, returned = (_named(card, metadata.get(side)) for side in ("inputs", "outputs"))
    expected = {one.name for one in card.inputs} | {one.days for one in card.inputs if one.days}
    if set(taken) != expected:
        raise Invalid(
            f"Model {card.id} takes {sorted(taken)} there; its card says {sorted(map(str, expected))}."
        )
    promised = {one.name for one in card.outputs}
    if not promised <= set(returned):
        raise Invalid(
            f"Model {card.id} returns {sorted(returned)} there; its card promises {sorted(promised)}."
        )
    foreign = sorted({kind for kind in (*taken.values(), *returned.values()) if kind != FLOATS})
    if foreign:
        raise Invalid(
            f"Model {card.id} works with {', '.join(map(str, foreign))} there; only {FLOATS} is given."
        )


def _named(card: ModelCard, tensors: Any) -> dict[str, Any]:
    """Kinds of numbers by the names of arrays."""
    try:
        return {str(one["name"]): one["datatype"] for one in tensors}
    except (TypeError, KeyError):
        raise Invalid(f"The server does not say what model {card.id} takes and returns.") from None


def _asked(arrays: Arrays, outputs: list[str], is_binary: bool) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request."""
    parts = [np.ascontiguousarray(array, dtype="<f4") for array in arrays.values()]
    inputs: list[dict[str, Any]] = [
        {"name": name, "shape": list(part.shape), "datatype": FLOATS}
        for name, part in zip(arrays, parts, strict=True)
    ]
    wanted: list[dict[str, Any]] = [{"name": name} for name in outputs]
    for one, part in zip(inputs, parts, strict=True):
        one |= (
            {"parameters": {"binary_data_size": part.nbytes}}
            if is_binary
            else {"data": part.ravel().tolist()}
        )
    for asked in wanted if is_binary else []:
        asked["parameters"] = {"binary_data": True}
    # The protocol lets the id out; KServe fails without one.
    told = json.dumps({"id": uuid4().hex, "inputs": inputs, "outputs": wanted}).encode()
    if not is_binary:
        return {"Content-Type": "application/json"}, told
    head = {"Content-Type": "application/octet-stream", HEADER_LENGTH: str(len(told))}
    return head, told + b"".join(part.tobytes() for part in parts)


def _read(card: ModelCard, headers: Mapping[str, str], content: bytes) -> dict[str, Values]:
    """The arrays of an answer; those behind its JSON come in the order in which they are named there.

    Raises:
        Invalid: one of them does not hold what it says.
    """
    length = headers.get(HEADER_LENGTH, "")
    end = int(length) if length.isdecimal() else len(content)
    told, behind = _object(card, content[:end]), content[end:]
    found: dict[str, Values] = {}
    try:
        for one in told["outputs"]:
            size = int((one.get("parameters") or {}).get("binary_data_size", 0))
            found[str(one["name"])] = _array(one, behind[:size] if size else None)
            behind = behind[size:]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(
            f"The server answered for model {card.id} with arrays that are wrong: {error}."
        ) from None
    return found


def _array(told: Mapping[str, Any], content: bytes | None) -> Values:
    if told["datatype"] != FLOATS:
        raise ValueError(f"{told['datatype']} instead of {FLOATS}")
    if content is None:
        flat = np.asarray(told["data"], dtype="<f4").ravel()
    else:
        flat = np.frombuffer(content, dtype="<f4")
    return flat.reshape(told["shape"]).astype(np.float32)
