"""What is received, in figures that Prometheus collects: counts since the beginning, and what waits now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from heartline.collect.inbox import Backlog, named, opened
from heartline.server.shell.opened import workspace

from .keeping import AGAIN, AT_PORT, LANDED, LEFT
from .models import Batch, Count, Held


def backlog() -> Backlog:
    """Tell what waits to land."""
    with opened(named(workspace().lake.folder)) as inbox:
        return inbox.backlog()


def refusals() -> int:
    """Count the pairs of identifiers that were not held for one person and are kept."""
    return sum(file.rows for file in workspace().lake.at().files("refusals"))


def waiting_s(waits: Backlog) -> float:
    """Give how long the oldest request waits."""
    if waits.oldest_us is None:
        return 0.0
    return max(0.0, datetime.now(UTC).timestamp() - waits.oldest_us / 1e6)


class Figures(Collector):
    """The figures, as of now."""

    def collect(self) -> Iterable[Metric]:
        """Give them."""
        yield from _counted()
        yield from _waiting()
        yield from _steps()


def _counted() -> Iterable[Metric]:
    accepted = CounterMetricFamily("heartline_events_accepted", "Events that landed in the lake.", labels=["source"])
    dropped = CounterMetricFamily(
        "heartline_events_dropped", "Events that did not land, by reason; again: their id was there already.",
        labels=["source", "reason"],
    )  # fmt: skip
    port = CounterMetricFamily(
        "heartline_requests_refused", "Requests refused at the public port, by reason, as the ports tell it.",
        labels=["reason"],
    )  # fmt: skip
    left = CounterMetricFamily(
        "heartline_identity_refused", "Assertions that two identifiers are one person which were refused, by reason.",
        labels=["reason"],
    )  # fmt: skip
    for row in Count.objects.values("source", "what").annotate(total=Sum("number")).order_by("source", "what"):
        source, what, total = row["source"], row["what"], row["total"]
        if what == LANDED:
            accepted.add_metric([source], total)
        elif what.startswith(AT_PORT):
            port.add_metric([what.removeprefix(AT_PORT)], total)
        elif what.startswith(LEFT):
            left.add_metric([what.removeprefix(LEFT)], total)
        else:
            dropped.add_metric([source, "duplicate" if what == AGAIN else what], total)
    yield from (accepted, dropped, left, port)
    yield GaugeMetricFamily(
        "heartline_identity_refusals_kept", "Pairs of identifiers kept as evidence of that.", value=refusals()
    )
    yield GaugeMetricFamily(
        "heartline_events_quarantined", "Events kept to be mended.", value=Held.objects.filter(tried_at=None).count()
    )


def _waiting() -> Iterable[Metric]:
    waits = backlog()
    for name, text, value in (
        ("requests", "Requests that wait to land.", waits.requests),
        ("events", "Events that wait to land.", waits.events),
        ("bytes", "Bytes that wait to land.", waits.bytes),
        ("seconds", "How long the oldest request waits.", waiting_s(waits)),
    ):
        yield GaugeMetricFamily(f"heartline_inbox_backlog_{name}", text, value=value)


def _steps() -> Iterable[Metric]:
    last = Batch.objects.exclude(landed_at=None).first()
    steps = GaugeMetricFamily("heartline_batch_step_seconds", "What each step of the last batch took.", labels=["step"])
    took = defaultdict(float, last.seconds if last else {})
    for step, seconds in sorted(took.items()):
        steps.add_metric([step], seconds)
    yield steps
    for name, text, value in (
        ("heartline_batch_seconds", "What the last batch took.", sum(took.values())),
        ("heartline_batch_events", "Events of the last batch.", last.events if last else 0),
        ("heartline_lag_seconds", "From receipt to the lake: the oldest request of the last batch.",
         (last.lag_s or 0.0) if last else 0.0),
        ("heartline_batch_number", "Number of the last batch in the lake.", last.number if last else 0),
    ):  # fmt: skip
        yield GaugeMetricFamily(name, text, value=value)


def text() -> bytes:
    """Write the figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)
