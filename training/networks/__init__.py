"""The networks of the reference models, at the size of their papers and at ours."""
