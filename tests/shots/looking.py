"""Opens pages as people do, pictures them, and notes what should not be shown to anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, StorageState

from . import language
from .routes import Found, find

SIZES = (1440, 390)
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "de")
SETTLED_MS = 350
"""How long a chart may take to draw itself anew."""
PATIENCE_MS = 180_000


AT_REST = """async () => {
  const soon = () => new Promise((done) => setTimeout(done, 25));
  const coming = () => document.readyState !== "complete" || document.fonts.status !== "loaded" ||
    document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added");
  for (let calm = 0; calm < 3; calm = coming() ? 0 : calm + 1) await soon();
}"""
"""Waits until a page has come whole, with all that it asks for as it opens."""


def at_rest(page: Page) -> None:
    """Wait until nothing comes to a page any more."""
    page.evaluate(AT_REST)


@dataclass(frozen=True)
class Look:
    """Which ways of looking: widths in pixels, colours, languages."""

    sizes: tuple[int, ...] = SIZES
    schemes: tuple[str, ...] = SCHEMES
    languages: tuple[str, ...] = LANGUAGES


@dataclass
class Seen:
    """What was seen of one data folder."""

    name: str
    found: Found = field(default_factory=Found)
    pictures: dict[str, list[str]] = field(default_factory=dict)
    """File names by page."""
    wrong: list[str] = field(default_factory=list)
    """What is wrong, in sentences."""


@dataclass
class _Eye:
    """One language's window: what it said to the console since the last page, and the texts of each page."""

    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)


def look(
    browser: Browser,
    base: str,
    state: StorageState,
    into: Path,
    name: str,
    data: Iterable[str],
    *,
    how: Look,
    only: str = "",
    also: Callable[[Page, str], None] = lambda page, address: None,
) -> Seen:
    """Picture every page of a running server.

    Parameters
    ----------
    state
        Cookies with which the administrator is signed in.
    into
        The folder of the pictures.
    data
        Words that are data, and so the same in every language.
    only
        Looks only at pages whose address contains this.
    also
        Is given each page once it is pictured, in the first language, to look at it further.
    """
    seen = Seen(name)
    with _eyes(browser, state, how.languages) as (inside, outside):
        first = how.languages[0]
        seen.found = find(inside[first].context.request, outside[first].context.request, base)
        seen.wrong += [f"{address} answers {status}" for address, status in seen.found.broken.items()]
        words = set(data)
        for eyes, pages in ((inside, seen.found.pages), (outside, seen.found.signed_out)):
            for address in pages.values():
                if only in address:
                    _picture(eyes, base, address, into, seen, words, how, also)
    return seen


@contextmanager
def _eyes(
    browser: Browser, state: StorageState, languages: Iterable[str]
) -> Iterator[tuple[dict[str, _Eye], dict[str, _Eye]]]:
    """Give windows for the administrator and for a stranger, in each language."""
    inside = {code: _eye(browser, code, storage_state=state) for code in languages}
    outside = {code: _eye(browser, code) for code in languages}
    yield inside, outside
    for eye in (*inside.values(), *outside.values()):
        eye.context.close()


def signed_in(browser: Browser, link: str) -> StorageState:
    """Sign in by a link that works once; give the cookies."""
    context = browser.new_context()
    context.new_page().goto(link)
    state = context.storage_state()
    context.close()
    return state


def _eye(browser: Browser, code: str, **more: Any) -> _Eye:
    context = browser.new_context(locale=code, reduced_motion="reduce", **more)
    context.set_default_timeout(PATIENCE_MS)
    eye = _Eye(context, context.new_page())

    def heard(line: ConsoleMessage) -> None:
        if line.type == "error":
            eye.said.append(line.text)

    def failed(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            eye.said.append(f"{response.url} answers {response.status}")

    eye.page.on("console", heard)
    eye.page.on("pageerror", lambda error: eye.said.append(str(error)))
    eye.page.on("response", failed)
    return eye


def _picture(
    eyes: dict[str, _Eye], base: str, address: str, into: Path, seen: Seen, words: set[str], how: Look,
    also: Callable[[Page, str], None],
) -> None:  # fmt: skip
    texts = {}
    for code, eye in eyes.items():
        eye.page.set_viewport_size({"width": how.sizes[0], "height": 900})
        answer = eye.page.goto(base + address)
        at_rest(eye.page)
        status = answer.status if answer else 0
        if status >= 400:
            seen.wrong.append(f"{address} answers {status} in {code}")
        texts[code] = eye.page.evaluate(language.TEXTS)
        for width in how.sizes:
            for scheme in how.schemes:
                name = f"{seen.name}-{_slug(address)}-{width}-{scheme}-{code}.png"
                _taken(eye.page, width, scheme, into / name)
                seen.pictures.setdefault(address, []).append(name)
            wide = eye.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                seen.wrong.append(f"{address} is {wide} px wide at {width} px in {code}")
        if code == how.languages[0]:
            also(eye.page, address)
        seen.wrong += [f"{address} says to the console in {code}: {line}" for line in dict.fromkeys(eye.said)]
        eye.said.clear()
    if {"en", "de"} <= texts.keys():
        for text in language.untranslated(texts["en"], texts["de"], words):
            seen.wrong.append(f"{address} says in German: “{text}”")


def _taken(page: Page, width: int, scheme: str, path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path, full_page=True)


def _slug(address: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", address.partition("?")[0].lower()).strip("-")[:60] or "home"
