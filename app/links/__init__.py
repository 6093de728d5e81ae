"""The link monitor: which addresses of the records answer, since when, and what they answered."""
