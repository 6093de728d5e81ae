"""Data Package of the Frictionless standard, `datapackage.json` of version 1 or 2, read back."""

from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading, quoted

NO_FIELD = ("version", "contributors", "sources", "image", "profile", "views")


def read(content: bytes) -> Reading:
    """The dataset of a package.

    Raises:
        Invalid: no JSON object, or one without resources.
        TooLarge: longer than is read.
    """
    package = bounded.json_object(content, "data package")
    resources = package.get("resources")
    if not isinstance(resources, list) or not resources:
        raise Invalid("This JSON is no data package: it lists no resources.")
    gathering = Gathering("datapackage")
    gathering.put("slug", package.get("name"), "name")
    gathering.put("name", jsonld.text(package, "title") or package.get("name"), "title")
    gathering.put("description", jsonld.text(package, "description"), "description")
    gathering.put("urls.home", package.get("homepage"), "homepage")
    gathering.put("year", recognising.year(package.get("created")), "created")
    recognising.put_address(gathering, package.get("id"), "id")
    recognising.put_codes(gathering, jsonld.texts(package, "keywords"), "keywords", complain=True)
    licences = [one for one in jsonld.many(package, "licenses") if isinstance(one, dict)]
    recognising.put_licences(gathering, [_licence(one) for one in licences], "licenses")
    _put_resources(gathering, [one for one in resources if isinstance(one, dict)])
    for name in NO_FIELD:
        if package.get(name):
            gathering.leave(name, "A record has no field for it.")
    return gathering.reading()


def _licence(stated: Node) -> Any:
    """A name that SPDX knows, else the address, else the words."""
    name, path = stated.get("name"), stated.get("path")
    return name if recognising.spdx(name) else path if recognising.spdx(path) else stated.get("title") or name


def _put_resources(gathering: Gathering, resources: list[Node]) -> None:
    """Addresses of the files; their sizes make the volume only where every one is known."""
    sizes = [one.get("bytes") for one in resources]
    known = [size for size in sizes if isinstance(size, int) and not isinstance(size, bool)]
    if len(known) == len(resources):
        gathering.put("volume_gb", recognising.gigabytes(sum(known)), "resources")
    for resource in resources:
        for path in jsonld.many(resource, "path"):
            if recognising.is_web(path):
                gathering.add("urls.download", [path], "resources")
            else:
                gathering.leave("resources", f"{quoted(path)} is a path inside the package, not an address.")
        if resource.get("schema"):
            gathering.leave(
                "resources", f"A record has no field for the table of {quoted(resource.get('name'))}."
            )
