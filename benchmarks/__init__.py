"""How fast the catalogue is: its bounds measured against the plain ways, on this machine, in one run."""
