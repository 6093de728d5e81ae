"""Weights that others published, turned into a file, a card and a reference answer; never shipped with us."""
