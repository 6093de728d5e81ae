"""Validate every bundled dataset as a STAC collection, and every model as an item, extensions included.

    python scripts/check_stac.py FOLDER

The folder holds JSON Schemas by host and path (`stac-extensions.github.io/eo/v2.0.0/schema.json`), as a
mirror of them does; nothing is fetched. Extensions whose schema is missing are named and left out.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft7Validator
from pystac.validation import validate_dict
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from app.base.extent import BBox
from app.catalogue.content import read_folder
from app.catalogue.outlines import read_outlines
from app.exchange.formats import geojson
from app.stac import model_documents
from app.stac.documents import Context, collection
from app.zoo.fitting import known_cards

DATA = Path(__file__).parents[1] / "data"
BASE = "https://example.org"


class Schemas:
    """JSON Schemas of a folder, by their address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._registry: Any = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]
        self._validators: dict[str, Draft7Validator | None] = {}

    def faults(self, document: dict[str, Any]) -> Iterator[str]:
        """What the extensions of a document find wrong with it."""
        for address in document["stac_extensions"]:
            validator = self.validator(address)
            for error in validator.iter_errors(document) if validator else ():
                yield f"{document['id']}: {address}: {error.message[:300]}"

    def validator(self, address: str) -> Draft7Validator | None:
        """The validator of an extension; None where the folder lacks its schema."""
        if address not in self._validators:
            path = self._path(address)
            found = (
                Draft7Validator(json.loads(path.read_text()), registry=self._registry)
                if path.exists()
                else None
            )
            self._validators[address] = found
        return self._validators[address]

    def _path(self, address: str) -> Path:
        parts = urlsplit(address)
        return self.folder / parts.netloc / parts.path.lstrip("/")

    def _retrieve(self, address: str) -> Any:
        path = self._path(address)
        if not path.exists():
            raise KeyError(address)
        return Resource.from_contents(json.loads(path.read_text()), default_specification=DRAFT7)


def collections() -> Iterator[dict[str, Any]]:
    """Every bundled dataset as it would be sent."""
    corners = {code: geojson.bbox([geometry]) for code, _, _, geometry in read_outlines()}
    boxes = {code: BBox(*box) for code, box in corners.items() if box}
    context = Context(BASE, datetime.now(UTC), boxes)
    yield from (collection(record, context) for record in read_folder(DATA / "catalogue"))


def models() -> Iterator[dict[str, Any]]:
    """The bundled models and their collection as they would be sent."""
    cards = known_cards(DATA / "models")
    yield model_documents.collection(cards, BASE)
    yield from (model_documents.item(card, BASE) for card in cards.values())


def main(folder: Path | None) -> int:
    """Print every fault and what could not be checked; the status says whether there was a fault."""
    if folder is None or not folder.is_dir():
        named = f"{folder} is no folder" if folder else "no folder of schemas was named"
        print(f"Skipped: {named}, and schemas of extensions are not fetched from the network.")
        return 0
    schemas, used, faults = Schemas(folder), Counter[str](), 0
    for sent in (*collections(), *models()):
        # Through JSON and back, because validators know no tuples.
        document = json.loads(json.dumps(sent))
        validate_dict({**document, "stac_extensions": []})
        used.update(document["stac_extensions"])
        for fault in schemas.faults(document):
            faults += 1
            print(fault)
    for address, number in used.most_common():
        print(f"{'checked' if schemas.validator(address) else 'SKIPPED, no schema'}: {address} ({number})")
    print(f"{faults} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
