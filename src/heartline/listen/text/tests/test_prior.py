"""The seeds tell whether a text says at all how something was."""

from __future__ import annotations

import numpy as np

from heartline.listen.text import embedding, meaning
from heartline.listen.text.prior import Seeded
from heartline.listen.text.seeds import shipped

REQUESTS = (
    "Good morning, could you tell me whether the blue one can be delivered on a Saturday? Many thanks.",
    "Guten Tag, wo finde ich die Rechnung zu meiner Bestellung? Vielen Dank im Voraus.",
    "Hola, ¿se puede recoger el pedido en la tienda de Sevilla? Gracias.",
    "Bom dia, qual é o prazo de garantia? Obrigado.",
)
SAID = (
    "The staff were rude and nobody helped us.", "Sehr schöner Laden, wir kommen gern wieder.",
    "La comida estaba fría y el camarero nos ignoró.", "Adorei o produto, chegou muito bem embalado.",
)  # fmt: skip


def test_who_asks_for_something_does_not_tell_how_it_was() -> None:
    embedder = embedding.named("use")
    seeded = Seeded(embedder, shipped())
    asked, told = (seeded.telling(meaning.read(embedder, some).middles()) for some in (REQUESTS, SAID))
    assert asked.max() < 0.2
    assert told.tolist() == [1.0] * 4
    assert seeded.telling(np.zeros((1, embedder.dimensions), np.float32)).tolist() == [1.0]
