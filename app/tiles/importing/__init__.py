"""Folders of datasets, as their makers publish them, become sample tiles; for `tiles import` alone."""
