"""What the page of what comes in says, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import numbers
from heartline.server.shell.errors import told as told_elsewhere

REASONS = {
    "bad_json": gettext_lazy("is no JSON"),
    "bad_utf8": gettext_lazy("has letters that cannot be read (no UTF-8)"),
    "too_deep": gettext_lazy("is nested too deeply"),
    "too_large": gettext_lazy("is larger than 32 KB"),
    "not_an_object": gettext_lazy("is no JSON object"),
    "not_a_batch": gettext_lazy("has no list of events called “batch”"),
    "unknown_type": gettext_lazy("is none of track, page, screen, identify, group, alias"),
    "no_name": gettext_lazy("does not say what happened"),
    "long_name": gettext_lazy("has a name of more than 500 letters"),
    "wrong_type": gettext_lazy("has a field that holds something else than it should"),
    "unreadable_time": gettext_lazy("has a time that cannot be read, or from before 1900"),
    "future_time": gettext_lazy("lies more than a day in the future"),
    "no_person": gettext_lazy("says who somebody is without saying who"),
    "internal": gettext_lazy("made Heartline stumble: that is our fault"),
}
"""Why an event could not be used."""
LEFT = {
    "two_unique": gettext_lazy("would have made one person of two with different numbers of their own"),
    "weak_between": gettext_lazy("would have joined two known people by a shared device"),
    "too_many": gettext_lazy("would have given one customer more identifiers than a person has"),
    "nobody": gettext_lazy("named nobody: values like “null” or “test@…”"),
}
"""Why two identifiers were not held for one person."""
STEPS = {
    "read": gettext_lazy("read and placed"),
    "settle": gettext_lazy("who it was"),
    "keep": gettext_lazy("counts and contact data"),
    "wait": gettext_lazy("waited for another writer"),
    "write": gettext_lazy("written"),
    "publish": gettext_lazy("flushed and published"),
    "again": gettext_lazy("once more, as others wrote too"),
}


def reason(code: str) -> str:
    """Say why events could not be used."""
    return str(REASONS.get(code, code))


def events(count: int) -> str:
    """Write a number of events."""
    return ngettext("%(number)s event", "%(number)s events", count) % {"number": numbers.count(count)}


def answer(landed: int, sources: int, dropped: int, lag_s: float | None) -> str:
    """Say what came in within seven days."""
    if not landed and not dropped:
        return _("In the last seven days no event came in.")
    said = ngettext(
        "In the last seven days %(events)s came in from %(number)s source",
        "In the last seven days %(events)s came in from %(number)s sources", sources,
    ) % {"events": events(landed), "number": numbers.count(sources)}  # fmt: skip
    if dropped:
        said += _("; %(events)s could not be used") % {"events": events(dropped)}
    if lag_s is not None:
        said += _(". The last batch stood on its customers' pages %(time)s after it came") % {"time": seconds(lag_s)}
    return said + "."


def seconds(value: float) -> str:
    """Write a short time."""
    return _("%(number)s s") % {"number": numbers.number(value, 1 if value < 10 else 0)}


def waiting(requests: int, waiting_events: int, oldest_s: float) -> str:
    """Say what waits."""
    if not requests:
        return _("Nothing waits: everything that was received is in.")
    return _("%(events)s are received and safe, but not in yet; the oldest waits for %(time)s.") % {
        "events": events(waiting_events), "time": seconds(oldest_s)
    }  # fmt: skip


def late(oldest_s: float) -> str:
    """Say that what was received does not land."""
    return _("Events were received %(time)s ago and are not in yet. They are safe; the loader is away or stopped.") % {
        "time": seconds(oldest_s)
    }


def kept(pairs: int) -> str:
    """Say how much of that is kept."""
    if not pairs:
        return ""
    return ngettext(
        "%(number)s pair of identifiers is kept as evidence: the customer’s page names it.",
        "%(number)s pairs of identifiers are kept as evidence: the pages of their customers name them.", pairs,
    ) % {"number": numbers.count(pairs)}  # fmt: skip


def sent(count: int) -> str:
    """Say that events were sent again."""
    if not count:
        return _("There was nothing to send again.")
    return ngettext(
        "%(number)s event is on its way again. What still cannot be used comes back here.",
        "%(number)s events are on their way again. What still cannot be used comes back here.", count,
    ) % {"number": numbers.count(count)}  # fmt: skip


def told(error: HeartlineError) -> str:
    """Say why a file of mended events was not taken."""
    known = {
        "no_file": _("There is no file, or it is larger than 32 MB."),
        "bad_json": _("This is not the file of dropped events: every line is to be JSON. Nothing was sent."),
        "bad_value": _("A line lacks “held” or “event”. Nothing was sent."),
        "unknown_event": _("One of these events is no longer here. Nothing was sent."),
    }
    return known.get(error.code) or told_elsewhere(error)
