"""Curation: suggestions, review, publication and history; drafts live here and nowhere else."""
