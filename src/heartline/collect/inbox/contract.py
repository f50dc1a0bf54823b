"""What an inbox promises, wherever its rows are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from heartline.core.errors import Conflict


@dataclass(frozen=True)
class Received:
    """One request as it was received."""

    at_us: int
    """When, in microseconds since 1970, UTC."""
    source: str
    """The source that its key belongs to."""
    kind: str
    """identify, track, page, screen, group, alias, batch, import or hook."""
    body: bytes
    """As sent, but not compressed."""
    events: int
    """How many events are in it."""
    about: bytes
    """JSON of what the request itself said: a truncated address, the program that sent it."""
    id: int = 0
    """Given by the inbox, rising; 0 before."""


@dataclass(frozen=True)
class Backlog:
    """What waits to land, stamped or not."""

    requests: int = 0
    events: int = 0
    bytes: int = 0
    oldest_us: int | None = None
    """When the oldest was received; None when nothing waits."""


class Inbox(ABC):
    """Rows between the moment they were received and the moment the lake has them; may be shared by threads."""

    @abstractmethod
    def put(self, some: Sequence[Received]) -> None:
        """Keep rows, all or none, with one flushed commit.

        Raises
        ------
        Unavailable
            `inbox_away`, `inbox_busy` (locked for too long) or `inbox_full`: nothing is kept, as far as can be known.
        """

    @abstractmethod
    def backlog(self) -> Backlog:
        """Tell how much waits, at the same cost however much it is."""

    @abstractmethod
    def lease(self, holder: str, for_s: float) -> bool:
        """Take the loader's lease or renew it; False while somebody else holds it.

        Parameters
        ----------
        holder
            Who asks; unique for each running loader.
        for_s
            Seconds from now after which others may take it.
        """

    @abstractmethod
    def release(self, holder: str) -> None:
        """Give the lease back, if it is held by this holder."""

    @abstractmethod
    def stamp(self, batch: int, most_bytes: int, holder: str | None = None) -> list[Received]:
        """Bind an explicit set of rows to a batch, for good, and give them, the oldest first.

        Parameters
        ----------
        batch
            A number that is not in use.
        most_bytes
            How much; one row is given even if it is larger.
        holder
            Who must hold the lease still, looked at in the same transaction; None: nobody need.

        Raises
        ------
        Conflict
            `batch_stamped` when rows are bound to the number already; `lease_lost` when somebody else took the lease.
        """

    @abstractmethod
    def stamped(self) -> list[int]:
        """List the batches that were stamped and not forgotten, rising."""

    @abstractmethod
    def batch(self, number: int) -> list[Received]:
        """Give the rows of a batch, the oldest first; none when it was forgotten or never stamped."""

    @abstractmethod
    def forget(self, number: int) -> None:
        """Delete the rows of a batch; to be called when the lake holds and has flushed them."""

    @abstractmethod
    def overwrite(self) -> bool:
        """Write over what was forgotten, wherever it still stands; False where that cannot be done now."""

    @abstractmethod
    def keys(self) -> dict[str, str]:
        """Give the sources by the hash of the key that writes to them."""

    @abstractmethod
    def set_key(self, hashed: str, source: str) -> None:
        """Let a key write to a source."""

    @abstractmethod
    def drop_key(self, hashed: str) -> None:
        """Let a key write no more."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lease_lost() -> Conflict:
    """Say that somebody else lands now."""
    return Conflict("lease_lost", "Another loader has taken over.", remedy="Wait for the lease, then begin again.")


def stamped_already(batch: int) -> Conflict:
    """Say that a batch number is in use."""
    return Conflict("batch_stamped", f"Batch {batch} is stamped already.", remedy="Land it again, or take the next.")
