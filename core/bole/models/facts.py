"""What happened: observations, their kinds and facets, sources, batches, and the daily rollups.

An observation row carries its sign. A correction appends two rows, one that takes
the old figures back (sign -1, on the old day) and one with the new (sign +1), so
that every total is a plain sum, nothing is ever edited, and "what did we believe on
3 May" is the same sum over the rows recorded by then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bole.models.base import Model
from bole.models.types import Document, Moment, Serial

BATCH_BITS = 20
"""An observation's id is its batch's id, shifted by these bits, plus its place in the batch."""


class Source(Model, owner="core"):
    """A system or form from which observations come."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)


class ObservationKind(Model, owner="core"):
    """A kind of thing that can happen, as a plugin declared it."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    owner: Mapped[str] = mapped_column(String(40))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))


class Facet(Model, owner="core"):
    """
    One combination of an observation's kind and its dimensions.

    There are few combinations (a kind, new or old customer, a channel), so an
    observation names one by a small integer, and any filter over dimensions is a
    set of integers, also one that nobody thought of when the row was written.
    """

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind_id: Mapped[int] = mapped_column(ForeignKey("core_observation_kind.id"))
    dimensions: Mapped[dict[str, Any]] = mapped_column(Document)
    fingerprint: Mapped[str] = mapped_column(String(1000), unique=True)
    leaf: Mapped[int] = mapped_column(BigInteger, index=True)


class Batch(Model, owner="core"):
    """Observations recorded together; one leaf of the ledger."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("core_source.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment, index=True)
    recorded_by: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    leaf: Mapped[int] = mapped_column(BigInteger, unique=True)


class Observation(Model, owner="core"):
    """
    One thing that happened to, or was done by, one employee. Append-only.

    Columns: ``day`` is the local calendar day of the moment at the legal entity, as days
    since 1970-01-01; ``moment``, ``answers_to`` and ``recorded_at`` are microseconds UTC;
    ``quantity`` is in ten-thousandths of the kind's unit; ``amount`` in minor units of
    ``currency``; ``sign`` is +1, or -1 for a row that takes an earlier one back.
    Stored employee first: the scan that scoring needs is then sequential.
    """

    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facet_id: Mapped[int] = mapped_column(Integer)
    sign: Mapped[int] = mapped_column(SmallInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    moment: Mapped[int] = mapped_column(BigInteger)
    answers_to: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    source_id: Mapped[int] = mapped_column(Integer)
    supersedes_id: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    external_key: Mapped[str] = mapped_column(String(200))
    details: Mapped[str | None] = mapped_column(Text)

    __table_args__ = ({"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (day)"},)


class ObservationKey(Model, owner="core"):
    """Which observation an external key stands for now; makes repeats harmless."""

    source_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    external_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    observation_id: Mapped[int] = mapped_column(BigInteger)
    employee_id: Mapped[int] = mapped_column(Integer)
    day: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary(16))

    __table_args__ = ({"sqlite_with_rowid": False},)


class Aggregate(Model, owner="core"):
    """A mergeable sum that some indicator needs; shared by all that need the same one."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(300), unique=True)


class Rollup(Model, owner="core"):
    """The exact integer of one aggregate for one employee and day."""

    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    aggregate_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"sqlite_with_rowid": False},)


class RollupKey(Model, owner="core"):
    """How often a distinct aggregate met one key (a customer, say) on one day."""

    employee_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    aggregate_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "aggregate_id", "day"), {"sqlite_with_rowid": False})
