"""What people write about alerts: rules, who hears them, chats, habits; what they do with an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal, unseal

from . import chatting, rights, values
from .models import Alert, Chat, Habits, Hearer, Message, Place, Rule, Telling
from .values import Wish

LONGEST = 120
MOST_RULES = 50
"""Of one person."""
MUTES_DAYS = (1, 7, 30)


@transaction.atomic
def make(*, by: User, name: str, kind: str, wish: Wish, chats: tuple[int, ...] = (), mail: bool = True,
         rhythm: str = Hearer.Rhythm.HOUR) -> Rule:  # fmt: skip
    """Have somebody told of something from now on, by mail and in chats of theirs.

    Raises
    ------
    InvalidInput
        `bad_value`, `too_many`.
    NotFound
        What names something that is not here.
    Forbidden
        `not_your_unit`.
    """
    access.require(by, "read")
    if Rule.objects.filter(made_by=by).count() >= MOST_RULES:
        raise InvalidInput("too_many", "That are too many rules.", remedy="Remove one that you do not need.")
    newest = workspace().lake.manifest.newest().version
    made = Rule.objects.create(
        name=_named(name), kind=kind, wish=_wished(by, kind, wish).kept(), made_by=by, since=newest
    )
    _place(made, newest)
    if mail or chats:
        _hear(made, by, chats, mail, rhythm)
    audit.record(by=by, action="make_alert_rule", subject=made.name, kind=kind)
    return made


@transaction.atomic
def change(*, by: User, number: int, name: str, wish: Wish) -> Rule:
    """Tell of something else; what is open of it is over.

    Raises
    ------
    InvalidInput, NotFound, Forbidden
        As `make`; `not_yours`.
    """
    one = _mine(by, number)
    said = _wished(by, one.kind, wish).kept()
    one.name, moved = _named(name), said != one.wish
    one.wish, one.look_at = said, timezone.now()
    one.save(update_fields=["name", "wish", "look_at"])
    if moved:
        one.alerts.filter(closed_at=None).update(closed_at=timezone.now())
        newest = workspace().lake.manifest.newest().version
        Rule.objects.filter(pk=number).update(since=newest)
        _place(one, newest)
    audit.record(by=by, action="change_alert_rule", subject=one.name)
    return one


def _named(text: str) -> str:
    name = " ".join(text.split())[:LONGEST]
    if not name or not name.isprintable():
        raise InvalidInput("bad_value", "A rule has a name.", field="name", remedy="Say what it is about.")
    return name


def _wished(by: User, kind: str, wish: Wish) -> Wish:
    """Check a wish; who is here for some units is told of these only."""
    wish = values.checked(kind, wish, access.definitions(by, workspace()))
    if not by.units:
        return wish
    allowed = workspace().lake.at().definitions.units_below(by.units)
    if set(wish.units) - allowed:
        raise Forbidden("not_your_unit", "You may not see that part of the company.", field="units")
    return replace(wish, units=wish.units or tuple(by.units))


def _place(rule: Rule, newest: int) -> None:
    """See that low scores of a scale are heard, from now on where nobody heard them before."""
    if rule.kind == values.Kind.LOW:
        scale = rule.wish["scale"]
        others = [one for one in Rule.objects.filter(kind=rule.kind, on=True).exclude(pk=rule.pk)
                  if one.wish["scale"] == scale]  # fmt: skip
        if not others:
            Place.objects.filter(scale=scale).delete()
        Place.objects.get_or_create(scale=scale, defaults={"version": newest})


def find(user: User, number: int) -> Rule:
    """Give a rule that somebody may see.

    Raises
    ------
    NotFound
        `unknown`.
    """
    one = Rule.objects.filter(pk=number).select_related("made_by").first()
    if one is None or not rights.may_see(user, one, workspace().lake.at().definitions):
        raise NotFound("unknown", "There is no such rule.", remedy="See the list.")
    return one


def _mine(by: User, number: int) -> Rule:
    one = find(by, number)
    if not rights.may_change(by, one):
        raise Forbidden("not_yours", "Somebody else made this rule.", remedy="Make one of your own.")
    return one


@transaction.atomic
def switch(*, by: User, number: int, on: bool) -> None:
    """Let a rule tell people, or no longer."""
    one = _mine(by, number)
    newest = workspace().lake.manifest.newest().version
    Rule.objects.filter(pk=number).update(on=on, look_at=timezone.now(), **({"since": newest} if on else {}))
    if on:
        _place(one, newest)
    else:
        one.alerts.filter(closed_at=None).update(closed_at=timezone.now())
        Telling.objects.filter(hearer__rule=one, message=None).delete()
    audit.record(by=by, action="go_on_alert_rule" if on else "stop_alert_rule", subject=one.name)


@transaction.atomic
def remove(*, by: User, number: int) -> None:
    """Remove a rule with all that it found."""
    one = _mine(by, number)
    one.delete()
    audit.record(by=by, action="remove_alert_rule", subject=one.name)


@transaction.atomic
def hear(*, by: User, number: int, chats: tuple[int, ...] = (), mail: bool = True,
         rhythm: str = Hearer.Rhythm.HOUR) -> None:  # fmt: skip
    """Say where somebody hears a rule, and how often; by no way: no more."""
    one = find(by, number)
    _hear(one, by, chats, mail, rhythm)
    action = "hear_alert" if mail or chats else "hear_alert_no_more"
    audit.record(by=by, action=action, subject=one.name)


def _hear(rule: Rule, by: User, chats: tuple[int, ...], mail: bool, rhythm: str) -> None:
    if rhythm not in Hearer.Rhythm.values:
        raise InvalidInput("bad_value", "There is no such rhythm.", field="rhythm", remedy="Choose one.")
    mine = {one.pk: one for one in Chat.objects.filter(owner=by)}
    if set(chats) - set(mine):
        raise NotFound("unknown", "There is no such chat.", field="chats")
    habits(by)
    ways: list[Chat | None] = [*([None] if mail else []), *(mine[number] for number in chats)]
    kept = [Hearer.objects.update_or_create(rule=rule, user=by, chat=way, defaults={"rhythm": rhythm})[0].pk
            for way in ways]  # fmt: skip
    Hearer.objects.filter(rule=rule, user=by).exclude(pk__in=kept).delete()


@transaction.atomic
def leave(*, hearers: tuple[int, ...], user: int) -> int:
    """Tell somebody no more, by the word of their mail; give how many rules that were. A weekly letter has none."""
    some = Hearer.objects.filter(pk__in=hearers, user=user).select_related("rule", "user")
    for one in some:
        audit.record(by=one.user, action="hear_alert_no_more", subject=one.rule.name)
    gone = some.delete()[0]
    if not hearers:
        letters = Habits.objects.filter(user=user, weekly=True)
        for habit in letters.select_related("user"):
            audit.record(by=habit.user, action="set_alert_habits", subject=habit.user.email, weekly=False)
        gone = letters.update(weekly=False)
    return gone


def habits(user: User) -> Habits:
    """Give somebody's habits; the first time in the language in which they read."""
    found, _made = Habits.objects.get_or_create(
        user=user, defaults={"language": (get_language() or "en").split("-")[0]}
    )
    return found


