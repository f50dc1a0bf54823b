"""The exports that are known: what their columns are called, and which recipe reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heartline.core.ids import slug


@dataclass(frozen=True)
class Export:
    """One kind of export.

    Parameters
    ----------
    key
        Its name, and that of its recipe.
    table
        What the recipe calls the file.
    needs
        Ways to know it. Each is a list of columns, all of which are there; `a|b` is either, `a>b` a column whose
        values have a field of that name.
    """

    key: str
    table: str
    needs: tuple[str, ...]

    def fits(self, columns: Mapping[str, str]) -> bool:
        """Tell whether a table with these columns, by name with their types, is such an export."""
        plain = {slug(name): kind for name, kind in columns.items()}
        return any(all(_any(word, plain) for word in way.split()) for way in self.needs)


def _any(word: str, columns: Mapping[str, str]) -> bool:
    return any(_there(one, columns) for one in word.split("|"))


def _there(word: str, columns: Mapping[str, str]) -> bool:
    name, _, field = word.partition(">")
    kind = columns.get(name)
    return kind is not None and (
        not field or f"{field} " in kind.replace('"', "").lower() or kind.startswith(("JSON", "MAP"))
    )


STARTS = "start|start_time|started_at|call_start|call_start_time|call_started"
ANSWERS = "answer|answered|answered_at|answer_time|call_answered"
QUEUES = "queue_wait|queue_wait_s|queue_time|wait_time|wait_seconds|time_in_queue"
CALLERS = "caller|caller_number|caller_id|from|from_number|phone|src|ani"
PEOPLE = "email|email_address|e_mail|phone|phone_number|user_id|customer_id"
STATES = "state|status|consent|consent_state|opt_in|permission"
REVIEW_TEXTS = "review|review_text|review_body|review_content"
REVIEW_STARS = "rating|stars|star_rating|review_rating"
REVIEW_DAYS = "date|review_date|published_date"
EXPORTS = (
    Export(
        "zendesk_tickets",
        "tickets",
        (
            "id requester_id|requester_email created_at ticket_type|satisfaction_score via",
            "id|ticket_id subject requester|requester_name requested|created_at status|ticket_status",
        ),
    ),
    Export(
        "zendesk_json",
        "tickets",
        (
            "tickets>requester_id tickets>satisfaction_rating|tickets>via",
            "id requester_id created_at satisfaction_rating via>channel",
        ),
    ),
    Export("shopify_orders", "orders", ("name email financial_status created_at lineitem_quantity lineitem_price",)),
    Export("shopify_transactions", "transactions", ("order name kind gateway created_at amount currency",)),
    Export("google_reviews", "reviews", ("reviews>starrating reviews>createtime", "starrating createtime reviewer")),
    Export("trustpilot_reviews", "reviews", ("review_id review_created_utc review_stars",)),
    Export("schema_org", "reviews", ("review_kind rating_value rating_best rating_worst of_name",)),
    Export("posts_feed", "posts", ("post_id posted_at post_link",)),
    Export("google_play_reviews", "reviews", ("package_name star_rating review_submit_date_and_time review_text",)),
    Export(
        "app_store_reviews",
        "reviews",
        ("data>attributes data>type included|links|meta", "type attributes>rating id"),
    ),
    Export("booking_reviews", "reviews", ("review_date review_score positive_review negative_review",)),
    Export("review_list", "reviews", (f"{REVIEW_TEXTS} {REVIEW_STARS} {REVIEW_DAYS}",)),
    Export("mailchimp_audience", "audience", ("email_address euid leid", "email_address member_rating last_changed")),
    Export("mailchimp_activity", "activity", ("email|email_address action timestamp campaign_id|campaign_title",)),
    Export("consent_list", "consents", (f"{PEOPLE} purpose {STATES}",)),
    Export("ga4_events", "events", ("event_date event_timestamp event_name event_params user_pseudo_id",)),
    Export(
        "call_log",
        "calls",
        (
            f"{STARTS} {ANSWERS} {CALLERS}",
            f"{STARTS} {QUEUES} {CALLERS}",
            "src dst start answer disposition",
        ),
    ),
)
"""The kinds, the most particular first."""


def recognised(columns: Mapping[str, str]) -> str:
    """Say which export a table is, by its columns and their types; empty where it is none that is known."""
    return next((one.key for one in EXPORTS if one.fits(columns)), "")


def shared(tables: Sequence[Mapping[str, str]]) -> str:
    """Say which export all of these tables are; empty where they are not of one kind."""
    found = {recognised(columns) for columns in tables}
    return found.pop() if len(found) == 1 else ""


def export(key: str) -> Export:
    """Give an export by its key."""
    return next(one for one in EXPORTS if one.key == key)
