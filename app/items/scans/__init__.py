"""Folders of datasets, as their makers publish them, become STAC Items. Only `items scan` opens this room."""
