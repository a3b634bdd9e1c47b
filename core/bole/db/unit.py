"""Units of work: a service owns its transaction; a service called by another joins it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from bole.db.engine import WRITING

_DEPTH = "bole_unit_depth"


@contextmanager
def unit_of_work(session: Session) -> Iterator[Session]:
    """
    Commit what is done inside, or nothing of it.

    The outermost unit begins and ends the transaction; inner ones join. What the session
    had read before is given up first, so that the write sees the newest state.
    """
    depth: int = session.info.get(_DEPTH, 0)
    if depth == 0:
        if session.in_transaction():
            session.commit()
        session.connection(execution_options={WRITING: True})
    session.info[_DEPTH] = depth + 1
    try:
        yield session
        if depth == 0:
            session.commit()
    except BaseException:
        if depth == 0:
            session.rollback()
        raise
    finally:
        session.info[_DEPTH] = depth
