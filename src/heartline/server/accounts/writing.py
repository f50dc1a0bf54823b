"""The keys that send events, as the process of the public port knows them: it looks into the inbox, not in here."""

from __future__ import annotations

from heartline.server.shell import data

from .models import ApiKey, KeyKind


def let(key: ApiKey) -> None:
    """Let a key write."""
    with data.inbox() as inbox:
        inbox.set_key(key.digest, key.source)


def end(key: ApiKey) -> None:
    """Let a key write no more."""
    with data.inbox() as inbox:
        inbox.drop_key(key.digest)


def mirror() -> None:
    """Make the inbox know exactly the keys in use: after a restore, or with another inbox, it may know others."""
    living = ApiKey.objects.filter(kind=KeyKind.WRITE, revoked_at=None)
    wanted = dict(living.values_list("digest", "source"))
    with data.inbox() as inbox:
        known = inbox.keys()
        for digest in known.keys() - wanted.keys():
            if not digest.startswith("hook:"):  # webhooks, which stand beside the keys
                inbox.drop_key(digest)
        for digest, source in wanted.items():
            if known.get(digest) != source:
                inbox.set_key(digest, source)
