"""What the core brings through its own hooks: a job, a page, a signature for every closed period."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database
from bole.jobs import run_chunk, take_chunk
from bole.models import LedgerCheckpoint
from bole.services.jobs import job_status, start_job
from bole.services.ledger import newest_checkpoint, sign_checkpoint, verify_ledger
from bole.services.outbox import deliver
from bole.services.periods import close_period
from bole.services.recording import record_observations
from bole.services.runs import run_period
from bole.web import create_app
from tests.chain import company, sale
from tests.conftest import NOW

CLOCK = FixedClock(NOW)


@pytest.fixture
def work_company(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A company of three with one sale."""
    with company(database, tmp_path / "instance") as work:
        record_observations(work, [sale("1", "100")], source="test")
        yield work


def test_closing_a_period_signs_the_ledger(work_company: Work, database: Database) -> None:
    """Once the news of the closing is delivered there is a checkpoint of the whole log."""
    run_period(work_company, "2026-07")
    close_period(work_company, "2026-07")

    deliver(database, work_company.host, CLOCK)

    size = work_company.session.scalars(text("select size from core_ledger_head")).one()
    assert work_company.session.scalars(select(LedgerCheckpoint.size)).all() == [size]
    assert verify_ledger(work_company).is_sound


def test_a_period_can_be_computed_as_a_job(work_company: Work, database: Database) -> None:
    """The job answers as the service does, and its progress counts employees."""
    number = start_job(work_company, "core.run_period", {"period": "2026-07"})
    chunk = take_chunk(database, CLOCK, number, 0)
    assert chunk is not None

    run_chunk(database, work_company.host, CLOCK, chunk)

    found = job_status(work_company, number)
    assert (found.status, found.done, found.total) == ("done", 3, 3)
    assert found.result == {"run": 1, "measured": 3, "scored": 3, "awards": 0}


def test_a_job_with_other_arguments_is_refused(work_company: Work, database: Database) -> None:
    """A period is all the job takes, and it must be given."""
    number = start_job(work_company, "core.run_period", {"month": "2026-07"})
    chunk = take_chunk(database, CLOCK, number, 0)
    assert chunk is not None

    run_chunk(database, work_company.host, CLOCK, chunk)

    assert job_status(work_company, number).error == 'the job core.run_period takes the argument period, not [\'month\']. Give {"period": "2026-07"}.'


def test_witnesses_can_fetch_the_newest_checkpoint(work_company: Work, database: Database) -> None:
    """The page gives the signed note as text to whoever asks; before the first there is none."""
    client = create_app(work_company.host, database, clock=CLOCK, sites={}).test_client()
    before = client.get("/core/checkpoint")
    note = sign_checkpoint(work_company)

    after = client.get("/core/checkpoint")

    assert before.status_code == 404
    assert (after.status_code, after.mimetype, after.get_data(as_text=True)) == (200, "text/plain", note)
    assert newest_checkpoint(work_company) == note
