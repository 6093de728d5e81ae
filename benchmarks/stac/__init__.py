"""The STAC API against its peers: the same items in both, the same requests in turns, ratios from one run."""
