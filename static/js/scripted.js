// Runs before the first line is drawn, so that what only a script can do never appears and then moves others.
document.documentElement.dataset.scripted = "";
