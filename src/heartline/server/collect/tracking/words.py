"""What the script's page says."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers


def agreements() -> dict[str, tuple[str, str]]:
    """Give the ways in which visitors agree: how the line says it, and in words."""
    return {
        "any": ("", _("A consent tool asks, or our pages do")),
        "tcf": ("tcf", _("A consent tool, by IAB TCF only")),
        "google": ("google", _("A consent tool, by Google only")),
        "callback": ("callback", _("Our pages ask, by hl.consent()")),
        "given": ("given", _("Nobody has to be asked here")),
    }


def event(row: dict[str, object]) -> str:
    """Name an event: those of the script in words, others as their source calls them."""
    name = str(row.get("event") or "")
    if row.get("type") == "page":
        return _("Page %(path)s was opened") % {"path": name}
    # loading is felt in fractions of a second
    wait = _("%(number)s s") % {"number": numbers.number(float(str(row.get("wait_s") or 0)), 2)}
    return {
        "Page Loaded": _("The main part of a page was there after %(wait)s"),
        "Page Answered": _("The server answered after %(wait)s"),
        "Page Reacted": _("The slowest click or key took %(wait)s to show"),
        "Search Failed": _("A search found nothing"),
        "Form Abandoned": _("A form was begun and not sent"),
        "Clicked Repeatedly": _("Somebody clicked again and again"),
        "Error Shown": _("Something went wrong on a page"),
        "Touchpoint Used": _("A touchpoint was used"),
        "Consent Changed": _("Somebody said what they agree to"),
    }.get(name, name.replace("%", "%%")) % {"wait": wait}


def ago(at: datetime) -> str:
    """Say how long ago something was."""
    seconds = max(0, int((timezone.now() - at).total_seconds()))
    if seconds < 2:
        return _("just now")
    if seconds < 60:
        return _("%(count)s seconds ago") % {"count": seconds}
    minutes, hours, days = seconds // 60, seconds // 3_600, seconds // 86_400
    if minutes < 60:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    if hours < 24:
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": numbers.count(days)}


def answer(last: datetime | None, own: datetime | None) -> str:
    """Say whether the company's site is heard."""
    if own is not None:
        return _("Your site is heard. The last event came %(ago)s.") % {"ago": ago(own)}
    if last is not None:
        return _("Events come in from other programs, but none from this line yet.")
    return _("Nothing has come from your site yet. One line in its pages changes that.")


def told(error: HeartlineError) -> str:
    """Say what was wrong with a key's name."""
    known = {
        "name_taken": _("There already is a key of that name. Choose another name for the site."),
        "bad_value": _("A name has at least one letter or digit."),
        "not_allowed": _("Only an administrator makes keys."),
    }
    return known.get(error.code) or errors.told(error)
