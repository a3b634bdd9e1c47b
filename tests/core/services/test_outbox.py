"""The outbox: news reaches every plugin at least once, and nobody waits for the one that fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database, unit_of_work
from bole.host import Config, Host
from bole.models import Outbox, OutboxDelivery, Source
from bole.services.outbox import deliver, enqueue, forget_delivered
from tests.conftest import NOW

CLOCK = FixedClock(NOW)

WRITES = """
@hookimpl
def bole_payout_released(work, payout_ids):
    with unit_of_work(work.session):
        work.session.add(tables.Source(code=f"{__name__.split('_')[0]}-{payout_ids[0]}-{work.actor.name}"))
"""
FAILS = """
@hookimpl
def bole_payout_released(work, payout_ids):
    with unit_of_work(work.session):
        work.session.add(tables.Source(code="half"))
        work.session.flush()
        raise RuntimeError("no paper")
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys that the core makes when it hears of a closed period out of the working folder."""
    monkeypatch.chdir(tmp_path)


def host_of(make_plugin: Callable[..., str], **codes: str) -> Host:
    """Return a host whose plugins have these implementations, in this order."""
    return Host(Config(plugins=tuple(codes)), packages={name: make_plugin(name, code) for name, code in codes.items()})


def send(database: Database, host: Host, hook: str = "bole_payout_released", **body: object) -> None:
    """Enqueue a notification and commit."""
    with database.session() as session, unit_of_work(session):
        enqueue(Work(session, host, clock=CLOCK), hook, body or {"payout_ids": [7]})


def sources(database: Database) -> list[str]:
    """Return what the implementations wrote."""
    with database.session() as session:
        return list(session.scalars(select(Source.code).order_by(Source.code)))


def deliveries(database: Database) -> dict[str, tuple[bool, int, str | None]]:
    """Return how each plugin's delivery stands: done, attempts, error."""
    with database.session() as session:
        return {row.plugin: (row.done, row.attempts, row.error) for row in session.scalars(select(OutboxDelivery))}


def is_done(database: Database) -> list[bool]:
    """Return whether each notification is done, in order."""
    with database.session() as session:
        return list(session.scalars(select(Outbox.done).order_by(Outbox.id)))


def test_each_plugin_gets_a_delivery_of_its_own(database: Database, make_plugin: Callable[..., str]) -> None:
    """Every implementing plugin is called once, in a session of its own on the system's behalf."""
    host = host_of(make_plugin, one=WRITES, two=WRITES)
    send(database, host)

    delivered = deliver(database, host, CLOCK)

    assert delivered == 2
    assert sources(database) == ["one-7-system", "two-7-system"]
    assert deliveries(database) == {"one": (True, 1, None), "two": (True, 1, None)}
    assert is_done(database) == [True]


def test_delivering_again_does_nothing(database: Database, make_plugin: Callable[..., str]) -> None:
    """What was delivered is not delivered again."""
    host = host_of(make_plugin, one=WRITES)
    send(database, host)
    deliver(database, host, CLOCK)

    assert deliver(database, host, CLOCK) == 0
    assert sources(database) == ["one-7-system"]


def test_what_was_rolled_back_is_no_news(database: Database, make_plugin: Callable[..., str]) -> None:
    """A notification goes with the transaction that wrote it."""
    host = host_of(make_plugin, one=WRITES)

    with pytest.raises(RuntimeError), database.session() as session, unit_of_work(session):
        enqueue(Work(session, host, clock=CLOCK), "bole_payout_released", {"payout_ids": [7]})
        raise RuntimeError

    assert deliver(database, host, CLOCK) == 0
    assert is_done(database) == []


def test_nothing_is_written_where_nobody_listens(database: Database, host: Host) -> None:
    """Without an implementing plugin the outbox stays empty."""
    send(database, host, "bole_payout_released", payout_ids=[1])

    assert is_done(database) == []


def test_a_failing_plugin_does_not_keep_the_others(database: Database, make_plugin: Callable[..., str]) -> None:
    """One plugin's failure is kept with its delivery, what it wrote is rolled back, and the other plugin has its news."""
    host = host_of(make_plugin, bad=FAILS, good=WRITES)
    send(database, host)

    delivered = deliver(database, host, CLOCK)

    assert delivered == 1
    assert sources(database) == ["good-7-system"]
    assert deliveries(database) == {"bad": (False, 1, "RuntimeError('no paper')"), "good": (True, 1, None)}
    assert is_done(database) == [False]


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        pytest.param(1, timedelta(seconds=10), id="first"),
        pytest.param(2, timedelta(seconds=20), id="second"),
        pytest.param(12, timedelta(hours=1), id="twelfth"),
    ],
)
def test_a_failed_delivery_waits_longer_each_time(database: Database, make_plugin: Callable[..., str], attempts: int, wait: timedelta) -> None:
    """The wait doubles from ten seconds to an hour, and only then is the delivery tried again."""
    host = host_of(make_plugin, bad=FAILS)
    send(database, host)
    now = NOW

    for _ in range(attempts):
        deliver(database, host, FixedClock(now))
        with database.session() as session:
            retry = session.scalars(select(OutboxDelivery.retry_at)).one()
        assert retry is not None
        waited, now = retry - now, retry

    deliver(database, host, FixedClock(now - timedelta(microseconds=1)))
    assert waited == wait
    assert deliveries(database)["bad"][1] == attempts


