"""What customers live: each verb a method."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from heartline.core.result import Result

from .asking import Asking
from .shared import Keys, Shared


class Understanding(Asking):
    """Questions about touchpoints, journeys and customers, and the rows behind any number."""

    def touchpoints(
        self,
        *,
        journey: str | None = None,
        every: Literal["week", "month", "quarter"] | None = None,
        by: Literal["unit", "channel", "product", "category", "stage", "source"] | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say at which touchpoints it hurts, and how trips end after them; see `heartline.understand.touchpoints`."""
        return self.call("touchpoints", {"journey": journey, "every": every, "by": by, **shared})

    def journeys(self, **shared: Unpack[Shared]) -> Result:
        """List the journeys that are defined; see `heartline.understand.journeys`."""
        return self.call("journeys", {**shared})

    def paths(
        self,
        journey: str,
        *,
        through: str | None = None,
        goal: str | None = None,
        collapse: bool = False,
        search: str | None = None,
        limit: int = 100,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say how many paths lead through a touchpoint, and to the goal; see `heartline.understand.paths`."""
        own = {"journey": journey, "through": through, "goal": goal, "collapse": collapse, "search": search}
        return self.call("paths", {**own, "limit": limit, "offset": offset, **shared})

    def steps(self, journey: str, *, goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say what people do at each touchpoint of a journey; see `heartline.understand.steps`."""
        return self.call("steps", {"journey": journey, "goal": goal, **shared})

    def funnel(self, journey: str, *, steps: Keys = (), goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say how far trips get along steps; see `heartline.understand.funnel`."""
        return self.call("funnel", {"journey": journey, "steps": steps, "goal": goal, **shared})

    def graph(
        self, journey: str, *, goal: str | None = None, collapse: bool = False, **shared: Unpack[Shared]
    ) -> Result:
        """Say from which touchpoint to which customers go; see `heartline.understand.graph`."""
        return self.call("graph", {"journey": journey, "goal": goal, "collapse": collapse, **shared})

    def whereabouts(self, journey: str, *, goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say where customers stand now in a journey; see `heartline.understand.whereabouts`."""
        return self.call("whereabouts", {"journey": journey, "goal": goal, **shared})

    def waits(self, *, journey: str | None = None, every: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say how long customers are made to wait, and how long they bear it; see `heartline.understand.waits`."""
        return self.call("waits", {"journey": journey, "every": every, **shared})

    def customer(
        self,
        customer: str | None = None,
        *,
        identifier: str | None = None,
        limit: int = 200,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Show everything one customer lived with the company; see `heartline.understand.customer`."""
        own = {"customer": customer, "identifier": identifier, "limit": limit, "offset": offset}
        return self.call("customer", {**own, **shared})

    def customer_trips(self, customer: str, *, journey: str | None = None, **shared: Unpack[Shared]) -> Result:
        """List the trips that one customer made; see `heartline.understand.customer_trips`."""
        return self.call("customer_trips", {"customer": customer, "journey": journey, **shared})

    def customers(
        self, *, ref: str | None = None, limit: int = 50, offset: int = 0, **shared: Unpack[Shared]
    ) -> Result:
        """List the customers who were there, the latest first; see `heartline.understand.customers`."""
        return self.call("customers", {"ref": ref, "limit": limit, "offset": offset, **shared})

    def freshness(self, **shared: Unpack[Shared]) -> Result:
        """Say how complete and how new the data are, source by source; see `heartline.understand.freshness`."""
        return self.call("freshness", {**shared})

    def evidence(
        self,
        of: str,
        *,
        spec: dict[str, Any] | None = None,
        figure: str | None = None,
        row: dict[str, Any] | None = None,
        column: str | None = None,
        limit: int | None = 50,
        offset: int = 0,
        order: str | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """List the rows behind a number, and make it again from them; see `heartline.understand.evidence`."""
        own = {"of": of, "spec": spec, "figure": figure, "row": row, "column": column}
        return self.call("evidence", {**own, "limit": limit, "offset": offset, "order": order, **shared})
