"""Engines, sessions, units of work and bulk paths, on SQLite and PostgreSQL."""

from bole.db.bulk import bulk_insert, upsert
from bole.db.engine import Database, connect, is_postgresql
from bole.db.partitions import ensure_partitions
from bole.db.raw import Raw
from bole.db.unit import unit_of_work

__all__ = ["Database", "Raw", "bulk_insert", "connect", "ensure_partitions", "is_postgresql", "unit_of_work", "upsert"]