def test_a_plugin_that_recovers_gets_its_news(database: Database, make_plugin: Callable[..., str]) -> None:
    """Once the failure is mended the retry succeeds and the notification is done."""
    send(database, host_of(make_plugin, bad=FAILS))
    deliver(database, host_of(make_plugin, bad=FAILS), CLOCK)

    mended = host_of(make_plugin, bad=WRITES)
    delivered = deliver(database, mended, FixedClock(NOW + timedelta(seconds=10)))

    assert delivered == 1
    assert deliveries(database) == {"bad": (True, 2, None)}
    assert is_done(database) == [True]


def test_news_of_a_disabled_plugin_waits(database: Database, make_plugin: Callable[..., str]) -> None:
    """A delivery to a plugin that is not enabled now is neither made nor lost."""
    host = host_of(make_plugin, one=WRITES, bad=FAILS)
    send(database, host)
    deliver(database, host, CLOCK)

    delivered = deliver(database, host_of(make_plugin, one=WRITES), FixedClock(NOW + timedelta(days=1)))

    assert delivered == 0
    assert deliveries(database)["bad"] == (False, 1, "RuntimeError('no paper')")


def test_several_processes_deliver_once(database: Database, make_plugin: Callable[..., str]) -> None:
    """Four deliverers at once make each delivery exactly once: a second one would break the unique code."""
    host = host_of(make_plugin, one=WRITES, two=WRITES)
    for payout in range(12):
        send(database, host, payout_ids=[payout])

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: deliver(database, host, CLOCK), range(4)))

    assert sum(counts) == 24
    assert len(sources(database)) == 24
    assert {attempts for _, attempts, _ in deliveries(database).values()} == {1}
    assert is_done(database) == [True] * 12


def test_a_delivery_whose_process_died_is_made_again(database: Database, make_plugin: Callable[..., str]) -> None:
    """A claim that was never answered is anybody's after ten minutes."""
    host = host_of(make_plugin, one=WRITES)
    send(database, host)
    with database.session() as session, unit_of_work(session):
        number = session.scalars(select(Outbox.id)).one()
        session.add(OutboxDelivery(outbox_id=number, plugin="one", attempts=1, retry_at=NOW + timedelta(minutes=10)))

    assert deliver(database, host, FixedClock(NOW + timedelta(minutes=9))) == 0
    assert deliver(database, host, FixedClock(NOW + timedelta(minutes=10))) == 1


@pytest.mark.parametrize(
    ("code", "hook", "body", "said"),
    [
        pytest.param(
            "def bole_observations_recorded(work, news): told = repr(news)",
            "bole_observations_recorded",
            {"batch_id": 1, "employees": [2, 3], "first_day": 4, "last_day": 5, "kinds": ["sale.closed"]},
            "ObservationsRecorded(batch_id=1, employees=(2, 3), first_day=4, last_day=5, kinds=('sale.closed',))",
            id="observations recorded",
        ),
        pytest.param("def bole_period_closed(period_id): told = repr(period_id)", "bole_period_closed", {"period_id": 9}, "9", id="period closed"),
        pytest.param(
            "def bole_payout_released(payout_ids): told = repr(payout_ids)",
            "bole_payout_released",
            {"payout_ids": [1, 2]},
            "(1, 2)",
            id="payout released",
        ),
    ],
)
def test_news_arrives_as_its_hook_declares_it(
    database: Database, make_plugin: Callable[..., str], code: str, hook: str, body: dict[str, object], said: str
) -> None:
    """A notification's arguments come as the values of the hook's signature, not as plain JSON."""
    host = host_of(make_plugin, one=f"@hookimpl\n{code}; raise ValueError(told)")
    send(database, host, hook, **body)

    deliver(database, host, CLOCK)

    assert deliveries(database)["one"][2] == repr(ValueError(said))


def test_old_news_is_forgotten(database: Database, make_plugin: Callable[..., str]) -> None:
    """After thirty days a delivered notification is deleted; one that somebody still lacks stays."""
    host = host_of(make_plugin, one=WRITES)
    send(database, host)
    deliver(database, host, CLOCK)
    send(database, host, payout_ids=[8])

    early = forget_delivered(database, FixedClock(NOW + timedelta(days=30)))
    late = forget_delivered(database, FixedClock(NOW + timedelta(days=30, seconds=1)))

    assert (early, late) == (0, 1)
    assert is_done(database) == [False]
