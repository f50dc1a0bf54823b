"""Events as they are on the wire: the public HTTP tracking format, as far as it is used here.

They never hold themselves, so the collector of cycles need not look at them: that makes reading three times as fast.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

Word = str | int | float | None
"""What should be a text; several clients send numbers."""
Values = dict[str, Any]

TYPES = ("track", "page", "screen", "identify", "group", "alias")
ROWS = ("track", "page", "screen")
"""Types that say that something happened; the others say who somebody is."""
BATCHES = ("batch", "import")


class Page(Struct, gc=False):
    """Where a browser was."""

    path: str | None = None
    url: str | None = None
    title: str | None = None
    referrer: str | None = None


class Library(Struct, gc=False):
    """The client that sent an event."""

    name: str | None = None
    version: str | None = None


class Device(Struct, gc=False):
    """The device that an event came from."""

    id: str | None = None
    type: str | None = None


class Context(Struct, gc=False):
    """What a client adds to every event."""

    ip: str | None = None
    locale: str | None = None
    timezone: str | None = None
    channel: str | None = None
    user_agent: str | None = field(default=None, name="userAgent")
    page: Page | None = None
    library: Library | None = None
    app: Library | None = None
    os: Library | None = None
    device: Device | None = None
    campaign: Values | None = None
    traits: Values | None = None
    consent: Values | None = None


class Event(Struct, gc=False):
    """One call of a client."""

    type: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    user_id: Word = field(default=None, name="userId")
    anonymous_id: Word = field(default=None, name="anonymousId")
    previous_id: Word = field(default=None, name="previousId")
    group_id: Word = field(default=None, name="groupId")
    message_id: str | None = field(default=None, name="messageId")
    timestamp: Word = None
    original_timestamp: Word = field(default=None, name="originalTimestamp")
    sent_at: Word = field(default=None, name="sentAt")
    properties: Values | None = None
    traits: Values | None = None
    context: Context | None = None


class Batch(Struct):
    """Several events in one request."""

    batch: list[msgspec.Raw]
    sent_at: Word = field(default=None, name="sentAt")
    context: Context | None = None


class Whole(Struct):
    """Several events in one request, read with it."""

    batch: list[Event]
    sent_at: Word = field(default=None, name="sentAt")
    context: Context | None = None


EVENT = msgspec.json.Decoder(Event)
BATCH = msgspec.json.Decoder(Batch)
WHOLE = msgspec.json.Decoder(Whole)
