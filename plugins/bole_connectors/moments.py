"""Texts and cells as dates and moments: formats and time zones as the mapping declares them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bole_connectors.cells import Unfit
from bole_connectors.mapping import FieldRule

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Dates:
    """
    Reads the dates and moments of one field.

    Args:
        zone: of moments without an offset.
    """

    rule: FieldRule
    zone: ZoneInfo | None = None

    def day(self, given: str | datetime | date) -> date:
        """
        Return the date that is given, shifted as the rule says.

        Raises:
            Unfit: it is no date, or has a time of day.
        """
        read = self._read(given)
        if read.time() != time():
            raise Unfit(str(given), "has a time of day, and a date is wanted.", "Take the date out with extract, or give the column a format.")
        return self._shifted(given, read).date()

    def moment(self, given: str | datetime | date) -> datetime:
        """
        Return the moment that is given, shifted as the rule says, in UTC.

        A time that comes twice when clocks go back is the first of the two.

        Raises:
            Unfit: it is no moment, has no time zone, or was skipped when clocks went forward.
        """
        read = self._shifted(given, self._read(given))
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        if self.zone is None:
            raise Unfit(str(given), "has no time zone.", 'Set time_zone in the mapping, for example "Asia/Shanghai".')
        moment = read.replace(tzinfo=self.zone).astimezone(UTC)
        # A day without a time begins when its first hour does, even where the clock skips midnight.
        if read.time() != time() and moment.astimezone(self.zone).replace(tzinfo=None) != read:
            raise Unfit(str(given), f"never was in {self.zone.key}: clocks went forward over it.", "Mend the value, or the time zone.")
        return moment

    def _read(self, given: str | datetime | date) -> datetime:
        if isinstance(given, datetime):
            return given
        if isinstance(given, date):
            return datetime.combine(given, time())
        for form in self.rule.format:
            try:
                return datetime.strptime(given, form)  # noqa: DTZ007  # the mapping's time zone is added by the caller
            except ValueError:
                continue
        if self.rule.format:
            raise Unfit(given[:200], f"is not written as {' or '.join(self.rule.format)}.", "Mend the value, or the format in the mapping.")
        try:
            if _ISO.fullmatch(given):
                return datetime.fromisoformat(given)
        except ValueError as error:
            raise Unfit(given[:200], f"is no date: {error}.") from error
        raise Unfit(given[:200], "is not written as 2026-07-31 or 2026-07-31 17:30.", 'Set format in the mapping, for example "%d/%m/%Y".')

    def _shifted(self, given: object, read: datetime) -> datetime:
        try:
            return read + timedelta(days=self.rule.shift_days)
        except OverflowError as error:
            raise Unfit(str(given), f"cannot be shifted by {self.rule.shift_days} days.") from error
