"""The only place that reads the time.

Services take a `Clock`; tests pass a `FixedClock`. An architecture test keeps
every other module from reading the system's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the moment now, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC, to the microsecond."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC, to the microsecond."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still at one moment, for tests and for as-of questions."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


def today(clock: Clock, zone: ZoneInfo) -> date:
    """Return the calendar date that it now is in `zone`."""
    return clock.now().astimezone(zone).date()
