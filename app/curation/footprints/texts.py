"""A text that was pasted or drawn: GeoJSON or well-known text, told apart by how it starts."""

from app.base.errors import Invalid, TooLarge
from app.base.language import _
from app.curation.footprints import geojson, systems, wkt
from app.curation.footprints.shapes import LARGEST_FILE, Gathered


def read(text: str) -> Gathered:
    """The geometries of a text, in degrees.

    Raises:
        Invalid: neither format, or a geometry that cannot be used; the message says where and how to mend it.
        TooLarge: more text than is read.
    """
    if len(text) > LARGEST_FILE:
        raise TooLarge(_("The text has more than %(most)s MB.", most=f"{LARGEST_FILE / 1e6:g}"))
    # Editors of some systems put an invisible mark at the start of a file.
    plain = text.lstrip("\ufeff \t\r\n")
    if not plain:
        raise Invalid(
            _("Nothing was given. Paste GeoJSON or well-known text such as %(example)s.", example=wkt.EXAMPLE)
        )
    if plain.startswith(("{", "[")):
        return _geojson(plain)
    if plain.startswith("<"):
        raise Invalid(_("This is XML (KML, GML, VRT or SVG), which is not read. Save it as GeoJSON."))
    shapes, number = wkt.read(text.lstrip("\ufeff"))
    return systems.in_degrees(shapes, systems.system(f"EPSG:{number}") if number else None)


def _geojson(text: str) -> Gathered:
    shapes = geojson.read(text)
    named = geojson.crs_name(geojson.parsed(text))
    return systems.in_degrees(shapes, systems.system(named) if named else None)
