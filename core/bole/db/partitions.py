"""Monthly partitions of the observation table on PostgreSQL, made when first needed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from bole.db.engine import is_postgresql
from bole.values import Period, PeriodKind, day_number, from_day_number

_LOCK = 0x426F6C65


def ensure_partitions(connection: Connection, days: Iterable[int]) -> None:
    """
    Make the partition of every month in which a day lies; nothing to do on SQLite.

    Args:
        days: day numbers (days since 1970-01-01).
    """
    if not is_postgresql(connection):
        return
    months = {Period.containing(from_day_number(day), PeriodKind.MONTH) for day in set(days)}
    names = {f"core_observation_{month.start:%Y%m}": month for month in months}
    known = set(
        connection.execute(
            text("select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'core_observation'::regclass")
        ).scalars()
    )
    missing = sorted(set(names) - known)
    if not missing:
        return
    # Two sessions may want the same month; the lock lasts until the transaction ends.
    connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
    for name in missing:
        first, end = day_number(names[name].start), day_number(names[name].end)
        connection.execute(text(f"create table if not exists {name} partition of core_observation for values from ({first}) to ({end})"))
