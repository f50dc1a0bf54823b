"""Low scores, heard as they land: up to where each scale was heard is kept with what was found, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from heartline.act import telling
from heartline.act.telling import Place as Spot
from heartline.act.telling import Wanted
from heartline.listen.alerting.below import is_low
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot
from heartline.store.steps import step

from . import finding
from .finding import Found
from .models import Place, Rule
from .values import Wish

AT_ONCE = 500


def behind() -> bool:
    """Tell whether anything landed since: a cheap look, asked every moment."""
    if not Place.objects.exists() or not Rule.objects.filter(kind=Rule.Kind.LOW, on=True).exists():
        return False
    newest = workspace().lake.manifest.newest().version
    return Place.objects.exclude(version=newest).exists()


def hear() -> int:
    """Find the low scores that landed since; give how many."""
    snapshot, found = workspace().lake.at(), 0
    Place.objects.filter(version__gt=snapshot.version).update(version=snapshot.version, landed=0, after="")
    rules: dict[str, list[Rule]] = {}
    for rule in Rule.objects.filter(kind=Rule.Kind.LOW, on=True):
        rules.setdefault(rule.wish["scale"], []).append(rule)
    for place in Place.objects.exclude(version=snapshot.version):
        there: Place | None = place
        while there is not None and there.version < snapshot.version:
            count, there = _heard(there, rules.get(place.scale, []), snapshot)
            found += count
    return found


def _heard(place: Place, rules: Sequence[Rule], snapshot: Snapshot) -> tuple[int, Place | None]:
    """Hear the next part of a scale; somebody else who did so meanwhile has done it."""
    scale = snapshot.definitions.scales.get(place.scale)
    if scale is None or not rules:
        Place.objects.filter(pk=place.pk).update(version=snapshot.version, landed=0, after="")
        return 0, None
    marks = [float(rule.wish["at_most"]) for rule in rules]
    low, high = (min(marks), None) if scale.low_is_good else (None, max(marks))
    texts = any(rule.wish.get("text") != "any" for rule in rules)
    since = Spot(place.version, place.landed, place.after)
    wanted = Wanted(scored=True, scale=place.scale, low=low, high=high)
    rows, there = telling.rows(snapshot, since, wanted, AT_ONCE, texts=texts)
    step("scores read")
    with transaction.atomic():
        same = Place.objects.filter(pk=place.pk, version=place.version, landed=place.landed, after=place.after)
        if not same.update(version=there.version, landed=there.landed, after=there.after):
            return 0, None
        found = sum(_kept(rule, rows, snapshot) for rule in rules)
        step("alerts kept")
    step("alerts committed")
    return found, Place.objects.filter(pk=place.pk).first()


def _kept(rule: Rule, rows: Sequence[Mapping[str, Any]], snapshot: Snapshot) -> int:
    wish, definitions = Wish.of(rule.wish), snapshot.definitions
    units = definitions.units_below(wish.units) if wish.units else None
    scale = definitions.scales[wish.scale]
    some = [
        _found(row, wish) for row in rows
        if row["landed"] > rule.since and is_low(scale, row["score"], wish.at_most)
        and (units is None or row["unit"] in units) and _text_fits(row, wish)
        and (not wish.touchpoints or (row["about"] or row["touchpoint"]) in wish.touchpoints)
    ]  # fmt: skip
    return finding.keep(rule, some, definitions)


def _text_fits(row: Mapping[str, Any], wish: Wish) -> bool:
    return wish.text == "any" or bool((row.get("text") or "").strip()) == (wish.text == "with")


def _found(row: Mapping[str, Any], wish: Wish) -> Found:
    unit = row["unit"]
    values = {"scale": [wish.scale], "at_most": wish.at_most, "text": wish.text, "period": "all"}
    if unit:
        values["unit"] = [unit]
    if wish.touchpoints:
        values["about"] = list(wish.touchpoints)
    return Found(
        name=row["id"], series=f"low {unit or ''}", at=row["occurred_at"], units=(unit,) if unit else (),
        about={"scale": wish.scale, "at_most": wish.at_most, "unit": unit}, row=row["id"],
        customer=row["customer"] or "", asked={"verb": "below", "values": values, "figure": "below"},
        said={"score": row["score"], "scale": row["scale"], "touchpoint": row["about"] or row["touchpoint"]},
    )  # fmt: skip
