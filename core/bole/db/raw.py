"""Plain statements on the session's own connection, for paths where every microsecond counts.

One statement text serves both databases: parameters are written ``?``. Values are plain
stored values; no type conversion is made. Everything runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import ResourceClosedError
from sqlalchemy.orm import Session

from bole.db.engine import is_postgresql


@lru_cache(maxsize=2048)
def _for_postgresql(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


class Raw:
    """
    A cursor on a session's connection.

    Args:
        session: whose transaction the statements belong to.
    """

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self.postgresql = is_postgresql(self._connection)
        self._cursor: Any = self._connection.connection.cursor()

    def _text(self, statement: str) -> str:
        # After the transaction the connection may already serve somebody else.
        if self._connection.closed:
            raise ResourceClosedError("this Raw belongs to a transaction that has ended; make a new one")
        return _for_postgresql(statement) if self.postgresql else statement

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Execute one statement and return how many rows it changed."""
        self._cursor.execute(self._text(statement), values)
        return int(self._cursor.rowcount)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one statement for every row."""
        self._cursor.executemany(self._text(statement), rows if isinstance(rows, list) else list(rows))

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query."""
        self._cursor.execute(self._text(statement), values)
        return list(self._cursor.fetchall())

    def one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query; nothing where there is none."""
        self._cursor.execute(self._text(statement), values)
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def inserted(self, statement: str, rows: Iterable[Sequence[Any]]) -> list[int]:
        """Execute an ``insert … returning id`` for every row and return the ids in order."""
        return [self.all(statement, row)[0][0] for row in rows]

    def where_in(self, head: str, values: Sequence[Any], tail: str = "", before: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """
        Return the rows of ``head (…values…) tail``, asked in portions that every database takes.

        Args:
            head: ends with ``in``; may hold one ``?`` for each value of `before`.
        """
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(values), 900):
            portion = values[start : start + 900]
            found += self.all(f"{head} ({', '.join('?' * len(portion))}) {tail}", (*before, *portion))
        return found
