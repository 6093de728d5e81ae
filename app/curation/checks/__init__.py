"""Checks of drafts: `registry` lists them all, `examine` asks them, `record_of` reads a draft that passed."""

from app.curation.checks.duplicates import Answer, answered
from app.curation.checks.examining import examine, examine_record, look_over
from app.curation.checks.reading import Unready, record_of

__all__ = ["Answer", "Unready", "answered", "examine", "examine_record", "look_over", "record_of"]
