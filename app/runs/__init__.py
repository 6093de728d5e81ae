"""Runs: a model applied to a tile, what came out, and the receipt that lets anyone repeat it."""
