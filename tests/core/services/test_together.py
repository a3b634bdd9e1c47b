"""Many at once on PostgreSQL: nothing deadlocks, nothing is lost, the ledger stays whole."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from sqlalchemy import text

from bole.access import Work
from bole.contracts.label import Label
from bole.contracts.observation import Observation
from bole.db import Database
from bole.models import Model
from bole.services.awards import approve_awards
from bole.services.ledger import verify_ledger
from bole.services.payouts import release_payouts
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from tests.chain import at, company, results, sale


def test_recording_running_and_paying_at_once_gives_what_one_after_the_other_gives(postgresql_url: str, tmp_path: Path) -> None:
    """Six threads record, run and approve; afterwards the live results equal a computation of everything."""
    database = Database(postgresql_url)
    Model.metadata.create_all(database.engine)
    failures: list[BaseException] = []
    with company(database, tmp_path) as work:
        write_rule(work, "comm", type_code="trial.commission", label=Label("", ""), parameters={"rate": 100_000}, valid_from=date(2026, 1, 1))
        run_period(work, "2026Q3")

        def alongside(act: object) -> threading.Thread:
            def run() -> None:
                try:
                    with database.session() as session:
                        act(Work(session=session, host=work.host, clock=work.clock))  # type: ignore[operator]
                except BaseException as error:  # noqa: BLE001
                    failures.append(error)

            return threading.Thread(target=run)

        def recorder(name: str) -> object:
            def act(own: Work) -> None:
                for number in range(12):
                    facts = [sale(f"{name}{number}", "100", employee=f"E{number % 3 + 1}", day=number, new=number % 2 == 0)]
                    facts.append(Observation(f"E{number % 3 + 1}", "visit.made", at(number), f"{name}v{number}", attributes={"customer": name}))
                    record_observations(own, facts, source=name)

            return act

        def payer(own: Work) -> None:
            for _ in range(4):
                run_period(own, "2026Q3")
                open_awards = list(own.session.scalars(text("select id from core_award where status = 'proposed'")))
                own.session.rollback()
                approve_awards(own, open_awards)
                release_payouts(own, open_awards, due="2026-10")

        threads = [*(alongside(recorder(name)) for name in "abcde"), alongside(payer)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        last = work.session.scalar(text("select run_id from core_period where code = '2026Q3'"))
        work.session.rollback()
        assert results(work, last) == results(work, run_period(work, "2026Q3", from_rollups=False).id)
        assert work.session.scalar(text("select sum(sign * amount) from core_observation")) == 5 * 12 * 10_000
        work.session.rollback()
        assert verify_ledger(work).is_sound
    database.engine.dispose()
