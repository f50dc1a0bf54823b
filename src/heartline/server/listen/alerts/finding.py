"""What was found is written down with whom it is to be told, in one transaction: nothing is lost or found twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from heartline.server.shell import happenings
from heartline.server.shell.happenings import Happening
from heartline.store.definitions import Definitions

from . import rights
from .models import Alert, Finding, Hearer, Rule, Telling

TOLD = "tell_alert"


@dataclass(frozen=True)
class Found:
    """Something that a rule found.

    Parameters
    ----------
    name
        Names it among all that the rule finds.
    series
        What it is about.
    units
        Parts of the company that it tells of; none: the whole.
    about
        What the page shows of its series.
    asked
        The question behind it.
    """

    name: str
    series: str
    at: datetime
    units: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    row: str = ""
    customer: str = ""


def keep(rule: Rule, some: Sequence[Found], definitions: Definitions, only: Iterable[Hearer] | None = None) -> int:
    """Keep what a rule found and was not kept before, and whom it is to be told; to be called in a transaction.

    Parameters
    ----------
    only
        Of those who hear it, these; None: all who may see it.
    """
    names = [one.name for one in some]
    there = set(Finding.objects.filter(rule=rule, name__in=names).values_list("name", flat=True))
    new = [one for one in {one.name: one for one in some}.values() if one.name not in there]
    if not new:
        return 0
    hearers = list(rule.hearers.select_related("user")) if only is None else list(only)
    alerts = {series: _opened(rule, [one for one in new if one.series == series]) for series in
              dict.fromkeys(one.series for one in new)}  # fmt: skip
    made = Finding.objects.bulk_create([
        Finding(alert=alerts[one.series], rule=rule, name=one.name, row=one.row, customer=one.customer, at=one.at,
                said=dict(one.said)) for one in new
    ])  # fmt: skip
    now = timezone.now()
    Telling.objects.bulk_create([
        Telling(hearer=hearer, finding=one) for one in made for hearer in hearers
        if not (one.alert.muted_until and one.alert.muted_until > now)
        and rights.sees(hearer.user, one.alert.units, definitions)
    ])  # fmt: skip
    happenings.tell(*(_happening(rule, one) for one in made))
    return len(made)


def _opened(rule: Rule, some: Sequence[Found]) -> Alert:
    """Give the open alert of a series, with what was found last; opened where there is none."""
    last, now = some[-1], timezone.now()
    one = Alert.objects.filter(rule=rule, series=last.series, closed_at=None).first()
    if one is None:
        before = Alert.objects.filter(rule=rule, series=last.series, muted_until__gt=now).first()
        one = Alert(rule=rule, series=last.series, muted_until=before.muted_until if before else None)
    one.about, one.units, one.asked, one.last_at = dict(last.about), list(last.units), dict(last.asked), now
    one.times += len(some)
    if one.seen_at and rule.kind == Rule.Kind.LOW:
        one.seen_by, one.seen_at = None, None  # something came after it was seen
    one.save()
    return one


def _happening(rule: Rule, one: Finding) -> Happening:
    """Say what other systems are told: never what somebody wrote."""
    details = {"rule": rule.name, "kind": rule.kind, "units": one.alert.units, **one.alert.about, **one.said}
    if one.row:
        details["interaction"] = one.row
    return Happening(TOLD, f"{rule.pk} {one.name}", one.customer, details, one.at)


def close(rule: Rule, series: Iterable[str]) -> int:
    """Close the alerts of some series: they are as usual again."""
    some = Alert.objects.filter(rule=rule, series__in=list(series), closed_at=None)
    return some.update(closed_at=timezone.now())
