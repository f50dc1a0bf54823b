"""What is known of everybody, brought into a form in which the same thing is written alike; and who looks alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import pyarrow as pa
from django.core.cache import cache

from heartline.collect.alike import TOLD, Likely, likely
from heartline.server.shell import told
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

from .models import Answer

LOOKED_AT = 200
"""Pairs that are kept ready, so that some are left when others are answered."""
KEPT_S = 600
PLAIN = {"name": "name", "phone": "phone", "email": "mailbox", "address": "address", "street": "address",
         "postal_code": "postcode", "postcode": "postcode", "zip": "postcode", "birthday": "birthday"}  # fmt: skip
HALVES = ("first_name", "last_name")


def _key(snapshot: Snapshot) -> str:
    return f"alike {snapshot.lake.folder} {snapshot.version} {snapshot.time.timestamp()}".replace(" ", ":")


def is_ready() -> bool:
    """Tell whether the likely pairs are kept ready: looking at everybody takes seconds where there are many."""
    return _key(workspace().lake.at()) in cache


def ready() -> list[Likely]:
    """Give the likely pairs that nobody denied: those put off last. Kept for a while for each state of the data."""
    snapshot = workspace().lake.at()
    key = _key(snapshot)
    found: list[Likely] | None = cache.get(key)
    answers = {(one.left, one.right): one.later for one in Answer.objects.all()}
    if found is None:
        no = [pair for pair, later in answers.items() if not later]
        found = likely(snapshot, pa.Table.from_pylist(list(_alike(told.everything())), _SCHEMA), never=no,
                       most=LOOKED_AT)  # fmt: skip
        cache.set(key, found, KEPT_S)
    open_ = [one for one in found if answers.get((one.left, one.right)) is not False]
    return sorted(open_, key=lambda one: answers.get((one.left, one.right)) is True)


_SCHEMA = pa.schema([(name, pa.string()) for name in TOLD])


def _alike(rows: Iterable[told.Told]) -> Iterator[dict[str, str]]:
    halves: dict[str, dict[str, str]] = {}
    for who, name, value in rows:
        key = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.removeprefix("traits.")).lower()
        if key in HALVES:
            halves.setdefault(who, {})[key] = value
        elif key in PLAIN and (text := written(PLAIN[key], value)):
            yield dict(zip(TOLD, (who, PLAIN[key], text), strict=True))
    for who, both in halves.items():
        if len(both) == len(HALVES) and (text := written("name", " ".join(both.values()))):
            yield dict(zip(TOLD, (who, "name", text), strict=True))


def written(field: str, value: str) -> str:
    """Write something in the one form in which it is compared: without case, accents, order of words, signs."""
    plain = unicodedata.normalize("NFKD", value).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if field == "mailbox":
        return re.sub(r"\W|_", "", plain.partition("@")[0].partition("+")[0])
    if field == "phone":
        return re.sub(r"\D", "", plain)[-9:]
    return " ".join(sorted(re.findall(r"\w+", plain)))
