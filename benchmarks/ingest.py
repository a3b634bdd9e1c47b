"""Ingest: one observation to its stored score in one transaction, and 2,000 at once, against bare INSERTs of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from benchmarks._company import company, facts
from benchmarks._harness import Report, arguments, databases, interleave
from bole.access import Work
from bole.contracts.observation import Observation
from bole.db import Database
from bole.services.journal import OBSERVATION_COLUMNS
from bole.services.recording import record_observations
from bole.services.runs import run_period

GOALS = {"sqlite": 4.5, "postgresql": 2.5}


def bare(database: Database, rows: list[tuple[object, ...]], first_id: Callable[[], int], *, many: bool) -> Callable[[], None]:
    """Return the hand-written way: the driver's own connection, the same table, the same rows, one transaction."""
    postgresql = database.engine.dialect.name == "postgresql"
    connection = database.engine.raw_connection().driver_connection
    assert connection is not None
    marks = ", ".join(["%s" if postgresql else "?"] * len(OBSERVATION_COLUMNS))
    statement = f"insert into core_observation ({', '.join(OBSERVATION_COLUMNS)}) values ({marks})"
    cursor = connection.cursor()

    def run() -> None:
        start = first_id()
        fresh = [(*row[:2], start + place, *row[3:]) for place, row in enumerate(rows)]
        if not postgresql:
            cursor.execute("begin immediate")
        if many:
            cursor.executemany(statement, fresh)
        else:
            cursor.execute(statement, fresh[0])
        if postgresql:
            connection.commit()
        else:
            cursor.execute("commit")

    return run


def measure(report: Report, kind: str, database: Database, work: Work, employees: int, rounds: int) -> None:
    """Time both sizes on one database."""
    record_observations(work, facts(employees * 20, employees, seed=1), source="bench")
    run_period(work, "2026-07")
    seeds = count(100)
    ids = count(1 << 50, 10_000)
    rows = [
        tuple(row)
        for row in work.session.connection().exec_driver_sql(f"select {', '.join(OBSERVATION_COLUMNS)} from core_observation limit 2000").all()
    ]
    work.session.commit()
    waiting: list[list[Observation]] = []

    def ours(size: int) -> Callable[[], None]:
        def run() -> None:
            record_observations(work, waiting.pop(), source="bench")

        waiting.extend(facts(size, employees, seed=next(seeds)) for _ in range(size_rounds[size]))
        return run

    repeat = 50
    size_rounds = {1: (rounds * repeat) + 1, 2000: rounds + 1}
    one = ours(1)
    seconds = interleave({"bole": one, "bare": bare(database, rows[:1], lambda: next(ids), many=False)}, rounds, repeat=repeat)
    report.add(f"one observation, {kind}", seconds, contender="bole", baseline="bare", goal=GOALS[kind])
    waiting.clear()
    batch = ours(2000)
    seconds = interleave({"bole": batch, "bare": bare(database, rows, lambda: next(ids), many=True)}, rounds)
    report.add(f"2,000 observations, {kind}", seconds, contender="bole", baseline="bare", goal=2.5)


def main() -> None:
    """Run the benchmark."""
    options = arguments(__doc__)
    report = Report("ingest")
    with databases() as urls:
        for kind, url in urls.items():
            with company(url, 200 if options.small else 2_000) as (database, work):
                measure(report, kind, database, work, 200 if options.small else 2_000, 5 if options.small else 9)
    report.finish()


if __name__ == "__main__":
    main()
