"""Names that the guided import proposes, in the language of the person who brought the files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heartline.collect.guessing.names import LABELS
from heartline.collect.guessing.plan import Plan

STEPS: dict[str, Any] = {
    "cancellation": gettext_lazy("Cancellation"),
    "refund": gettext_lazy("Refund"),
    "return": gettext_lazy("Return"),
    "review": gettext_lazy("Review"),
    "survey": gettext_lazy("Survey"),
    "feedback": gettext_lazy("Feedback"),
    "handed_to_carrier": gettext_lazy("Handed to carrier"),
    "delivery": gettext_lazy("Delivery"),
    "payment_approved": gettext_lazy("Payment approved"),
    "payment": gettext_lazy("Payment"),
    "order_placed": gettext_lazy("Order placed"),
    "purchase": gettext_lazy("Purchase"),
    "resolved": gettext_lazy("Resolved"),
    "call": gettext_lazy("Call"),
    "support_request": gettext_lazy("Request"),
    "visit": gettext_lazy("Visit"),
    "sign_up": gettext_lazy("Sign-up"),
    "appointment": gettext_lazy("Appointment"),
    "message": gettext_lazy("Message"),
}
"""Touchpoints that names of columns and files speak of."""

JOURNEYS: dict[str, tuple[Any, Any]] = {
    "order": (gettext_lazy("An order"), gettext_lazy("orders")),
    "ticket": (gettext_lazy("A ticket"), gettext_lazy("tickets")),
    "booking": (gettext_lazy("A booking"), gettext_lazy("bookings")),
    "invoice": (gettext_lazy("A purchase"), gettext_lazy("purchases")),
    "visit": (gettext_lazy("A visit"), gettext_lazy("visits")),
    "shipment": (gettext_lazy("A shipment"), gettext_lazy("shipments")),
    "case": (gettext_lazy("A case"), gettext_lazy("cases")),
    "customer": (gettext_lazy("A customer’s way"), gettext_lazy("passages")),
    "journey": (gettext_lazy("The journey"), gettext_lazy("passages")),
}
"""Journeys by what they are about: their name, and what they are counted as."""


def in_words(plan: Plan) -> None:
    """Name what nobody has named yet."""
    for touch in plan.touches:
        if touch.key in STEPS and touch.label == LABELS[touch.key]:
            touch.label = str(STEPS[touch.key])
    journey = plan.journey
    if journey and journey.label in JOURNEYS:
        label, counted = JOURNEYS[journey.label]
        journey.label, journey.counted_as = str(label), journey.counted_as or str(counted)
    elif journey and not journey.counted_as:
        journey.counted_as = _("passages")
