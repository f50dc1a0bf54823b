"""Sends with segment-analytics-python: URL, key, how many tracks, and whether to compress."""

from __future__ import annotations

import sys

import segment.analytics as analytics  # type: ignore[import-not-found]  # it lives in the clients' environment

analytics.host, analytics.write_key, count, packed = sys.argv[1:5]
analytics.gzip = packed == "gzip"
analytics.max_retries = 30
analytics.identify("u-python", {"email": "ann@example.org", "plan": "gold"})
analytics.page("u-python", "Shop", "Basil", {"path": "/herbs/basil"})
analytics.screen("u-python", "App", "Start")
analytics.group("u-python", "g-1", {"name": "Garden club"})
analytics.alias("anon-1", "u-python")
for number in range(int(count)):
    analytics.track("u-python", f"Order {number}", {"revenue": 9.5, "currency": "EUR", "note": "Grüße, 祝"})
analytics.shutdown()
