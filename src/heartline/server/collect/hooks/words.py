"""What the pages of webhooks say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors


def styles() -> list[tuple[str, str]]:
    """Name the ways in which requests are signed."""
    return [
        ("standard", _("Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature)")),
        ("shopify", _("Shopify (X-Shopify-Hmac-Sha256)")),
        ("stripe", _("Stripe and alike (t=…,v1=…)")),
        ("github", _("GitHub and alike (sha256=…)")),
        ("zendesk", _("Zendesk (signature over time and body)")),
        ("hex", _("HMAC-SHA256 in a header of your choice, hexadecimal")),
        ("base64", _("HMAC-SHA256 in a header of your choice, Base64")),
        ("path", _("No signature: a secret in the address (last resort)")),
    ]


def fields() -> dict[str, str]:
    """Name what a mapping may say."""
    return {
        "event": _("Name of the event"), "id": _("Its number there"), "time": _("When"),
        "user_id": _("Customer number"), "email": _("E-mail"), "phone": _("Telephone"),
        "ref": _("Order, ticket or booking"), "amount": _("Amount"), "currency": _("Currency"),
        "score": _("Score"), "scale": _("Scale of the score"), "text": _("Text"), "unit": _("Unit"),
        "product": _("Product"), "touchpoint": _("Touchpoint"),
    }  # fmt: skip


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    field = getattr(error, "field", "")
    known = {
        ("bad_value", "name"): _("A webhook needs a name with at least one letter or digit."),
        ("bad_value", "style"): _("Please choose how requests are signed."),
        ("bad_value", "header"): _("Name the header of the signature where it is your choice, and only there."),
        ("bad_value", "event"): _("Say where the name of the event stands, or write it behind an equals sign."),
        ("name_taken", "name"): _("There is a webhook of that name already."),
    }
    return known.get((error.code, field or "")) or errors.told(error)
