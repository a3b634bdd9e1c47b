"""What a form gives, as values."""

from __future__ import annotations

from datetime import date

from bole import InvalidValue


def day_given(text: str) -> date:
    """
    Return the day that a field holds.

    Raises:
        InvalidValue: it holds none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue("reorganisation.day", f"{text!r} is not a date.", "Write it as 2026-10-15.") from None
