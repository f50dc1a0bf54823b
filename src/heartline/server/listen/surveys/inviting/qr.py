"""The code that a phone reads: an address as a picture."""

from __future__ import annotations

import io

import segno

SCALE = 10
QUIET = 4
"""Modules of white around it, as ISO/IEC 18004 wants them."""


def svg(address: str) -> bytes:
    """Give the code as SVG, which prints at any size."""
    made = io.BytesIO()
    segno.make_qr(address, error="m").save(made, kind="svg", border=QUIET, scale=SCALE, xmldecl=True, svgns=True)
    return made.getvalue()


def png(address: str) -> bytes:
    """Give the code as PNG."""
    made = io.BytesIO()
    segno.make_qr(address, error="m").save(made, kind="png", border=QUIET, scale=SCALE)
    return made.getvalue()
