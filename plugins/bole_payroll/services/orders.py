"""Opening runs: which legal entities, by which rules, in which order of months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bole import Conflict, InvalidValue, NotFound, Period, PeriodKind, Problem, Raw, Work, bulk_insert, micros, refuse_if_any
from bole_payroll.computing.order import Part, RunOrder
from bole_payroll.computing.people import has_anybody, split
from bole_payroll.models import RunPart
from bole_payroll.settings import CN, NOBODY, Rules, rules_of

STATUTORY_CURRENCY = "CNY"
OF_RUN = "month = ? and legal_entity_id = ? and run_id = ? and status <> 'superseded'"
"""Condition over ``payroll_payslip``: the live payslips of a run, by the index of live payslips; takes `key_of_run`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A run that was opened, and the parts in which it is to be computed."""

    order: RunOrder
    number: int
    entity_code: str
    parts: tuple[Part, ...]


def month_of(work: Work, code: str) -> Period:
    """
    Return the month that a code names.

    Raises:
        InvalidValue: it names none.
        Conflict: the month has not begun anywhere yet.
    """
    period = Period.parse(code)
    if period.kind is not PeriodKind.MONTH:
        raise InvalidValue("payroll.not_a_month", f"payroll runs by the month, not for {period}.", "Give a month such as 2026-07.")
    # Where the day begins first it is fourteen hours later than UTC says.
    if (work.clock.now() + timedelta(hours=14)).date() < period.start:
        raise Conflict("payroll.month_not_begun", f"{period} begins on {period.start}.", "Compute it when it has begun.")
    return period


def open_runs(work: Work, raw: Raw, period: Period, entities: Sequence[str]) -> list[Opened]:
    """
    Open a run for each legal entity that has anybody to pay, inside the caller's transaction.

    Drafts of the month are superseded. Whoever has an approved or settled payslip of the month is left alone.

    Args:
        entities: codes; all legal entities where none is named.

    Raises:
        NotFound: a code names no legal entity.
        Conflict: an earlier month waits for approval, or a later one was approved.
        ProblemsFound: a legal entity with anybody to pay has no scheme, no city, or another currency than its scheme.
    """
    rules, problems, opened = rules_of(work), list[Problem](), list[Opened]()
    for identity, code, country, currency in _entities(raw, entities):
        order = RunOrder(
            0,
            period,
            identity,
            rules.schemes.get(country, ""),
            currency,
            _city(rules, code),
            rules,
            _paid_before(raw, identity, period),
            raw.postgresql,
        )
        _supersede(raw, order)
        if not has_anybody(raw, order):
            continue
        _check_months(raw, order, code)
        found = list(_unfit(order, code, country))
        problems += found
        if not found:
            opened.append(_open(work, raw, order, code, split(raw, order)))
    refuse_if_any(
        problems,
        code="payroll.not_configured",
        message=f"the payroll of {period} is refused; nothing was computed.",
        hint="See docs/payroll.md, section Settings.",
    )
    return opened


def key_of_run(raw: Raw, run: int) -> tuple[str, int, int]:
    """Return the values of `OF_RUN` for a run that exists."""
    row = raw.one("select month, legal_entity_id from payroll_run where id = ?", (run,))
    assert row is not None
    return str(row[0]), int(row[1]), run


def read_order(work: Work, raw: Raw, run: int) -> tuple[RunOrder, str]:
    """
    Return the order of a run that is being computed, and its status.

    Raises:
        NotFound: there is no such run.
    """
    row = raw.one(
        "select r.month, r.legal_entity_id, r.scheme, r.currency, r.status, l.code from payroll_run r "
        "join core_legal_entity l on l.id = r.legal_entity_id where r.id = ?",
        (run,),
    )
    if row is None:
        raise NotFound("payroll.unknown_run", f"there is no payroll run {run}.", "Look its number up in the list of runs.")
    month, entity, scheme, currency, status, code = row
    rules = rules_of(work)
    period = Period.parse(month)
    again = _paid_before(raw, int(entity), period)
    return RunOrder(run, period, int(entity), scheme, currency, _city(rules, code), rules, again, raw.postgresql), str(status)


def _entities(raw: Raw, codes: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the legal entities by id, locked until the transaction ends, so that two runs of one do not open at once."""
    rows = raw.all("select id, code, country, currency from core_legal_entity order by id" + (" for update" if raw.postgresql else ""))
    missing = sorted(set(codes) - {row[1] for row in rows})
    if missing:
        known = ", ".join(str(row[1]) for row in rows) or "none"
        raise NotFound("payroll.unknown_legal_entity", f"there is no legal entity {', '.join(map(repr, missing))}.", f"Known: {known}.")
    return [row for row in rows if not codes or row[1] in codes]


