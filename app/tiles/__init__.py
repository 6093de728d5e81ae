"""Sample tiles: small rasters with truth that a reader looks at and runs models on."""
