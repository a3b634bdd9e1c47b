"""The outbox: news of what was committed, delivered to each plugin at least once.

A notification is written in the transaction that causes it, so that there is no news of
what was rolled back and none is lost in a crash. After the commit every implementing
plugin gets a delivery of its own; one that fails is tried again, and the others do not wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import and_, delete, exists, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from bole.access import SYSTEM, Work
from bole.clock import Clock
from bole.contracts.observation import ObservationsRecorded
from bole.db import Database, Raw, unit_of_work
from bole.host import Host
from bole.models import Outbox, OutboxDelivery
from bole.values import micros

HOOKS = ("bole_observations_recorded", "bole_period_closed", "bole_payout_released", "bole_org_version_activated")
FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=10)
"""After this long a delivery that somebody began is taken to have died with its process."""
KEPT = timedelta(days=30)
PORTION = 200


def enqueue(work: Work, hook: str, body: Mapping[str, Any]) -> None:
    """
    Write a notification in the caller's transaction; it is delivered after the commit.

    Nothing is written where no enabled plugin implements the hook.

    Args:
        hook: one of `HOOKS`.
        body: the notification's arguments, plain JSON.
    """
    if any(True for _ in work.host.per_plugin(hook)):
        values = (hook, orjson.dumps(body).decode(), micros(work.clock.now()), False)
        Raw(work.session).run("insert into core_outbox (hook, body, created_at, done) values (?, ?, ?, ?)", values)


def deliver(database: Database, host: Host, clock: Clock) -> int:
    """
    Deliver what is due until nothing is, and return how many deliveries succeeded.

    Any number of processes may do this at once: each delivery is claimed by one of them.
    """
    listeners = [(hook, plugin) for hook in HOOKS for plugin, _ in host.per_plugin(hook)]
    succeeded = 0
    while _fan_out(database, listeners) | bool(due := _due(database, listeners, clock.now())):
        for delivery, notification in due:
            if _claim(database, delivery, clock.now()):
                succeeded += _deliver(database, host, clock, delivery, notification)
    return succeeded


def forget_delivered(database: Database, clock: Clock) -> int:
    """Delete notifications that every plugin has had for thirty days; return how many."""
    old = and_(Outbox.done, Outbox.created_at < clock.now() - KEPT)
    with database.session() as session, unit_of_work(session):
        session.execute(delete(OutboxDelivery).where(OutboxDelivery.outbox_id.in_(select(Outbox.id).where(old))))
        return int(session.execute(delete(Outbox).where(old)).rowcount)  # type: ignore[attr-defined]  # the result of a delete


def _fan_out(database: Database, listeners: list[tuple[str, str]]) -> bool:
    """Give every new notification one delivery a listening plugin; tell whether there was any."""
    unseen = select(Outbox.id, Outbox.hook).where(~Outbox.done, ~exists().where(OutboxDelivery.outbox_id == Outbox.id))
    with database.session() as session:
        new = session.execute(unseen.order_by(Outbox.id).limit(PORTION)).all()
        if not new:
            return False
        with unit_of_work(session):
            told = [(number, plugin) for number, hook in new for wanted, plugin in listeners if wanted == hook]
            rows = [{"outbox_id": number, "plugin": plugin, "done": False, "attempts": 0} for number, plugin in told]
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            if rows:
                session.execute(insert(OutboxDelivery).on_conflict_do_nothing(), rows)
            unheard = {number for number, _ in new} - {number for number, _ in told}
            session.execute(update(Outbox).where(Outbox.id.in_(unheard)).values(done=True))
    return True


def _due(database: Database, listeners: list[tuple[str, str]], now: datetime) -> list[tuple[OutboxDelivery, Outbox]]:
    is_due = and_(~OutboxDelivery.done, or_(OutboxDelivery.retry_at.is_(None), OutboxDelivery.retry_at <= now))
    query = select(OutboxDelivery, Outbox).join(Outbox, Outbox.id == OutboxDelivery.outbox_id).where(is_due)
    with database.session() as session:
        heard = query.where(tuple_(Outbox.hook, OutboxDelivery.plugin).in_(listeners))
        return [(row[0], row[1]) for row in session.execute(heard.order_by(OutboxDelivery.outbox_id).limit(PORTION))]


def _row(delivery: OutboxDelivery) -> Any:
    return and_(OutboxDelivery.outbox_id == delivery.outbox_id, OutboxDelivery.plugin == delivery.plugin)


def _claim(database: Database, delivery: OutboxDelivery, now: datetime) -> bool:
    # The count of attempts is what everybody saw; only one can be the first to raise it.
    unclaimed = and_(_row(delivery), ~OutboxDelivery.done, OutboxDelivery.attempts == delivery.attempts)
    statement = update(OutboxDelivery).where(unclaimed).values(attempts=delivery.attempts + 1, retry_at=now + LEASE)
    with database.session() as session, unit_of_work(session):
        return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # the result of an update


def _deliver(database: Database, host: Host, clock: Clock, delivery: OutboxDelivery, notification: Outbox) -> bool:
    with database.session() as session:
        work = Work(session, host, SYSTEM, clock)
        error = host.notify(delivery.plugin, notification.hook, work, **_news(notification.hook, notification.body))
    done = error is None
    retry = None if done else clock.now() + min(FIRST_RETRY * 2 ** min(delivery.attempts, 20), LAST_RETRY)
    undone = exists().where(OutboxDelivery.outbox_id == notification.id, ~OutboxDelivery.done)
    with database.session() as session, unit_of_work(session):
        # The lock lets the last of several deliveries that end at once see that it is the last.
        session.execute(select(Outbox.id).where(Outbox.id == notification.id).with_for_update())
        session.execute(update(OutboxDelivery).where(_row(delivery)).values(done=done, error=error, retry_at=retry))
        session.execute(update(Outbox).where(Outbox.id == notification.id, ~undone).values(done=True))
    return done


def _news(hook: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notification's arguments as its hook declares them."""
    if hook == "bole_observations_recorded":
        return {"news": ObservationsRecorded(**{**body, "employees": tuple(body["employees"]), "kinds": tuple(body["kinds"])})}
    if hook == "bole_payout_released":
        return {"payout_ids": tuple(body["payout_ids"])}
    return dict(body)
