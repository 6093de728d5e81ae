"""Makes the files of data/models: networks, recipes, evaluation and export. Never imported by the service."""
