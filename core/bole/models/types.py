"""Column types: moments as integers, documents as canonical JSON, secrets marked as personal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from bole.values import from_micros, micros


class Moment(TypeDecorator[datetime]):
    """
    An aware moment, stored as an integer of microseconds since 1970-01-01 UTC.

    One integer compares, indexes and moves into a frame alike on SQLite and
    PostgreSQL, and cannot lose its time zone on the way.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the stored integer of an aware moment."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the aware UTC moment of a stored integer."""
        return None if value is None else from_micros(value)


Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A small JSON document; JSONB on PostgreSQL."""

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit surrogate key that SQLite, too, assigns by itself."""

PERSONAL: dict[str, Any] = {"personal": True}
"""Column info of personal data: masked in exports and erased under its retention rule."""
