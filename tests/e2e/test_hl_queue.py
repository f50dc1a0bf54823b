"""The script's queue: what it has taken arrives, whatever server, network and browser do; once for every event."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from .shop import Inbox, Shop, until, until_sent
from .test_hl import AGREED, Visit, mail, site, time_to_send, visit

__all__ = ["mail", "site", "visit"]

QUIET = f'{AGREED} data-vitals="off" data-auto="off"'


def waiting(page: Page) -> int:
    """Count the events that the browser keeps."""
    count: int = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('hl:e:')).length")
    return count


def ids(mail: Inbox) -> list[str]:
    """List the ids of all events that were sent, as often as they were."""
    return [event["messageId"] for request in mail.requests for event in request["batch"]]


def test_what_the_server_could_not_take_comes_again_with_the_same_id(visit: Visit, site: Shop, mail: Inbox) -> None:
    mail.answers = [(500, {}), (503, {})]
    page = visit(site.page("/", tag=QUIET))
    given = page.evaluate("[hl.track('A'), hl.track('B')]")
    mail.wait("B")
    assert [event["messageId"] for event in mail.events()] == given
    assert ids(mail) == given * 3
    first, second, third = mail.times
    assert second - first >= 0.49  # chance halves a pause of a second at most …
    assert third - second >= 0.99  # … and the next one is twice as long
    until_sent(page)


def test_a_server_that_names_a_time_is_left_in_peace_until_then(visit: Visit, site: Shop, mail: Inbox) -> None:
    mail.answers = [(429, {"Retry_After": "3"})]
    url = site.page("/", tag=QUIET)
    page = visit(url)
    page.evaluate("hl.track('A')")
    until(page, "!!localStorage['hl:wait']")
    assert len(mail.requests) == 1
    page.goto(url)  # neither leaving a page nor the next one is a way around it
    page.evaluate("hl.track('B')")
    mail.wait("B")
    a, b = (event["messageId"] for event in mail.events())
    assert [event["event"] for event in mail.events()] == ["A", "B"]
    assert sorted(ids(mail)) == sorted([a, a, b])
    assert mail.times[1] - mail.times[0] >= 2.9


def test_without_a_network_events_wait(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=QUIET))
    page.context.set_offline(True)
    page.evaluate("hl.track('A')")
    time_to_send(page)
    assert (waiting(page), mail.requests) == (1, [])
    page.context.set_offline(False)
    mail.wait("A")


def test_one_bad_event_costs_no_other(visit: Visit, site: Shop, mail: Inbox) -> None:
    mail.refuses = '"event":"Bad"'
    page = visit(site.page("/", tag=QUIET))
    page.evaluate("[...'abcdefg'].forEach((name) => hl.track(name)); hl.track('Bad'); hl.track('z')")
    mail.wait("z")
    until_sent(page)
    assert [event["event"] for event in mail.events()] == [*"abcdefg", "z"]


def test_the_queue_is_bounded_and_the_oldest_go_first(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=QUIET))
    page.context.set_offline(True)
    page.evaluate("for (let n = 0; n < 350; n++) hl.track('N' + n)")
    assert waiting(page) == 300
    page.evaluate("for (let n = 0; n < 40; n++) hl.track('Large' + n, {text: 'ü'.repeat(15000)})")
    kept = page.evaluate(
        """Object.keys(localStorage).filter((key) => key.startsWith('hl:e:')).sort().map((key) => localStorage[key])"""
    )
    assert sum(map(len, kept)) <= 500_000
    assert json.loads(kept[-1])["event"] == "Large39"
    page.context.set_offline(False)
    mail.wait("Large39")
    assert {event["event"] for event in mail.events()} == {json.loads(text)["event"] for text in kept}
    sizes = [len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()) for request in mail.requests]
    assert max(sizes) < 64_000


def test_what_is_older_than_a_week_is_not_sent(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=QUIET))
    page.context.set_offline(True)
    page.evaluate("hl.track('Old'); hl.track('Young')")
    page.evaluate(
        """() => { const [old, young] = Object.keys(localStorage).filter((key) => key.startsWith('hl:e:')).sort();
        for (const [key, days] of [[old, 7.1], [young, 6.9]]) {
          const at = Math.round(Date.now() - days * 864e5);
          localStorage.setItem('hl:e:' + at + key.slice(18), localStorage.getItem(key));
          localStorage.removeItem(key);
        } }"""
    )
    page.context.set_offline(False)
    mail.wait("Young")
    until_sent(page)
    assert mail.events("Old") == []


def test_what_happens_last_on_a_page_arrives_once_it_is_left(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=QUIET))
    page.evaluate("addEventListener('pagehide', () => hl.track('Last'))")
    page.evaluate("hl.track('Before'); location.href = 'about:blank'")
    mail.wait("Last")
    mail.wait("Before")
    page.wait_for_url("about:blank")  # both are sent while it is left, so it may be on its way still
    page.goto(site.page("/next", tag=QUIET))  # nobody heard whether it arrived: it comes again, by the same id
    until_sent(page)
    assert {event["event"] for event in mail.events()} == {"Before", "Last"}
    assert len(set(ids(mail))) == 2


def test_what_was_left_with_the_page_while_the_server_was_away_is_not_lost(
    visit: Visit, site: Shop, mail: Inbox
) -> None:
    mail.answers = [(500, {})] * 2
    page = visit(site.page("/", tag=QUIET))
    page.evaluate("hl.track('A'); location.href = 'about:blank'")
    page.wait_for_url("about:blank")
    page.goto(site.page("/next", tag=QUIET))
    mail.wait("A")
    assert set(ids(mail)) == {mail.events("A")[0]["messageId"]}


def test_two_tabs_lose_nothing_of_each_other(visit: Visit, site: Shop, mail: Inbox) -> None:
    url = site.page("/", tag=QUIET)
    one = visit(url)
    two = one.context.new_page()
    two.goto(url)
    mail.answers = [(500, {})]
    for page, name in ((one, "One"), (two, "Two")):
        page.evaluate(f"for (let n = 0; n < 50; n++) setTimeout(() => hl.track('{name}' + n), n * 5)")
        until(two, "!!localStorage['hl:id']")
    mail.wait("One49")
    mail.wait("Two49")
    until_sent(one)
    assert len(mail.events()) == 100
    assert len({event["anonymousId"] for event in mail.events()}) == 1


def test_a_full_storage_loses_nothing_that_was_taken(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=QUIET))
    page.evaluate(
        """() => { for (let size = 1 << 20; size >= 1; size >>= 1) for (let n = 0; ; n++) {
        try { localStorage.setItem(`page${size}-${n}`, 'x'.repeat(size)); } catch { break; } } }"""
    )
    page.evaluate("hl.track('A'); hl.track('B')")
    mail.wait("B")
    assert [event["event"] for event in mail.events()] == ["A", "B"]
    assert len({event["anonymousId"] for event in mail.events()}) == 1
