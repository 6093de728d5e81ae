"""Figures that are asked of the database when Prometheus asks for them."""

from collections.abc import Callable, Collection, Sequence
from typing import cast

from sqlalchemy import Engine, QueuePool, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.base.db import Sessions
from app.base.metrics import Metrics
from app.catalogue.tables import Dataset
from app.links import queries as link_queries
from app.links.states import DEAD, SUCCESSES, State


def add_figures(metrics: Metrics, engines: Sequence[Engine], sessions: Sessions) -> None:
    """Tell of datasets, connections and links; NaN while the database is down."""

    def records() -> float:
        try:
            with sessions.read() as session:
                return float(session.scalar(select(func.count()).select_from(Dataset)) or 0)
        except SQLAlchemyError:
            return float("nan")

    metrics.gauge("eo_datasets", "Datasets published; NaN while the database is down.", records)
    _add_link_figures(metrics, sessions)

    def in_use() -> float:
        return float(sum(cast(QueuePool, engine.pool).checkedout() for engine in engines))

    metrics.gauge("eo_database_connections_in_use", "Connections in use.", in_use)


def _add_link_figures(metrics: Metrics, sessions: Sessions) -> None:
    def told(states: Collection[State]) -> Callable[[], float]:
        def read() -> float:
            try:
                with sessions.read() as session:
                    found = link_queries.counts(session)
            except SQLAlchemyError:
                return float("nan")
            return float(sum(count for state, count in found.items() if state in states))

        return read

    metrics.gauge("eo_links", "Addresses watched; NaN while the database is down.", told(frozenset(State)))
    metrics.gauge("eo_links_answered", "Addresses that answered.", told(SUCCESSES))
    metrics.gauge("eo_links_dead", "Addresses that failed on two days or more.", told(DEAD))
