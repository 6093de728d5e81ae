"""An uploaded file, told by its first bytes and not by its name; the four formats are all there is."""

from collections.abc import Callable, Mapping

from app.base.errors import Invalid, TooLarge
from app.base.language import N_, _
from app.curation.footprints import geopackage, geoparquet, shapefile, texts
from app.curation.footprints.shapes import LARGEST_FILE, Gathered

READERS: Mapping[bytes, Callable[[bytes], Gathered]] = {
    geopackage.MAGIC: geopackage.read,
    shapefile.MAGIC: shapefile.read,
    geoparquet.MAGIC: geoparquet.read,
}
OTHERS: Mapping[bytes, str] = {
    b"\x1f\x8b": N_("The file is packed with gzip. Unpack it, or use zip for a Shapefile."),
    b"\x00\x00\x27\x0a": N_("This is the .shp alone. Zip it together with its .prj and upload the archive."),
    b"7z\xbc\xaf": N_("The file is packed with 7-Zip. Use zip."),
    b"Rar!": N_("The file is packed with RAR. Use zip."),
    b"II*\x00": N_("This is a picture (TIFF), not an outline."),
    b"MM\x00*": N_("This is a picture (TIFF), not an outline."),
    b"%PDF": N_("This is a PDF, not an outline."),
}
KNOWN = N_("Upload GeoJSON, a GeoPackage, a zipped Shapefile or GeoParquet.")


def read(content: bytes) -> Gathered:
    """The geometries of a file, in degrees.

    Raises:
        Invalid: none of the formats, or damaged; the message says how to mend it.
        TooLarge: more than is read.
    """
    if len(content) > LARGEST_FILE:
        raise TooLarge(
            _(
                "The file has %(size)s MB; at most %(most)s MB are read. Dissolve or simplify it first.",
                size=f"{len(content) / 1e6:.0f}",
                most=f"{LARGEST_FILE / 1e6:g}",
            )
        )
    if not content.strip():
        raise Invalid(_("The file is empty."))
    for magic, reader in READERS.items():
        if content.startswith(magic):
            return reader(content)
    return texts.read(_text(content))


def _text(content: bytes) -> str:
    for magic, said in OTHERS.items():
        if content.startswith(magic):
            raise Invalid(f"{_(said)} {_(KNOWN)}")
    if b"\x00" in content[:1000]:
        raise Invalid(_("The format of the file is not known.") + " " + _(KNOWN))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("The text of the file is not UTF-8. Save it as UTF-8.")) from None
