"""Writes of connections: each atomic, audited, and hosts and secrets only by an administrator."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from heartline.collect import recipe as recipes
from heartline.collect.connecting.keeping import Keeping
from heartline.collect.connecting.plan import Connect
from heartline.collect.connecting.running import connection as connect_of
from heartline.collect.connecting.schedule import due, parse_schedule
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.core.ids import slug
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import data
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal, unseal

from . import composing
from .models import Connection, Run, State

AGAIN = timedelta(hours=1)
LONGEST_NAME = 60
LONGEST_SECRET = 4_000
RECIPE = "recipe"
"""The kind of a connection that was made of a recipe."""
KINDS = ("sql", "rest", "feed", "files", RECIPE)


@transaction.atomic
def create(*, by: User, kind: str, said: composing.Said, private: bool = False) -> Connection:
    """Make a connection, and have its first rows fetched in the background.

    Raises
    ------
    InvalidInput
        `missing`, `bad_value`, `bad_recipe`.
    Conflict
        `name_taken`.
    """
    access.require(by, "administer")
    if kind not in KINDS:
        raise InvalidInput("bad_value", "There is no such source.", field="kind", remedy="Choose one of the list.")
    key, text = _named(kind, said)
    plan = checked(text)
    if Connection.objects.filter(key=key).exists():
        raise Conflict("name_taken", "There is a connection of that name already.", field="name", remedy="Choose one.")
    secret = said.get("secret", "").strip()[:LONGEST_SECRET]
    made = Connection.objects.create(
        key=key, label=said.get("name", "").strip()[:LONGEST_NAME], kind=plan.kind, recipe=text, private=private,
        made_by=by.email, language=get_language() or "en",
        secret=seal(secret.encode(), f"connection {key}") if secret else None, trying=True,
    )  # fmt: skip
    audit.record(by=by, action="create_connection", subject=key, kind=plan.kind, host=plan.host, private=private)
    _try(made)
    return made


def _named(kind: str, said: composing.Said) -> tuple[str, str]:
    """Give the key of a new connection, and its recipe."""
    if kind == RECIPE:
        text = said.get("recipe", "")
        return recipes.parse(text).source[:LONGEST_NAME], text
    key = slug(said.get("name", ""))[:LONGEST_NAME]
    if not key:
        raise InvalidInput("missing", "A connection has a name.", field="name", remedy="Name what is asked.")
    known = workspace().lake.at().definitions.settings
    return key, composing.recipe(kind, key, said, zone=known["timezone"], currency=known["currency"] or "")


def checked(text: str) -> Connect:
    """Read the source of a recipe, and make sure that it may be used here.

    Raises
    ------
    InvalidInput
        `bad_recipe`, `not_connected`.
    """
    return connect_of(recipes.parse(text))


@transaction.atomic
def change(*, by: User, key: str, recipe: str) -> Connection:
    """Change the recipe, and have it tried.

    Raises
    ------
    InvalidInput
        `bad_recipe`; `other_source` where it would be another source.
    """
    access.require(by, "administer")
    one = found(key)
    text = recipe.replace("\r\n", "\n")
    plan = checked(text)
    if recipes.parse(text).source != one.key:
        raise InvalidInput("other_source", "This recipe is of another source.", field="recipe", remedy="Keep its name.")
    one.recipe, one.kind = text, plan.kind
    one.revision += 1
    one.trying = True
    one.save(update_fields=["recipe", "kind", "revision", "trying"])
    audit.record(by=by, action="change_connection", subject=key, host=plan.host)
    _try(one)
    return one


@transaction.atomic
def set_secret(*, by: User, key: str, secret: str, private: bool) -> Connection:
    """Keep another password or token, say whether the own network may be asked, and try it."""
    access.require(by, "administer")
    one = found(key)
    if secret.strip():
        one.secret = seal(secret.strip()[:LONGEST_SECRET].encode(), f"connection {key}")
    one.private = private
    one.revision += 1
    one.trying = True
    one.save(update_fields=["secret", "private", "revision", "trying"])
    audit.record(by=by, action="change_connection_secret", subject=key, new=bool(secret.strip()), private=private)
    _try(one)
    return one


@transaction.atomic
def try_again(*, by: User, key: str) -> Connection:
    """Fetch the first rows once more."""
    access.require(by, "import")
    one = found(key)
    one.trying = True
    one.revision += 1
    one.save(update_fields=["trying", "revision"])
    audit.record(by=by, action="try_connection", subject=key)
    _try(one)
    return one


def _try(one: Connection) -> None:
    from . import tasks  # which knows commands

    tasks.attempt.enqueue(one.key, one.revision)


@transaction.atomic
def start(*, by: User, key: str, every: str) -> Connection:
    """Have a source asked from now on, as often as is said; first at once.

    Raises
    ------
    InvalidInput
        `bad_schedule`; `nothing_to_land` where the recipe has no interactions yet.
    """
    access.require(by, "administer")
    one = found(key)
    schedule = parse_schedule(every)
    if not recipes.parse(one.recipe).interactions:
        raise InvalidInput("nothing_to_land", "It is not said yet what the rows become.", field="recipe")
    one.recipe = scheduled(one.recipe, str(schedule))
    one.state, one.next_at, one.tried, one.wanted, one.failures = State.ON, timezone.now(), None, True, 0
    one.save(update_fields=["recipe", "state", "next_at", "tried", "wanted", "failures"])
    audit.record(by=by, action="start_connection", subject=key, every=str(schedule))
    _go()
    return one


def scheduled(recipe: str, every: str) -> str:
    """Write another schedule into a recipe; all else stays as it stands."""
    head, mark, rest = recipe.partition("\nconnect:\n")
    if mark:
        block = re.match(r"(?:[ \t]+.*\n|[ \t]*\n|[ \t]*#.*\n)*", rest)
        body = block[0] if block else ""
        indent = re.match(r"[ \t]*", body.lstrip("\n") or "  ")
        lead = indent[0] if indent else "  "
        body = re.sub(rf"^{lead}every:.*\n", "", body, flags=re.MULTILINE)
        made = f"{head}{mark}{lead}every: {every}\n{body}{rest[len(block[0]) if block else 0 :]}"
        if str(checked(made).schedule) == every:
            return made
    raise InvalidInput("bad_recipe", "The schedule cannot be written into this recipe.", field="every",
                       remedy="Write `every:` below `connect:` yourself.")  # fmt: skip


@transaction.atomic
def pause(*, by: User, key: str) -> Connection:
    """Have a source no longer asked; what came stays, and how far it was read."""
    access.require(by, "import")
    one = found(key)
    one.state, one.next_at, one.wanted = State.PAUSED, None, False
    one.save(update_fields=["state", "next_at", "wanted"])
    audit.record(by=by, action="pause_connection", subject=key)
    return one


@transaction.atomic
def run_now(*, by: User, key: str) -> Connection:
    """Have a source asked now, and from now on as before."""
    access.require(by, "import")
    one = found(key)
    if one.state == State.DRAFT:
        raise Conflict("not_started", "It was not started yet.", field="key", remedy="Start it first.")
    one.state, one.wanted, one.next_at = State.ON, True, timezone.now()
    one.save(update_fields=["state", "wanted", "next_at"])
    audit.record(by=by, action="run_connection", subject=key)
    _go()
    return one


def _go() -> None:
    from . import tasks  # which knows commands

    transaction.on_commit(lambda: tasks.due.enqueue())


@transaction.atomic
def remove(*, by: User, key: str) -> None:
    """Remove a connection with its secret; what came stays."""
    access.require(by, "administer")
    found(key).delete()
    audit.record(by=by, action="remove_connection", subject=key)
    transaction.on_commit(lambda: shutil.rmtree(data.folder() / "connect" / key, ignore_errors=True))


def found(key: str) -> Connection:
    """Give a connection, to be written.

    Raises
    ------
    NotFound
        `unknown`.
    """
    one = Connection.objects.select_for_update().filter(key=key).first()
    if one is None:
        raise NotFound("unknown", "There is no such connection.", remedy="See the list.")
    return one


def secret_of(one: Connection, name: str) -> str:
    """Give the secret of a connection: what was entered, else of the environment.

    Raises
    ------
    InvalidInput
        `no_secret`.
    """
    from heartline.collect.connecting.secrets import from_environment

    if not name:
        return ""
    return unseal(one.secret, f"connection {one.key}").decode() if one.secret else from_environment(name)


def following(one: Connection) -> None:
    """Say when a connection is asked again; after a failure at the latest in an hour."""
    made = recipes.parse(one.recipe)
    moment = timezone.now()
    then = due(connect_of(made).schedule, moment, moment, made.timezone)
    if one.failures and then:
        then = min(then, moment + AGAIN)
    one.next_at = then


def hold() -> None:
    """Have nothing asked any more: the company is about to be emptied."""
    Connection.objects.filter(state=State.ON).update(state=State.PAUSED, next_at=None, wanted=False)


@transaction.atomic
def forget_all() -> None:
    """Let go of what belongs to the emptied company: how far sources were read, and what each time brought."""
    Run.objects.all().delete()
    Connection.objects.update(tried=None, trying=False, wanted=False, failures=0)
    if settings.DATA is not None:
        shutil.rmtree(data.folder() / "connect", ignore_errors=True)


def keeping(one: Connection) -> Keeping:
    """Give what is kept of a connection's source."""
    return Keeping(data.folder(), one.key)
