"""Chats get their messages by Apprise, from a process that reaches only what may be called."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from heartline.core.errors import HeartlineError
from heartline.server.accounts.models import User
from heartline.server.listen.alerts import chatting, commands, composing, hearing, posting
from heartline.server.listen.alerts.models import Chat, Message
from heartline.server.shell.tests.receiving import receiver, said
from heartline.store.lake import Lake

from .conftest import Told, land, scored

TOKEN = "3ccdd113474722377935511fc85d3dd4"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"mmosts://127.0.0.1/{TOKEN}", "not_public"),
        (f"mmosts://169.254.169.254/{TOKEN}", "not_public"),
        (f"mmosts://[::1]/{TOKEN}", "not_public"),
        (f"mmost://93.184.216.34/{TOKEN}", "not_https"),
        (f"rockets://user:pass@10.0.0.1/{TOKEN}", "not_public"),
        ("json://example.com/x", "bad_chat"),
        ("file:///etc/passwd", "bad_chat"),
        ("mailto://a:b@example.com", "bad_chat"),
        ("syslog://", "bad_chat"),
        ("slack://x", "bad_chat"),
        (f"mmosts://127.0.0.1/{TOKEN},json://example.com", "bad_chat"),
        ("https://example.com/hooks", "bad_chat"),
        ("", "bad_chat"),
        ("workflows://93.184.216.34:443/WORKFLOW/SIGNATURE?template=/etc/hosts", "bad_chat"),
        (
            "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?Template=file:///etc/hosts",
            "bad_chat",
        ),
        ("ntfys://93.184.216.34/topic?attach=http://127.0.0.1/", "bad_chat"),
        (f"mmosts://93.184.216.34/{TOKEN}?verify=no", "bad_chat"),
    ],
)
def test_only_chats_that_may_be_called(url: str, code: str, settings: Any) -> None:
    settings.PRIVATE_HOSTS = ()
    with pytest.raises(HeartlineError) as error:
        chatting.checked(url)
    assert error.value.code == code


def test_addresses_as_services_show_them(settings: Any) -> None:
    assert chatting.checked("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ") == "slack"
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    assert chatting.checked(f"mmost://127.0.0.1:8065/{TOKEN}") == "mmost"


@pytest.mark.django_db
@pytest.mark.parametrize("texts", [True, False])
def test_a_chat_is_told_with_words_only_where_that_was_ticked(
    texts: bool, lake: Lake, told: Told, alice: User, settings: Any
) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    heard: list[dict[str, Any]] = []

    def take(handler: BaseHTTPRequestHandler) -> None:
        heard.append(json.loads(handler.body))  # type: ignore[attr-defined]
        said(200)(handler)

    with receiver(take) as (port, _):
        chat = commands.add_chat(by=alice, name="Team", url=f"mmost://127.0.0.1:{port}/{TOKEN}", texts=texts)
        told(chats=(chat.pk,), mail=False)
        land(lake, scored(1, text="Late again @channel <!here>"))
        hearing.hear()
        composing.compose()
        assert posting.chats() == 1
    (message,) = heard
    assert "Stars: one score of 2 or less · Berlin" in message["text"]
    assert "/alerts/" in message["text"]
    assert ("Late again" in message["text"]) is texts
    assert "@channel" not in message["text"]  # a customer calls nobody here
    assert "<!here>" not in message["text"]
    assert "anna" not in message["text"]
    assert Message.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_redirect_is_not_followed_and_a_chat_that_is_away_is_tried_again(
    lake: Lake, told: Told, alice: User, settings: Any
) -> None:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    elsewhere: list[str] = []

    def there(handler: BaseHTTPRequestHandler) -> None:
        elsewhere.append(handler.path)
        said(200)(handler)

    with receiver(there) as (second, _), receiver(said(307, Location=f"http://127.0.0.1:{second}/x")) as (port, _):
        chat = commands.add_chat(by=alice, name="Team", url=f"mmost://127.0.0.1:{port}/{TOKEN}")
        told(chats=(chat.pk,), mail=False)
        land(lake, scored(1))
        hearing.hear()
        composing.compose()
        assert posting.chats() == 0
    assert elsewhere == []
    one = Message.objects.get()
    assert (one.state, one.tries, one.why) == ("waiting", 1, "not_taken")
    assert Chat.objects.get().failed == "not_taken"