@transaction.atomic
def set_habits(*, by: User, quiet_from: int | None, quiet_to: int | None, weekly: bool, language: str = "") -> Habits:
    """Say when somebody wants to be told.

    Raises
    ------
    InvalidInput
        `bad_value` for what is no hour of a day.
    """
    access.require(by, "read")
    hours = [hour for hour in (quiet_from, quiet_to) if hour is not None]
    if len(hours) == 1 or any(not 0 <= hour < 24 for hour in hours):
        raise InvalidInput("bad_value", "Say from when to when.", field="quiet", remedy="Choose both hours, or none.")
    one = habits(by)
    one.quiet_from, one.quiet_to, one.weekly = quiet_from, quiet_to, weekly
    one.language = language or one.language
    one.save()
    audit.record(by=by, action="set_alert_habits", subject=by.email, weekly=weekly)
    return one


@transaction.atomic
def add_chat(*, by: User, name: str, url: str, texts: bool = False) -> Chat:
    """Let a chat take somebody's alerts.

    Raises
    ------
    InvalidInput
        `bad_value`, `bad_chat`, `not_public`.
    Conflict
        `name_taken`.
    """
    access.require(by, "read")
    name = " ".join(name.split())[:80]
    if not name or not name.isprintable():
        raise InvalidInput("bad_value", "A chat has a name.", field="name", remedy="Say which it is.")
    if Chat.objects.filter(owner=by, name=name).exists():
        raise Conflict("name_taken", "There is a chat of that name.", field="name", remedy="Choose another name.")
    chatting.checked(url.strip())
    made = Chat.objects.create(owner=by, name=name, texts=texts, sealed=b"")
    made.sealed = seal(url.strip().encode(), about(made))
    made.save(update_fields=["sealed"])
    audit.record(by=by, action="add_alert_chat", subject=name, texts=texts)
    return made


