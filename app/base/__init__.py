"""The ground floor: database, errors, pages, geometry; knows nothing of catalogues."""
