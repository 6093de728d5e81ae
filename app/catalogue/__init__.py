"""Published datasets: their rows, their search, their one way in."""
