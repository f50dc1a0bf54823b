"""Made-up traffic of a shop, in the wire format: what visitors look at, and what some of them buy."""

from __future__ import annotations

import random
from collections.abc import Iterator

NAMES = ("Product Viewed", "Product List Viewed", "Product Added", "Checkout Started", "Order Completed")
SHARES = (50, 20, 10, 4, 2)
PAGES = ("/", "/products/shoes/%d", "/help/returns", "/products/%d", "/cart")
VISITORS = 200_000


def event(dice: random.Random, name: str, at: str) -> str:
    """Write one event; one in eight visitors is signed in, one event in seven is a page."""
    visitor = dice.randrange(VISITORS)
    who = f'"anonymousId":"{visitor * 2654435761 % (1 << 64):016x}-web"'
    if visitor % 8 == 0:
        who += f',"userId":"user-{visitor // 8}"'
    path = PAGES[dice.randrange(len(PAGES))]
    path = path % (visitor % 500) if "%" in path else path
    library = '"library":{"name":"analytics.js","version":"next-1.70.0"}'
    context = f'"context":{{{library},"page":{{"path":"{path}"}},"locale":"de-DE"}}'
    head = f'"messageId":"{name}","timestamp":"{at}",{who},{context}'
    if dice.random() < 1 / 7:
        return f'{{"type":"page",{head},"properties":{{"path":"{path}","title":"A page"}}}}'
    (what,) = dice.choices(NAMES, SHARES)
    if what == "Order Completed":
        order, paid = f"o{visitor}-{dice.randrange(1 << 30)}", dice.randrange(500, 20_000) / 100
        said = f'"order_id":"{order}","revenue":{paid},"currency":"EUR"'
    else:
        said = f'"product_id":"p{visitor % 900}","price":{visitor % 90 + 0.5},"quantity":1'
    return f'{{"type":"track","event":"{what}",{head},"properties":{{{said}}}}}'


def batches(seed: int, size: int, at: str) -> Iterator[bytes]:
    """Write batches for ever: the same mix again and again, each event under a name of its own."""
    dice = random.Random(seed)
    mixes = [[event(dice, "%032x", at) for _ in range(size)] for _ in range(64)]
    patterns = ['{"batch":[' + ",".join(one.replace("%032x", "\0").replace("%", "%%").replace("\0", "%032x")
                                        for one in mix) + "]}" for mix in mixes]  # fmt: skip
    counts = [pattern.count("%032x") for pattern in patterns]
    first = seed << 64
    while True:
        for pattern, count in zip(patterns, counts, strict=True):
            yield (pattern % tuple(range(first, first + count))).encode()
            first += count
