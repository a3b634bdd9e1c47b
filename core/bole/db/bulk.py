"""Writing many rows: COPY on PostgreSQL, the driver's executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from bole.db.engine import is_postgresql

CHUNK = 20_000
SMALL = 200
"""Below this many rows one statement with a list of rows beats opening a COPY."""


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@lru_cache(maxsize=512)
def _insert_sql(table: str, columns: tuple[str, ...], mark: str, tail: str) -> str:
    return f'insert into "{table}" ({_names(columns)}) values ({", ".join([mark] * len(columns))}){tail}'


@lru_cache(maxsize=512)
def _conflict(table: str, keys: tuple[str, ...], columns: tuple[str, ...], add: bool) -> str:
    changes = [
        f'"{column}" = "{table}"."{column}" + excluded."{column}"' if add else f'"{column}" = excluded."{column}"'
        for column in columns
        if column not in keys
    ]
    return f" on conflict ({_names(keys)}) do update set {', '.join(changes)}" if changes else f" on conflict ({_names(keys)}) do nothing"


def _connection(on: Session | Connection) -> Connection:
    return on.connection() if isinstance(on, Session) else on


def bulk_insert(on: Session | Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """
    Insert rows and return how many.

    Args:
        on: session or connection inside the caller's transaction.
        table: where to.
        columns: names, in the order of the values of each row.
        rows: plain stored values (integers for moments, no type conversion is made); read once, in chunks.
    """
    connection = _connection(on)
    cursor = connection.connection.cursor()
    try:
        if is_postgresql(connection):
            return _copy(cursor, table.name, tuple(columns), rows)
        statement = _insert_sql(table.name, tuple(columns), "?", "")
        iterator, count = iter(rows), 0
        while chunk := list(islice(iterator, CHUNK)):
            cursor.executemany(statement, chunk)
            count += len(chunk)
        return count
    finally:
        cursor.close()


def _copy(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> int:
    iterator = iter(rows)
    head = list(islice(iterator, SMALL))
    if len(head) < SMALL:
        if head:
            cursor.executemany(_insert_sql(table, columns, "%s", ""), head)
        return len(head)
    count = 0
    with cursor.copy(f'copy "{table}" ({_names(columns)}) from stdin') as copy:
        for source in (head, iterator):
            for row in source:
                copy.write_row(row)
                count += 1
    return count


def upsert(
    on: Session | Connection, table: Table, keys: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, add: bool = False
) -> None:
    """
    Insert rows; where the key is taken, replace the other columns, or add to them.

    Args:
        keys: the columns of a unique constraint.
        columns: all columns given, keys included, in the order of the values.
        rows: plain stored values; no key twice.
        add: add the values to what is stored instead of replacing it.
    """
    connection = _connection(on)
    postgresql = is_postgresql(connection)
    tail = _conflict(table.name, tuple(keys), tuple(columns), add)
    statement = _insert_sql(table.name, tuple(columns), "%s" if postgresql else "?", tail)
    cursor = connection.connection.cursor()
    try:
        iterator = iter(rows)
        while chunk := list(islice(iterator, CHUNK)):
            if postgresql and len(chunk) >= SMALL:
                _merge_copied(cursor, table.name, tuple(columns), chunk, tuple(keys), tail)
            else:
                cursor.executemany(statement, chunk)
    finally:
        cursor.close()


def _merge_copied(cursor: Any, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]], keys: tuple[str, ...], tail: str) -> None:
    staging = f"bole_staging_{table}"
    cursor.execute(f'create temp table if not exists "{staging}" (like "{table}") on commit delete rows')
    cursor.execute(f'delete from "{staging}"')
    with cursor.copy(f'copy "{staging}" ({_names(columns)}) from stdin') as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f'insert into "{table}" ({_names(columns)}) select {_names(columns)} from "{staging}" order by {_names(keys)}{tail}')
