"""Which folders of this machine a source may be."""

from __future__ import annotations

from pathlib import Path

from heartline.core.errors import Forbidden

from .plan import Connect


def check(connect: Connect, allowed: tuple[Path, ...] | None) -> None:
    """Refuse a folder that is not among those allowed, also where a link leads out of them.

    Raises
    ------
    Forbidden
        `folder_not_allowed`.
    """
    if not connect.folder or allowed is None:
        return
    path = Path(connect.folder).resolve()
    if not any(path.is_relative_to(one.resolve()) for one in allowed):
        raise Forbidden(
            "folder_not_allowed", f"{connect.folder} is not among the folders that may be looked into.",
            field="url", remedy="Whoever runs the server names them in HEARTLINE_FOLDERS.",
        )  # fmt: skip
