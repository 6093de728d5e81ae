"""Which addresses are for programs: their errors are JSON, and their sentences are English whoever asks."""

FOR_PROGRAMS = ("/api", "/tiles/datasets", "/tiles/items", "/dump", "/stac", "/ogc", "/health", "/metrics")
FILES_FOR_PROGRAMS = (".atom", ".bib", ".ris", ".json", ".jsonld", ".geojson", ".csv", ".xml", ".ttl")
_FOLDERS = tuple(f"{place}/" for place in FOR_PROGRAMS)


def is_address_for_programs(path: str) -> bool:
    """Whether programs read what stands at this path."""
    return path in FOR_PROGRAMS or path.startswith(_FOLDERS) or path.endswith(FILES_FOR_PROGRAMS)
