"""The Earth observation dataset catalogue: the service."""
