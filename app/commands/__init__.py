"""The commands, a module for each, and what all of them stand on."""
