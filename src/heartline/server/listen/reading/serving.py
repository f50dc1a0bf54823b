"""The service that compares texts: how a request travels to it, what may be spent, whose names are masked.

Requests go by the guarded way of all addresses that people type in. After one failed, none is sent for a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from heartline.core.errors import HeartlineError, Unavailable
from heartline.listen.text import embedding
from heartline.listen.text.encoders import endpoint
from heartline.listen.text.encoders.endpoint import Answered, Endpoint
from heartline.server.shell import told
from heartline.server.shell.outgoing import Caller
from heartline.server.shell.sealed import seal, unseal

from .models import Service, Spent

ABOUT = "key of the service that compares texts"
SECONDS = 30.0
REST_S = 60.0
"""How long nothing is sent after a request failed for good."""
NAMES_S = 600.0
NAMES = frozenset({"name", "first_name", "last_name", "full_name", "family_name", "given_name"})
MOST_NAMES = 2_000_000
OK = 300

_rest: dict[str, float] = {}
_names: dict[str, tuple[float, frozenset[str]]] = {}


def service() -> Service | None:
    """Give the service that the company chose; None without one."""
    return Service.objects.order_by("pk").first()


def sealed_key(key: str) -> bytes:
    """Encrypt a key."""
    return seal(key.encode(), ABOUT) if key else b""


def opened_key(chosen: Service) -> str:
    """Decrypt the key of a service; empty without one."""
    return unseal(chosen.key, ABOUT).decode() if chosen.key else ""


def sent(url: str, key: str, path: str, body: bytes) -> Answered:
    """Send a request to a service."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}
    with Caller(SECONDS, endpoint.MOST) as caller:
        answer = caller.call("POST", url.rstrip("/") + path, headers=headers, body=body)
    if answer.more:
        raise Unavailable("bad_vectors", "The service answered with too much.", field="encoder")
    try:
        after = float(answer.headers.get("retry-after", ""))
    except ValueError:
        after = None
    return Answered(answer.status, answer.body, after)


def post(path: str, body: bytes) -> Answered:
    """Send a request to the service that the company chose.

    Raises
    ------
    Unavailable
        `no_service`; `resting` for a while after it failed; and what the way there says.
    """
    chosen = service()
    if chosen is None:
        raise Unavailable("no_service", "No service is chosen that compares texts.", field="encoder")
    with _resting():
        return sent(chosen.url, opened_key(chosen), path, body)


@contextmanager
def _resting() -> Iterator[None]:
    _awake()
    try:
        yield
    except HeartlineError:
        _rest["until"] = time.monotonic() + REST_S
        raise


def _awake() -> None:
    if resting():
        raise Unavailable("resting", "The service failed a moment ago.", remedy="It is asked again in a minute.")


def resting() -> bool:
    """Tell whether nothing is sent for a while."""
    return time.monotonic() < _rest.get("until", 0.0)


def wake() -> None:
    """Send again from now on: somebody changed how."""
    _rest.clear()


class Month:
    """The budget of this month."""

    def take(self, tokens: int) -> str:
        """Reserve tokens; give the month that they are of. What would not be sent anyway costs nothing.

        Raises
        ------
        Unavailable
            `budget_used`, `resting`.
        """
        _awake()
        chosen = service()
        month = this_month()
        Spent.objects.get_or_create(month=month)
        left = (chosen.tokens_a_month if chosen else 0) - tokens
        if not Spent.objects.filter(month=month, tokens__lte=left).update(tokens=F("tokens") + tokens):
            _rest["until"] = time.monotonic() + REST_S
            raise Unavailable(
                "budget_used", "What may be spent on comparing texts this month is used up.", field="encoder",
                remedy="Raise it, or wait for the next month: until then texts are read by their words.",
            )  # fmt: skip
        return month

    def settle(self, month: str, reserved: int, used: int, texts: int) -> None:
        """Count what a request truly cost: in the month that it began in, though another one has begun."""
        changed = {"tokens": F("tokens") + used - reserved, "calls": F("calls") + 1, "texts": F("texts") + texts}
        Spent.objects.filter(month=month).update(**changed)


def this_month() -> str:
    """Name the month."""
    return timezone.localdate().isoformat()[:7]


def spent() -> Spent:
    """Give what was spent this month."""
    return Spent.objects.filter(month=this_month()).first() or Spent(month=this_month())


def used_up() -> bool:
    """Tell whether this month's budget is as good as used up."""
    chosen = service()
    return chosen is not None and spent().tokens >= 0.99 * chosen.tokens_a_month


def names() -> frozenset[str]:
    """Give every word of the names of people whom the company knows, in small letters; read anew now and then."""
    place = str(settings.DATA)
    kept = _names.get(place)
    if kept is None or time.monotonic() - kept[0] > NAMES_S:
        found = frozenset(_words())
        _names.clear()
        _names[place] = kept = (time.monotonic(), found)
    return kept[1]


def forget_names() -> None:
    """Forget the names: somebody was erased."""
    _names.clear()


def _words() -> Iterator[str]:
    count = 0
    for _who, name, value in told.everything():
        if name.removeprefix("traits.").replace("N", "_n").lower() in NAMES:
            for word in value.split():
                yield word.strip(".,").casefold()
                count += 1
                if count >= MOST_NAMES:
                    return


def register() -> None:
    """Have encoders of this kind send by this way."""

    def made(rest: str) -> Endpoint:
        folder = Path(settings.DATA) if settings.DATA is not None else None
        return endpoint.of(rest, post=post, budget=Month(), folder=folder, names=names)

    embedding.offer(endpoint.PREFIX, made)
