"""What the pages of the guided import show, made of a plan and of what the background found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from heartline.collect.guessing import correcting, times
from heartline.collect.guessing.plan import Column, Plan, Table, Touch, restored
from heartline.server.shell import numbers
from heartline.store.definitions import Definitions

from . import mended, words
from .models import Import

Option = tuple[str, str]
Group = tuple[str, list[Option]]
FEW = 12
"""Values of a column from which lines can be chosen."""
MOST_STEPS = 6
"""Steps of a log that are named in the sentence."""
TEXT_SHOWN = 140
LEGIBLE = 24
"""Letters up to which the name of a shop is shown: longer ones are keys of machines."""


def check(one: Import, definitions: Definitions) -> dict[str, Any]:
    """Give everything that the page to check shows."""
    if not one.plan:
        return {"plan": None, "mended": True}
    plan = restored(one.plan)
    stages = [(key, label(words.STAGES, key, definitions, "stage")) for key in _stages(plan, definitions)]
    channels = [(key, label(words.CHANNELS, key, definitions, "channel")) for key in words.CHANNELS]
    return {
        "plan": plan,
        "export": words.EXPORTS.get(plan.export, ""),
        "opinions": plan.export in words.OPINIONS or any(table.of("score", "text") for table in plan.tables),
        "stages": stages,
        "channels": channels,
        "tables": [_table(table, number) for number, table in enumerate(plan.tables)],
        "touches": [_touch(plan, touch, number) for number, touch in enumerate(plan.touches)],
        "joins": [_join(plan, join, number) for number, join in enumerate(plan.joins)],
        "goals": list(correcting.goals(plan).items()),
        "wanted": _told_of(plan),
        "zones": sorted(_zones()),
        "money": money(one),
        "people": any(table.of("person") for table in plan.tables),
        "total": sum(table.rows for table in plan.tables),
        "problems": [words.told(file["error"]) for file in one.files if file.get("error")],
    }


def _told_of(plan: Plan) -> list[str]:
    """Name what the files tell of: their touchpoints, of a log the most frequent ones."""
    if plan.known:
        return list(correcting.goals(plan).values())
    named = [touch.label for touch in plan.touches if touch.wanted and touch.label]
    steps = [label for table in plan.tables for label, _stage in table.steps.values()]
    return named + (steps if len(steps) <= MOST_STEPS else [*steps[:MOST_STEPS], _("and more")])


def money(one: Import) -> bool:
    """Tell whether the files speak of money."""
    return bool(one.plan) and any(table.of("amount", "unit_price") for table in restored(one.plan or {}).tables)


def _stages(plan: Plan, definitions: Definitions) -> list[str]:
    used = {touch.stage for touch in plan.touches} | {
        stage for table in plan.tables for _, stage in table.steps.values()
    }
    known = list(dict.fromkeys([*definitions.stages, *words.STAGES]))
    return [*known, *sorted(key for key in used if key and key not in known)]


def label(known: dict[str, Any], key: str, definitions: Definitions, kind: str) -> str:
    """Name a stage or a channel: as the company calls it, else as everybody does."""
    body = definitions.all(kind).get(key, {})
    said = str(body.get("label") or "")
    plain = key.replace("_", " ").capitalize()
    return said if said and said != plain else str(known.get(key, said or plain))


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return {zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))}


def _table(table: Table, number: int) -> dict[str, Any]:
    telling = [column for column in table.columns if column.use not in ("keep", "leave")]
    return {
        "table": table,
        "number": number,
        "rows": words.lines(table.rows),
        "notes": words.mended(asdict(table.told)),
        "columns": [_column(table, column, f"{number}-{place}") for place, column in enumerate(table.columns)],
        "telling": len(telling),
        "steps": [
            {"value": value, "label": said, "stage": stage, "id": f"step-{number}-{place}"}
            for place, (value, (said, stage)) in enumerate(table.steps.items())
        ],
    }  # fmt: skip


def _column(table: Table, column: Column, mark: str) -> dict[str, Any]:
    chosen = f"{column.use}:{column.detail}" if column.detail else column.use
    if column.use in ("time", "promised") and not column.profile.unsure:
        chosen = column.use
    return {
        "column": column,
        "id": f"column-{mark}",
        "examples": " · ".join(column.profile.examples),
        "filled": numbers.in_hundred(column.profile.filled / column.profile.rows) if column.profile.rows else "",
        "whole": column.profile.filled == column.profile.rows,
        "groups": _groups(column, [one.name for one in table.of("time", "promised") if one is not column]),
        "hint": words.hint(column),
        "chosen": chosen,
        "quiet": column.use in ("keep", "leave"),
    }


def _groups(column: Column, dates: list[str]) -> list[Group]:
    """Give what a column can be for, in groups of plain words; `dates` may have their time of day in it."""
    seen = column.profile
    made: list[Group] = [("", _plain("leave") if column.contact else _plain("keep", "leave"))]
    if seen.time:
        made.append((_("When"), [*_times("time", column), *_times("promised", column)]))
    if seen.clock and dates:
        said = _("Time of day, with the date in “%(column)s”")
        made.append((_("When"), [(f"clock:{date}", said % {"column": date}) for date in dates]))
    made.append((_("Who"), [(f"person:{kind}", str(said)) for kind, said in words.PERSONS.items()]))
    made.append((_("What"), _plain("touchpoint", "about", "ref", "id", "channel", "product", "product_name",
                                  "product_category", "unit")))  # fmt: skip
    how = [(f"score:{scale}", str(said)) for scale, said in words.SCALES.items()] if seen.numbers >= 0.5 else []
    how += _plain("text")
    how += [(f"wait:{unit}", str(said)) for unit, said in words.WAITS.items()] if seen.numbers >= 0.5 else []
    how += _plain("succeeded") if seen.yes else []
    made.append((_("How it was"), how))
    made.append((_("Money"), _plain("amount", "unit_price", "quantity") if seen.numbers >= 0.5 else _plain("currency")))
    if 1 < len(seen.top) <= FEW:
        said = _("Only lines with “%(value)s”")
        listed = [value for value, _n in seen.top]
        if column.use == "only" and column.detail not in listed:  # several, as of a survey tool's real answers
            listed = [column.detail, *listed]
        made.append((_("Leave lines out"), [(f"only:{value}", said % {"value": value}) for value in listed]))
    there = {value for _group, options in made for value, _said in options}
    current = f"{column.use}:{column.detail}" if column.detail else column.use
    if column.use in words.USES and column.use not in there and current not in there:
        made[0][1].append((column.use, str(words.USES[column.use])))
    return made


def _plain(*uses: str) -> list[Option]:
    return [(use, str(words.USES[use])) for use in uses]


def _times(use: str, column: Column) -> list[Option]:
    """Offer a time, and where day and month could stand either way, both readings."""
    said = str(words.USES[use])
    if not column.profile.unsure:
        return [(use, said)]
    formats = dict.fromkeys([column.profile.time, times.swapped(column.profile.time)])
    day_first = _("%(use)s, day before month (31/12)") % {"use": said}
    month_first = _("%(use)s, month before day (12/31)") % {"use": said}
    return [(f"{use}:{how}", day_first if how.startswith("%d") else month_first) for how in formats]


def _touch(plan: Plan, touch: Touch, number: int) -> dict[str, Any]:
    table = plan.table(touch.table)
    moments = [column.name for column in table.columns if column.profile.time]
    return {
        "touch": touch,
        "table": table,
        "id": f"touch-{number}",
        "by_value": bool(table.one("touchpoint")) and not touch.about,
        "count": words.lines(_filled(table, touch)),
        "since": [name for name in moments if name != touch.time] if touch.time and not touch.main else [],
        "promised": [name for name in moments if name != touch.time] if touch.time and not touch.main else [],
        "period": not touch.time,
    }


def _filled(table: Table, touch: Touch) -> int:
    column = table.column(touch.score if touch.about else touch.time)
    return column.profile.filled if column and (touch.about or not touch.main) else table.rows


def _join(plan: Plan, join: Any, number: int) -> dict[str, Any]:
    return {
        "join": join,
        "id": f"join-{number}",
        "left": plan.table(join.left).title,
        "right": plan.table(join.right).title,
        "share": numbers.in_hundred(min(1.0, join.share)),
    }


def outcome(one: Import) -> dict[str, Any]:
    """Give what the rehearsal of the plan as it is now found; nothing where it still runs."""
    checked = one.current
    if checked is None:
        return {"pending": True, "doing": words.doing(one.progress, one.state)}
    if "error" in checked:
        return {"wrong": words.told(checked["error"])}
    plan = restored(one.plan) if one.plan else None
    labels = touched(one)
    return {
        "sentences": words.result(checked, labels),
        "reasons": words.reasons(checked, places(one, labels)),
        "known": known(checked, labels),
        "refused": checked["refused"],
        "landing": checked["landed"] or (checked.get("agreed") or {}).get("new"),
        "sample": list(sample(checked.get("sample") or [], labels, plan.timezone if plan else "UTC")),
    }


def touched(one: Import) -> dict[str, str]:
    """Give what the touchpoints of an import are called, by key."""
    if not one.plan:
        return {}
    plan = restored(one.plan)
    return correcting.goals(plan) | {touch.about: touch.label for touch in plan.touches if touch.about}


def places(one: Import, labels: dict[str, str]) -> dict[str, str]:
    """Give what the files of dropped lines are about, in words."""
    return {name: labels.get(place, place) for name, place in mended.entries(one).items()}


def known(found: dict[str, Any], labels: dict[str, str]) -> list[dict[str, str]]:
    """Say of every touchpoint how much of it lands, and of how much the customer is known."""
    listed = sorted(found.get("places", {}).items(), key=lambda item: (-item[1][0], item[0]))
    return [
        {"place": labels.get(key, key) or _("without a touchpoint"), "landed": numbers.count(landed),
         "known": numbers.count(of_known), "share": numbers.share(of_known / landed)}
        for key, (landed, of_known) in listed
    ]  # fmt: skip


def sample(rows: list[dict[str, Any]], labels: dict[str, str], zone: str) -> Iterator[dict[str, Any]]:
    """Write lines as they will land, in plain words."""
    for row in rows:
        place = row["touchpoint"] or row["about"]
        yield {
            "when": _when(row, zone),
            "where": labels.get(place or "", place or numbers.NONE),
            "who": _("known") if row["customer"] else _("not known"),
            "ref": row["ref"] or "",
            "what": " · ".join(_said(row)),
        }


def _when(row: dict[str, Any], zone: str) -> str:
    from zoneinfo import ZoneInfo

    from django.utils.formats import date_format

    at = datetime.fromisoformat(row["occurred_at"]).astimezone(ZoneInfo(zone))
    if row["occurred_precision"] in ("year", "period"):
        return date_format(at, "Y")
    if row["occurred_precision"] == "month":
        return date_format(at, "F Y")
    day = date_format(at, "SHORT_DATE_FORMAT")
    return day if row["occurred_precision"] == "day" else f"{day} {date_format(at, 'H:i')}"


def _said(row: dict[str, Any]) -> Iterator[str]:
    if row["score"] is not None:
        whole = float(row["score"]).is_integer()
        scale = str(words.SCALES.get(row["scale"], row["scale"])).partition(": ")[2]
        yield f"{numbers.number(row['score'], 0 if whole else 1)} ({scale})"
    if row["text"]:
        yield f"“{row['text'][:TEXT_SHOWN]}{'…' if len(row['text']) > TEXT_SHOWN else ''}”"
    if row["amount"] is not None:
        yield f"{numbers.number(float(row['amount']), 2)} {row['currency'] or ''}".strip()
    if row["wait_s"] is not None:
        yield _("waited %(time)s") % {"time": numbers.duration(row["wait_s"])}
    if row["succeeded"] is not None:
        yield _("went right") if row["succeeded"] else _("went wrong")
    if row["unit"] and len(str(row["unit"])) <= LEGIBLE:
        yield str(row["unit"])


def percent(one: Import) -> int | None:
    """Give how far an import is, in hundredths; None where nobody can tell."""
    progress, checked = one.progress, one.checked or {}
    if progress.get("doing") == "importing" and checked.get("read"):
        return max(0, min(99, round(100 * int(progress["rows"]) / int(checked["read"]))))
    if progress.get("of"):
        return round(100 * (int(progress["done"]) + float(progress.get("part", 0.0))) / int(progress["of"]))
    return None
