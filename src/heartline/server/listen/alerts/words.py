"""What alerts say to people, on pages, in mails and in chats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.core.period import parse_period
from heartline.core.scales import Scale
from heartline.listen.alerting import charting
from heartline.listen.text.themes.values import called, known
from heartline.server.shell import errors, filters, numbers, ratings
from heartline.store.definitions import Definitions

from .models import Alert, Hearer, Rule
from .values import Wish

Kind = Rule.Kind


def kinds() -> list[tuple[str, str, str]]:
    """Name what can be told, each with what that means."""
    return [
        (Kind.LOW, _("a score is so low"), _("each by itself, seconds after it was given")),
        (Kind.SCORE, _("a score leaves what is usual for it"), _("by days or weeks, with limits learnt from its past")),
        (Kind.THEME, _("people talk about something more than before"), _("a theme that rises, or is new")),
        (Kind.SILENCE, _("nothing comes from a source any more"), _("by the hours and days at which it usually comes")),
    ]


def rhythms() -> list[tuple[str, str]]:
    """Name how long what follows is gathered."""
    return [
        (Hearer.Rhythm.HOUR, _("at most once an hour")), (Hearer.Rhythm.DAY, _("at most once a day")),
        (Hearer.Rhythm.WEEK, _("at most once a week")),
    ]  # fmt: skip


def score(value: float) -> str:
    """Write one score."""
    return numbers.number(value, 0 if value == round(value) else 1)


def unit(definitions: Definitions, key: str | None) -> str:
    """Name a part of the company."""
    return filters.body_label(definitions, "unit", key)


def touchpoint(definitions: Definitions, key: str | None) -> str:
    """Name a touchpoint."""
    return filters.body_label(definitions, "touchpoint", key)


def theme(definitions: Definitions, key: str) -> str:
    """Name a theme."""
    there = known(definitions)
    return called(there[key], (get_language() or "en").partition("-")[0]) if key in there else key


def scale(definitions: Definitions, key: str) -> str:
    """Name a scale."""
    return ratings.scale_name(definitions.scales[key]) if key in definitions.scales else key


def some(names: list[str]) -> str:
    """List some names."""
    return ", ".join(names)


def rule(kind: str, wish: Wish, definitions: Definitions) -> str:
    """Say when somebody is told: what follows “Tell me when …”."""
    told = _of(kind, wish, definitions)
    if wish.touchpoints:
        told += " · " + some([touchpoint(definitions, key) for key in wish.touchpoints])
    if wish.units:
        told += " · " + some([unit(definitions, key) for key in wish.units])
    return told


def _of(kind: str, wish: Wish, definitions: Definitions) -> str:
    if kind == Kind.LOW:
        return _low(wish, definitions.scales.get(wish.scale), scale(definitions, wish.scale))
    if kind == Kind.SILENCE:
        names = some(list(wish.sources))
        return _("nothing comes from %(names)s any more") % {"names": names} if names else _(
            "nothing comes from any of the sources any more"
        )  # fmt: skip
    if kind == Kind.THEME and not wish.theme:
        return _("people talk about anything more than before")
    what = _("talk of %(theme)s") % {"theme": theme(definitions, wish.theme)} if kind == Kind.THEME else (
        scale(definitions, wish.scale) if wish.scale else _("any score")
    )  # fmt: skip
    told = {
        "falls": _("%(what)s falls below what is usual"), "rises": _("%(what)s rises above what is usual"),
        "either": _("%(what)s leaves what is usual"),
    }[wish.direction] % {"what": what}  # fmt: skip
    each = {"about": _("for any touchpoint"), "unit": _("in any part of the company"),
            "channel": _("on any channel")}.get(wish.by, "")  # fmt: skip
    return f"{told} {each}".strip()


def _low(wish: Wish, one: Scale | None, name: str) -> str:
    values = {"score": score(wish.at_most or 0.0), "scale": name}
    back = one is not None and one.low_is_good
    if wish.text == "with":
        text = _("%(scale)s: somebody gives %(score)s or more, with a text") if back else _(
            "%(scale)s: somebody gives %(score)s or less, with a text")  # fmt: skip
    elif wish.text == "without":
        text = _("%(scale)s: somebody gives %(score)s or more, without a text") if back else _(
            "%(scale)s: somebody gives %(score)s or less, without a text")  # fmt: skip
    else:
        text = _("%(scale)s: somebody gives %(score)s or more") if back else _(
            "%(scale)s: somebody gives %(score)s or less")  # fmt: skip
    return text % values


def headline(one: Alert, definitions: Definitions, zone: str) -> str:
    """Say what an alert is about, with its number."""
    about = one.about
    if one.rule.kind == Kind.LOW:
        back = about["scale"] in definitions.scales and definitions.scales[about["scale"]].low_is_good
        text = ngettext("%(scale)s: one score of %(score)s or more", "%(scale)s: %(n)s scores of %(score)s or more",
                        one.times) if back else \
            ngettext("%(scale)s: one score of %(score)s or less", "%(scale)s: %(n)s scores of %(score)s or less",
                     one.times)  # fmt: skip
        told = text % {"n": numbers.count(one.times), "score": score(about["at_most"]),
                       "scale": scale(definitions, about["scale"])}  # fmt: skip
        return told + (f" · {unit(definitions, about['unit'])}" if about.get("unit") else "")
    if one.rule.kind == Kind.SILENCE:
        last = datetime.fromisoformat(about["last_at"])
        return _("Nothing from %(source)s since %(last)s") % {
            "source": about["source"], "last": numbers.moment(last, zone)}  # fmt: skip
    told = moved(about, definitions)
    return told + (f" · {some([unit(definitions, key) for key in one.units])}" if one.units else "")


def moved(about: Mapping[str, Any], definitions: Definitions) -> str:
    """Say how a series moved."""
    if "recent" in about:
        values = {"theme": theme(definitions, about["of"]), "recent": numbers.count(about["recent"]),
                  "before": numbers.count(about["before"])}  # fmt: skip
        if about["new"]:
            return _("New: %(recent)s texts of late speak of %(theme)s, none did before") % values
        return _("%(theme)s is spoken of more: in %(recent)s texts of late, in %(before)s of the eight times as long"
                 " before") % values  # fmt: skip
    name = theme(definitions, about["of"]) if about["theme"] else scale(definitions, about["of"])
    if about["place"] is not None:
        kind = {"about": "touchpoint"}.get(about["by"], about["by"])
        place = (filters.channel(definitions, about["place"]) if kind == "channel"
                 else filters.body_label(definitions, kind, about["place"]))  # fmt: skip
        name = f"{name}, {place}"
    values = {"name": name, "value": value(about, "value", definitions), "low": value(about, "low", definitions),
              "high": value(about, "high", definitions), "usual": value(about, "usual", definitions)}  # fmt: skip
    if about["low"] is not None and about["low"] <= about["value"] <= about["high"]:
        if about["value"] < about["usual"]:
            return _("%(name)s has been lower than usual for a while: %(value)s; usual is %(usual)s") % values
        return _("%(name)s has been higher than usual for a while: %(value)s; usual is %(usual)s") % values
    return _("%(name)s is %(value)s; usual is %(low)s to %(high)s") % values


def value(about: Mapping[str, Any], which: str, definitions: Definitions) -> str:
    """Write a number of a series on its measure."""
    if about["theme"]:
        return numbers.share(about[which])
    one = definitions.scales.get(about["of"])
    return ratings.written(about[which], one.measure if one else "mean")


def days(period: str) -> str:
    """Write the days that a value was counted of."""
    return filters.said(parse_period(period))


def answer(count: int, rules_: int, last: datetime | None, zone: str) -> str:
    """Say how things stand."""
    if count:
        return ngettext("One thing is out of the ordinary now.", "%(n)s things are out of the ordinary now.", count) % {
            "n": numbers.count(count)}  # fmt: skip
    if not rules_:
        return _("Nobody is told of anything yet.")
    if last is None:
        return _("Nothing is out of the ordinary, and nothing was since you asked to be told.")
    return _("Nothing is out of the ordinary now. The last alert was %(last)s.") % {
        "last": numbers.moment(last, zone)}  # fmt: skip


NEEDED = charting.LEARN + 1
"""Values after which a series is watched."""


def not_yet(furthest: int) -> str:
    """Say what it takes to watch a score, and how far it is."""
    told = {
        "least": numbers.count(charting.LEAST_N),
        "needed": numbers.count(NEEDED),
        "so_far": numbers.count(furthest),
    }
    return ngettext(
        "It cannot be watched yet: that takes %(needed)s days with at least %(least)s answers each (smaller days count"
        " together); so far there is %(so_far)s. It begins by itself.",
        "It cannot be watched yet: that takes %(needed)s days with at least %(least)s answers each (smaller days count"
        " together); so far there are %(so_far)s. It begins by itself.", furthest,
    ) % told  # fmt: skip


def watchable(scores: int, watched: int, furthest: int) -> str:
    """Say what can be watched already, and what it takes to watch the rest."""
    told = {"scores": numbers.count(scores), "watched": numbers.count(watched), "needed": numbers.count(NEEDED),
            "least": numbers.count(charting.LEAST_N), "so_far": numbers.count(furthest)}  # fmt: skip
    if not scores:
        return _("Nobody has answered on a scale yet, so no score can be watched: that takes %(needed)s days with at"
                 " least %(least)s answers each.") % told  # fmt: skip
    if scores == watched:
        return ngettext("Your one score has enough answers to be watched for what is usual; single low answers, themes"
                        " and sources can be watched, too.",
                        "All of your %(scores)s scores have enough answers to be watched for what is usual; single low"
                        " answers, themes and sources can be watched, too.", scores) % told  # fmt: skip
    if watched:
        return _("%(watched)s of your %(scores)s scores can be watched for what is usual; each of the others needs"
                 " %(needed)s days with at least %(least)s answers (smaller days count together). Single low answers"
                 " are told from the first.") % told  # fmt: skip
    return _("None of your scores can be watched for what is usual yet: each needs %(needed)s days with at least"
             " %(least)s answers (smaller days count together), and the furthest has %(so_far)s. Single low answers are"
             " told from the first.") % told  # fmt: skip


def failed(why: str) -> str:
    """Say why a chat took nothing."""
    return {
        "": "", "too_slow": _("it did not answer in time"), "not_taken": _("it did not take the message"),
        "not_public": _("its address is not of the public internet"), "unknown_host": _("its host is not there"),
    }.get(why, _("its address is not right"))  # fmt: skip


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    known_ = {
        ("bad_value", "name"): _("Give it a name of at most 120 characters."),
        ("bad_value", "at_most"): _("That is no score on this scale."),
        ("bad_value", "scale"): _("Choose a scale."),
        ("bad_value", "quiet"): _("Choose both hours, or none."),
        ("bad_value", "weeks"): _("Choose between 1 and 520 weeks."),
        ("name_taken", "name"): _("You have a chat of that name already."),
        ("not_your_unit", "units"): _("You may not see that part of the company."),
        ("bad_chat", "url"): _(
            "That is not the address of a chat that we know. It looks like slack://…, discord://…, tgram://…,"
            " mmosts://HOST/TOKEN or ntfys://HOST/TOPIC."
        ),
        ("not_public", "url"): _(
            "That address is not of the public internet. Whoever runs the server can allow it: HEARTLINE_PRIVATE_HOSTS."
        ),
        ("unknown_host", "url"): _("There is nothing of that name."),
        ("not_https", "url"): _("Without encryption we only call what whoever runs the server allows."),
    }
    if error.code == "too_many":
        return _("You have so many rules already. Remove one that you do not need.")
    return known_.get((error.code, error.field or "")) or errors.told(error)


def how() -> list[tuple[str, str]]:
    """Say how alerts are made."""
    return [
        (_("Usual"), _("Every series learns from its own past: at least 20 values of at least 10 answers each, else it"
                       " cannot be watched yet. Days with few answers are counted together.")),
        (_("Limits"), _("A single value and the moving average each have a limit. They are set so that, over all series"
                        " of a rule together, chance alone raises at most one false alarm in the weeks that the rule"
                        " names.")),
        (_("Rising"), _("The last 28 days against eight times as long before, looked at once a week: over all themes,"
                        " one quiet look out of twenty marks any.")),
        (_("Silence"), _("How much usually comes in each hour of the week is learnt from twelve weeks. A pause is as"
                         " long as what should have come in it; silent is who pauses longer than chance allows.")),
        (_("Told once"), _("The first time you are told at once. What follows is gathered, as you wish. An alert ends"
                           " by itself when things are as usual again.")),
    ]  # fmt: skip
