"""What a written format must know besides the record itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Context:
    """Where and when a record is published.

    `base_url` is the address of the catalogue without a slash at its end. `updated` is the moment the record
    last changed. `outlines` holds GeoJSON geometries by code of country or continent, for formats that draw.
    """

    base_url: str
    updated: datetime
    outlines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def page(self, slug: str) -> str:
        """Address of a dataset's page."""
        return f"{self.base_url}/datasets/{slug}"
