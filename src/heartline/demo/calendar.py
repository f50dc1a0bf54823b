"""The two years of the demo company: which days are busy, and what happened that everybody remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY = 86_400.0
DAYS = 730
BLACK_FRIDAY_DISCOUNT = 0.22
PRICE_RISE = 0.07
RELAUNCH_DAYS, STRIKE_DAYS = 42, 18
STRIKE_COUNTRY = "de"


@dataclass(frozen=True)
class Span:
    """Something that happened from day to day, both included; `unit` names the part of the company, None is all."""

    key: str
    label: str
    first: date
    last: date
    what: str
    unit: str | None = None
    german: str = ""
    spanish: str = ""

    def body(self) -> dict[str, Any]:
        """Give it as a definition of kind `event`."""
        made: dict[str, Any] = {
            "label": self.label,
            "labels": {"de": self.german, "es": self.spanish},
            "first": str(self.first),
            "last": str(self.last),
            "kind": self.what,
        }
        return made | ({"unit": self.unit} if self.unit else {})


@dataclass(frozen=True)
class Calendar:
    """The days from `first` to `until`, both included."""

    until: date

    @property
    def first(self) -> date:
        """The first day."""
        return self.until - timedelta(days=DAYS - 1)

    @property
    def start_s(self) -> int:
        """Midnight of the first day, as seconds of a wall clock since 1970."""
        return int(datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC).timestamp())

    @property
    def length_s(self) -> float:
        """Seconds of all days together."""
        return DAYS * DAY

    @property
    def relaunch(self) -> Span:
        """The relaunch of the web shop and the six weeks until it ran well."""
        day = _in_quiet_season(self.until - timedelta(days=290), RELAUNCH_DAYS)
        return Span(
            "relaunch", "Relaunch of the web shop", day, day + timedelta(days=RELAUNCH_DAYS - 1), "relaunch",
            german="Neuer Webshop", spanish="Nueva tienda web",
        )  # fmt: skip

    @property
    def strike(self) -> Span:
        """The strike of the carrier in Germany."""
        day = _in_quiet_season(self.until - timedelta(days=185), STRIKE_DAYS + 10)
        last = day + timedelta(days=STRIKE_DAYS - 1)
        return Span(
            "strike", "Strike at the carrier", day, last, "strike", STRIKE_COUNTRY,
            german="Streik beim Paketdienst", spanish="Huelga del transportista",
        )  # fmt: skip

    @property
    def price_rise(self) -> Span:
        """The day on which everything became dearer."""
        day = _in_quiet_season(self.until - timedelta(days=120), 30)
        share = f"{PRICE_RISE:.0%}".replace("%", " %")
        return Span(
            "price_rise", f"Prices rise by {share}", day, day, "price rise",
            german=f"Preise steigen um {share}", spanish=f"Los precios suben un {share}",
        )  # fmt: skip

    @property
    def black_fridays(self) -> list[Span]:
        """The Black Fridays, each with its weekend and the Monday after."""
        found = []
        for year in range(self.first.year, self.until.year + 1):
            november = date(year, 11, 1)
            friday = november + timedelta(days=(4 - november.weekday()) % 7 + 21)
            if self.first <= friday <= self.until:
                last = min(friday + timedelta(days=3), self.until)
                name = f"Black Friday {year}"
                found.append(Span(f"black_friday_{year}", name, friday, last, "season", german=name, spanish=name))
        return found

    @property
    def christmases(self) -> list[Span]:
        """The weeks before Christmas."""
        found = []
        for year in range(self.first.year, self.until.year + 1):
            first, last = max(date(year, 12, 1), self.first), min(date(year, 12, 24), self.until)
            if first <= last:
                found.append(
                    Span(
                        f"christmas_{year}", f"Christmas season {year}", first, last, "season",
                        german=f"Weihnachtszeit {year}", spanish=f"Navidad {year}",
                    )
                )  # fmt: skip
        return found

    @property
    def events(self) -> list[Span]:
        """All that is marked on time axes, oldest first."""
        all_of_them = [self.relaunch, self.strike, self.price_rise, *self.black_fridays, *self.christmases]
        return sorted(all_of_them, key=lambda span: span.first)

    def place(self, day: date) -> int:
        """Give a day's place from 0."""
        return (day - self.first).days

    def during(self, span: Span) -> npt.NDArray[np.bool_]:
        """Tell for each day whether it lies in a span."""
        days = np.arange(DAYS)
        return (days >= self.place(span.first)) & (days <= self.place(span.last))

    @property
    def dates(self) -> list[date]:
        """Every day."""
        return [self.first + timedelta(days=place) for place in range(DAYS)]

    def busy(self) -> Floats:
        """Give how many more purchases a day sees than an ordinary one."""
        weekday = np.array([1.05, 0.95, 0.92, 0.96, 1.0, 1.12, 1.0])
        month = np.array([0.88, 0.9, 1.0, 1.03, 1.05, 0.95, 0.88, 0.9, 0.98, 1.03, 1.12, 1.25])
        made = np.array([weekday[day.weekday()] * month[day.month - 1] for day in self.dates])
        for span in self.black_fridays:
            made[self.during(span)] *= 3.2
        for span in self.christmases:
            made[self.during(span)] *= 1.45
        return made

    def crowd(self) -> Floats:
        """Give how much more service has to do than on an ordinary day: seasons, Mondays, the relaunch."""
        made = np.array([(1.45, 1.1, 1.0, 0.95, 0.95, 0.85, 0.8)[day.weekday()] for day in self.dates])
        for span in (*self.christmases, *self.black_fridays):
            made[self.during(span)] *= 1.5
        made[self.during(self.relaunch)] *= 1.35
        return made

    def struck(self) -> Floats:
        """Give the share of the strike that a parcel handed over on a day still feels: it ebbs away for ten days."""
        made = self.during(self.strike).astype(float)
        last = self.place(self.strike.last)
        for after in range(1, 11):
            if 0 <= last + after < DAYS:
                made[last + after] = 1 - after / 11
        return made

    def slow_shop(self) -> Floats:
        """Give how badly the web shop ran after its relaunch, from 1 on the first day to 0 when it was mended."""
        made = np.zeros(DAYS)
        first = self.place(self.relaunch.first)
        made[first : first + RELAUNCH_DAYS] = np.linspace(1.0, 0.25, RELAUNCH_DAYS)
        return made

    def price(self) -> Floats:
        """Give the price level by day."""
        made = np.ones(DAYS)
        made[self.place(self.price_rise.first) :] += PRICE_RISE
        return made

    def discount(self) -> Floats:
        """Give the discount by day: the sales of Black Friday."""
        made = np.zeros(DAYS)
        for span in self.black_fridays:
            made[self.during(span)] = BLACK_FRIDAY_DISCOUNT
        return made


def _in_quiet_season(day: date, length: int) -> date:
    """Move a day back until it and what follows lie between mid-January and mid-November: nobody relaunches later."""
    for year in (day.year - 1, day.year):
        busy_from, busy_to = date(year, 11, 12), date(year + 1, 1, 14)
        if day <= busy_to and day + timedelta(days=length) >= busy_from:
            return busy_from - timedelta(days=length + 1)
    return day
