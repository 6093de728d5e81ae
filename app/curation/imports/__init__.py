"""Imports: a file of many records becomes drafts, piece by piece, with a report for each."""
