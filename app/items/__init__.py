"""Items of datasets: scenes, patches and time steps, found by area, time and property."""