def _paid_before(raw: Raw, entity: int, period: Period) -> bool:
    statement = "select 1 from payroll_run where legal_entity_id = ? and month = ? and status in ('approved', 'settled')"
    return raw.one(statement, (entity, period.code)) is not None


def _city(rules: Rules, entity: str) -> str | None:
    city = rules.cities.get(entity)
    return None if city == NOBODY else city


def _unfit(order: RunOrder, code: str, country: str) -> Iterator[Problem]:
    where = f"legal entity {code}"
    if not order.scheme:
        hint = f'Add {country} = "gross" to the schemes to pay without deductions, or install a plugin for the country.'
        yield Problem(where, 0, "country", country, "payroll has no scheme for this country.", hint)
    if order.scheme == CN and order.currency != STATUTORY_CURRENCY:
        yield Problem(where, 0, "currency", order.currency, "the scheme cn computes in CNY.", "Enter a legal entity that pays in CNY.")
    if order.scheme == CN and code not in order.rules.cities:
        yield Problem(where, 0, "city", "", "the settings name no city of insurance.", f'Add {code} = "shanghai", say, or "none", to the cities.')


def _check_months(raw: Raw, order: RunOrder, code: str) -> None:
    """Raise `Conflict` where the month is out of turn: within a year the tax goes on from one month to the next."""
    year = order.period.start.year
    statement = "select month, id from payroll_run where legal_entity_id = ? and month {} ? and month {} ? and status in ({}) order by month limit 1"
    waiting = raw.one(statement.format(">=", "<", "'computing', 'draft'"), (order.entity, f"{year}-01", order.month))
    if waiting:
        raise Conflict(
            "payroll.earlier_month_open",
            f"{code}: run {waiting[1]} of {waiting[0]} is not approved yet, and {order.month} goes on from it.",
            f"Approve it, or discard it: `bole payroll approve {waiting[1]}`.",
        )
    later = raw.one(statement.format(">", "<=", "'computing', 'draft', 'approved', 'settled'"), (order.entity, order.month, f"{year}-12"))
    if later:
        raise Conflict(
            "payroll.later_month_paid",
            f"{code}: {later[0]} was computed already (run {later[1]}), on what {order.month} came to then.",
            "Pay the difference in a later month, or discard that run where it is still a draft.",
        )


def _supersede(raw: Raw, order: RunOrder) -> None:
    """Take the drafts of the month out; what is approved or settled stays."""
    where = "legal_entity_id = ? and month = ? and status in ('computing', 'draft')"
    runs = [int(row[0]) for row in raw.all(f"select id from payroll_run where {where}", (order.entity, order.month))]
    for run in runs:
        if raw.run("update payroll_run set status = 'superseded' where id = ? and status in ('computing', 'draft')", (run,)):
            raw.run(f"update payroll_payslip set status = 'superseded' where {OF_RUN} and status = 'draft'", (order.month, order.entity, run))


def _open(work: Work, raw: Raw, order: RunOrder, code: str, parts: Sequence[Part]) -> Opened:
    row = raw.one("select coalesce(max(number), 0) + 1 from payroll_run where legal_entity_id = ? and month = ?", (order.entity, order.month))
    assert row is not None
    values = (
        order.month,
        order.entity,
        row[0],
        order.scheme,
        order.currency,
        "computing",
        False,
        len(parts),
        0,
        0,
        0,
        0,
        0,
        micros(work.clock.now()),
        work.actor.name,
    )
    columns = "month, legal_entity_id, number, scheme, currency, status, stale, unfinished, slips, left_out, gross, tax, net, started_at, started_by"
    (run,) = raw.inserted(f"insert into payroll_run ({columns}) values ({', '.join('?' * len(values))}) returning id", [values])
    rows = [(run, part.number, part.first, part.end, False) for part in parts]
    bulk_insert(work.session, RunPart.table, ("run_id", "number", "first_employee", "end_employee", "done"), rows)
    return Opened(replace(order, id=run), int(row[0]), code, tuple(parts))
