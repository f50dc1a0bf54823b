"""What the pages of alerts show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell import doors, numbers
from heartline.server.shell.notices import Notice
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import letters, rights, words
from .models import Alert, Rule
from .values import Wish


def notice(request: HttpRequest) -> Notice | None:
    """Tell on the first page what is out of the ordinary and nobody has seen yet."""
    user = request.user
    if not isinstance(user, User):
        return None
    some = Alert.objects.filter(closed_at=None, seen_at=None)
    if not some.exists():
        return None
    definitions = workspace().lake.at().definitions
    mine = rights.alerts(user, definitions, some)
    if not mine:
        return None
    first = words.headline(mine[0], definitions, zone(definitions))
    text = ngettext("%(first)s.", "%(first)s, and %(rest)s more.", len(mine)) % {
        "first": first, "rest": numbers.count(len(mine) - 1)}  # fmt: skip
    address = reverse("alert", args=[mine[0].pk]) if len(mine) == 1 else reverse("alerts")
    return Notice(text, address, _("Look at it"))


def zone(definitions: Definitions) -> str:
    """Give the company's zone."""
    return str(definitions.settings["timezone"])


def alert(one: Alert, definitions: Definitions) -> dict[str, Any]:
    """Show an alert as a line of the list."""
    where = zone(definitions)
    return {
        "number": one.pk, "headline": words.headline(one, definitions, where), "rule": one.rule.name,
        "rule_number": one.rule_id, "since": numbers.moment(one.opened_at, where),
        "last": numbers.moment(one.last_at, where),
        "closed": numbers.moment(one.closed_at, where) if one.closed_at else "",
        "seen_by": str(one.seen_by or "") if one.seen_at else "", "seen_at": numbers.moment(one.seen_at, where)
        if one.seen_at else "", "remark": one.remark, "muted": muted(one, where), "door": door(one),
    }  # fmt: skip


def muted(one: Alert, where: str) -> str:
    """Say until when an alert is quiet; nothing where it is not."""
    if one.muted_until is None or one.muted_until <= timezone.now():
        return ""
    return numbers.moment(one.muted_until, where)


def door(one: Alert) -> str:
    """Give the address of what is behind an alert's number."""
    asked = one.asked
    if not asked:
        return ""
    if "figure" in asked:
        values = {**asked["values"], "period": f"{one.opened_at:%Y-%m-%d}/"}
        return doors.door(asked["verb"], _tuples(values), figure=asked["figure"])
    return doors.door(asked["verb"], _tuples(asked["values"]), row=asked["row"], column=asked["column"])


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def findings(one: Alert, user: User, definitions: Definitions, most: int = 50) -> list[dict[str, Any]]:
    """Show the scores of an alert, the newest first, with what was written where somebody may see it."""
    if one.rule.kind != Rule.Kind.LOW:
        return []
    some = list(one.findings.order_by("-pk")[:most])
    written = letters.written_by(user, one, some)
    people = access.may(user, "read_people")
    return [
        {"said": letters.line(each, definitions, zone(definitions)), "text": written.get(each.row, ""),
         "link": reverse("customer", args=[each.customer]) if people and each.customer else ""}
        for each in some
    ]  # fmt: skip


def rule(one: Rule, user: User, definitions: Definitions) -> dict[str, Any]:
    """Show a rule as a line of the list."""
    mine = [hearer for hearer in one.hearers.all() if hearer.user_id == user.pk]
    people = {hearer.user_id for hearer in one.hearers.all()}
    ways = [hearer.chat.name if hearer.chat else _("by mail") for hearer in mine]
    return {
        "number": one.pk, "name": one.name, "on": one.on, "told": words.rule(one.kind, Wish.of(one.wish), definitions),
        "ways": ", ".join(ways), "people": numbers.count(len(people)), "by": str(one.made_by),
        "mine": one.made_by_id == user.pk,
    }  # fmt: skip
