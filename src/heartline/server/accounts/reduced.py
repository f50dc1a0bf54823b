"""A page reduced to what it says: no menu, no forms, no ways to anywhere else but those that are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from typing import Any

from django.templatetags.static import static

Led = Callable[[str], str | None]
Own = Callable[[str], bool]

DROPPED = frozenset({"form", "button", "dialog", "select", "textarea", "noscript", "template"})
VOID = frozenset({"input", "link", "meta", "br", "hr", "img", "source", "wbr", "area", "base", "col", "embed"})
SCRIPTS = tuple(f"/static/{name}" for name in ("vendor/htmx", "shell/shell", "shell/picture", "search/", "accounts/"))
"""Scripts for what is not there any more."""


def reduced(page: str, banner: str, led: Led, own: Own) -> str:
    """Give a page without menu, forms, buttons and links.

    Parameters
    ----------
    banner
        HTML that is put before everything that the page says.
    led
        Where a link may lead instead; None leaves its words without the link.
    own
        Whether a text in a chart's data is an address of ours.
    """
    writer = _Writer(banner, led, own)
    writer.feed(page)
    writer.close()
    return "".join(writer.out)


class _Writer(HTMLParser):
    """Copies a page as it is written, but for what is left out."""

    def __init__(self, banner: str, led: Led, own: Own) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.banner = banner
        self.led = led
        self.own = own
        self.dropping: list[str] = []
        self.links: list[str] = []
        self.filters = 0
        self.kept: list[str] = []
        self.data: list[str] | None = None
        self.drawing = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy a beginning."""
        values = {name: value or "" for name, value in attrs}
        if self.dropping:
            self._inside_dropped(tag, values)
        elif tag in DROPPED or _is(tag, values, "nav", "side") or _is(tag, values, "a", "button"):
            self._drop(tag, values)
        elif tag == "script":
            self._script(values)
        elif tag == "a":
            self._link(values)
        elif tag != "input" and values.get("name") != "htmx-config":
            self.drawing += tag == "svg"
            self.out.append(self._written(tag, values))
            if tag == "main":
                self.out.append(self.banner)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy an element without content."""
        if not self.dropping and tag not in ("input", "a"):
            self.out.append(self._written(tag, {name: value or "" for name, value in attrs}, end="/>"))

    def handle_endtag(self, tag: str) -> None:
        """Copy an end."""
        if self.kept and self.kept[-1] == tag and self.dropping:
            self._end_kept(tag)
        elif self.dropping:
            if tag == self.dropping[-1]:
                self.dropping.pop()
                if tag == "form" and self.filters:
                    self.filters = 0
                    self.out.append("</div>")
        elif tag == "script":
            self._end_script()
        elif tag == "a":
            self.out.append(f"</{self.links.pop() if self.links else 'span'}>")
        else:
            self.drawing -= tag == "svg"
            if tag == "head":
                self.out.append(f'<link rel="stylesheet" href="{static("accounts/accounts.css")}">')
                self.out.append('<meta name="robots" content="noindex, nofollow">')
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Copy a text."""
        if self.data is not None:
            self.data.append(data)
        elif not self.dropping or self.kept:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        """Copy a named character."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copy a numbered character."""
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Copy the kind of document."""
        self.out.append(f"<!{decl}>")

    def _drop(self, tag: str, values: dict[str, str]) -> None:
        """Leave an element out; of the filters stays what they were set to."""
        self.dropping.append(tag)
        if tag == "form" and values.get("id") == "filters":
            self.filters = 1
            self.out.append('<div class="bar">')

    def _inside_dropped(self, tag: str, values: dict[str, str]) -> None:
        if tag == self.dropping[-1] and tag not in VOID:
            self.dropping.append(tag)
        elif self.kept and tag in ("b", "span"):
            self.kept.append(tag)
            self.out.append(self._written(tag, values))
        elif self.filters and (tag == "summary" or values.get("class") == "asof"):
            self.kept.append(tag)
            self.out.append('<span class="chip set">' if tag == "summary" else '<span class="asof">')

    def _end_kept(self, tag: str) -> None:
        self.kept.pop()
        self.out.append("</span>" if not self.kept else f"</{tag}>")

    def _script(self, values: dict[str, str]) -> None:
        if values.get("type") == "application/json":
            self.data = []
            self.out.append(self._written("script", values))
        elif values.get("src", "").startswith("/static/") and not values["src"].startswith(SCRIPTS):
            self.out.append(self._written("script", values))
        else:
            self.dropping.append("script")

    def _end_script(self) -> None:
        if self.data is not None:
            found = self._without_links(json.loads("".join(self.data)))
            text = json.dumps(found).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
            self.out.append(text)
            self.data = None
        self.out.append("</script>")

    def _without_links(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._without_links(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._without_links(item) for item in value]
        if isinstance(value, str) and value.startswith("/") and self.own(value):
            return self.led(value)
        return value

    def _link(self, values: dict[str, str]) -> None:
        address = values.get("href") or values.get("xlink:href") or ""
        to = address if address.startswith("#") else self.led(address)
        kept = {name: value for name, value in values.items() if name in ("class", "title", "id")}
        if to is not None:
            self.links.append("a")
            self.out.append(self._written("a", kept, end=f' href="{escape(to)}">'))
        else:
            tag = "g" if self.drawing else "span"
            self.links.append(tag)
            self.out.append(self._written(tag, kept))

    def _written(self, tag: str, values: dict[str, str], end: str = ">") -> str:
        """Write a beginning without what acts."""
        if tag == "body":
            values = {**values, "class": f"{values.get('class', '')} shared".strip()}
        kept = [
            f' {name}="{escape(value)}"'
            for name, value in values.items()
            if not name.startswith(("hx-", "data-hx-", "on")) and not _leads(name, value)
        ]
        return f"<{tag}{''.join(kept)}{end}"


def _is(tag: str, values: dict[str, str], wanted: str, named: str) -> bool:
    return tag == wanted and named in values.get("class", "").split()


def _leads(name: str, value: str) -> bool:
    """Tell whether an attribute holds an address of a page."""
    own = name in ("href", "src", "xlink:href")
    return value.startswith("/") and not (own and value.startswith("/static/")) and name not in ("d", "points")
