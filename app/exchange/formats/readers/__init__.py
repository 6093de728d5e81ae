"""What reads documents of other catalogues: one module a format, each with `read(content) -> Reading`."""
