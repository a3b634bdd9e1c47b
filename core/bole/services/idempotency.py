"""Idempotency keys: a request that is sent twice is done once and answered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from bole.access import Work
from bole.db import Raw, unit_of_work
from bole.errors import Conflict
from bole.values import micros

KEPT = timedelta(hours=24)


def answer_once(work: Work, key: str, body_hash: bytes, function: Callable[[], dict[str, Any]], *, kept: timedelta = KEPT) -> dict[str, Any]:
    """
    Return what `function` returns, or what it returned when the actor sent the same key before.

    What `function` does and its answer are committed together; where it raises, the key stays free. A repeat
    that comes while the first request is still at work waits for it.

    Args:
        key: chosen by whoever asks, unique for each thing to be done.
        body_hash: 32 bytes; of everything the request says.
        function: does it, in the same unit of work, and returns plain JSON.
        kept: how long the answer is remembered.

    Raises:
        Conflict: the actor sent the key before with another body; nothing was done.
    """
    now = work.clock.now()
    with unit_of_work(work.session):
        raw = Raw(work.session)
        raw.run("delete from core_idempotency_key where expires_at <= ?", (micros(now),))
        # Whoever comes second waits here for the first to commit or to fail.
        fresh = raw.run(
            "insert into core_idempotency_key (actor, key, body_hash, answer, expires_at) values (?, ?, ?, ?, ?) on conflict (actor, key) do nothing",
            (work.actor.name, key, body_hash, "{}", micros(now + kept)),
        )
        if not fresh:
            return _earlier(raw, work.actor.name, key, body_hash)
        answer = function()
        raw.run("update core_idempotency_key set answer = ? where actor = ? and key = ?", (orjson.dumps(answer).decode(), work.actor.name, key))
    return answer


def _earlier(raw: Raw, actor: str, key: str, body_hash: bytes) -> dict[str, Any]:
    row = raw.one("select body_hash, answer from core_idempotency_key where actor = ? and key = ?", (actor, key))
    assert row is not None
    if bytes(row[0]) != body_hash:
        raise Conflict("core.idempotency_key", f"the idempotency key {key!r} came before with another body.", "Use a new key for a new request.")
    answer: dict[str, Any] = orjson.loads(row[1]) if isinstance(row[1], str) else row[1]
    return answer
