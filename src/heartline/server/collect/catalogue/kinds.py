"""The kinds of definitions in words: what they are called, what each is for, what its fields ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """A kind in words.

    Parameters
    ----------
    title
        All of them, as on the page of all kinds.
    question
        What their page answers.
    one
        One of them.
    about
        What they are for, in a sentence: also what an empty page says.
    icon
        A picture that stands beside the word.
    """

    title: Text
    question: Text
    one: Text
    about: Text
    icon: str


KINDS: dict[str, Kind] = {
    "touchpoint": Kind(
        _("Touchpoints"), _("Where do customers meet us?"), _("Touchpoint"),
        _("Every place where customers have to do with you, with the department that answers for it and the wait that"
          " people are promised there."), "map"),
    "journey": Kind(
        _("Journeys"), _("Which journeys do we follow?"), _("Journey"),
        _("Where a journey begins, what it aims at and how long it may take: shares, paths and waits are counted by"
          " it."), "route"),
    "stage": Kind(
        _("Stages"), _("Which stages does a journey have?"), _("Stage"),
        _("The phases of the relation, from left to right on every map."), "flag"),
    "channel": Kind(
        _("Channels"), _("On which channels do we meet customers?"), _("Channel"),
        _("The ways in which customers reach you. The usual ones are there already."), "phone"),
    "unit": Kind(
        _("Parts of the company"), _("What is the company made of?"), _("Part of the company"),
        _("Countries, regions, stores and teams, one below the other: pages can be narrowed to any of them, and people"
          " may be allowed to see some of them only."), "store"),
    "product": Kind(
        _("Products"), _("What do customers buy and use?"), _("Product"),
        _("Products and their categories, with prices and margins where you want to see profit."), "package"),
    "scale": Kind(
        _("Answer scales"), _("How can people answer?"), _("Answer scale"),
        _("Which answers there are, and which of them count as content."), "star"),
    "segment": Kind(
        _("Groups of people"), _("Which groups of people do we look at?"), _("Group of people"),
        _("Rules such as “everybody whose parcel came late”: every page can be narrowed to such a group."), "users"),
    "event": Kind(
        _("Marked events"), _("What happened that everybody should remember?"), _("Marked event"),
        _("Strikes, price rises, relaunches: they stand on the time axis of every page."), "calendar"),
    "settings": Kind(
        _("Company settings"), _("How does the company count?"), _("Company settings"),
        _("Time zone, first day of the week, reporting currency and exchange rates, opening hours."), "settings"),
    "identifier_kind": Kind(
        _("Ways to recognise people"), _("By what do we recognise people?"), _("Way to recognise people"),
        _("How far an e-mail address, a card or a customer number tells that two visits are of one person."), "key"),
}  # fmt: skip
"""In the order of the page of all kinds."""

LABELS = (_("Name in other languages"), _("Pages in a language that is left empty show the name above."))
FIELDS: dict[tuple[str, str], tuple[Text, Text]] = {
    ("settings", "name"): (_("Name of the company"), ""),
    ("settings", "timezone"): (_("Time zone"), _("Days begin at midnight there.")),
    ("settings", "week_start"): (_("First day of the week"), ""),
    ("settings", "currency"): (_("Reporting currency"), _("Three letters, as EUR.")),
    ("settings", "rates"): (_("Exchange rates"), _("From a day on, one of the currency is so much of yours.")),
    ("settings", "hours"): (_("Opening hours"), _("As “Mo-Fr 09:00-18:00; Sa 10:00-14:00”, or 24/7.")),
    ("settings", "countries"): (_("Countries"), _("Two letters each, with commas between: DE, ES.")),
    ("settings", "trade"): (_("Trade"), ""),
    ("settings", "demo"): (_("Demo data"), ""),
    ("stage", "label"): (_("Name"), ""),
    ("stage", "labels"): LABELS,
    ("stage", "place"): (_("Place from the left"), _("1 is the first.")),
    ("channel", "label"): (_("Name"), ""),
    ("channel", "labels"): LABELS,
    ("touchpoint", "label"): (_("Name"), ""),
    ("touchpoint", "labels"): LABELS,
    ("touchpoint", "stage"): (_("Stage"), _("What happens there moves along with it.")),
    ("touchpoint", "channel"): (_("Channel"), ""),
    ("touchpoint", "department"): (_("Department"), _("One that answers for it.")),
    ("touchpoint", "departments"): (_("Department in other languages"), _("Where its name differs from that above.")),
    ("touchpoint", "contributes"): (_("Who else takes part"), _("With commas between.")),
    ("touchpoint", "expected_wait_s"): (_("Promised wait"), _("Whoever waits longer had it bad.")),
    ("touchpoint", "also"): (_("Also known as"), ""),
    ("touchpoint", "takes"): (_("Takes from others"), ""),
    ("journey", "label"): (_("Name"), ""),
    ("journey", "labels"): LABELS,
    ("journey", "counted_as"): (_("What is counted"), _("As “orders” or “returns”.")),
    ("journey", "per"): (_("Whose journey"), ""),
    ("journey", "starts"): (_("Begins at"), _("Nothing chosen: anywhere.")),
    ("journey", "goal"): (_("Goal"), ""),
    ("journey", "ends"): (_("Is over"), ""),
    ("journey", "within_s"): (_("Time limit"), _("What has not reached the goal by then has not reached it.")),
    ("journey", "designed"): (_("Planned steps"), _("In their order.")),
    ("unit", "name"): (_("Name"), ""),
    ("unit", "labels"): LABELS,
    ("unit", "parent"): (_("Belongs to"), ""),
    ("unit", "kind"): (_("What it is"), _("As country, region, store or team.")),
    ("unit", "country"): (_("Country"), _("Two letters, as DE.")),
    ("unit", "timezone"): (_("Time zone"), _("Empty: the company’s.")),
    ("unit", "hours"): (_("Opening hours"), _("As “Mo-Fr 09:00-18:00; Sa 10:00-14:00”, or 24/7.")),
    ("product", "name"): (_("Name"), ""),
    ("product", "category"): (_("Category"), ""),
    ("product", "brand"): (_("Brand"), ""),
    ("product", "price"): (_("Price"), _("In the reporting currency.")),
    ("product", "margin"): (_("Margin"), _("As a share: 0.4 is 40 in 100.")),
    ("scale", "low"): (_("Lowest answer"), ""),
    ("scale", "high"): (_("Highest answer"), ""),
    ("scale", "measure"): (_("Measure"), ""),
    ("scale", "top_from"): (_("Content from"), _("The lowest answer that counts as content.")),
    ("scale", "low_is_good"): (_("Low answers are the good ones"), ""),
    ("segment", "label"): (_("Name"), ""),
    ("segment", "labels"): LABELS,
    ("segment", "any"): (_("Everybody who"), ""),
    ("segment", "none"): (_("But nobody who"), ""),
    ("identifier_kind", "power"): (_("What it proves"), ""),
    ("identifier_kind", "never"): (
        _("Names nobody"),
        _("Values that never join people, as your own address or telephone number."),
    ),
    ("event", "label"): (_("Name"), ""),
    ("event", "labels"): LABELS,
    ("event", "first"): (_("First day"), ""),
    ("event", "last"): (_("Last day"), _("Empty: one day only.")),
    ("event", "kind"): (_("What it is"), _("As strike, price rise or relaunch.")),
    ("event", "unit"): (_("Where"), _("Empty: everywhere.")),
}

CHOICES: dict[str, Text] = {
    "monday": _("Monday"), "tuesday": _("Tuesday"), "wednesday": _("Wednesday"), "thursday": _("Thursday"),
    "friday": _("Friday"), "saturday": _("Saturday"), "sunday": _("Sunday"),
    "customer": _("each customer’s"), "ref": _("each order’s, ticket’s or booking’s"),
    "goal": _("at its goal, or at the limit"), "limit": _("at its limit; the goal only marks success"),
    "nps": _("NPS, from −100 to 100"), "top": _("share who are content"), "mean": _("average"),
    "unique": _("exactly one person"), "strong": _("most likely one person"), "weak": _("perhaps one person"),
}  # fmt: skip
FEELINGS: dict[str, Text] = {"": _("no matter how"), "bad": _("unhappy"), "good": _("happy")}


def label(kind: str, name: str) -> Text:
    """Name a field for people."""
    return FIELDS.get((kind, name), (name, ""))[0]
