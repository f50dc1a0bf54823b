"""What the pages of connections say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heartline.collect.connecting.schedule import Schedule
from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers

from .models import Connection, Run, State

KINDS: dict[str, tuple[Any, Any, str]] = {
    "sql": (
        gettext_lazy("Shop database"), gettext_lazy("Orders, returns, customers from PostgreSQL"), "package",
    ),
    "rest": (
        gettext_lazy("Interface of a service"), gettext_lazy("A REST API that answers in pages of JSON"), "link-2",
    ),
    "feed": (
        gettext_lazy("Reviews and posts"), gettext_lazy("Feeds of app shops, Mastodon, forums and blogs"),
        "message-circle",
    ),
    "files": (
        gettext_lazy("Bucket or folder"), gettext_lazy("CSV, JSON lines or Parquet that another system writes"),
        "download",
    ),
}  # fmt: skip
"""Kind -> what it is called, what it is for, and its icon."""
SCHEDULES: dict[str, Any] = {
    "5 minutes": gettext_lazy("every 5 minutes"), "15 minutes": gettext_lazy("every 15 minutes"),
    "1 hour": gettext_lazy("every hour"), "6 hours": gettext_lazy("every 6 hours"),
    "daily at 03:30": gettext_lazy("every day at 3:30"), "by hand": gettext_lazy("only when somebody says so"),
}  # fmt: skip
PAGES: dict[str, Any] = {
    "none": gettext_lazy("All comes at once"), "page": gettext_lazy("By the number of the page"),
    "offset": gettext_lazy("By how many rows are skipped"), "cursor": gettext_lazy("By a mark that came with the page"),
    "link": gettext_lazy("By an address in the header “Link”"),
    "next": gettext_lazy("By an address that came with the page"),
}  # fmt: skip
SIGNS: dict[str, Any] = {
    "bearer": gettext_lazy("A token (Bearer)"), "basic": gettext_lazy("A user and a password"),
    "header": gettext_lazy("A key in a header"), "query": gettext_lazy("A key in the address"),
}  # fmt: skip
REASONS: dict[str, Any] = {
    "no_time": gettext_lazy("without a date"), "unreadable_time": gettext_lazy("with a date that cannot be read"),
    "future_time": gettext_lazy("from the future"), "bad_score": gettext_lazy("with a score that is not a number"),
    "unknown_scale": gettext_lazy("with a score without a scale"),
    "score_out_of_range": gettext_lazy("with a score beyond the ends of its scale"),
    "bad_amount": gettext_lazy("with an amount that is not a number"),
    "duplicate_id": gettext_lazy("with the same number as a row before"),
    "erased": gettext_lazy("of somebody who was removed since"),
}  # fmt: skip
"""Why rows cannot be used, said after their count."""
WRONG: dict[str, Any] = {
    "no_cursor": gettext_lazy("The table %(table)s has no column “%(cursor)s”. It has: %(columns)s."),
    "bad_cursor": gettext_lazy(
        "“%(said)s” is neither a time nor a number of a row, so nobody knows what came after it. Name another column."
    ),
    "no_table": gettext_lazy("There is no table %(table)s, or its user may not read it."),
    "bad_query": gettext_lazy("The database does not understand the query: %(said)s"),
    "not_allowed": gettext_lazy("The database does not let this user read it: %(said)s"),
    "wrong_secret": gettext_lazy("The other side refuses the password or token. Enter it again below."),
    "not_found": gettext_lazy("There is nothing at this address. Please look for a typing error."),
    "too_often": gettext_lazy("The other side says that it is asked too often. Choose a longer pause."),
    "server_failed": gettext_lazy("The other side failed (status %(status)s). It is tried again by itself."),
    "refused": gettext_lazy("The other side refuses the request (status %(status)s)."),
    "not_json": gettext_lazy("What came is not JSON. Please look for a typing error in the address."),
    "no_rows": gettext_lazy("No list of rows was found in what came. Say where it is, such as data.items."),
    "no_feed": gettext_lazy("What came is no feed. Please look for a typing error in the address."),
    "not_trusted": gettext_lazy("The certificate of the other side is not right. Whoever runs it has to renew it."),
    "not_https": gettext_lazy(
        "%(host)s would be asked without encryption. Write https://, or allow it below as a machine of your own "
        "network."
    ),
    "no_connection": gettext_lazy("Nobody answers at this address. Is it right, and open to this server?"),
    "unknown_host": gettext_lazy("There is no machine %(host)s. Please look for a typing error."),
    "private_host": gettext_lazy(
        "%(host)s is in your own network. An administrator can allow that for this connection, below."
    ),
    "never_host": gettext_lazy("%(host)s is an address that is never asked."),
    "other_host": gettext_lazy("The source leads on to another machine, %(host)s; only the one you named is asked."),
    "no_bucket": gettext_lazy("There is no such bucket, or it lies in another region."),
    "no_folder": gettext_lazy("There is no folder %(folder)s on this server."),
    "bad_file": gettext_lazy("The file %(file)s cannot be read. Is it what its name says?"),
    "not_installed": gettext_lazy("What asks other systems is not installed: pip install 'heartline[connect]'."),
    "too_slow": gettext_lazy("It took too long and was stopped. Ask for less at a time."),
    "no_answer": gettext_lazy("It did not go through: %(said)s"),
    "ended": gettext_lazy("It needed too much memory. Ask for less at a time."),
    "cut_short": gettext_lazy("The server was stopped meanwhile. The next time goes on from there; nothing is lost."),
    "internal": gettext_lazy("Something went wrong on our side. The next time goes on from there."),
    "paused": gettext_lazy("It was paused meanwhile; nothing landed."),
    "nothing_there": gettext_lazy("There is not a single row yet. Try again when there is."),
    "nothing_happens": gettext_lazy(
        "No column says when something happened. Say in the recipe below what the rows become."
    ),
    "no_id": gettext_lazy(
        "The rows have no number of their own by which they would be known when they come again. "
        "Name it “id” in the recipe below."
    ),
    "no_secret": gettext_lazy("The password or token is missing. Enter it below."),
    "folder_not_allowed": gettext_lazy(
        "This folder may not be looked into. Whoever runs the server names folders in HEARTLINE_FOLDERS."
    ),
    "missing": gettext_lazy("Something is missing. Please fill in the field."),
    "bad_schedule": gettext_lazy("That is no schedule. Write “15 minutes”, “2 hours” or “daily at 03:30”."),
    "nothing_to_land": gettext_lazy("It is not said yet what the rows become."),
    "other_source": gettext_lazy("This recipe is of another source. Keep its name, or make a new connection."),
    "name_taken": gettext_lazy("There is a connection of that name already."),
    "wrong_key": gettext_lazy("The password was kept under another key. Enter it again below."),
    "disk_full": gettext_lazy("The disk is full. Nothing was lost; make room."),
}  # fmt: skip
"""What went wrong, and what to do."""


def told(error: Mapping[str, Any] | HeartlineError) -> str:
    """Say what was wrong."""
    if isinstance(error, HeartlineError):
        said = WRONG.get(error.code)
        return str(said) % _values(getattr(error, "values", {})) if said else errors.told(error)
    said = WRONG.get(str(error.get("code")))
    if said:
        return str(said) % _values(error.get("values") or {})
    place = str(error.get("field", "")).rpartition("/")[2]
    return " ".join(filter(None, (f"{place}:" if ":" in place else "", error.get("reason"), error.get("remedy"))))


class _Values(dict[str, Any]):
    """Gives nothing for what is missing."""

    def __missing__(self, key: str) -> str:
        return "–"


def _values(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return _Values(given)


def often(schedule: Schedule) -> str:
    """Say how often."""
    text = str(schedule)
    if text in SCHEDULES:
        return str(SCHEDULES[text])
    if schedule.at:
        return _("every day at %(time)s") % {"time": f"{schedule.at:%H:%M}"}
    return _("every %(time)s") % {"time": numbers.duration(schedule.every_s)}


def state(one: Connection, last: Run | None, schedule: Schedule, zone: str) -> tuple[str, str]:
    """Say how a connection is, and whether it needs somebody: `warn`, or nothing."""
    if one.trying:
        return _("is being tried"), ""
    if one.state == State.DRAFT:
        return _("not started yet"), ""
    if one.state == State.PAUSED:
        return _("paused"), ""
    if last is not None and last.ended_at is None:
        return _("is being asked now"), ""
    if last is not None and last.error:
        return _("did not go through: %(why)s") % {"why": told(last.error)}, "warn"
    if one.next_at is None:
        return _("asked only when somebody says so"), ""
    return _("is asked %(often)s, next %(time)s") % {
        "often": often(schedule), "time": numbers.moment(one.next_at, zone)
    }, ""  # fmt: skip


def brought(run: Run) -> str:
    """Say what one time brought."""
    if run.ended_at is None:
        return _("goes on")
    if run.error and not run.landed:
        return told(run.error)
    if not run.fetched and not run.landed:
        return _("nothing new")
    parts = [rows(run.fetched), _("%(n)s landed") % {"n": interactions(run.landed)}]
    if run.there:
        parts.append(_("%(n)s were there already") % {"n": numbers.count(run.there)})
    parts += dropped(run.dropped)
    return ", ".join(parts)


def dropped(found: Mapping[str, int]) -> list[str]:
    """Say how many rows could not be used, by reason."""
    made = []
    for reason, count in sorted(found.items(), key=lambda item: -item[1]):
        why = REASONS.get(reason)
        made.append(
            _("%(n)s could not be used, %(why)s") % {"n": rows(count), "why": why}
            if why
            else _("%(n)s could not be used") % {"n": rows(count)}
        )
    return made


def rows(count: int) -> str:
    """Count rows."""
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": numbers.count(count)}


def interactions(count: int) -> str:
    """Count interactions."""
    return ngettext("%(n)s interaction", "%(n)s interactions", count) % {"n": numbers.count(count)}


def answer(connections: int, failing: int, made: int) -> str:
    """Say how things are, in a sentence."""
    if made and not connections:
        return _("No system is asked at the moment.")
    if not connections:
        return _("None yet. Name a system that knows what customers do; what is new there then comes in by itself.")
    if failing:
        said = ngettext("%(n)s of %(all)s connections needs somebody.", "%(n)s of %(all)s connections need somebody.",
                        failing)  # fmt: skip
        return said % {"n": numbers.count(failing), "all": numbers.count(connections)}
    said = ngettext("%(n)s system is asked, and all goes well.", "%(n)s systems are asked, and all goes well.",
                    connections)  # fmt: skip
    return said % {"n": numbers.count(connections)}


def would_become(report: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Say what the first rows would become."""
    named = ", ".join(
        f"{labels.get(key, key) or _('without a touchpoint')} ({numbers.count(count)})"
        for key, count in sorted(report["places"].items(), key=lambda item: -item[1])
    )
    if not report["landed"] and report["there"]:
        return _("All of these rows are here already.")
    if not report["landed"]:
        return _("Nothing of it would land.")
    said = _("These rows would become %(n)s: %(named)s.") % {"n": interactions(report["landed"]), "named": named}
    return " ".join([said, *(f"{part[:1].upper()}{part[1:]}." for part in dropped(report["dropped"]))])
