"""What a demo company is built from: its size, its length and the seed of its chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bole import InvalidValue, Period, PeriodKind

ZONE = ZoneInfo("Asia/Shanghai")
LAST_QUARTER = Period.parse("2026Q3")
SETTLED = timedelta(days=25)
"""A quarter can end the history when it is over for so long: by then it is run, approved and released."""


@dataclass(frozen=True, slots=True)
class Setting:
    """
    The size of a demo company.

    Args:
        seed: the same seed gives the same company, to the cent.
        people: sales people at the end, 6 to 300.
        years: length of the history, 1 to 4; contribution rates are known for no longer.
        last: the last quarter of the history.

    Raises:
        InvalidValue: a figure is out of range.
    """

    seed: int = 7
    people: int = 60
    years: int = 3
    last: Period = LAST_QUARTER

    def __post_init__(self) -> None:
        for name, value, least, most in (("people", self.people, 6, 300), ("years", self.years, 1, 4)):
            if not least <= value <= most:
                raise InvalidValue("demo.out_of_range", f"{name} cannot be {value}.", f"Use {least} to {most}.")
        if self.last.kind is not PeriodKind.QUARTER:
            raise InvalidValue("demo.no_quarter", f"{self.last} is no quarter.", "Write the last quarter of the history as 2026Q3.")

    @property
    def quarters(self) -> tuple[Period, ...]:
        """The quarters of the history, in order."""
        return tuple(self.last.shift(by) for by in range(1 - 4 * self.years, 1))

    @property
    def months(self) -> tuple[Period, ...]:
        """The months of the history, in order."""
        return tuple(month for quarter in self.quarters for month in quarter.months)

    @property
    def change(self) -> Period:
        """The quarter from which the plan looks at the work behind sales; of three years the sixth quarter."""
        return self.quarters[max(1, round(5 / 12 * len(self.quarters)))]

    def progress(self, month: Period) -> float:
        """Return how far the new plan has changed habits: 0 before it, rising to 1 in the last quarter."""
        quarter = Period.containing(month.start, PeriodKind.QUARTER)
        changed = [each for each in self.quarters if each >= self.change]
        return (changed.index(quarter) + 1) / len(changed) if quarter in changed else 0.0


def last_quarter(now: datetime, wanted: Period | None = None) -> Period:
    """
    Return the last quarter of a history: always the same one, or the last one that is settled where that is still to come.

    Args:
        wanted: the quarter that is asked for, if any.

    Raises:
        InvalidValue: the wanted quarter is not settled yet; whatever happened in it would lie in the future.
    """
    settled = Period.containing((now - SETTLED).astimezone(ZONE).date(), PeriodKind.QUARTER).shift(-1)
    if wanted is not None and wanted.end > settled.end:
        raise InvalidValue(
            "demo.not_settled", f"{wanted} is not over for {SETTLED.days} days yet.", f"The last quarter that can be asked for is {settled}."
        )
    return wanted or min(LAST_QUARTER, settled)
