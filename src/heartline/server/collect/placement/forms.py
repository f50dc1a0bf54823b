"""A rule as a form: what it holds and offers, and the body that a filled form gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.formats import sanitize_separators
from django.utils.translation import gettext as _

from heartline.collect.bodies import CHANNELS
from heartline.core.ids import slug
from heartline.core.scales import SCALES
from heartline.server.shell import filters, ratings
from heartline.store.definitions import Definitions

from . import words

MORE_TESTS, MORE_NAMES = 2, 1
"""Empty lines below those that are filled."""
GIVEN = ("ref", "amount", "wait_s", "score", "text", "unit", "product", "currency")
"""What a rule may take from a property; written `= value` where it is always the same."""
FACTORS = {"amount": (1.0, 0.01), "wait_s": (1.0, 0.001, 60.0, 3600.0), "score": (1.0,)}
Options = list[tuple[str, str, bool]]


def shown(definitions: Definitions, body: Mapping[str, Any], sources: Iterable[str]) -> dict[str, Any]:
    """Give what the form shows of a rule."""
    when = body.get("when") or {}
    return {
        "label": body.get("label", ""),
        "place": body.get("place", ""),
        "off": bool(body.get("off")),
        "names": [*_several(when.get("event")), *[""] * (MORE_NAMES if when.get("event") else MORE_NAMES + 1)],
        "paths": ", ".join(_several(when.get("path"))),
        "sources": _options({one: one for one in sources}, _several(when.get("source"))),
        "types": _options({kind: str(said) for kind, said in words.TYPES.items()}, _several(when.get("type"))),
        "channels": _options(_channels(definitions), _several(when.get("channel"))),
        "tests": [*map(_test, when.get("properties") or ()), *[_test({})] * MORE_TESTS],
        "touchpoints": _options(_touchpoints(definitions), [body.get("touchpoint")]),
        "stages": _options({key: filters.stage(definitions, key) for key in definitions.stages}, [body.get("stage")]),
        "abouts": _options(_touchpoints(definitions), [body.get("about")]),
        "set_channels": _options(_channels(definitions), [body.get("channel")]),
        "scales": _options(_scales(definitions), [body.get("scale")]),
        "kind": body.get("kind", ""),
        "succeeded": _options({"yes": _("It went right"), "no": _("It went wrong")}, [_yes_no(body.get("succeeded"))]),
        "given": {name: _given(name, body.get(name)) for name in GIVEN},
        "mask": ", ".join(body.get("mask") or ()),
        "plain": ", ".join(body.get("plain") or ()),
    }


def _several(held: Any) -> list[str]:
    return list(held) if isinstance(held, list) else [held] if held else []


def _options(names: Mapping[str, str], chosen: Iterable[Any]) -> Options:
    wanted = [one for one in chosen if one]
    every = {**names, **{one: one for one in wanted if one not in names}}
    return [(key, name, key in wanted) for key, name in every.items()]


def _channels(definitions: Definitions) -> dict[str, str]:
    return {key: filters.channel(definitions, key) for key in dict.fromkeys([*CHANNELS, *definitions.all("channel")])}


def _touchpoints(definitions: Definitions) -> dict[str, str]:
    found = {key: filters.body_label(definitions, "touchpoint", key) for key in definitions.all("touchpoint")}
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def _scales(definitions: Definitions) -> dict[str, str]:
    return {key: ratings.scale_name(scale) for key, scale in {**SCALES, **definitions.scales}.items()}


def _yes_no(held: Any) -> str:
    return {True: "yes", False: "no"}.get(held, "") if isinstance(held, bool) else ""


def _test(held: Mapping[str, Any]) -> dict[str, Any]:
    sign = next((name for name in held if name != "property"), "is")
    value = held.get(sign, "")
    if sign == "there":
        sign, value = ("there" if value else "absent"), ""
    signs = [(key, str(said), key == sign) for key, said in words.SIGNS.items()]
    return {"property": held.get("property", ""), "signs": signs, "value": "" if value == "" else words.plain(value)}


def _given(name: str, held: Any) -> dict[str, Any]:
    times = held.get("times", 1.0) if isinstance(held, Mapping) else 1.0
    text = held["property"] if isinstance(held, Mapping) else "" if held is None else f"= {words.plain(held)}"
    known = FACTORS.get(name, ())
    factors = [(str(one), words.factor(name, one), one == times) for one in dict.fromkeys([*known, times])]
    return {"text": text, "factors": factors if len(factors) > 1 else []}


# -- what a filled form says ----------------------------------------------------------------------------------------


def key(form: QueryDict) -> str:
    """Give the key of something new."""
    events = [one for one in form.getlist("event") if one.strip()]
    return slug(form.get("label", "") or (events[0] if events else "") or form.get("path", ""))


def body(form: QueryDict) -> dict[str, Any]:
    """Give the body that a filled form asks for."""
    when = {
        "source": _list(form.getlist("source")),
        "type": _list(form.getlist("type")),
        "event": _list(form.getlist("event")),
        "path": _list(form.get("path", "").split(",")),
        "channel": _list(form.getlist("when_channel")),
        "properties": _tests(form),
    }
    made: dict[str, Any] = {
        "label": form.get("label", "").strip(),
        "place": _whole(form.get("place", "")),
        "off": True if form.get("off") else None,
        "when": {name: value for name, value in when.items() if value},
        "touchpoint": slug(form.get("new_touchpoint", "")) or form.get("touchpoint", ""),
        "kind": slug(form.get("kind", "")),
        "succeeded": {"yes": True, "no": False}.get(form.get("succeeded", "")),
        "mask": _list(form.get("mask", "").split(",")),
        "plain": _list(form.get("plain", "").split(",")),
    }
    made |= {name: form.get(name, "") for name in ("stage", "about", "channel", "scale")}
    made |= {name: _taken(name, form) for name in GIVEN}
    return {name: value for name, value in made.items() if value is not None and value not in ("", [], {})}


def new_touchpoint(form: QueryDict) -> tuple[str, dict[str, Any]] | None:
    """Give key and body of a touchpoint that the form names and that is to be made."""
    label = form.get("new_touchpoint", "").strip()
    if not slug(label):
        return None
    made = {"label": label, "stage": form.get("stage", ""), "channel": form.get("channel", "")}
    return slug(label), {name: value for name, value in made.items() if value}


def _list(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _tests(form: QueryDict) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    rows = zip(form.getlist("test_property"), form.getlist("test_sign"), form.getlist("test_value"), strict=False)
    for name, sign, value in rows:
        if not name.strip():
            continue
        if sign in ("there", "absent"):
            made.append({"property": name.strip(), "there": sign == "there"})
        else:
            found = _number(value) if sign in ("above", "below") else value.strip()
            made.append({"property": name.strip(), sign: found})
    return made


def _number(text: str) -> Any:
    """Read a number as the page's language writes it; what is none stays as it is, to be refused with a sentence."""
    try:
        return float(str(sanitize_separators(text.strip())))
    except ValueError:
        return text.strip()


def _whole(text: str) -> Any:
    if not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 6 else text.strip()


def _taken(name: str, form: QueryDict) -> Any:
    text = form.get(name, "").strip()
    if not text:
        return None
    if text.startswith("="):
        fixed = text[1:].strip()
        return _number(fixed) if name in ("amount", "wait_s", "score") else fixed
    made: dict[str, Any] = {"property": text}
    times = form.get(f"{name}_times", "")
    factor = float(times) if times.replace(".", "", 1).isdecimal() else 1.0
    return made if factor == 1.0 else {**made, "times": factor}
