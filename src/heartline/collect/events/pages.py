"""Pages by their path: its template, without what names one product or person, and its touchpoint."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

DEEPEST = 6
"""Parts of a path that its template has."""
LONGEST = 24
HEX = re.compile(r"[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27}")
DATE = re.compile(r"\d{4}(-\d{2}){1,2}")
LANGUAGE = re.compile(r"[a-z]{2}([-_][a-z]{2})?")
LISTS = frozenset(
    """
    product products p item items article articles artikel produkt produkte producto productos
    category categories c kategorie kategorien categoria categorias collection collections brand brands marke marken
    blog news magazine magazin post posts tag tags author user users u profile order orders bestellung bestellungen
    pedido pedidos booking bookings ticket tickets case cases store stores filiale filialen tienda tiendas
    """.split()  # noqa: SIM905  (a list of words reads better)
)
"""After these a path names one of many."""

WORDS: dict[str, str] = {
    word: touchpoint
    for touchpoint, words in {
        "order_confirmed": """thank_you thankyou thanks danke gracias order_confirmation confirmation order_received
            bestellbestaetigung order_complete""",
        "checkout": "checkout kasse pago payment bezahlen zahlung checkouts",
        "basket": "cart basket bag warenkorb carrito cesta",
        "returns_page": "return returns retoure retouren ruecksendung rueckgabe devolucion devoluciones",
        "tracking_page": "tracking track sendungsverfolgung seguimiento",
        "search": "search suche buscar busqueda",
        "wishlist": "wishlist merkliste wunschzettel favourites favorites favoritos",
        "product_page": "product products p item items dp produkt produkte artikel producto productos",
        "product_list": """category categories c kategorie kategorien categoria categorias collection collections
            brands shop catalog catalogue katalog catalogo sale""",
        "help_page": "help faq faqs support hilfe ayuda soporte knowledge_base kb hc helpcenter help_center",
        "contact_page": "contact contact_us kontakt contacto",
        "store_finder": "stores store_finder store_locator filialen filialfinder tiendas locations",
        "sign_up": "register signup sign_up registrieren registro join",
        "account": """account my_account konto mein_konto cuenta mi_cuenta profile login signin sign_in anmelden
            settings orders bestellungen pedidos""",
        "prices_page": "pricing prices preise precios plans tarife tarifas",
        "content_page": "blog news magazine magazin guide guides ratgeber blogs post posts guias",
    }.items()
    for word in words.split()
}
"""Word in a path -> touchpoint; the touchpoints named first are looked for first."""
PRIORITY = {touchpoint: place for place, touchpoint in enumerate(dict.fromkeys(WORDS.values()))}


@lru_cache(maxsize=65_536)
def template(path: str) -> str:
    """Give the template of a path: `/Product/123?x=1` becomes `/product/:id`.

    Parameters
    ----------
    path
        A path, or a whole address.
    """
    path = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*", "", path[:2_000])
    path = unquote(re.split(r"[?#;]", path, maxsplit=1)[0]).lower()
    parts = [part.strip() for part in path.split("/") if part.strip()]
    made: list[str] = []
    for place, part in enumerate(parts[:DEEPEST]):
        made.append(_part(part, place, parts[place - 1] if place else ""))
    return "/" + "/".join(made) + ("/…" if len(parts) > DEEPEST else "")


def _part(part: str, place: int, before: str) -> str:
    if place == 0 and LANGUAGE.fullmatch(part):
        return ":lang"
    if DATE.fullmatch(part):
        return ":date"
    plain = part.rpartition(".")[0] if re.search(r"\.(html?|php|aspx?|jsp)$", part) else part
    digits = sum(char.isdigit() for char in plain)
    if "@" in plain or plain.isdigit() or HEX.fullmatch(plain) or digits >= 4 or (digits and before in LISTS):
        return ":id"
    if before in LISTS and key(plain) not in WORDS:
        return ":slug"
    if len(plain) > LONGEST or plain.count("-") >= 3:
        return ":slug"
    return part


def key(part: str) -> str:
    """Write a part of a path as the words are written."""
    return part.replace("-", "_").replace("ü", "ue").replace("ä", "ae").replace("ö", "oe").replace("ó", "o")


@lru_cache(maxsize=65_536)
def touchpoint(made: str) -> str:
    """Give the touchpoint that a template is, by its words; `website` where none is known."""
    parts = [key(part.rpartition(".")[0] or part) for part in made.split("/") if part and not part.startswith(":")]
    found = [WORDS[part] for part in parts if part in WORDS]
    return min(found, key=PRIORITY.__getitem__) if found else "website"
