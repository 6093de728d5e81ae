"""What curators wait for: one publication among many records, and an import of many records."""
