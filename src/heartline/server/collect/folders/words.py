"""What the page of drop folders says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heartline.collect.dropping import Folder, Line
from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers

ERRORS: dict[str, Any] = {
    "unknown_kind": gettext_lazy("This is no file of the kind that the folder takes."),
    "unreadable_file": gettext_lazy("The file cannot be read: it is damaged, or not what its name says."),
    "wrong_column": gettext_lazy("The file lacks a column that the recipe needs."),
    "wrong_value": gettext_lazy("A value in the file is not of the kind that the recipe expects."),
    "wrong_type": gettext_lazy("A column in the file is not of the kind that the recipe expects."),
    "too_slow": gettext_lazy("Reading it took too long and was stopped. Split the file."),
    "too_much_memory": gettext_lazy("This needs more memory than an import may have. Split the file."),
    "no_file": gettext_lazy("A file that the recipe needs did not come with it."),
    "internal": gettext_lazy("Something went wrong on our side; whoever runs this finds it in the log."),
    "unknown_recipe": gettext_lazy("Please choose one of the recipes."),
    "unknown_folder": gettext_lazy("There is no such folder any more."),
    "bad_value": gettext_lazy("Name the folder with small letters, digits and hyphens only."),
}


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    return str(ERRORS.get(error.code) or errors.told(error))


def answer(some: list[Folder]) -> str:
    """Say in one sentence what the folders do."""
    taking = [one for one in some if one.source]
    if not taking:
        return _("No folder takes files yet. A till, a call centre or a field tool can put its exports into one.")
    failed = sum(1 for one in some for line in one.lines if line.error)
    text = ngettext("%(n)s folder takes files.", "%(n)s folders take files.", len(taking))
    said = text % {"n": numbers.count(len(taking))}
    if failed:
        lost = ngettext("%(n)s of the last files failed.", "%(n)s of the last files failed.", failed)
        said = f"{said} {lost % {'n': numbers.count(failed)}}"
    return said


def became(line: Line) -> str:
    """Say what became of a file."""
    if line.error:
        known = ERRORS.get(line.error["code"])
        return str(known) if known else f"{line.error['reason']} {line.error['remedy']}".strip()
    if line.again:
        return _("It came before; nothing was done.")
    return _counted(line.report or {})


def _counted(report: Mapping[str, Any]) -> str:
    landed, there = int(report.get("landed", 0)), int(report.get("there", 0))
    lost = sum(dict(report.get("dropped", {})).values())
    parts = [ngettext("%(n)s line landed", "%(n)s lines landed", landed) % {"n": numbers.count(landed)}]
    if there:
        parts.append(ngettext("%(n)s was here", "%(n)s were here", there) % {"n": numbers.count(there)})
    if lost:
        text = ngettext("%(n)s could not be used", "%(n)s could not be used", lost)
        parts.append(text % {"n": numbers.count(lost)})
    if agreed := int(report.get("consents", {}).get("new", 0)):
        text = ngettext("%(n)s word about consent is new", "%(n)s words about consent are new", agreed)
        parts.append(text % {"n": numbers.count(agreed)})
    return _(", ").join(parts)
