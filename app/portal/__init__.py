"""Everything a visitor sees or a program reads about the catalogue: pages, REST, tiles, feeds, dumps."""
