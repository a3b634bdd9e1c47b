"""Values that every layer shares: money, periods, half-open intervals, named rounding."""

from bole.values.interval import AS_KNOWN_NOW, EPOCH, FOREVER, UNTIL_REVISED, DateInterval, day_number, from_day_number, from_micros, micros
from bole.values.money import Money, minor_digits
from bole.values.period import Period, PeriodKind
from bole.values.rounding import Rounding

__all__ = [
    "AS_KNOWN_NOW",
    "EPOCH",
    "FOREVER",
    "UNTIL_REVISED",
    "DateInterval",
    "Money",
    "Period",
    "PeriodKind",
    "Rounding",
    "day_number",
    "from_day_number",
    "from_micros",
    "micros",
    "minor_digits",
]
