"""Figures about the service for Prometheus; each application has its own registry."""

from collections.abc import Callable

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Gauge,
    Histogram,
    generate_latest,
)

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)


class Metrics:
    """What is counted: requests with their time by route and status, and gauges read when asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            self.registry.register(collector)
        self._requests = Histogram(
            "eo_request_seconds",
            "Time to answer, by route and status.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )

        self._labelled: dict[tuple[str, str, int], Histogram] = {}

    def gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Add a figure that `read` gives at the moment of the question."""
        Gauge(name, meaning, registry=self.registry).set_function(read)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        found = self._labelled.get((method, route, status))
        if found is None:
            found = self._requests.labels(method, route, str(status))
            self._labelled[method, route, status] = found
        found.observe(seconds)

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self.registry)
