"""Makes Django ready in this process, and the operational database ready for Django."""

from __future__ import annotations

import os
from pathlib import Path


def django(folder: Path) -> None:
    """Set Django up for a data folder, once a process."""
    import django as package
    from django.apps import apps

    if not apps.ready:
        os.environ["HEARTLINE_DATA"] = str(folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartline.server.settings")
        package.setup()


def prepare(folder: Path) -> None:
    """Make the data folder if it is not there, set Django up, and bring its database to the newest shape.

    Raises
    ------
    InvalidInput
        `newer_format` when a newer Heartline wrote the folder.
    """
    make(folder)
    django(folder)
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def make(folder: Path) -> None:
    """Make the data folder, or bring it to our format; one that has it already is left alone, and no engine loaded.

    Raises
    ------
    InvalidInput
        `newer_format` when a newer Heartline wrote it.
    """
    from heartline.store.formats import FORMAT, read_format

    if not (folder / "format").exists() or read_format(folder) < FORMAT:
        from heartline.store.lake import Lake  # loads the engine

        Lake.create(folder)
