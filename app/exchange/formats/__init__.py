"""The formats in which one record is written, by the suffix of its address (`/datasets/eurosat.bib`)."""

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue.record import DatasetRecord
from app.exchange.formats import bibtex, croissant, csl, geojson, ris, schema_org
from app.exchange.formats.context import Context

__all__ = ["FORMATS", "Context", "Format"]

CROISSANT_MEDIA_TYPE = f'application/ld+json; profile="{croissant.CONFORMS_TO[0]}"'


@dataclass(frozen=True)
class Format:
    """A way to write one record. `write` is pure: the same record and context give the same bytes."""

    suffix: str
    media_type: str
    label: str
    write: Callable[[DatasetRecord, Context], bytes]

    def filename(self, slug: str) -> str:
        """Name under which a reader saves the answer."""
        return f"{slug}.{self.suffix}"


_KNOWN = (
    Format("bib", "application/x-bibtex; charset=utf-8", "BibTeX", bibtex.write),
    Format("ris", "application/x-research-info-systems; charset=utf-8", "RIS", ris.write),
    Format("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON", csl.write),
    Format("jsonld", "application/ld+json", "schema.org JSON-LD", schema_org.write),
    Format("croissant.json", CROISSANT_MEDIA_TYPE, "Croissant", croissant.write),
    Format("geojson", "application/geo+json", "GeoJSON footprint", geojson.write),
)
FORMATS: dict[str, Format] = {known.suffix: known for known in _KNOWN}
