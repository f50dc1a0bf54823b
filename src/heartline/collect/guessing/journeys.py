"""Propose a journey from what the files tell: it starts at the first step, and leads to the last typical one."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from heartline.core.ids import slug

from . import expressions, names
from .looking import Looker, quoted
from .plan import Journey, Plan, Table, Touch
from .touching import judged

KINDS = (
    ("order", r"order|bestell|auftrag|pedido|purchase|compra"), ("ticket", r"ticket|helpdesk|incident|incidencia"),
    ("booking", r"booking|buchung|reserv"), ("invoice", r"invoice|rechnung|factura|beleg|receipt|bon$"),
    ("visit", r"visit|besuch|session"), ("shipment", r"shipment|sendung"), ("case", r"case|fall|vorgang|claim|caso"),
)  # fmt: skip
"""What a journey is about, by the name of the number that its steps share."""
MOST_DAYS = 2_000


def propose(plan: Plan, looker: Looker, taken: Collection[str]) -> Journey | None:
    """Give a journey, where several touchpoints share a number or a person; None else.

    Parameters
    ----------
    taken
        Keys of journeys that are there already.
    """
    log = next((table for table in plan.tables if table.one("touchpoint") and plan.touches_of(table.name)), None)
    made = _of_log(plan, log, looker) if log else _of_steps(plan, looker)
    if made is None:
        return None
    made.key = next(
        key
        for key in (made.key, f"{plan.source}_{made.key}", f"{plan.source}_journey")
        if key not in taken or key.startswith(plan.source)
    )
    return made


def _of_steps(plan: Plan, looker: Looker) -> Journey | None:
    """Take the steps of the table that tells the most of them, then what people said of it."""
    best, steps = None, list[Touch]()
    for table in plan.tables:
        found = [touch for touch in plan.touches_of(table.name) if not touch.about and not judged(table)]
        if len(found) > len(steps):
            best, steps = table, found
    if best is None or not (best.one("ref") or best.one("person")):
        return None
    order, days = _measured(best, steps, looker)
    designed = [touch.key for touch in order]
    if len(designed) < 2:
        said = [
            touch.key for table in plan.tables if table.name != best.name and judged(table)
            for touch in plan.touches_of(table.name) if touch.key
        ]  # fmt: skip
        designed += said[:1]
        if len(set(designed)) < 2:
            return None
    return _journey(best, designed[0], designed[-1], days, designed)


def _measured(table: Table, steps: list[Touch], looker: Looker) -> tuple[list[Touch], int]:
    """Order steps by their usual moment, and give how many days the slowest passage took."""
    timed = [(touch, table.column(touch.time)) for touch in steps]
    moments = [expressions.moment(column) for _touch, column in timed if column]
    if len(moments) < 2 or len(moments) != len(steps):
        return steps, 90
    asked = ", ".join(f"median(epoch({how}) - epoch({moments[0]})) AS m{number}" for number, how in enumerate(moments))
    last = f"greatest({', '.join(moments)})"
    row = looker.measured(f"SELECT {asked}, max(epoch({last}) - epoch({moments[0]})) AS span FROM {quoted(table.name)}")
    if not row:
        return steps, 90
    usual = [row[f"m{number}"] if row[f"m{number}"] is not None else math.inf for number in range(len(moments))]
    order = [steps[number] for number in sorted(range(len(steps)), key=lambda number: (usual[number], number))]
    return order, _days(row["span"])


def _of_log(plan: Plan, table: Table, looker: Looker) -> Journey | None:
    """Ask a log where its cases usually begin and end."""
    what, owner = table.one("touchpoint"), table.one("ref") or table.one("person")
    main = plan.touches_of(table.name)[0]
    time = table.column(main.time)
    if what is None or owner is None or time is None:
        return None
    name, at, whose = expressions.text(what), expressions.moment(time), expressions.text(owner)
    row = looker.measured(
        f"SELECT mode(last) AS goal, max(span) AS span, avg((n > 1)::INT) AS several FROM (SELECT arg_max({name}, {at}) AS last, "  # noqa: E501
        f"epoch(max({at})) - epoch(min({at})) AS span, count(*) AS n FROM {quoted(table.name)} WHERE {whose} != '' GROUP BY {whose})"  # noqa: E501
    )
    if not row or not row["goal"] or (row["several"] or 0) < 0.05:
        return None
    return _journey(table, "any", slug(row["goal"]), _days(row["span"]), [])


def _journey(table: Table, starts: str, goal: str, days: int, designed: list[str]) -> Journey:
    ref = table.one("ref")
    said = f"{names.plain(ref.name)}" if ref else ""
    kind = next((key for key, words in KINDS if re.search(words, said)), "journey") if ref else "customer"
    return Journey(
        key=kind,
        label=kind,
        per="ref" if ref else "customer",
        starts=starts,
        goal=goal,
        within_days=days,
        designed=designed,
    )


def _days(seconds: float | None) -> int:
    """Round the slowest passage up to a limit that people would say."""
    days = (seconds or 0) / 86_400
    for step, most in ((7, 28), (30, 360), (90, 1e9)):
        if days < most:
            return min(MOST_DAYS, max(7, int(math.ceil(days / step) * step)))
    return MOST_DAYS
