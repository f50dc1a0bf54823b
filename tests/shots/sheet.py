"""The contact sheet: every picture on one page, what is wrong first."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from .looking import Seen

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 32px; background: #fbfaf7; color: #1f1c2b; }
h2 { margin-top: 48px; } h3 { font-size: 15px; margin: 24px 0 8px; } li { margin: 2px 0; }
div { display: flex; flex-wrap: wrap; gap: 12px; align-items: start; }
a { color: #5b3fd6; }
img { height: 260px; max-width: 420px; object-fit: cover; object-position: top; border: 1px solid #e8e4dc; }
</style>"""


def write(folder: Path, all_seen: Iterable[Seen]) -> Path:
    """Write `index.html` beside the pictures."""
    parts = [HEAD, "<h1>Every page</h1>"]
    for seen in all_seen:
        pictures = sum(len(names) for names in seen.pictures.values())
        parts.append(f"<h2>{escape(seen.name)}: {len(seen.pictures)} pages, {pictures} pictures</h2>")
        parts.append(_listed("What is wrong", seen.wrong))
        for address, names in seen.pictures.items():
            parts.append(f"<h3>{escape(address)}</h3><div>")
            parts += [
                f'<a href="{escape(name)}"><img loading="lazy" src="{escape(name)}" alt="{escape(name)}"></a>'
                for name in names
            ]
            parts.append("</div>")
        closed = [f"/{route}: {reason}" for route, reason in sorted(seen.found.closed.items())]
        parts.append(_listed("Not pictured", closed))
    path = folder / "index.html"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _listed(title: str, lines: list[str]) -> str:
    if not lines:
        return f"<p>{escape(title)}: nothing.</p>"
    return f"<h3>{escape(title)}</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
