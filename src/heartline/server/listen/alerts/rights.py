"""Who may be told what: nobody is told of parts of the company that they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.store.definitions import Definitions

from .models import Alert, Rule
from .values import Wish


def sees(user: User, units: Sequence[str], definitions: Definitions) -> bool:
    """Tell whether somebody may see what concerns some units; none: the whole company."""
    if not user.is_active or not access.may(user, "read"):
        return False
    if not user.units:
        return True
    return bool(units) and set(units) <= definitions.units_below(user.units)


def scope(user: User) -> tuple[str, ...]:
    """Give the units within which somebody is told; none: the whole company."""
    return tuple(sorted(user.units))


def alerts(user: User, definitions: Definitions, some: QuerySet[Alert] | None = None) -> list[Alert]:
    """Give the alerts that somebody may see."""
    found = (Alert.objects.all() if some is None else some).select_related("rule", "seen_by")
    return [one for one in found if sees(user, one.units, definitions)]


def rules(user: User, definitions: Definitions) -> list[Rule]:
    """Give the rules that somebody may see: who is here for some units, their own, and those that name only these."""
    found = Rule.objects.select_related("made_by").prefetch_related("hearers__user", "hearers__chat")
    return [one for one in found if may_see(user, one, definitions)]


def may_see(user: User, rule: Rule, definitions: Definitions) -> bool:
    """Tell whether somebody may see a rule."""
    if not user.units or rule.made_by_id == user.pk:
        return True
    units = set(Wish.of(rule.wish).units)
    return bool(units) and units <= definitions.units_below(user.units)


def may_change(user: User, rule: Rule) -> bool:
    """Tell whether somebody may change a rule: whoever made it, and administrators."""
    return rule.made_by_id == user.pk or access.may(user, "administer")


def of_units(units: Iterable[str | None]) -> list[str]:
    """Give the units of an alert; what belongs to none concerns the whole company."""
    some = list(units)
    return [] if None in some else sorted({str(one) for one in some})
