"""Idempotency keys: done once, answered as often as asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from bole.access import Actor, Work
from bole.clock import FixedClock
from bole.db import Database
from bole.errors import Conflict, InvalidValue
from bole.host import Host
from bole.models import IdempotencyKey, Source
from bole.services.idempotency import answer_once
from tests.conftest import NOW

BODY = sha256(b"body").digest()


class Writer:
    """Writes a row at each call and says how many there are."""

    def __init__(self, work: Work) -> None:
        self.work = work

    def __call__(self) -> dict[str, Any]:
        self.work.session.add(Source(code=f"s{self.count()}"))
        self.work.session.flush()
        return {"count": self.count()}

    def count(self) -> int:
        """Return how many rows there are."""
        return self.work.session.scalar(select(func.count()).select_from(Source)) or 0


def test_a_repeat_gets_the_first_answer(work: Work) -> None:
    """The same key and body do nothing the second time and are answered alike."""
    write = Writer(work)

    answers = [answer_once(work, "k", BODY, write) for _ in range(2)]

    assert answers == [{"count": 1}, {"count": 1}]
    assert write.count() == 1


def test_another_body_under_the_same_key_is_refused(work: Work) -> None:
    """A key that came with another body is refused, and nothing is done."""
    write = Writer(work)
    answer_once(work, "k", BODY, write)

    with pytest.raises(Conflict, match="the idempotency key 'k' came before with another body"):
        answer_once(work, "k", sha256(b"other").digest(), write)

    assert write.count() == 1


def test_another_actor_may_use_the_same_key(work: Work) -> None:
    """Keys belong to whoever sends them."""
    write = Writer(work)
    answer_once(work, "k", BODY, write)

    assert answer_once(work.acting_as(Actor("li")), "k", BODY, write) == {"count": 2}


def test_a_failed_request_leaves_the_key_free(work: Work) -> None:
    """Where the function raises nothing is kept, and the repeat does it."""

    def fail() -> dict[str, Any]:
        Writer(work)()
        raise InvalidValue("test.no", "no.")

    with pytest.raises(InvalidValue):
        answer_once(work, "k", BODY, fail)

    assert answer_once(work, "k", BODY, Writer(work)) == {"count": 1}


def test_a_key_is_forgotten_after_a_day(work: Work) -> None:
    """After 24 hours the key is new again, and its row is gone."""
    write = Writer(work)
    answer_once(work, "k", BODY, write)
    almost, after = (replace(work, clock=FixedClock(NOW + timedelta(hours=24) - wait)) for wait in (timedelta(microseconds=1), timedelta()))

    assert answer_once(almost, "k", BODY, write) == {"count": 1}
    assert answer_once(after, "k", BODY, write) == {"count": 2}
    assert work.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_a_repeat_waits_for_the_first(database: Database, host: Host) -> None:
    """Two requests at once with one key do it once and get the same answer."""
    inside, go_on = Event(), Event()

    def ask(first: bool) -> dict[str, Any]:
        with database.session() as session:
            work = Work(session, host, clock=FixedClock(NOW))

            def write() -> dict[str, Any]:
                inside.set()
                assert not first or go_on.wait(20)
                return Writer(work)() | {"first": first}

            return answer_once(work, "k", BODY, write)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(ask, True)
        assert inside.wait(20)
        two = pool.submit(ask, False)
        go_on.set()

        assert one.result() == two.result() == {"count": 1, "first": True}
