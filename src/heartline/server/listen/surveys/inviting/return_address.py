"""Where mails come back to that do not arrive: said in their envelope, which nobody who reads them sees."""

from __future__ import annotations

import os


def address() -> str:
    """Give it, as HEARTLINE_RETURN_TO says it; empty where they come back to their sender."""
    return os.environ.get("HEARTLINE_RETURN_TO", "").strip()
