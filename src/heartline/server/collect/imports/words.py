"""What the guided import says: meanings of columns, reasons, results and errors, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heartline.collect.guessing import names
from heartline.collect.guessing.plan import Column
from heartline.server.shell import errors, numbers

STAGES: dict[str, Any] = {
    "awareness": gettext_lazy("Becoming aware"), "consideration": gettext_lazy("Considering"),
    "purchase": gettext_lazy("Buying"), "delivery": gettext_lazy("Delivery"), "use": gettext_lazy("Using"),
    "support": gettext_lazy("Support"), "loyalty": gettext_lazy("Staying"), "advocacy": gettext_lazy("Recommending"),
}  # fmt: skip
CHANNELS: dict[str, Any] = {
    "web": gettext_lazy("Web"), "mobile": gettext_lazy("App"), "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"), "chat": gettext_lazy("Chat"), "messaging": gettext_lazy("Messaging"),
    "store": gettext_lazy("Shop"), "social": gettext_lazy("Social media"),
    "advertising": gettext_lazy("Advertising"), "delivery": gettext_lazy("Delivery"),
    "marketplace": gettext_lazy("Marketplace"), "print": gettext_lazy("Print"), "partner": gettext_lazy("Partner"),
}  # fmt: skip
EXPORTS: dict[str, Any] = {
    "zendesk_tickets": gettext_lazy("This is a Zendesk ticket export."),
    "zendesk_json": gettext_lazy("This is a Zendesk ticket export."),
    "shopify_orders": gettext_lazy("This is a Shopify export of orders."),
    "google_reviews": gettext_lazy("These are reviews from Google."),
    "trustpilot_reviews": gettext_lazy("These are reviews from Trustpilot."),
    "google_play_reviews": gettext_lazy("These are reviews from Google Play."),
    "app_store_reviews": gettext_lazy("These are reviews from the App Store."),
    "booking_reviews": gettext_lazy("These are reviews from Booking.com."),
    "review_list": gettext_lazy("This is a table of reviews."),
    "schema_org": gettext_lazy("These are reviews that a page marks up by schema.org."),
    "posts_feed": gettext_lazy("These are the posts of a feed."),
    "call_log": gettext_lazy("This is a log of phone calls."),
    "mailchimp_audience": gettext_lazy("This is a Mailchimp audience export."),
    "shopify_transactions": gettext_lazy("These are the transactions of a Shopify shop: what went back lands."),
    "mailchimp_activity": gettext_lazy("This is the activity of a Mailchimp campaign."),
    "ga4_events": gettext_lazy("This is a GA4 export from BigQuery."),
    "consent_list": gettext_lazy("This is a list of consents."),
}  # fmt: skip
"""Exports of tools that are known (`collect.exports`)."""
OPINIONS = frozenset(
    {"google_reviews", "trustpilot_reviews", "google_play_reviews", "app_store_reviews", "booking_reviews",
     "review_list", "schema_org", "posts_feed"}
)  # fmt: skip
"""Exports that can be about another company: what people said in public."""
SCALES: dict[str, Any] = {
    "nps": gettext_lazy("Score: recommend us, 0 to 10 (NPS)"),
    "stars5": gettext_lazy("Score: stars, 1 to 5"),
    "csat5": gettext_lazy("Score: satisfied, 1 to 5"),
    "csat7": gettext_lazy("Score: satisfied, 1 to 7"),
    "ces7": gettext_lazy("Score: easy, 1 to 7"),
    "smiley3": gettext_lazy("Score: three smileys"),
    "smiley5": gettext_lazy("Score: five smileys"),
    "yesno": gettext_lazy("Score: yes (1) or no (0)"),
    "enps": gettext_lazy("Score: recommend us as an employer, 0 to 10"),
    "rating10": gettext_lazy("Score: rating, 1 to 10"),
    "points10": gettext_lazy("Score: points, 0 to 10"),
    "points100": gettext_lazy("Score: points, 0 to 100"),
}
PERSONS: dict[str, Any] = {
    "customer_id": gettext_lazy("Person: customer number"),
    "user_id": gettext_lazy("Person: user account"),
    "email": gettext_lazy("Person: e-mail address"),
    "phone": gettext_lazy("Person: phone number"),
    "card": gettext_lazy("Person: customer card"),
    "anonymous_id": gettext_lazy("Person: device or respondent, unnamed"),
    "other": gettext_lazy("Person: another number of theirs"),
}
WAITS: dict[str, Any] = {
    "s": gettext_lazy("Wait, in seconds"), "min": gettext_lazy("Wait, in minutes"),
    "h": gettext_lazy("Wait, in hours"), "d": gettext_lazy("Wait, in days"),
}  # fmt: skip
USES: dict[str, Any] = {
    "leave": gettext_lazy("Leave out"),
    "keep": gettext_lazy("Keep as a detail"),
    "time": gettext_lazy("Time: it happened then"),
    "promised": gettext_lazy("Promised until then"),
    "clock": gettext_lazy("Time of day"),
    "touchpoint": gettext_lazy("Touchpoint: which step it was"),
    "about": gettext_lazy("What it is about"),
    "ref": gettext_lazy("Number of the order, ticket or booking"),
    "id": gettext_lazy("Number of this line"),
    "channel": gettext_lazy("Channel"),
    "product": gettext_lazy("Product"),
    "product_name": gettext_lazy("Name of the product"),
    "product_category": gettext_lazy("Category of the product"),
    "unit": gettext_lazy("Shop, region or seller"),
    "text": gettext_lazy("What people wrote"),
    "succeeded": gettext_lazy("Went right: yes or no"),
    "amount": gettext_lazy("Money"),
    "unit_price": gettext_lazy("Price of one piece"),
    "quantity": gettext_lazy("How many pieces"),
    "currency": gettext_lazy("Currency"),
}
REASONS: dict[str, Any] = {
    "no_time": gettext_lazy("without a date"),
    "unreadable_time": gettext_lazy("with a date that cannot be read"),
    "future_time": gettext_lazy("from the future"),
    "bad_precision": gettext_lazy("that do not say how exactly their date is known"),
    "bad_score": gettext_lazy("with a score that is not a number"),
    "unknown_scale": gettext_lazy("with a score without a scale"),
    "score_out_of_range": gettext_lazy("with a score beyond the ends of its scale"),
    "bad_amount": gettext_lazy("with an amount that is not a number"),
    "bad_cost": gettext_lazy("with a cost that is not a number"),
    "bad_currency": gettext_lazy("with a currency that does not exist"),
    "bad_wait": gettext_lazy("with a wait that is not a number from 0 up"),
    "bad_succeeded": gettext_lazy("with neither yes nor no where it should say whether it went right"),
    "bad_arm": gettext_lazy("that do not say whether they were treated"),
    "bad_properties": gettext_lazy("with details that cannot be read"),
    "duplicate_id": gettext_lazy("with the same number as a line before"),
    "erased": gettext_lazy("of somebody who was removed since"),
}
"""Why lines cannot be taken in, said after their count: “14,000 lines without a date”."""
FIELDS: dict[str, Any] = {
    "dropped_because": gettext_lazy("Why"), "id": gettext_lazy("Number"), "occurred_at": gettext_lazy("When"),
    "ref": gettext_lazy("Order or ticket"), "score": gettext_lazy("Score"), "scale": gettext_lazy("Scale"),
    "text": gettext_lazy("Words"), "amount": gettext_lazy("Money"), "currency": gettext_lazy("Currency"),
    "customer_id": gettext_lazy("Customer number"), "email": gettext_lazy("E-mail"), "phone": gettext_lazy("Phone"),
    "user_id": gettext_lazy("User account"), "anonymous_id": gettext_lazy("Unnamed person"),
    "product": gettext_lazy("Product"), "unit": gettext_lazy("Shop"), "touchpoint": gettext_lazy("Touchpoint"),
    "channel": gettext_lazy("Channel"), "wait_s": gettext_lazy("Wait"), "succeeded": gettext_lazy("Went right"),
    "properties": gettext_lazy("Details"), "about": gettext_lazy("About"),
}  # fmt: skip


def hint(column: Column) -> str:
    """Say what somebody may want to correct in what a column was taken for, or know of it."""
    use, seen = (column.use, column.detail), column.profile
    if use == ("score", "rating10"):
        return _(
            "Numbers from 1 to 10, read as a rating. Or did you ask “would you recommend us”, from 0 to 10? "
            "Then choose NPS."
        )
    if use == ("score", "nps") and not names.asks_to_recommend(column.name):
        return _(
            "Numbers from 0 to 10, read as “would you recommend us”. Or was it something else? Then choose points."
        )
    if use == ("score", "points100"):
        return _(
            "Numbers from 0 to 100, read as points that people gave. "
            "Did a program give them? Then keep them as a detail."
        )
    if column.clock:
        return _("The time of day comes from “%(column)s”.") % {"column": column.clock.name}
    if column.use == "keep" and column.name.lower() == "org:resource":
        return _("The colleagues who did it: kept as a detail, never taken for customers.")
    if column.use == "keep" and names.weighs(column.name) and seen.sure_number:
        return _("What each answer weighs, if it is a survey: its scores can be shown weighed by it.")
    if use[0] == "score" and seen.said:
        return _("Words, read as numbers: %(words)s.") % {"words": _said(seen.said)}
    if seen.clock and column.use == "keep":
        return _("Times of day. If they belong to a date, choose which.")
    return ""


def _said(numbers_of: Mapping[str, int]) -> str:
    listed = sorted(numbers_of.items(), key=lambda item: (item[1], item[0]))
    return ", ".join(_("“%(name)s”") % {"name": said} + f" = {number}" for said, number in listed)


def _of_files() -> dict[str, str]:
    """Give what is said of a file that cannot be read as it is."""
    return {
        "empty_file": _("%(file)s is empty. Export it again, with at least one line of data."),
        "no_rows": _("%(file)s has names of columns and no line below them. Export it with its data."),
        "no_table": _("%(file)s is not a table that we can read. Save it as CSV, Excel, JSON or Parquet."),
        "no_reviews": _(
            "%(file)s marks up neither reviews nor posts. Save a page with schema.org reviews, JSON-LD, or a feed in"
            " RSS or Atom."
        ),
        "no_log": _("%(file)s is not an event log in XES, or it is cut off. Export it again."),
        "unclosed_quote": _(
            "In %(file)s a quotation mark opens near line %(line)s and is never closed. "
            "Close it there, or export the file again."
        ),
        "broken_archive": _(
            "%(file)s is packed, and its packing is damaged, cut off, or asks for a password. Copy or export it again."
        ),
        "many_tables": _("%(file)s holds %(tables)s tables. Unpack it, and bring those that you need."),
        "nested": _(
            "%(file)s holds its answers inside “%(column)s”, each built in its own way."
            " Export them as CSV, or one a line."
        ),
        "too_large": _("%(file)s holds more than we take once it is unpacked (%(most)s MB). Split it."),
        "too_many_columns": _("%(file)s has %(columns)s columns; we can read %(most)s. Leave some out of the export."),
        "too_slow": _("Reading %(file)s took too long and was stopped. Split it."),
        "unknown_kind": _("%(file)s is of no kind that we can read here. Save it as CSV, Excel, JSON or Parquet."),
        "does_not_fit": _("%(file)s does not have the columns that this recipe needs, so it was left aside."),
    }


def _of_imports() -> dict[str, str]:
    """Give what is said of an import that cannot go on."""
    return {
        "does_not_fit": _("No file has the columns that this recipe needs."),
        "nothing_happens": _(
            "Nothing here says when something happened or what people thought. "
            "Choose below which column is the time, a score or a text."
        ),
        "own_name": _("That is your own company. Name the one whose reviews these are, or leave it empty."),
        "another_name": _("A competitor of nearly this name is here already. Write it alike, or more clearly."),
        "too_much_memory": _("This needs more memory than an import may have. Split the files."),
        "too_slow": _("This took too long and was stopped. Split the files."),
        "no_files": _("No file came. Choose at least one."),
        "no_room": _("The disk is full. Make room and try again."),
        "disk_full": _("The disk is full. Nothing was taken in; make room and try again."),
        "cut_off": _("The upload was cut off. Nothing was kept; send the files again."),
        "internal": _("Something went wrong on our side. Nothing was taken in; whoever runs this finds it in the log."),
        "too_many_files": _("These are too many files at once."),
        "too_large_together": _("These files are too large together."),
        "import_is_over": _("This import went on already. Load the page again."),
        "bad_correction": _("That cannot be. Choose from the list, or write it otherwise; nothing was changed."),
    }


def told(error: Mapping[str, Any]) -> str:
    """Say a coded error of a file or an import."""
    from heartline.core.errors import HeartlineError

    values = error.get("values") or {}
    if values and error["code"] in (known := _of_files()):
        return known[error["code"]] % values
    said = f"{error.get('reason', '')} {error.get('remedy', '')}".strip()
    return _of_imports().get(error["code"]) or errors.told(HeartlineError(error["code"], said))


def mended(told_: Mapping[str, Any]) -> list[str]:
    """Say what was mended in a file while it was read."""
    made = []
    counts = (
        ("skipped", ngettext("%(n)s line above the names of the columns was left out.", "%(n)s lines above the names of the columns were left out.", told_["skipped"])),  # noqa: E501
        ("longer", ngettext("%(n)s line has more fields than there are names; what is over stands in “more_fields”.", "%(n)s lines have more fields than there are names; what is over stands in “more_fields”.", told_["longer"])),  # noqa: E501
        ("shorter", ngettext("%(n)s line has fewer fields than there are names; the rest is empty.", "%(n)s lines have fewer fields than there are names; the rest is empty.", told_["shorter"])),  # noqa: E501
        ("named", ngettext("%(n)s column had no name, or one that stood there before, and got another.", "%(n)s columns had no name, or one that stood there before, and got another.", told_["named"])),  # noqa: E501
    )  # fmt: skip
    made += [text % {"n": numbers.count(told_[name])} for name, text in counts if told_[name]]
    if not told_["headed"]:
        made.append(_("The columns have no names; the first line was taken for data."))
    if told_["sheets"]:
        made.append(
            _("Only the first sheet was read; there are others: %(names)s.") % {"names": ", ".join(told_["sheets"])}
        )
    return made


def lines(count: int) -> str:
    """Say a count of lines."""
    return ngettext("%(n)s line", "%(n)s lines", count) % {"n": numbers.count(count)}


def events(count: int) -> str:
    """Say a count of things that happened: one line may tell of several."""
    return ngettext("%(n)s event", "%(n)s events", count) % {"n": numbers.count(count)}


MOST_SAID = 3
"""Touchpoints whose share of known customers is said in the sentence; the table has them all."""


def result(
    checked: Mapping[str, Any], labels: Mapping[str, str] | None = None, *, done: bool = False
) -> list[SafeString]:
    """Say in sentences what would land, or landed.

    Parameters
    ----------
    labels
        What touchpoints are called, by key.
    """
    landed, there = checked["landed"], checked["there"]
    dropped = sum(checked["dropped"].values())
    made = []
    if landed:
        text = ngettext("{n} landed.", "{n} landed.", landed) if done else _will(landed)
        made.append(format_html(text, n=format_html("<strong>{}</strong>", events(landed))))
        made += _known(checked, labels or {})
    elif there:
        made.append(format_html("{}", _("Nothing is new.")))
    else:
        made.append(format_html("{}", _("Nothing landed.") if done else _("Nothing will land.")))
    if there:
        text = ngettext("{n} is here already and is not doubled.", "{n} are here already and are not doubled.", there)
        made.append(format_html(text, n=events(there)))
    if dropped:
        text = ngettext("{n} cannot be taken in.", "{n} cannot be taken in.", dropped)
        made.append(format_html(text, n=format_html("<strong>{}</strong>", lines(dropped))))
    return made + agreed(checked.get("agreed") or {}, done=done)


def agreed(told: Mapping[str, int], *, done: bool) -> list[SafeString]:
    """Say what the files tell about consent."""
    new, made = told.get("new", 0), []
    if new and done:
        made.append(ngettext("{n} word about consent was kept.", "{n} words about consent were kept.", new))
    elif new:
        made.append(ngettext("They hold {n} word about consent.", "They hold {n} words about consent.", new))
    if told.get("unusable"):
        made.append(
            ngettext(
                "{n} line says nothing about consent that we can read.",
                "{n} lines say nothing about consent that we can read.", told["unusable"],
            )
        )  # fmt: skip
    counts = [new] * bool(new) + [told.get("unusable", 0)]
    return [format_html(text, n=numbers.count(count)) for text, count in zip(made, counts, strict=False)]


def _known(checked: Mapping[str, Any], labels: Mapping[str, str]) -> list[SafeString]:
    """Say whose customer is known: at each touchpoint, where they differ."""
    places = sorted(checked.get("places", {}).items(), key=lambda item: -item[1][0])
    shares = [(labels.get(key, key), numbers.in_hundred(known / landed)) for key, (landed, known) in places if key]
    alike: dict[str, list[str]] = {}
    for label, share in shares:
        alike.setdefault(share, []).append(_("“%(name)s”") % {"name": label})
    if len(alike) > 1:
        text = _("{share} of {touchpoints} have a known customer.")
        return [
            format_html(
                text, share=format_html("<strong>{}</strong>", share), touchpoints=", ".join(labelled[:MOST_SAID])
            )
            for share, labelled in list(alike.items())[:MOST_SAID]
        ]
    share = numbers.in_hundred(checked["known"] / checked["landed"])
    return [format_html(_("{share} have a known customer."), share=format_html("<strong>{}</strong>", share))]


def _will(count: int) -> str:
    return ngettext("{n} will land.", "{n} will land.", count)


def reasons(checked: Mapping[str, Any], places: Mapping[str, str]) -> list[dict[str, str]]:
    """Say why lines are dropped, the most frequent first: “14,000 lines without a date”.

    Parameters
    ----------
    places
        The touchpoint that each file of dropped lines is about; empty where lines name it.
    """
    left = checked.get("left") or {"": checked["dropped"]}
    listed = [(count, code, entry) for entry, counts in left.items() for code, count in counts.items()]
    return [
        {"code": code, "entry": entry, "text": f"{lines(count)} {REASONS[code]}", "place": places.get(entry, "")}
        for count, code, entry in sorted(listed, key=lambda one: (-one[0], one[2], one[1]))
    ]


def doing(progress: Mapping[str, Any], state: str) -> str:
    """Say what the background does now."""
    what = progress.get("doing")
    if what == "reading":
        return _("Reading %(what)s (%(done)s of %(of)s).") % {
            "what": progress["what"], "done": progress["done"] + 1, "of": progress["of"],
        }  # fmt: skip
    if what == "looking" and progress["what"]:
        return _("Looking at what %(what)s holds.") % {"what": progress["what"]}
    if what == "looking":
        return _("Looking at what belongs together.")
    if what == "importing":
        return _("%(n)s so far.") % {"n": lines(progress["rows"])}
    return _("Taking in.") if state == "landing" else _("Reading.")
