"""The script on other people's pages: what it sends, to the letter, and nothing before somebody agreed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .shop import KEY, Inbox, Shop, inbox, shop
from .windows import window

AGREED = 'data-consent="given"'
UNTIL_SENT_MS = 900


@pytest.fixture
def mail() -> Iterator[Inbox]:
    """Give an inbox."""
    with inbox() as kept:
        yield kept


@pytest.fixture
def site(mail: Inbox) -> Iterator[Shop]:
    """Give a shop that sends there."""
    with shop(mail.url) as site:
        yield site


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Give a function that opens a page as a new visitor; an error or a broken rule of a page fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(url: str, *, init: str = "", **more: Any) -> Page:
        context = window(browser, **{"locale": "en-GB", "timezone_id": "Europe/Berlin"} | more)
        contexts.append(context)
        if init:
            context.add_init_script(init)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "olicy" in line.text else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in wrong if "planted" not in text] == []


def time_to_send(page: Page) -> None:
    """Let the page have the time in which it would have sent something: its own, however slow the machine is."""
    page.evaluate("ms => new Promise((done) => setTimeout(done, ms))", UNTIL_SENT_MS)


def kept(page: Page) -> list[str]:
    """List what the page keeps in the browser."""
    names: list[str] = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()")
    return names + [cookie["name"] for cookie in page.context.cookies()]


def without_chance(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is drawn anew each time, once it is seen to be well formed."""
    assert re.fullmatch(r"[0-9a-z]+(-[0-9a-z]+){3}", event["messageId"])
    assert re.fullmatch(r"[0-9a-z]+(-[0-9a-z]+){3}", event["anonymousId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["timestamp"])
    return {name: value for name, value in event.items() if name not in ("messageId", "anonymousId", "timestamp")}


PAGES = {
    "en-GB": ("/basket", "Your basket", "en"),
    "de-DE": ("/warenkorb", "Ihr Warenkorb für später", "de"),
}


@pytest.mark.parametrize("locale", PAGES)
def test_nothing_is_kept_or_sent_before_somebody_agrees_and_then_exactly_this(
    visit: Visit, site: Shop, mail: Inbox, locale: str
) -> None:
    path, title, language = PAGES[locale]
    url = site.page(path, title=title, root=f'lang={language} data-hl-touchpoint="basket"')
    page = visit(f"{url}?utm_source=news&utm_campaign=Fr%C3%BChling&email=mia@example.org#total", locale=locale)
    page.evaluate("hl.track('Ignored'); hl.page(); hl.identify('p1', {plan: 'gold'})")
    time_to_send(page)
    assert kept(page) == []
    assert mail.requests == []

    page.evaluate("hl.consent(['analytics'])")
    mail.wait("page")
    search = "?utm_source=news&utm_campaign=Fr%C3%BChling"
    where = {"path": path, "referrer": "", "search": search, "title": title, "url": url + search}
    context = {
        "library": {"name": "hl.js", "version": "1"}, "locale": locale, "timezone": "Europe/Berlin", "page": where,
        "campaign": {"source": "news", "name": "Frühling"}, "consent": {"categoryPreferences": {"analytics": True}},
    }  # fmt: skip
    consent, person, view = [without_chance(event) for event in mail.requests[0]["batch"][:3]]
    assert consent == {
        "type": "track", "event": "Consent Changed", "properties": {"touchpoint": "basket", "analytics": True},
        "context": context,
    }  # fmt: skip
    assert person == {"type": "identify", "userId": "p1", "traits": {"plan": "gold"}, "context": context}
    assert view == {
        "type": "page", "userId": "p1", "properties": {"touchpoint": "basket", **where}, "context": context
    }  # fmt: skip
    assert set(mail.requests[0]) == {"writeKey", "sentAt", "batch"}
    assert mail.requests[0]["writeKey"] == KEY
    assert mail.kinds == {"text/plain;charset=UTF-8"}  # needs no preflight
    assert len({event["anonymousId"] for event in mail.events()}) == 1
    assert "mia@" not in mail.everything()
    assert page.context.cookies() == []


def test_consent_is_remembered_and_taken_back(visit: Visit, site: Shop, mail: Inbox) -> None:
    url = site.page("/")
    page = visit(url)
    page.evaluate("hl.consent({analytics: true, marketing: false})")
    mail.wait("page")
    page.goto(url)
    mail.wait("page", 2)
    assert len(mail.events("Consent Changed")) == 1
    page.evaluate("hl.consent(false)")
    last = mail.wait("Consent Changed", 2)[-1]
    assert last["properties"] == {"analytics": False}
    assert last["context"]["consent"] == {"categoryPreferences": {"analytics": False}}
    page.evaluate("hl.track('Ignored')")
    page.goto(url)
    time_to_send(page)
    assert kept(page) == []
    assert len(mail.events("page")) == 2
    assert mail.events("Ignored") == []


TCF = """
window.tools = [];
window.__tcfapi = (command, version, callback) => {
  window.tools.push(callback);
  callback({eventStatus: "cmpuishown"}, true);
};
window.choose = (...numbers) => window.tools.forEach((tool) => tool({
  eventStatus: "useractioncomplete", gdprApplies: true, publisher: {consents: {}},
  purpose: {consents: Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => [n, numbers.includes(n)]))},
}, true));
"""
GOOGLE = """
window.dataLayer = window.dataLayer || [];
window.gtag = function () { window.dataLayer.push(arguments); };
gtag("js", new Date());
gtag("consent", "default", {analytics_storage: "denied", ad_storage: "denied"});
gtag("consent", "default", {analytics_storage: "granted", region: ["US"]});
"""


def test_a_tcf_tool_is_heard(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", script=TCF))
    page.evaluate("choose(1, 2)")
    time_to_send(page)
    assert mail.requests == []
    assert kept(page) == []
    page.evaluate("choose(1, 5, 6, 8)")
    agreed = {"analytics": True, "marketing": False, "personalisation": True}
    assert mail.wait("Consent Changed")[0]["properties"] == agreed
    page.evaluate("choose()")
    mail.wait("Consent Changed", 2)
    assert kept(page) == []


def test_google_consent_mode_is_heard(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", script=GOOGLE))
    time_to_send(page)
    assert mail.requests == []
    page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
    assert mail.wait("Consent Changed")[0]["properties"] == {"analytics": True, "marketing": False}
    assert len(mail.wait("page")) == 1


def test_tools_that_speak_must_agree_unless_the_page_names_the_one_to_hear(
    visit: Visit, site: Shop, mail: Inbox
) -> None:
    page = visit(site.page("/both", script=GOOGLE + TCF))
    page.evaluate("choose(1, 8); hl.consent(true)")
    time_to_send(page)
    assert mail.requests == []
    page = visit(site.page("/one", script=GOOGLE + TCF, tag='data-consent="tcf"'))
    page.evaluate("choose(1, 8)")
    assert mail.wait("page")[0]["properties"]["path"] == "/one"


def test_a_no_said_elsewhere_leaves_nothing_of_what_was_known(visit: Visit, site: Shop, mail: Inbox) -> None:
    tcf = site.page("/", script=TCF)
    page = visit(tcf)
    page.evaluate("choose(1, 8)")
    mail.wait("page")
    assert "hl:id" in kept(page)
    page.goto(site.page("/later", script=f"{TCF}; choose = window.choose; addEventListener('load', () => choose());"))
    time_to_send(page)
    assert kept(page) == []
    assert len(mail.events("page")) == 1


def test_a_default_before_each_word_does_not_make_somebody_new(visit: Visit, site: Shop, mail: Inbox) -> None:
    yes = "; gtag('consent', 'update', {analytics_storage: 'granted'});"
    page = visit(site.page("/", script=GOOGLE + yes))
    mail.wait("page")
    page.evaluate("hl.consent(true)")
    page.goto(site.page("/later", script=GOOGLE + f"addEventListener('load', () => {{ {yes} }});"))
    mail.wait("page", 2)
    assert len({event["anonymousId"] for event in mail.events()}) == 1


GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true});"
DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'});"


@pytest.mark.parametrize(
    ("signal", "tag", "given", "asked"),
    [
        (GPC, "", False, False),
        (GPC, 'data-gpc="consent"', False, True),
        (GPC, 'data-gpc="ignore"', True, True),
        (DNT, "", False, True),
        (DNT, 'data-dnt="respect"', False, False),
        (DNT, 'data-dnt="ignore"', True, True),
    ],
)
def test_what_the_browser_says_for_its_person_is_respected(
    visit: Visit, site: Shop, mail: Inbox, signal: str, tag: str, given: bool, asked: bool
) -> None:
    """`given`: tracked where nobody is asked; `asked`: tracked once they agreed."""
    page = visit(site.page("/", tag=f"{AGREED} {tag}"), init=signal)
    if given:
        mail.wait("page")
    else:
        time_to_send(page)
        assert mail.requests == []
    page.evaluate("hl.consent(true)")
    if asked:
        mail.wait("page")
    else:
        time_to_send(page)
        assert mail.requests == []
    assert bool([name for name in kept(page) if name != "hl:consent"]) == asked


def test_a_no_where_nobody_is_asked_holds_on_the_next_page(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=AGREED))
    mail.wait("page")
    page.evaluate("hl.consent(false)")
    mail.wait("Consent Changed")
    page.reload()
    time_to_send(page)
    assert len(mail.events("page")) == 1
    assert kept(page) == ["hl:consent"]


def test_a_single_page_app_is_followed(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", title="Home", tag=AGREED))
    mail.wait("page")
    page.evaluate("history.pushState({}, '', '/shoes?q=red+boots'); document.title = 'Shoes: red boots'")
    mail.wait("page", 2)
    page.evaluate("history.replaceState({}, '', '/shoes?q=red+boots')")  # the same place
    page.evaluate("history.pushState({}, '', '/bags'); document.title = 'Bags'")
    mail.wait("page", 3)
    page.go_back()
    mail.wait("page", 4)
    seen = [event["properties"] for event in mail.events("page")]
    assert [(view["path"], view["referrer"]) for view in seen] == [
        ("/", ""), ("/shoes", f"{site.url}/"), ("/bags", f"{site.url}/shoes"), ("/shoes", f"{site.url}/bags"),
    ]  # fmt: skip
    assert [view["title"] for view in seen[:3]] == [
        "Home",
        "",
        "Bags",
    ]  # a title that repeats what was typed is not told
    assert "boots" not in mail.everything()
    page.evaluate("hl.page('Suche', {path: '/search/:words', category: 'search'})")
    named = mail.wait("page", 5)[-1]
    assert (named["name"], named["properties"]["path"], named["properties"]["category"]) == (
        "Suche", "/search/:words", "search",
    )  # fmt: skip


def test_people_are_named_and_forgotten(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", tag=AGREED))
    page.evaluate("hl.track('A'); hl.identify('p1', {name: 'Mia'}); hl.track('B'); hl.identify('p2'); hl.track('C')")
    page.evaluate("hl.reset(); hl.identify({plan: 'free'}); hl.track('D')")
    mail.wait("D")
    a, b, c, d = (mail.events(name)[0] for name in "ABCD")
    assert [event.get("userId") for event in (a, b, c, d)] == [None, "p1", "p2", None]
    assert a["anonymousId"] == b["anonymousId"]
    assert len({event["anonymousId"] for event in (b, c, d)}) == 3  # two people at one browser are never one
    assert [event["traits"] for event in mail.events("identify") if "traits" in event] == [
        {"name": "Mia"}, {"plan": "free"},
    ]  # fmt: skip


def test_calls_made_before_the_script_came_are_made_up_for(visit: Visit, site: Shop, mail: Inbox) -> None:
    early = "window.hl = [['track', 'Early', {n: 1}], ['nothing'], ['identify', 'p9']];"
    page = visit(site.page("/", tag=AGREED, script=early))
    page.evaluate("hl.push(['track', 'Late'])")
    assert mail.wait("Early")[0]["properties"] == {"n": 1}
    assert mail.wait("Late")[0]["userId"] == "p9"


def test_two_tags_count_once(visit: Visit, site: Shop, mail: Inbox) -> None:
    again = f'<script defer src="{mail.url}/hl.js" data-key="{KEY}" {AGREED}></script>'
    page = visit(site.page("/", again, tag=AGREED))
    mail.wait("page")
    time_to_send(page)
    assert len(mail.events("page")) == 1


def test_nothing_of_ours_ever_fails_on_the_page(visit: Visit, site: Shop, mail: Inbox) -> None:
    broken = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }});"
    page = visit(site.page("/", tag=AGREED), init=broken)
    page.evaluate(
        """() => { const loop = {}; loop.loop = loop;
        hl.track('Loop', loop); hl.track(Symbol('x')); hl.page(7n); hl.identify(loop, loop); hl.consent(7);
        hl.push(undefined); hl.track('Large', {text: 'x'.repeat(40000)}); hl.consent(true); hl.track('Fine'); }"""
    )
    mail.wait("Fine")  # without storage, from memory
    assert mail.events("Large") == mail.events("Loop") == []
