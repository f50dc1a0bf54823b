"""Items made in a thread ahead of whoever uses them, at most a few."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any, TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], few: int, leave: Callable[[], None]) -> Iterator[T]:
    """Give the items of an iterator that runs in a thread of its own, up to `few` of them ahead.

    Parameters
    ----------
    leave
        Called when the items are given up before their end; it has to end the iterator, whose thread is waited for.

    Raises
    ------
    BaseException
        Whatever the iterator raises, in its place among the items.
    """
    made: Queue[tuple[str, Any]] = Queue(few)

    def make() -> None:
        try:
            for item in items:
                made.put(("item", item))
            made.put(("end", None))
        except BaseException as error:  # noqa: BLE001  (it is raised again where the items are used)
            made.put(("error", error))

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    ended = False
    try:
        while True:
            kind, value = made.get()
            if kind == "item":
                yield value
                continue
            ended = True
            if kind == "error":
                raise value
            return
    finally:
        if not ended:
            leave()
            while thread.is_alive():
                while not made.empty():
                    made.get()
                thread.join(0.01)
