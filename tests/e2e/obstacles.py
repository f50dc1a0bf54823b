"""What keeps somebody out of a page, as axe-core finds it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STILL = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => 0)))
  .then(() => true)"""


def obstacles(page: Page) -> list[tuple[str, list[str]]]:
    """Give what is serious or worse: the rule, and the first places; once nothing moves or fades any more."""
    page.evaluate(STILL)
    found = Axe().run(page).response["violations"]
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def open_details(page: Page, which: str = "details:not(.chip)") -> None:
    """Open all details, so that what is in them is looked at too."""
    for closed in page.locator(which).all():
        closed.evaluate("one => one.open = true")
