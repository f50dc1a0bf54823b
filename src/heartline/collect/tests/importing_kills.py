"""Kill imports at each of their steps while live events land, make them again, and look for every row.

`python -m heartline.collect.tests.importing_kills FOLDER` prints a report as JSON. It is a program of its own, since it
forks: it imports everything, but lets no library start a thread before the fork.

Each import brings the same rows, some of which came live before or while it was made. The oracle: after each death the
newest version holds every row that landed before it, the import's whole or not at all, and none twice; an import that
is let live lands the rest; and what the dead left behind is removed.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from heartline.collect import importing
from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.tests.wire import request, take
from heartline.store import steps
from heartline.store.compact import remove_old
from heartline.store.engine.sandbox import Limits
from heartline.store.lake import Lake
from heartline.store.tests.killing import die_at

STEPS = (
    "import: rows written", "import: settled", "import: rows taken out", "import: stamped", "interactions: logged",
)  # fmt: skip
ROWS = 60
RECIPE = (
    "recipe: 1\nsource: shop\nfiles: {rows: rows.csv}\ninteractions:\n  - touchpoint: till\n"
    "    sql: select nr as id, day as occurred_at, user as user_id, email from rows\n"
)


class Nobody:
    """Keeps nothing."""

    def keep(self, batch: object) -> None: ...

    def landed(self, number: int, version: int, seconds: dict[str, float], lag_s: float) -> None: ...


def bring(folder: Path, number: int, dies_at: str | None) -> None:
    """Import; live events land before it is settled, one of them a row of its own."""
    lake = Lake.open(folder / "data")
    die_at(dies_at, after=1)
    dying, steps.listener = steps.listener, None
    left = ["import: rows written", "import: settled"]

    def listener(name: str) -> None:
        if name in left:
            left.remove(name)
            steps.listener = None
            land(lake, number, name)
            steps.listener = listener
        if dying is not None:
            dying(name)

    write(folder, number)
    steps.listener = listener
    importing.run(folder / "recipe.yaml", folder / "data", limits=Limits(seconds=60, threads=1))


def land(lake: Lake, number: int, name: str) -> None:
    """Land two live events: one that the import brings as well, one that ties two of its people."""
    one = f"{number}-{len(name) % 7}"
    with opened(named(lake.folder)) as inbox:
        inbox.put([request({"id": one, "user_id": "u1"}, {"only": 1, "user_id": f"u{number}", "email": f"m{number}"})])
        Loader(lake, inbox, take, Nobody(), "test").turn()


def write(folder: Path, number: int) -> None:
    """Write the rows of an import: new ones and all before."""
    rows = [
        f"{turn}-{row},2024-0{1 + row % 4}-03,u{row % 9},{f'm{row}' if row % 3 else ''}"
        for turn in range(number + 1)
        for row in range(ROWS)
    ]
    (folder / "rows.csv").write_text("\n".join(["nr,day,user,email", *rows, ""]), encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")


def forked(work: Callable[[], object]) -> int:
    """Run something in a child; give the signal that killed it, 0 for none."""
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001  (whatever it is, the parent has to hear of it)
            traceback.print_exc()
        os._exit(1)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError("a child ended with an error")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def look(folder: Path, number: int, *, whole: bool) -> None:
    """Compare the newest version with what must be in it."""
    lake = Lake.open(folder / "data")
    now = lake.at()
    rows = now.execute(now.rows("id", "identifier", "customer"))
    ids = Counter(rows["id"].to_pylist())
    twice = [name for name, times in ids.items() if times > 1]
    brought = {f"shop:{turn}-{row}" for turn in range(number + 1) for row in range(ROWS)}
    fresh = {name for name in brought if name.startswith(f"shop:{number}-")}
    missing = brought - set(ids)
    if twice or (missing - fresh) or (missing and (whole or len(fresh - missing) > 2)):
        raise AssertionError(f"import {number}: {twice[:3]} twice, {len(missing)} of {len(brought)} are missing")
    customers: dict[str, set[str]] = {}
    for identifier, customer in zip(rows["identifier"].to_pylist(), rows["customer"].to_pylist(), strict=True):
        customers.setdefault(identifier, set()).add(customer)
    if any(len(some) > 1 for some in customers.values()):
        raise AssertionError(f"import {number}: an identifier has several customers")


def again(folder: Path, number: int) -> None:
    """Look at what the dead left, make the import again, and look."""
    look(folder, number, whole=False)
    bring(folder, number, None)
    look(folder, number, whole=True)


def tidy(folder: Path) -> None:
    """Remove what the dead left behind."""
    lake = Lake.open(folder / "data")
    if not remove_old(lake, kept_s=-60):
        raise AssertionError("the dead left nothing behind, so they did nothing")
    found = len(list(lake.interactions.folder.rglob("part-*.parquet")))
    if found != len(lake.at().files("interactions")):
        raise AssertionError("files are left that no log names")


def make(folder: Path) -> None:
    """Make the lake."""
    Lake.create(folder / "data")


def main(folder: str) -> int:
    """Run, and print the report."""
    home = Path(folder)
    forked(lambda: make(home))
    killed = []
    for number, name in enumerate(STEPS):
        if forked(partial(bring, home, number, name)):
            killed.append(name)
        forked(partial(again, home, number))
    forked(lambda: tidy(home))
    sys.stdout.write(json.dumps({"killed": killed}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
