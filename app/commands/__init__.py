"""Commands that are too long to stand in `__main__`, and what all commands stand on."""
