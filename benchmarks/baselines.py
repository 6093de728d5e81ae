"""The ways the catalogue is measured against: the same answer from plain SQL, through psycopg.

`bare_sql` is one statement over the product's own tables and gives the very page, total and counts that the
service gives. `TenStatements` is what a service sends that leaves the whole work to an ORM: page, count, and
one GROUP BY a facet, over one table with an index for every filter.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from app.catalogue import ordering, text
from app.catalogue.query import SearchQuery
from app.catalogue.words import compact

# Facet → the column that holds its codes, in the product's table and in that of the ten statements.
COLUMNS = {
    "task": "tasks",
    "modality": "modalities",
    "sensor": "sensors",
    "platform": "platforms",
    "theme": "themes",
    "label_type": "label_types",
    "licence_class": "licence_classes",
    "country": "countries",
}
ENVELOPE = "st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"


@dataclass
class Found:
    """An answer in the form in which answers are compared."""

    total: int = 0
    page: list[str] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


def connect(address: str) -> psycopg.Connection:
    """A connection like those of the service: statements are prepared when they come again."""
    return psycopg.connect(address, autocommit=True, options="-c timezone=UTC")


def bare_sql(connection: psycopg.Connection, query: SearchQuery) -> Found:
    """Page, total and facets of a search by words and box in one statement."""
    wanted, values = _wanted(query)
    facets = " ".join(
        f"union all (select '{name}', code, count(*), null from hits, unnest({column}) code group by code)"
        for name, column in COLUMNS.items()
    )
    statement = f"""
        with area as materialized (
          select distinct dataset_id from dataset_area where st_intersects(geometry, {ENVELOPE})
        ), hits as materialized (
          select dataset.id, prominence, {_score(wanted)} as score, {", ".join(COLUMNS.values())}
          from dataset_text join dataset on dataset.id = dataset_text.dataset_id
          where words @@ ({wanted}) and (
            dataset.id in (select dataset_id from area)
            or outlines && (select coalesce(array_agg(code), '{{}}') from outline_part
                            where st_intersects(geometry, {ENVELOPE})))
        ), page as (
          select id, row_number() over (order by score desc, prominence desc, id) as place
          from hits order by place limit {query.limit}
        )
        (select 'page', slug, place, card from page join dataset using (id) order by place)
        union all (select 'total', null, count(*), null from hits) {facets}"""
    return _read(connection, statement, {**values, **_box(query)})


def _score(wanted: str) -> str:
    """The product's order of relevance, written out."""
    weights = ", ".join(str(weight) for weight in text.WEIGHTS)
    return f"""greatest(1, cast({text.MICRO} * (
        ts_rank(array[{weights}]::real[], words, {wanted})
        + case when compact_names[1] = %(squeezed)s then {text.NAME_BONUS}
               when %(squeezed)s = any (compact_names) then {text.ALIAS_BONUS} else 0.0 end
        + case when words @@ phraseto_tsquery('eo_english', %(typed)s) then {text.PHRASE_BONUS} else 0.0 end
        + {text.LIKENESS_BONUS} * similarity(%(typed)s, split_part(names, ' | ', 1))
        ) as bigint) + {ordering.PROMINENCE_WEIGHT} * prominence)"""


def _wanted(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    """Every word as a name or as a stem; the searches timed here hold neither phrases nor minus."""
    values: dict[str, Any] = {"typed": query.q, "squeezed": compact(query.q)}
    parts = []
    for number, word in enumerate(query.q.split()):
        values[f"word{number}"] = word
        given = f"%(word{number})s"
        parts.append(f"(phraseto_tsquery('eo_names', {given}) || phraseto_tsquery('eo_english', {given}))")
    return " && ".join(parts), values


def all_occur(connection: psycopg.Connection, words: str) -> bool:
    """Whether some record holds all the words."""
    wanted, values = _wanted(SearchQuery(q=words))
    statement = f"select exists (select from dataset_text where words @@ ({wanted}))"
    return connection.execute(statement.encode(), values).fetchone() == (True,)


def _box(query: SearchQuery) -> dict[str, float]:
    if query.bbox is None:
        return {}
    return dict(zip(("west", "south", "east", "north"), query.bbox.values(), strict=True))


def _read(connection: psycopg.Connection, statement: str, values: dict[str, Any]) -> Found:
    found = Found()
    # The statement is put together from constants of this module and placeholders.
    for part, code, number, _card in connection.execute(statement.encode(), values):
        if part == "page":
            found.page.append(code)
        elif part == "total":
            found.total = number
        else:
            found.facets[part][code] = number
    return found


BUILD = """
create schema bench;
create table bench.dataset as
  select id, slug, card, year, completeness, {columns}, words, area.geometry
  from dataset join dataset_text on dataset_text.dataset_id = id
  join lateral (select geometry from dataset_area where dataset_id = dataset.id limit 1) area on true
  order by id;
alter table bench.dataset add primary key (id);
create index on bench.dataset using gin (words);
create index on bench.dataset using gist (geometry);
create index on bench.dataset (year desc nulls last, completeness desc, id);
{indexes};
vacuum analyze bench.dataset
"""


class TenStatements:
    """Page, count, and one GROUP BY a facet; through raw psycopg, so that the ORM itself costs nothing."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Build the table on first use: every synthetic record has one area, so it can stand in the row."""
        self.connection = connection
        built = connection.execute("select to_regclass('bench.dataset')").fetchone()
        if built == (None,):
            columns = COLUMNS.values()
            indexes = ";".join(f"create index on bench.dataset using gin ({column})" for column in columns)
            for statement in BUILD.format(columns=", ".join(columns), indexes=indexes).split(";"):
                connection.execute(statement.encode())

    def search(self, query: SearchQuery) -> Found:
        """The ten statements of one search."""
        run = self.connection.cursor(row_factory=tuple_row).execute
        wanted, values = _wanted(query)
        values |= {**_box(query), **{name: list(query.choices(name)) for name in COLUMNS}}
        where = self._where(query, wanted)
        order = (
            f"ts_rank(words, {wanted}) desc, id" if query.q else "year desc nulls last, completeness desc, id"
        )
        page = f"select slug, card from bench.dataset where {where} order by {order} limit {query.limit}"
        found = Found(page=[slug for slug, _ in run(page.encode(), values)])
        counted = run(f"select count(*) from bench.dataset where {where}".encode(), values).fetchone()
        found.total = counted[0] if counted else 0
        for name, column in COLUMNS.items():
            where = self._where(query, wanted, without=name)
            facet = f"""select code, count(*) from bench.dataset, unnest({column}) code
                        where {where} group by 1 order by 2 desc"""
            found.facets[name] = dict(run(facet.encode(), values).fetchall())
        return found

    def _where(self, query: SearchQuery, wanted: str, without: str = "") -> str:
        """Every filter, or every filter but the one of the facet that is counted."""
        conditions = [
            f"{column} && %({name})s"
            for name, column in COLUMNS.items()
            if query.choices(name) and name != without
        ]
        if query.q:
            conditions.append(f"words @@ ({wanted})")
        if query.bbox:
            conditions.append(f"st_intersects(geometry, {ENVELOPE})")
        return " and ".join(conditions) or "true"