def about(chat: Chat) -> str:
    """Give what the address of a chat is sealed with."""
    return f"alert chat {chat.pk}"


@transaction.atomic
def remove_chat(*, by: User, number: int) -> None:
    """Forget a chat."""
    one = Chat.objects.filter(pk=number, owner=by).first()
    if one is None:
        raise NotFound("unknown", "There is no such chat.")
    one.delete()
    audit.record(by=by, action="remove_alert_chat", subject=one.name)


def alert(user: User, number: int) -> Alert:
    """Give an alert that somebody may see.

    Raises
    ------
    NotFound
        `unknown`.
    """
    found = rights.alerts(user, workspace().lake.at().definitions, Alert.objects.filter(pk=number))
    if not found:
        raise NotFound("unknown", "There is no such alert.", remedy="See the list.")
    return found[0]


@transaction.atomic
def see(*, by: User, number: int, remark: str = "") -> None:
    """Say that somebody has seen an alert, with a remark."""
    one = alert(by, number)
    said = " ".join(remark.split())[:500]
    Alert.objects.filter(pk=number).update(seen_by=by, seen_at=timezone.now(), remark=said or one.remark)
    audit.record(by=by, action="see_alert", subject=one.rule.name)


@transaction.atomic
def mute(*, by: User, number: int, days: int) -> None:
    """Let an alert be quiet for some days: it is found, and nobody is told.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    one = alert(by, number)
    if days not in MUTES_DAYS:
        raise InvalidInput("bad_value", "Choose for how long.", field="days", remedy="Choose one of the list.")
    Alert.objects.filter(pk=number).update(muted_until=timezone.now() + timedelta(days=days))
    Telling.objects.filter(finding__alert=one, message=None).delete()
    audit.record(by=by, action="mute_alert", subject=one.rule.name, days=days)


def forget_old() -> int:
    """Forget what is long over, and close what nobody gave cause for any more; give how many were forgotten."""
    now = timezone.now()
    quiet = Alert.objects.filter(rule__kind=values.Kind.LOW, closed_at=None, last_at__lt=now - timedelta(days=1))
    quiet.update(closed_at=now)
    gone = Alert.objects.filter(closed_at__lt=now - timedelta(days=365)).delete()[0]
    over = (Message.State.SENT, Message.State.DROPPED, Message.State.FAILED)
    old = Message.objects.filter(state__in=over, made_at__lt=now - timedelta(days=60), tellings=None)
    return gone + old.delete()[0]


@transaction.atomic
def forget_all() -> None:
    """Forget what was found: the data folder was emptied. Rules stay, and tell of what comes from now on."""
    Alert.objects.all().delete()
    Message.objects.all().delete()
    Place.objects.all().update(version=0, landed=0, after="")
    Rule.objects.all().update(since=0, look_at=timezone.now())


def try_chat(*, by: User, number: int) -> None:
    """Send a chat a message that says nothing, to see whether it takes it.

    Raises
    ------
    NotFound
        `unknown`.
    Unavailable
        `not_taken`, `too_slow`.
    """
    one = Chat.objects.filter(pk=number, owner=by).first()
    if one is None:
        raise NotFound("unknown", "There is no such chat.")
    url = unseal(one.sealed, about(one)).decode()
    chatting.send(url, "Heartline", _("Heartline reaches you here."))
    Chat.objects.filter(pk=number).update(failed="")
    audit.record(by=by, action="try_alert_chat", subject=one.name)
