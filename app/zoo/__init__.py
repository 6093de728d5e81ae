"""The reference models: how their inputs are prepared, what comes out, and how good it is."""
