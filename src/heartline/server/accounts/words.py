"""What accounts say to people: roles, refusals, and what was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors

from . import audit
from .models import Role


def roles() -> dict[str, tuple[str, str]]:
    """Give every role's name and what it may do."""
    may = {
        Role.ADMIN: _("sees and does everything, also people, keys and this company's settings"),
        Role.MANAGER: _("sees everything, brings data in, names touchpoints and journeys, shares pages"),
        Role.ANALYST: _("sees everything, brings data in, names touchpoints and journeys, shares pages"),
        Role.MARKETER: _("sees numbers and quotes without who said it, shares pages"),
        Role.AGENT: _("sees numbers and single customers"),
        Role.STORE_MANAGER: _("sees numbers and customers of certain stores, and nothing else"),
        Role.VIEWER: _("sees numbers and quotes without who said it"),
    }
    return {role.value: (str(role.label), may[role]) for role in Role}


def refused(error: HeartlineError) -> str:
    """Say why a command refused."""
    known = {
        "email_taken": _("Somebody already has this address."),
        "name_taken": _("There already is a key of this name."),
        "units_needed": _("A store manager is here for certain stores: choose them."),
        "last_administrator": _("Somebody has to be left who administers. Make somebody else an administrator first."),
    }
    if error.code == "bad_value" and error.field == "units":
        return _("An administrator is here for the whole company.")
    return known.get(error.code) or errors.told(error)


def doer(name: str) -> str:
    """Name who did something: a person by their address, or the command line."""
    return _("command line") if name == audit.COMMAND_LINE else name


def action(key: str) -> str:
    """Say what was done; actions of features that have no words here are said as they are named."""
    known = {
        "sign_in": _("signed in"),
        "sign_out": _("signed out"),
        "failed_sign_in": _("could not sign in"),
        "failed_second_step": _("gave a wrong code"),
        "use_signin_link": _("opened a sign-in link"),
        "create_signin_link": _("made a sign-in link"),
        "create_user": _("added a person"),
        "change_user": _("changed a person"),
        "deactivate_user": _("locked a person out"),
        "activate_user": _("let a person in again"),
        "forget_second_step": _("removed a person's second step"),
        "change_password": _("changed their password"),
        "add_second_step": _("set up a second step"),
        "remove_second_step": _("removed their second step"),
        "renew_recovery_codes": _("made new recovery codes"),
        "create_key": _("made an API key"),
        "revoke_key": _("revoked an API key"),
        "share": _("shared a page"),
        "revoke_share": _("took a shared link back"),
        "export": _("exported rows"),
        "import": _("brought data in"),
        "bring_files": _("brought files"),
        "start_import": _("began to bring data in"),
        "discard_import": _("threw files away before they were brought in"),
        "correct_placement": _("put rows to another touchpoint"),
        "take_back_placement": _("took back where rows were put"),
        "define": _("changed what the company defines"),
        "remove_definition": _("removed what the company defined"),
        "begin_company": _("set the company up"),
        "begin_demo": _("made the demo company"),
        "remove_demo": _("removed the demo company"),
        "correct_import": _("corrected what files hold"),
        "note_contact": _("noted a contact"),
        "undo_contact": _("took a noted contact back"),
        "bind_drop_folder": _("let a folder take files"),
        "release_drop_folder": _("let a folder take no more files"),
        "create_hook": _("made a webhook"),
        "map_hook": _("said what a webhook's data mean"),
        "remove_hook": _("removed a webhook"),
        "create_connection": _("made a connection"),
        "change_connection": _("changed a connection"),
        "change_connection_secret": _("entered a connection's password"),
        "try_connection": _("tried a connection"),
        "start_connection": _("started a connection"),
        "pause_connection": _("paused a connection"),
        "run_connection": _("had a connection asked"),
        "remove_connection": _("removed a connection"),
        "fetch_connection": _("fetched what is new"),
        "create_endpoint": _("began to tell another system"),
        "change_endpoint": _("changed what another system is told"),
        "renew_endpoint_secret": _("changed another system's secret"),
        "stop_endpoint": _("stopped telling another system"),
        "go_on_endpoint": _("went on telling another system"),
        "remove_endpoint": _("removed another system"),
        "test_endpoint": _("sent another system a test"),
        "send_message_again": _("sent messages again"),
        "place_again": _("placed past events again"),
        "try_again": _("tried events again that could not be used"),
        "send_mended": _("sent mended events"),
        "join_people": _("said that two are one person"),
        "part_people": _("said that two are not one person"),
        "deny_likely": _("said no to a likely double"),
        "put_off_likely": _("put a likely double off"),
        "export_person": _("handed out a person's data"),
        "erase_person": _("removed a person's data"),
        "erase_again": _("removed erased people from a restored backup"),
        "expire": _("removed rows that were kept long enough"),
        "keep_for": _("said how long data are kept"),
        "keep_for_ever": _("ended a rule about how long data are kept"),
        "take_request": _("took a person's request"),
        "move_request": _("moved a person's request on"),
        "note_consent": _("wrote down what a person said about being contacted"),
        "define_purpose": _("said what people are asked for"),
        "lengthen_request": _("gave a person's request more time"),
        "remind_request": _("reminded of a person's request"),
    }
    return known.get(key) or key.replace("_", " ")


def detail(name: str, value: Any) -> tuple[str, str]:
    """Say a detail of what was done: its name, and what it was."""
    known = {
        "role": _("role:"),
        "units": _("parts of the company:"),
        "name": _("name:"),
        "from": _("from"),
        "days": _("days:"),
        "rows": _("with the rows behind the numbers:"),
        "query": _("filters:"),
        "kind": _("kind:"),
    }
    return known.get(name, f"{name.replace('_', ' ')}:"), _value(name, value)


def _value(name: str, value: Any) -> str:
    if value is True:
        return _("yes")
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    if isinstance(value, list):
        between = " → " if name != "units" or any(isinstance(item, list) for item in value) else ", "
        return between.join(_value(name, item) for item in value) or _("the whole company")
    return str(value) or "–"
