"""What is written of saved views: kept, called otherwise, shared, moved, removed, seen."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import published
from heartline.server.shell.opened import workspace

from . import filtering
from .models import View, Visit

LONGEST = 80
MOST = 40
"""Views of one person."""


def visible(by: User) -> QuerySet[View]:
    """Give one's own views and those shared with all, one's own first."""
    return View.objects.filter(Q(owner=by) | Q(shared=True)).select_related("owner")


def find(by: User, key: str) -> View:
    """Give a view that somebody may open.

    Raises
    ------
    NotFound
        `unknown_view`, also for what is somebody else's own.
    """
    one = visible(by).filter(key=key).first()
    if one is None:
        raise NotFound("unknown_view", "There is no such view.", field="view")
    return one


@transaction.atomic
def save(*, by: User, label: str, query: str, shared: bool) -> View:
    """Keep what is looked for under a name.

    Raises
    ------
    InvalidInput
        `no_name`; `names_somebody` for an address of a person among the words; `bad_value`, `bad_period`.
    Conflict
        `too_many_views`.
    Forbidden
        `not_allowed`.
    """
    access.require(by, "read")
    own = View.objects.filter(owner=by)
    if own.count() >= MOST:
        raise Conflict("too_many_views", f"You have {MOST} views.", remedy="Remove one first.")
    text = filtering.canonical(query)
    if "@" in text or "%40" in text:
        raise InvalidInput("names_somebody", "This looks for a person.", field="query", remedy="Leave the address out.")
    made = View.objects.create(owner=by, label=_label(label), query=text, shared=shared, place=own.count())
    audit.record(by=by, action="save_view", subject=made.label, shared=shared)
    see(by=by, view=made)
    return made


@transaction.atomic
def change(*, by: User, key: str, label: str, shared: bool) -> View:
    """Call one's view otherwise, or show it to all or to oneself only."""
    one = _own(by, key)
    one.label, one.shared = _label(label), shared
    one.save(update_fields=["label", "shared"])
    audit.record(by=by, action="change_view", subject=one.label, shared=shared)
    return one


@transaction.atomic
def move_up(*, by: User, key: str) -> None:
    """Let one's view stand one place further up; the first one is the one that is offered first."""
    moved = _own(by, key)
    own = list(View.objects.filter(owner=by))
    at = next(place for place, one in enumerate(own) if one.pk == moved.pk)
    if at:
        own[at - 1], own[at] = own[at], own[at - 1]
    for place, one in enumerate(own):
        one.place = place
    View.objects.bulk_update(own, ["place"])


@transaction.atomic
def remove(*, by: User, key: str) -> None:
    """Remove one's view."""
    one = _own(by, key)
    one.delete()
    audit.record(by=by, action="remove_view", subject=one.label)


@transaction.atomic
def see(*, by: User, view: View) -> None:
    """Remember that somebody has seen a view as it is published now."""
    version = published.version()
    version = workspace().lake.at().version if version is None else version
    Visit.objects.update_or_create(view=view, user=by, defaults={"version": version})


def forget_visits() -> None:
    """Forget who has seen what: the data folder was emptied, and versions begin anew."""
    Visit.objects.all().delete()


def _own(by: User, key: str) -> View:
    one = find(by, key)
    if one.owner_id != by.pk:
        raise Forbidden("not_yours", "This view is somebody else's.", remedy="Save one of your own.")
    return one


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not label or len(label) > LONGEST:
        raise InvalidInput("no_name", "A view needs a name of at most 80 letters.", field="label")
    return label
