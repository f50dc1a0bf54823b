"""Windows of the browser. Apart from what starts servers, so that who needs none is not taken for who does."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext

from .shop import PATIENCE_S

PATIENCE_MS = PATIENCE_S * 1000
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


def window(browser: Browser, **more: Any) -> BrowserContext:
    """Open a window, of somebody who is as patient as we are and wants nothing to move."""
    context = browser.new_context(**{"reduced_motion": "reduce"} | more)
    context.set_default_timeout(PATIENCE_MS)
    return context
