"""A process that plants somebody: FOLDER. Every place that hearing people has gets something of theirs.

What is encrypted is written down in FOLDER.sealed, so that it can be looked for as it stands on the disk.
"""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

WHO = {"id": "K4711ERIKA", "email": "erika.mustermann@planted.example", "phone": "+4917012345678"}
NAME, WORD, ORDER = "Erika Plantedmann", "zebrastreifen", "ORDPLANTED77"
SURVEY = """
survey: 1
key: contact
languages: [en]
title: {en: "What was it like?"}
blocks:
  - key: main
    questions:
      - {key: words, ask: comment, text: {en: "Your words?"}}
      - {key: who, ask: contact, fields: [name, email, phone], text: {en: "Who are you?"}}
  - key: more
    questions:
      - {key: more, ask: comment, text: {en: "Anything else?"}}
ends:
  - {key: thanks, text: {en: "Thank you."}}
"""


def main(folder: Path) -> None:
    """Plant."""
    from heartline.server.shell import start

    start.prepare(folder)
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ALLOWED_HOSTS = ["*"]
    kept = _noting()
    from heartline.server.accounts import commands as accounts
    from heartline.server.accounts.models import Role

    alice = accounts.create_user(email="alice@example.org", name="Alice", role=Role.ADMIN, by="test")
    accounts.create_user(email="lena@shop.org", name="Lena Mueller", role=Role.AGENT, by=alice)
    _heard(folder, alice)
    _asked(folder, alice)
    _said(folder, alice)
    _filed(folder, alice)
    sealed = [made.hex() for plain, made in kept if any(word.encode() in plain for word in (*WHO.values(), NAME, WORD))]
    folder.with_suffix(".sealed").write_text("\n".join(sealed))


def _noting() -> list[tuple[bytes, bytes]]:
    """Note all that is encrypted from now on, and how it then stands in the database."""
    from heartline.server.shell.sealed import Sealing

    kept: list[tuple[bytes, bytes]] = []
    seal = Sealing.seal

    def noted(self: Sealing, plain: bytes, about: str) -> bytes:
        made = seal(self, plain, about)
        kept.append((bytes(plain), made))
        return made

    Sealing.seal = noted  # type: ignore[method-assign]
    return kept


