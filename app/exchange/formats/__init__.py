"""The formats in which one record is written, by the suffix of its address (`/datasets/eurosat.bib`)."""

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue.record import DatasetRecord
from app.exchange.formats import bibtex, csl, ris
from app.exchange.formats.context import Context

__all__ = ["FORMATS", "Context", "Format"]


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
)
FORMATS: dict[str, Format] = {known.suffix: known for known in _KNOWN}
