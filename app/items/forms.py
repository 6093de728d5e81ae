"""Forms of an item, as narrow rows hold them."""

NO_PLACE, OWN_BOX, OTHER_SHAPE = 0, 1, 2
"""Without a place; its box is all of it, as with rectangles and points; any other shape."""
