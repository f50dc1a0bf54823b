"""What is refused at the public port, and what to do about it."""

from __future__ import annotations

from heartline.core.errors import HeartlineError

EVENT_BYTES = 32 * 1024
REQUEST_BYTES = 500 * 1024
"""The limits that the wire format names; its clients split what is larger."""
AGAIN_S = 2


class BadEvents(HeartlineError):
    """What cannot be read; sending it again is no use."""

    status = 400


class Unauthorized(HeartlineError):
    """No key, or one that is unknown."""

    status = 401


class Unknown(HeartlineError):
    """An address that is none."""

    status = 404


class WrongMethod(HeartlineError):
    """An address that is asked otherwise."""

    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__("wrong_method", f"This address is for {allowed}.", remedy=f"Send a {allowed} request.")
        self.allowed = allowed


class TooLarge(HeartlineError):
    """A request beyond the limit."""

    status = 413


class TooMuch(HeartlineError):
    """More than can be kept just now; the same request may go through later."""

    status = 429


def no_key() -> Unauthorized:
    """Say that there is no key."""
    return Unauthorized(
        "no_key", "This needs a write key.", field="writeKey",
        remedy="Send it as the user of Basic authentication, or as writeKey in the body.",
    )  # fmt: skip


def bad_key() -> Unauthorized:
    """Say that a key is not ours."""
    return Unauthorized(
        "bad_key", "This write key is unknown or was revoked.", field="writeKey",
        remedy="Make one: heartline keys create NAME --kind write.",
    )  # fmt: skip


def unknown(path: str) -> Unknown:
    """Say that there is nothing at an address."""
    return Unknown(
        "unknown_address", f"There is nothing at {path[:100]}.",
        remedy="Events go to /v1/track, identify, page, screen, group, alias, batch or import.",
    )  # fmt: skip


def request_too_large() -> TooLarge:
    """Say that a request is beyond the limit."""
    return TooLarge(
        "request_too_large", f"A request holds at most {REQUEST_BYTES:,} bytes.", remedy="Send the events in parts."
    )


def event_too_large(field: str | None) -> BadEvents:
    """Say that an event is beyond the limit."""
    return BadEvents(
        "event_too_large", f"An event holds at most {EVENT_BYTES:,} bytes.", field=field,
        remedy="Leave out what nobody needs, and send the rest again.",
    )  # fmt: skip


def bad_gzip() -> BadEvents:
    """Say that compressed bytes are broken."""
    return BadEvents("bad_gzip", "The body is not what gzip makes.", remedy="Compress it anew, or send it as it is.")


def bad_encoding(name: bytes) -> BadEvents:
    """Say that we do not read an encoding."""
    said = name.decode("latin-1")[:40]
    return BadEvents("bad_encoding", f"We do not read {said}.", field="Content-Encoding", remedy="Use gzip or none.")


def bad_json(said: object) -> BadEvents:
    """Say that a body cannot be read."""
    return BadEvents("bad_json", f"The body cannot be read as JSON: {str(said)[:200]}.", remedy="Send a JSON object.")


def too_much() -> TooMuch:
    """Say that nothing more can be taken just now."""
    return TooMuch(
        "too_much", "More comes in than can be kept just now.", remedy=f"Send it again in {AGAIN_S} seconds."
    )


def too_slow() -> BadEvents:
    """Say that a body did not come."""
    return BadEvents("too_slow", "The body did not come in time.", remedy="Send it again.")


def broken_off() -> BadEvents:
    """Say that a body broke off; who hung up does not hear it, who framed it wrongly does."""
    return BadEvents("broken_off", "The body ended before it was whole.", remedy="Send it again.")
