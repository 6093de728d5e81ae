"""Areas that curators draw, type, paste, upload or put together by name, as one outline for the record."""
