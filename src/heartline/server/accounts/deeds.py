"""What is done, in words, by the names that the audit trail has for it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

ACCOUNTS: Words = {
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
}
DATA: Words = {
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
    "place_again": _("placed past events again"),
    "try_again": _("tried events again that could not be used"),
    "send_mended": _("sent mended events"),
}
OTHERS: Words = {
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
}
SURVEYS: Words = {
    "begin_survey": _("began a survey"),
    "change_survey": _("changed a survey"),
    "open_survey": _("let people answer a survey"),
    "close_survey": _("closed a survey"),
    "make_survey_links": _("made personal links to a survey"),
    "set_survey_sending": _("said how a survey is sent"),
    "ask_people": _("asked people by a survey"),
    "stop_asking": _("sent a survey no further"),
    "make_survey_kiosk": _("made a kiosk of a survey"),
}
THEMES: Words = {
    "begin_theme": _("began a theme"),
    "name_theme": _("named a theme"),
    "pin_theme": _("kept a theme"),
    "unpin_theme": _("kept a theme no longer"),
    "switch_theme_on": _("had a theme counted again"),
    "switch_theme_off": _("had a theme counted no more"),
    "merge_theme": _("made one theme of two"),
    "part_theme": _("took a merge of themes back"),
    "split_theme": _("split a theme"),
    "correct_theme": _("said whether a text is about a theme"),
}
PEOPLE: Words = {
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
    "set_contact_rules": _("said how often people are asked"),
    "lengthen_request": _("gave a person's request more time"),
    "remind_request": _("reminded of a person's request"),
}
READING: Words = {
    "change_reading": _("changed how texts are read"),
    "correct_reading": _("put the reading of a text right"),
}
DEEDS: Words = {**READING, **ACCOUNTS, **DATA, **OTHERS, **SURVEYS, **THEMES, **PEOPLE}
"""All of them."""
