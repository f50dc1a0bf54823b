"""The one loader: from the inbox to the lake, batch after batch, each exactly once.

A set of rows is bound to a number in the inbox; the number goes to the lake with the rows, in one log entry; only when
that is flushed does the inbox forget them. Whoever dies in between is followed by one who sends again what is bound
and above the number that the lake has. A lock on the data folder, gone with its process, keeps two from doing this at
once; a lease in the inbox says who does, where several machines share it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from heartline.collect.inbox import Inbox, Received
from heartline.core.errors import Conflict, Forbidden, Unavailable
from heartline.store import months
from heartline.store.disk import locked
from heartline.store.lake import Lake
from heartline.store.steps import step

from .ahead import Ahead
from .buried import Buried
from .keeping import TRIED, Keeper, Kept
from .ledger import Ledger
from .recent import WHY, Recent
from .settling import Settled, settle
from .stumbling import culprits, where
from .taking import Internal, Refusal, Take, Taken

log = logging.getLogger("heartline.loader")
APP = "inbox"
LEASE_S = 5.0
EVERY_S = 1.0
"""Seconds from the beginning of a batch to that of the next, unless more waits than a batch takes."""
MOST_BYTES = 16_000_000
"""How much of what was received goes into a batch; what it becomes in memory is some twenty times as much."""
RETRY_S = 0.5
LONGEST_S = 5.0
"""Pauses while something is away, or another one lands: the first, and the longest."""
AWAY = (Unavailable, Forbidden, Conflict)
"""What passes: the inbox or the database is away, the disk is full, another holds the lock."""


@dataclass
class Tempo:
    """How often and how much."""

    every_s: float = EVERY_S
    most_bytes: int = MOST_BYTES
    lease_s: float = LEASE_S
    retry_s: float = RETRY_S


@dataclass(frozen=True)
class Bound:
    """Requests that are bound to a number.

    Parameters
    ----------
    ahead
        Whether they are read by somebody else already.
    """

    number: int
    received: Sequence[Received]
    ahead: bool = False


@dataclass
class Loader:
    """Lands what an inbox holds in a lake.

    Parameters
    ----------
    take
        Reads requests.
    keeper
        Keeps what belongs to a batch and not into the lake.
    holder
        Names this loader in the lease.
    ahead
        Reads the next batch while this one lands; without, each is read when it is its turn.
    """

    lake: Lake
    inbox: Inbox
    take: Callable[[Lake], Take]
    keeper: Keeper
    holder: str
    tempo: Tempo = field(default_factory=Tempo)
    declared: Callable[[Lake], dict[str, frozenset[str]]] = lambda _lake: {}
    ahead: Ahead | None = None

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.lake)
        self.buried = Buried(self.lake)
        self.recent: Recent | None = None
        self._number: int | None = None
        self._next: Bound | None = None
        self._leased: str | None = None

    def run(self, stop: threading.Event, still: Callable[[], bool] = lambda: True) -> None:
        """Land batch after batch until we are stopped, or this is no longer the folder; outlive whatever is away."""
        pause = self.tempo.retry_s
        while not stop.is_set() and still():
            try:
                with locked(self.lake.folder / "lake" / "loader.lock", wait=False):
                    self._hold(stop, still)
                pause = self.tempo.retry_s
            except AWAY as error:
                if error.code != "busy":
                    log.warning("Nothing lands now: %s", error)
            except Exception:
                log.exception("The loader stumbled and goes on.")
            self._number = None
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_S)

    def _hold(self, stop: threading.Event, still: Callable[[], bool]) -> None:
        """Land as long as we are wanted and have the lease."""
        self._leased = self.holder
        while not stop.is_set() and still():
            begin = time.monotonic()
            if not self.inbox.lease(self.holder, self.tempo.lease_s):
                self._number = None
                stop.wait(self.tempo.retry_s)
            elif not self.turn():
                stop.wait(max(0.0, begin + self.tempo.every_s - time.monotonic()))
        self.inbox.release(self.holder)

    def turn(self) -> bool:
        """Land the next batch, after those that were bound and did not land; tell whether much more waits.

        Whoever slept while others landed would bind rows to a number that the lake has: it is looked at each time, and
        nobody binds who lost the lease since.
        """
        if self._number is None or self.lake.batch_number(APP) > self._number:
            self._next, self._number = None, self._send_again()
        now, self._next = self._next or self._bound(), None
        if now is None:
            if self.ahead is not None:
                self.ahead.rest()
            return False
        clock = Clock()
        found = self.ahead.read() if now.ahead and self.ahead is not None else None
        much = sum(len(one.body) for one in now.received) > self.tempo.most_bytes // 2
        if much and self.ahead is not None:
            self._next = self._bound(self.ahead)
        self.land(now.number, now.received, found, clock)
        self.inbox.forget(now.number)
        step("loader: forgotten")
        return much

    def _bound(self, ahead: Ahead | None = None) -> Bound | None:
        """Bind what waits to the next number, and have it read if somebody can; None when nothing waits."""
        assert self._number is not None
        received = self.inbox.stamp(self._number + 1, self.tempo.most_bytes, self._leased)
        if not received:
            return None
        self._number += 1
        step("loader: stamped")
        return Bound(self._number, received, ahead is not None and ahead.begin(received))

    def _send_again(self) -> int:
        """Land what was bound to a number above the lake's, forget the rest; give the last number in use."""
        with self.lake.write("publish what a crash left"):
            pass
        stored, last = self.lake.batch_number(APP), 0
        for number in self.inbox.stamped():
            if number > stored:
                self.land(number, self.inbox.batch(number))
            step("loader: sent again")
            self.inbox.forget(number)
            last = number
        return max(stored, last, 0)

    def land(
        self, number: int, received: Sequence[Received], found: Taken | None = None, clock: Clock | None = None
    ) -> None:
        """Bring a batch into the lake; a request on which we stumble is put aside whole, so that it holds up nobody.

        Parameters
        ----------
        found
            What somebody else has read of it; without, it is read here.
        clock
            Started when the batch began.
        """
        if not received:
            return
        clock = clock or Clock()
        try:
            taken = found or self.take(self.lake)(received)
            clock.lap("read")
            while not self._written(number, received, taken, clock):
                clock.lap("again")
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is looked for by halves)
            log.error("A batch could not be read as a whole. %s", where(error))  # noqa: TRY400  (it says what was sent)
        else:
            return
        taken = self._without_culprits(received)
        clock.lap("read")
        while not self._written(number, received, taken, clock):
            clock.lap("again")

    def _without_culprits(self, received: Sequence[Received]) -> Taken:
        take = self.take(self.lake)

        def tried(places: Sequence[int]) -> Taken:
            taken = take([received[place] for place in places])
            try:
                self._settled(taken)
            finally:
                self.ledger.persons.undo()
            return taken

        bad = set(culprits(range(len(received)), tried, AWAY))
        good = [place for place in range(len(received)) if place not in bad]
        taken = take([received[place] for place in good])
        moved: list[Refusal] = [
            Internal(good[one.received], one.raw, one.number, one.code, one.field) for one in taken.refused
        ]
        moved += [Internal(place, received[place].body) for place in sorted(bad)]
        taken.refused = moved
        return taken

    def _catch_up(self) -> Recent:
        self.ledger.catch_up()
        if self.recent is None:
            self.recent = Recent(self.lake)
        return self.recent

    def _settled(self, taken: Taken) -> Settled:
        return settle(taken, self.ledger, self._catch_up(), self.lake.key, self.declared(self.lake))

    def _written(self, number: int, received: Sequence[Received], taken: Taken, clock: Clock) -> bool:
        """Settle, keep and append; False when somebody else wrote about people meanwhile."""
        taken = self.buried.without(taken)
        try:
            settled = self._settled(taken)
            clock.lap("settle")
            step("loader: settled")
            self.keeper.keep(_kept(number, received, taken, settled, clock))
            clock.lap("keep")
            step("loader: kept")
            version = self._appended(number, taken, settled, clock)
        except BaseException as error:
            self.ledger.persons.undo()
            if isinstance(error, _Again):
                return False
            raise
        clock.lap("publish")
        self.ledger.wrote(version)
        self._catch_up().add(*settled.ids, version)
        step("loader: landed")
        self.keeper.landed(number, version, clock.laps, _lag_s(received))
        return True

    def _appended(self, number: int, taken: Taken, settled: Settled, clock: Clock) -> int:
        """Make a version of a batch; give its number."""
        with self.lake.write(f"{WHY}{number}") as writer:
            clock.lap("wait")
            if writer.known.version != self.ledger.version and self._others_wrote(writer.known.tables):
                raise _Again
            if self.buried.grew():
                raise _Again
            if not writer.batch(APP, number):
                raise Conflict("batch_landed", f"Batch {number} is in the lake already.", remedy="Forget it.")
            rows = settled.rows.to_batches()
            writer.append_files(months.write(rows, self.lake.interactions, writer.version))
            writer.add("identities", settled.identities)
            writer.add("refusals", settled.refusals)
            writer.add("customers", settled.customers)
            known = self.lake.at().definitions.all("touchpoint")
            for key, body in taken.touchpoints.items():
                if key not in known:  # an import may have defined it since this batch was read
                    writer.define("touchpoint", key, dict(body), source="live")
            clock.lap("write")
        return int(writer.version)

    def _others_wrote(self, tables: dict[str, int]) -> bool:
        table, known = self.lake.tables["identities"], self.ledger.version
        return any(file.landed[1] > known for file in table.state(tables.get("identities", 0)).files)


def _lag_s(received: Sequence[Received]) -> float:
    """Give how long the oldest request waited, of those that came now."""
    now = time.time()
    return now - min((one.at_us / 1e6 for one in received if TRIED not in one.about), default=now)


class _Again(Exception):
    """Others wrote about people while a batch was settled."""


class Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Count the time since the last call to a step."""
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._last
        self._last = now


def _kept(number: int, received: Sequence[Received], taken: Taken, settled: Settled, clock: Clock) -> Kept:
    return Kept(
        number=number,
        received=received,
        events=sum(one.events for one in received),
        landed=settled.landed,
        again=settled.again,
        known=settled.known,
        refused=taken.refused,
        left_out=Counter(settled.refused),
        oldest_us=min(one.at_us for one in received),
        taken=taken,
        seconds=dict(clock.laps),
    )
