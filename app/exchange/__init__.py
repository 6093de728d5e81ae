"""Records on their way to and from other services."""