def _put(folder: Path, *events: dict[str, Any]) -> None:
    import msgspec

    from heartline.collect.inbox import Received, named, opened

    with opened(named(folder)) as inbox:
        body = msgspec.json.encode({"batch": events})
        inbox.put([Received(time.time_ns() // 1000, "web", "batch", body, len(events), b"{}")])


def _land(folder: Path) -> None:
    from heartline.collect.inbox import named, opened
    from heartline.collect.loading.loader import Loader
    from heartline.listen.text import inline
    from heartline.server.collect.received.keeping import Desk
    from heartline.store.lake import Lake

    with opened(named(folder)) as inbox:
        Loader(Lake.open(folder), inbox, inline.reader, Desk(), "test").turn()


def _heard(folder: Path, alice: Any) -> None:
    """A low score is told, praise reaches whom it names; of an order a score that nobody signed."""
    from heartline.server.listen.alerts import commands as alerts
    from heartline.server.listen.alerts import composing, hearing
    from heartline.server.listen.alerts.values import Wish
    from heartline.server.listen.employees.compliments import finding

    _put(folder, {"type": "identify", "userId": WHO["id"], "traits": {"email": WHO["email"], "phone": WHO["phone"],
                                                                      "name": NAME}})  # fmt: skip
    _land(folder)
    alerts.make(by=alice, name="low", kind="low", wish=Wish(scale="stars5", at_most=2))
    said = {"userId": WHO["id"], "type": "track"}
    score: dict[str, Any] = {"score": 1, "scale": "stars5", "order_id": ORDER}
    _put(
        folder, {**said, "event": "Order Completed", "properties": {"order_id": ORDER}},
        {**said, "event": "Review", "properties": {**score, "text": f"Bad {WORD}one"}},
        {"type": "track", "anonymousId": "visitor", "event": "Rated", "properties": {**score, "order_id": "another"}},
        {**said, "event": "Praise", "properties": {"text": f"Lena Mueller was wonderful, thank you {WORD}two"}},
    )  # fmt: skip
    _land(folder)
    hearing.hear()
    composing.compose()
    finding.look()


def _asked(folder: Path, alice: Any) -> None:
    """They are asked by mail and answer the first page, answer by an open link, and begin once more; so does Ben."""
    from django.test import Client
    from django.utils import timezone

    from heartline.server.listen.surveys import commands, links
    from heartline.server.listen.surveys.inviting import commands as inviting
    from heartline.server.listen.surveys.inviting import going, posting
    from heartline.server.listen.surveys.inviting.models import Invited
    from heartline.server.listen.surveys.inviting.values import Manner, Wish
    from heartline.server.people.eligibility import rules
    from heartline.server.people.eligibility.models import Ours
    from heartline.server.people.eligibility.tests.company import purposes
    from heartline.server.shell.opened import workspace

    purposes(workspace().lake)
    Ours.objects.create(pk=1, body=rules.Company(quiet=None, cooldown_days=0, caps={}).body())
    commands.begin(by=alice, key="nps", example_key="nps")
    commands.read(by=alice, text=SURVEY)
    for key in ("nps", "contact"):
        commands.open_(by=alice, key=key)
    inviting.set_manner(key="nps", how=Manner(purpose="surveys", remind_days=3), by=alice)
    inviting.begin(key="nps", wish=Wish(), at=timezone.now(), by=alice)
    going.go()
    posting.post()
    client = Client()
    to = links.link("nps", links.INVITED, Invited.objects.get(state=Invited.State.SENT).secret)
    client.post(_first(client, f"/s/nps/?to={to}"), {"block": "main", "asked": ["nps"], "q-nps": "2", "to": to})
    for number, (who, ends) in enumerate(((WHO["email"], True), (WHO["email"], False), ("ben@other.example", True))):
        here = _first(client, "/s/contact/")
        mine = f"{WORD}three{number}" if who == WHO["email"] else "Words of Ben stay"
        client.post(
            here, {"block": "main", "asked": ["words", "who"], "q-words": mine, "q-who--email": who, "q-who--name": "E"}
        )
        if ends:
            client.post(here, {"block": "more", "asked": ["more"], "q-more": ""})
    _land(folder)


def _first(client: Any, address: str) -> str:
    found = re.search(r'action="(/s/\w+/[0-9a-f]{32}/)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def _said(folder: Path, alice: Any) -> None:
    """An interview with them, another that names them, and what people of the company wrote down of both."""
    from django.utils import timezone

    from heartline.listen.interviews.spans import Span
    from heartline.server.listen.interviews import commands as interviews
    from heartline.server.listen.interviews import quoting
    from heartline.server.listen.interviews.commands import Wish
    from heartline.server.listen.interviews.quoting import Tags
    from heartline.server.listen.reading import commands as reading
    from heartline.server.listen.voices import commands as voices
    from heartline.server.people.consent import commands as consents
    from heartline.server.people.privacy import commands as privacy
    from heartline.server.shell.opened import workspace

    who = privacy.found("email:" + WHO["email"]).customer
    raw = f"I: Why?\n{NAME}: It was a week late {WORD}four.\nI: Ok.\n{NAME}: Yes.".encode()
    wish = Wish(date(2024, 3, 1), NAME, "regular", "yes", kind="user_id", identifier=WHO["id"], customer=who)
    one = interviews.add(by=alice, name="a.txt", raw=raw, wish=wish)
    (quote,) = quoting.highlight(by=alice, key=one.key, passages=[Span(1, 0, 19)])
    quoting.keep(by=alice, key=one.key, quote=quote.key, tags=Tags())
    raw = f"I: Who?\nBea: Write to {WHO['email']} or call {WHO['phone']}.\nI: Ok.\nBea: That was all of it.".encode()
    interviews.add(by=alice, name="b.txt", raw=raw, wish=Wish(date(2024, 3, 2)))
    _land(folder)
    now = workspace().lake.at()
    rows = now.rows("id", "text")
    for name in now.execute(rows.filter(rows.text.contains(WORD)).select("id"))["id"].to_pylist():
        reading.correct(interaction=name, feeling=-0.5, by=alice)
    voices.save(by=alice, label="Theirs", query=f"q={WHO['id']}", shared=True)
    consents.note(who=who, purpose="", channel="", state="suppressed", reason=f"said {WORD}five", evidence=NAME,
                  by=alice)  # fmt: skip
    privacy.object_to_profiling(who=who, by=alice)
    privacy.ask(kind="erasure", asked_on=timezone.localdate(), who=who, note=f"By mail of {NAME}", by=alice)


def _filed(folder: Path, alice: Any) -> None:
    """Files that wait, as people hand them in; pages that were looked at; and an answer that is on its way."""
    from django.test import Client

    for place in ("uploads/abcd", "drop/answers", "quarantine/q1"):
        home = folder / place
        home.mkdir(parents=True)
        (home / "answers.csv").write_text(f'text;email\n"one\n{WORD} six";{WHO["email"]}\nkeep me;ben@other.example\n')
        (home / "answers.json").write_text(json.dumps([{"email": WHO["email"], "text": WORD}]))
    client = Client()
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/", "/voices/", "/feedback/", "/surveys/contact/results/", "/alerts/"):
        assert client.get(address).status_code == 200, address


def run() -> None:
    """Plant what is asked for."""
    main(Path(sys.argv[1]))
