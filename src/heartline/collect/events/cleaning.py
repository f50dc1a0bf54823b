"""Properties without what says who somebody is: contact data taken out, likely personal data masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect.mapping import CONTACT

from . import personal
from .groups import MOST_KEYS, Group

BARE = frozenset({"name"})
"""Contact data of a person's traits, but in an event the name of a product or a campaign."""
EXTRA = frozenset(
    """
    customer_email customer_name customer_phone user_email user_name username billing_address shipping_address
    delivery_address recipient recipients recipient_email recipient_name recipient_phone phone_number mobile_number
    agent_name agent_username agent_email employee_name to_email from_email cc bcc iban card_number credit_card
    passport social_security_number tax_id date_of_birth birthday birth_date password passwd secret token access_token
    """.split()  # noqa: SIM905  (a list of words reads better)
)
"""What events call contact data, and what nobody should send."""
PRIVATE = (CONTACT | EXTRA) - BARE
IDS = re.compile(r"(^|_)(id|ids|ref|sku|number|no|code|key|hash|token|version|at|date|time|timestamp)$")
"""Names of properties whose digits name a thing or a moment; only e-mail addresses are looked for in them."""
NESTED = personal.SUSPECT + '|"(?i:' + "|".join(sorted(word.replace("_", "_?") for word in PRIVATE)) + ')"'
ADDRESSES = frozenset({"url", "referrer", "href", "link", "page_url", "target_url", "destination"})
LONG = 10**12
"""A number beyond this may be that of a card."""
QUERIES = frozenset({"search", "query_string", "hash"})


@lru_cache(maxsize=65_536)
def snake(name: str) -> str:
    """Write a name as ours are: `firstName` as `first_name`."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


def clean(group: Group, kept: Iterable[str] = ()) -> None:
    """Take what is personal out of a group's properties; what was found is counted under its doubts.

    Parameters
    ----------
    kept
        Properties that somebody has said hold nothing personal.
    """
    plain = set(kept)
    for key in group.keys:
        name = snake(key)
        if key in plain:
            continue
        if name in PRIVATE:
            take_out(group, key, f"contact:{key}")
        elif name in QUERIES:
            take_out(group, key, None)
        else:
            _masked(group, key, ids=IDS.search(name) is not None, link=name in ADDRESSES)
        if "@" in key or len(key) > 100:
            _renamed(group, key)
    if len(group.keys) > MOST_KEYS:
        group.doubts["many_properties"] += len(group)
        for one in group.properties:
            for key in list(one)[MOST_KEYS:]:
                del one[key]
                group.forget(key)


def take_out(group: Group, key: str, doubt: str | None) -> None:
    """Take a property out of all; how many had it is counted under a doubt."""
    held = sum(value is not None for value in group.take_out(key))
    if held and doubt:
        group.doubts[doubt] += held


def _renamed(group: Group, key: str) -> None:
    name = personal.masked(key)[0][:100]
    for one in group.properties:
        if key in one:
            one[name] = one.pop(key)
    group.forget(key)
    group.forget(name)


def _masked(group: Group, key: str, *, ids: bool, link: bool) -> None:
    values = group.values(key)
    kinds = group.kinds(key)
    if kinds & {dict, list}:
        _nested(group, key, values)
    if str in kinds:
        _texts(group, key, values, ids=ids, link=link)
    if int in kinds and not ids and not (kinds == {int} and max(values) <= LONG):
        for place, value in enumerate(values):
            if type(value) is int and value > LONG and personal.is_card(str(value)):
                group.change(place, key, "[card]")
                group.doubts[f"card:{key}"] += 1


def _texts(group: Group, key: str, values: list[Any], *, ids: bool, link: bool) -> None:
    """Mask texts, each different one once."""
    words = list(set(values) if group.kinds(key) == {str} else {value for value in values if type(value) is str})
    changed: dict[str, str] = {}
    if link:
        changed = {word: _address(word) for word in words}
    elif ids:
        words = [word for word in words if "@" in word]
    marks: dict[str, frozenset[str]] = {}
    for word in personal.suspicious(words):
        changed[word], marks[word] = personal.masked(changed.get(word, word))
    changed = {word: to for word, to in changed.items() if word != to}
    if changed:
        for place, value in enumerate(values):
            if type(value) is str and value in changed:
                group.change(place, key, changed[value])
                for kind in marks.get(value, ()):
                    group.doubts[f"{kind}:{key}"] += 1


@lru_cache(maxsize=65_536)
def _address(word: str) -> str:
    """Give an address without its question and its fragment, in which sites put what opens doors."""
    return re.split(r"[?#]", word, maxsplit=1)[0]


def _nested(group: Group, key: str, values: list[Any]) -> None:
    """Clean what lies within other values, where something in it is suspect."""
    places = [place for place, value in enumerate(values) if type(value) in (dict, list)]
    texts = [msgspec.json.encode(values[place]).decode() for place in places]
    suspect = pc.match_substring_regex(pa.array(texts, pa.string()), NESTED).to_numpy(zero_copy_only=False)
    for place, found in zip(places, suspect.tolist(), strict=True):
        if found:
            counts: list[str] = []
            group.change(place, key, inner(values[place], counts.append))
            for kind in set(counts):
                group.doubts[f"{kind}:{key}"] += 1


def inner(value: Any, tell: Callable[[str], None], *, ids: bool = False) -> Any:
    """Give a value without what is personal in it; `tell` hears what was found."""
    if type(value) is dict:
        kept = {}
        for key, part in value.items():
            name = snake(key)
            if name in PRIVATE:
                tell("contact")
            elif name not in QUERIES:
                kept[personal.masked(key)[0][:100]] = inner(part, tell, ids=IDS.search(name) is not None)
        return kept
    if type(value) is list:
        return [inner(part, tell, ids=ids) for part in value]
    if type(value) is str and (not ids or "@" in value):
        text, found = personal.masked(value)
        for kind in found:
            tell(kind)
        return text
    if type(value) is int and value > LONG and not ids and personal.is_card(str(value)):
        tell("card")
        return "[card]"
    return value
