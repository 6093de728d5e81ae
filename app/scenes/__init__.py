"""Simulated scenes: a seed in, co-registered tiles with their truth out; all of it says so."""
