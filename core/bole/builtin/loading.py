"""Rows of files into the services: good rows are written, every other one is reported with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from sqlalchemy import select

from bole.access import Work
from bole.contracts.extension import ImportOutcome, ImportRow
from bole.contracts.observation import Observation
from bole.errors import BoleError, Problem
from bole.models import Employee, LegalEntity
from bole.services.entries import DatedEntry, Entry
from bole.services.intervals import among
from bole.services.people import assign_employees, define_legal_entities, register_employees
from bole.services.recording import record_good
from bole.services.structure import change_departments, change_positions
from bole.services.targets import set_targets
from bole.services.terms import set_terms
from bole.values import FOREVER, Money

Chunks = Iterable[Sequence[ImportRow]]
Options = Mapping[str, Any]
MOST_TOLD = 1000
"""So many problems of an import of observations are told one by one; the others are counted."""

_OWN = ("employee", "kind", "moment", "external_key", "quantity", "amount", "currency", "answers_to")


def load_legal_entities(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Enter legal entities by code; see `define_legal_entities`."""
    return define_legal_entities(work, _entries(chunks, "code"), good_only=True)


def load_employees(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Enter employees by number; see `register_employees`."""
    return register_employees(work, _entries(chunks, "number"), good_only=True)


def load_targets(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Set targets by employee, indicator and period; see `set_targets`."""
    return set_targets(work, _entries(chunks, "employee", "indicator", "period"), good_only=True)


def load_departments(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Record departments by code; see `change_departments`."""
    return _dated(work, chunks, change_departments, "code")


def load_positions(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Record positions by code; see `change_positions`."""
    return _dated(work, chunks, change_positions, "code")


def load_assignments(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Record where employees work, by number; see `assign_employees`."""
    return _dated(work, chunks, assign_employees, "employee")


def load_terms(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """Record what is agreed, by employee and code; see `set_terms`."""
    return _dated(work, chunks, set_terms, "employee", "code")


def load_observations(work: Work, chunks: Chunks, options: Options) -> ImportOutcome:
    """
    Record observations chunk by chunk, each in one transaction; further columns become attributes.

    Args:
        options: ``source`` names the system they come from, ``correct`` lets a known key with other content replace the earlier fact.
    """
    source, correct = str(options.get("source") or "import"), bool(options.get("correct"))
    done = ImportOutcome()
    seen: dict[str, tuple[bytes, int]] = {}
    for rows in chunks:
        problems: list[Problem] = []
        currencies = _currencies(work, rows)
        read = [(row, observation) for row in rows if (observation := _observation(row, currencies, problems))]
        if correct:
            # Without this a second row of the same file would correct the first, when they stand in different chunks.
            read = [(row, observation) for row, observation in read if _first_of_its_key(row, observation, seen, problems)]
        outcome, refused = record_good(work, [observation for _, observation in read], source=source, correct=correct)
        problems += [replace(each, where=read[each.row - 1][0].where, row=read[each.row - 1][0].row) for each in refused]
        problems.sort(key=lambda problem: problem.row)
        told = max(0, MOST_TOLD - len(done.problems))
        counts = (outcome.recorded, outcome.corrected, outcome.unchanged)
        done += ImportOutcome(*counts, tuple(problems[:told]), untold=len(problems) - len(problems[:told]))
    return done


def _entries(chunks: Chunks, *key: str) -> list[Entry]:
    return [Entry(_key(row, key), _rest(row, key), row.where, row.row) for rows in chunks for row in rows]


def _key(row: ImportRow, key: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.values.get(name) or "") for name in key)


def _rest(row: ImportRow, taken: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in row.values.items() if name not in taken}


def _dated(work: Work, chunks: Chunks, service: Callable[..., ImportOutcome], *key: str) -> ImportOutcome:
    problems: list[Problem] = []
    entries: list[DatedEntry] = []
    for row in (row for rows in chunks for row in rows):
        start, end, last = (row.values.get(name) for name in ("valid_from", "valid_to", "last_day"))
        if not isinstance(start, date):
            problems.append(Problem(row.where, row.row, "valid_from", "", "is missing."))
        elif end is not None and last is not None:
            problems.append(Problem(row.where, row.row, "last_day", str(last), f"stands beside valid_to {end}.", "Give one of the two."))
        elif last is not None and last < start:
            problems.append(Problem(row.where, row.row, "last_day", str(last), f"is before {start}, the day from which it is said to hold."))
        else:
            end = _first_day_after(end, last)
            values = _rest(row, (*key, "valid_from", "valid_to", "last_day"))
            entries.append(DatedEntry(_key(row, key), start, values, end, row.where, row.row))
    outcome = service(work, entries, good_only=True)
    found = sorted([*problems, *outcome.problems], key=lambda problem: problem.row)
    return replace(outcome, problems=tuple(found))


def _first_day_after(end: date | None, last: date | None) -> date | None:
    """Return the end of an interval; nothing where it is open, or given as the last day there is, which files write for that."""
    if last is not None and last < FOREVER:
        return last + timedelta(days=1)
    return None if end is None or end >= FOREVER else end


def _currencies(work: Work, rows: Sequence[ImportRow]) -> dict[str, str]:
    """Return the employer's currency of every employee whose amount comes without one."""
    numbers = {str(row.values.get("employee")) for row in rows if isinstance(row.values.get("amount"), Decimal) and not row.values.get("currency")}
    if not numbers:
        return {}
    number = Employee.table.c.number
    query = select(number, LegalEntity.table.c.currency).join(LegalEntity.table).where(among(work.session, number, sorted(numbers)))
    return {row[0]: row[1] for row in work.session.execute(query)}


def _observation(row: ImportRow, currencies: Mapping[str, str], problems: list[Problem]) -> Observation | None:
    values = row.values
    missing = [name for name in _OWN[:4] if values.get(name) in (None, "")]
    problems += [Problem(row.where, row.row, name, "", "is missing.") for name in missing]
    amount = values.get("amount")
    if isinstance(amount, Decimal):
        currency = str(values.get("currency") or currencies.get(str(values.get("employee")), ""))
        try:
            # An unknown employee has no currency; recording reports the employee, which is what is wrong.
            amount = Money(amount, currency) if currency else None
        except BoleError as error:
            problems.append(Problem(row.where, row.row, "currency", currency, error.message, error.hint))
            return None
    if missing:
        return None
    return Observation(
        employee=str(values["employee"]),
        kind=str(values["kind"]),
        moment=values["moment"],
        external_key=str(values["external_key"]),
        quantity=values.get("quantity"),
        amount=amount,
        answers_to=values.get("answers_to"),
        attributes={name: value for name, value in values.items() if name not in _OWN and value is not None},
    )


def _first_of_its_key(row: ImportRow, observation: Observation, seen: dict[str, tuple[bytes, int]], problems: list[Problem]) -> bool:
    """Tell whether no earlier row of the import says something else under the same key."""
    body = blake2b(repr(observation).encode(), digest_size=16).digest()
    earlier, place = seen.setdefault(observation.external_key, (body, row.row))
    if earlier != body:
        reason = f"row {place} has this key with other content."
        problems.append(Problem(row.where, row.row, "external_key", observation.external_key, reason, "Keep one of the two."))
    return earlier == body
