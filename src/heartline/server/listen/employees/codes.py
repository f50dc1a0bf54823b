"""The code that a phone reads: an address as a picture, to hang up."""

from __future__ import annotations

import io

import segno

SCALE, QUIET = 10, 4
"""Size of a module, and modules of white around, as ISO/IEC 18004 wants them."""


def picture(address: str) -> bytes:
    """Give the code of an address as SVG, which prints at any size."""
    made = io.BytesIO()
    segno.make_qr(address, error="m").save(made, kind="svg", border=QUIET, scale=SCALE, xmldecl=True, svgns=True)
    return made.getvalue()
