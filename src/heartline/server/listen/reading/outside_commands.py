"""What people of the company decide about who compares texts: nobody else, a service, or a model on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from heartline.core.errors import InvalidInput, Unavailable
from heartline.listen.text import embedding, seeds
from heartline.listen.text.encoders import endpoint, local
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import outgoing, published
from heartline.server.shell.opened import free

from . import serving
from .models import Service

RIGHT = "privacy"
LEAST_TOKENS, MOST_TOKENS = 1_000, 10**12
TRIAL_S = 180.0
TRIAL = (
    "import json,sys\n"
    "from heartline.core.errors import HeartlineError\n"
    "from heartline.listen.text.encoders.local import Local\n"
    "try:\n"
    "    made = Local(sys.argv[1])\n"
    "    made.vectors(['A parcel'])\n"
    "    print(json.dumps({'dimensions': made.dimensions}))\n"
    "except HeartlineError as error:\n"
    "    print(json.dumps({'code': error.code}))\n"
)


def use_service(*, wanted: Mapping[str, Any], by: Principal) -> None:
    """Have texts compared by a service from now on; masked, counted, and read again in the background.

    Parameters
    ----------
    wanted
        `url`, `model`, `provider` (who receives the texts), `key` (empty: the one that is kept), `tokens_a_month`,
        `agreed` (a contract with them covers it).

    Raises
    ------
    InvalidInput
        `not_agreed`, `missing`, `out_of_range`, and what is wrong with the address.
    Unavailable
        `service_refused`, `service_failed`, `bad_vectors`, …: it was tried with one harmless sentence.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    said = {name: str(wanted.get(name) or "").strip() for name in ("url", "model", "provider")}
    for name in ("url", "model", "provider"):
        if not said[name]:
            raise InvalidInput("missing", "This is needed.", field=name)
    if not wanted.get("agreed"):
        raise InvalidInput("not_agreed", "Texts go to somebody else only where a contract covers it.", field="agreed")
    tokens = _tokens(wanted.get("tokens_a_month"))
    outgoing.checked(said["url"])
    old = serving.service()
    given = str(wanted.get("key") or "").strip()
    moved = old is None or old.url != said["url"]  # a key never goes to another address than it was given for
    key = serving.sealed_key(given) if given or old is None or moved else bytes(old.key)
    clear = given or ("" if old is None or moved else serving.opened_key(old))
    dimensions = endpoint.measured(
        said["model"], lambda path, body: serving.sent(said["url"], clear, path, body), wait=lambda _seconds: None
    )
    with transaction.atomic():
        fields = {**said, "key": key, "dimensions": dimensions, "tokens_a_month": tokens}
        Service.objects.all().delete()
        Service.objects.create(**fields)
        _write(f"{endpoint.PREFIX}:{said['model']}:{dimensions}")
        told = {"provider": said["provider"], "model": said["model"], "tokens_a_month": tokens}
        audit.record(by=by, action="compare_by_service", subject=said["url"][:254], **told)
    serving.wake()
    serving.register()
    published.soon()


def use_model(*, model: str, by: Principal) -> None:
    """Have texts compared by a model on this machine from now on; they are read again in the background.

    Raises
    ------
    InvalidInput
        `missing`.
    Unavailable
        `no_package`, `no_model`.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    if not model.strip():
        raise InvalidInput("missing", "This is needed.", field="local")
    local.require()
    dimensions = _tried(model.strip())
    with transaction.atomic():
        Service.objects.all().delete()
        _write(f"{local.PREFIX}:{model.strip()}:{dimensions}")
        audit.record(by=by, action="compare_by_model", subject=model.strip()[:254])
    published.soon()


def use_ours(*, by: Principal) -> None:
    """Have texts compared by what ships with Heartline again; the service and its key are forgotten."""
    access.require(by, RIGHT)
    with transaction.atomic():
        Service.objects.all().delete()
        _write(None)
        audit.record(by=by, action="compare_by_ours", subject="reading of texts")
    published.soon()


def forget_all() -> None:
    """Forget the service: the data folder was emptied."""
    Service.objects.all().delete()


def _write(encoder: str | None) -> None:
    lake = free()
    body = dict(lake.at().definitions.all("settings").get(seeds.KEY, {}))
    body.pop("encoder", None)
    if encoder:
        body["encoder"] = encoder
    with lake.write("what compares texts") as writer:
        writer.define("settings", seeds.KEY, body, source="page")


def _tokens(given: Any) -> int:
    try:
        number = int(str(given).replace(",", "").replace(".", "").replace(" ", ""))
    except ValueError:
        number = 0
    if not LEAST_TOKENS <= number <= MOST_TOKENS:
        raise InvalidInput("out_of_range", f"From {LEAST_TOKENS} tokens a month.", field="tokens_a_month")
    return number


def _tried(model: str) -> int:
    """Load a model in a process of its own, whose memory is gone with it; give how many numbers it gives."""
    try:
        done = subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, "-c", TRIAL, model], capture_output=True, text=True, timeout=TRIAL_S, check=False
        )
        said = json.loads(done.stdout.strip().splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        said = {}
    if "dimensions" not in said:
        raise Unavailable(said.get("code", "no_model"), "This model cannot be loaded.", field="local")
    return int(said["dimensions"])


def is_ours(name: str) -> bool:
    """Tell whether an encoder is one that ships with Heartline."""
    return not embedding.is_other(name)
