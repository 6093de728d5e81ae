"""The datasets as STAC collections and as OGC API - Records: the catalogue for other programs' clients."""
