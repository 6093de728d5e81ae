"""Why an uploaded file is not taken, as codes with texts: what reads it knows nobody's language."""

from collections.abc import Mapping
from typing import Any

from app.base.errors import AppError, Invalid, TooLarge, Unavailable
from app.base.language import N_, _

REASONS: Mapping[str, str] = {
    "empty": N_("The file is empty. Choose a GeoTIFF, or a zip of GeoTIFFs."),
    "bytes": N_("The file has more than %(most)s bytes, which is the most that is taken here."),
    "no-tiff": N_("%(name)s is no GeoTIFF. Choose a GeoTIFF, a COG, or a zip of GeoTIFFs."),
    "other-format": N_(
        "%(name)s is a file of the format %(format)s, which is not read here. Turn it into a GeoTIFF first."
    ),
    "byte-order": N_("%(name)s names one byte order and uses another. Write the file again."),
    "truncated": N_("%(name)s ends too early: a part of it is missing. Copy or download it again."),
    "damaged": N_("%(name)s is damaged and cannot be read as a GeoTIFF. Write it again."),
    "no-size": N_("%(name)s has no pixels: its width or height is zero."),
    "pixels": N_(
        "%(name)s has %(columns)s × %(rows)s pixels; at most %(most)s pixels are taken. Cut a part out of it."
    ),
    "bands": N_("There are %(bands)s bands; at most %(most)s are taken. Choose the ones that matter."),
    "values": N_("Unpacked it holds %(values)s values; at most %(most)s are taken. Cut a part out of it."),
    "blocks": N_("%(name)s is stored in blocks that are far too large. Write it in blocks of 512 pixels."),
    "tags": N_("%(name)s carries more tags or longer texts than any image needs. Write it without them."),
    "pictures": N_("%(name)s holds more than %(most)s pictures. Give one, with its overviews at most."),
    "compression": N_(
        "%(name)s is compressed by a method that is not read here (%(method)s). Write it with DEFLATE, LZW "
        "or ZSTD, or without compression."
    ),
    "number-type": N_(
        "%(name)s holds numbers of a kind that is not read here. Give real numbers of 8 to 64 bits; of "
        "complex ones give the amplitude."
    ),
    "nothing-known": N_("No pixel has a value: all are marked as no data, or are no numbers."),
    "zip-damaged": N_("The zip is damaged. Pack it again."),
    "zip-locked": N_("The zip is locked by a password. Pack it without one."),
    "zip-files": N_("The zip holds %(files)s files; at most %(most)s are taken."),
    "zip-size": N_("Unpacked the zip has more than %(most)s bytes, which is the most that is taken here."),
    "zip-packing": N_("The zip is packed by a method that is not read here. Pack it with DEFLATE."),
    "zip-empty": N_("The zip holds no GeoTIFF."),
    "grids": N_("%(name)s does not cover the same area as %(other)s. Give files of one area only."),
    "memory": N_("Reading the file needs more memory than it is given here. Cut a part out of it."),
    "time": N_("Reading the file takes longer than %(seconds)s seconds. Cut a part out of it."),
    "crashed": N_("The file made its reader fail, so it is not taken. Write it again with another program."),
    "busy": N_("Too many files are being read at this moment. Try again in a minute."),
}
KINDS: Mapping[str, type[AppError]] = {
    code: TooLarge for code in ("bytes", "pixels", "bands", "values", "zip-files", "zip-size")
} | {"busy": Unavailable}


class Refused(Exception):
    """A file is not taken: a key of `REASONS`, and what its text names."""

    def __init__(self, code: str, **named: Any) -> None:
        super().__init__(code)
        self.code = code
        self.named = named


def told(code: str, named: Mapping[str, Any]) -> AppError:
    """The error that tells a reader, in their language, why a file is not taken."""
    texts = {key: f"{value:,}" if isinstance(value, int) else str(value) for key, value in named.items()}
    return KINDS.get(code, Invalid)(_(REASONS[code], **texts))
