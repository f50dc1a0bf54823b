"""Events as they are on the wire: the public HTTP tracking format, as far as it is used here.

They never hold themselves, so the collector of cycles need not look at them: that makes reading three times as fast.
What nobody asks for is not read at all: the program of a browser, the title of a page, the version of a client.
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


class Library(Struct, gc=False):
    """The client that sent an event."""

    name: str | None = None


class Device(Struct, gc=False):
    """The device that an event came from."""

    id: str | None = None
    type: str | None = None


class Context(Struct, gc=False):
    """What a client adds to every event; the same one may be that of several."""

    locale: str | None = None
    channel: str | None = None
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


class Sent(Event, gc=False):
    """One call of a client whose context is still to be read: many have the same one."""

    context: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]  # until it is read


class Batch(Struct):
    """Several events in one request."""

    batch: list[msgspec.Raw]
    sent_at: Word = field(default=None, name="sentAt")
    context: Context | None = None


class Whole(Struct):
    """Several events in one request, read with it."""

    batch: list[Sent]
    sent_at: Word = field(default=None, name="sentAt")
    context: Context | None = None


EVENT = msgspec.json.Decoder(Event)
SENT = msgspec.json.Decoder(Sent)
CONTEXT = msgspec.json.Decoder(Context | None)
BATCH = msgspec.json.Decoder(Batch)
WHOLE = msgspec.json.Decoder(Whole)
