"""Reviews on the company's own pages: which platforms, the address of their JSON-LD, and a file to take along."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.signing import Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError
from heartline.listen.reviews import publishing
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, at_published, may
from heartline.server.accounts.models import User
from heartline.server.shell import navigation
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

from . import commands, words

SALT = "reviews.jsonld"
TYPE = "application/ld+json; charset=utf-8"
KEPT_S = 300
"""How long others may keep the document."""
LONGEST = 200


def _snapshot() -> Snapshot:
    return workspace().lake.at(at_published({}).get("as_of"))


def signature(key: str) -> str:
    """Sign the public address."""
    return Signer(salt=SALT).signature(key)


def address(request: HttpRequest, shown: publishing.Published, **more: str) -> str:
    """Give the public address."""
    query = urlencode({"key": signature(shown.key), **more})
    return request.build_absolute_uri(f"{reverse('reviews_jsonld')}?{query}")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show which reviews may be shown, where their document is, and how it looks."""
    access.require(asker(request), commands.PUBLISHES)
    snapshot = _snapshot()
    newest = workspace().lake.at()
    shown = publishing.published(newest.definitions)
    context: dict[str, Any] = {
        "title": _("Reviews on your own pages"),
        "shown": shown,
        "platforms": [(key, words.platform(key), key in shown.sources) for key in publishing.sources(snapshot)],
        "bring": navigation.address("import") if may(request, "import") else "",
        "done": words.done(request.GET.get("done", "")),
        "refused": words.refused(request.GET.get("refused", "")),
    }
    if shown.on:
        made = publishing.document(newest, shown, newest=2)
        context |= {"address": address(request, shown), "example": publishing.written(made)}
    return render(request, "reviews/published.html", context)


@require_POST
@never_cache
def change(request: HttpRequest) -> HttpResponse:
    """Say which reviews may be shown."""
    access.require(asker(request), commands.PUBLISHES)
    assert isinstance(request.user, User)
    said = request.POST
    answer = redirect("reviews_published")
    try:
        commands.publish(
            sources=said.getlist("source")[:50], name=said.get("name", "")[:LONGEST], on=said.get("do") != "off",
            renew=said.get("do") == "renew", by=request.user,
        )  # fmt: skip
    except HeartlineError as error:
        if error.status >= 500 or error.code == "not_allowed":
            raise
        answer["Location"] += f"?refused={error.code}"
        return answer
    answer["Location"] += f"?done={'off' if said.get('do') == 'off' else 'published'}"
    return answer


@require_safe
def snippet(request: HttpRequest) -> HttpResponse:
    """Give the document as a file: what stands in a page's head, with no script in it that runs."""
    access.require(asker(request), commands.PUBLISHES)
    snapshot = _snapshot()
    text = publishing.written(_document(request, snapshot, publishing.published(workspace().lake.at().definitions)))
    response = HttpResponse(
        f'<script type="application/ld+json">\n{text}\n</script>\n', content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="reviews.html"'
    return response


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """Give the document to whoever has its address; nobody else learns whether there is one."""
    limits = {"reviews_jsonld": settings.SHARED_RATE}
    if not ratelimit.consume(request, app="heartline", action="reviews_jsonld", config=limits):
        response = HttpResponse(status=429)
        response["Retry-After"] = "60"
        return response
    shown = publishing.published(workspace().lake.at().definitions)
    given = request.GET.get("key", "")
    if not shown.on or not hmac.compare_digest(given.encode(), signature(shown.key).encode()):
        raise Http404
    text = publishing.written(_document(request, _snapshot(), shown))
    mark = f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'
    response = HttpResponse(status=304) if request.headers.get("If-None-Match") == mark else HttpResponse(text)
    response["Content-Type"] = TYPE
    response["ETag"] = mark
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response


def _document(request: HttpRequest, snapshot: Snapshot, shown: publishing.Published) -> dict[str, Any]:
    """Make the document of the company, or of the product that is asked for.

    Raises
    ------
    Http404
        For a product that there is not.
    """
    product = request.GET.get("product") or None
    if product is not None and (len(product) > LONGEST or product not in snapshot.definitions.all("product")):
        raise Http404
    return publishing.document(snapshot, shown, product=product)
