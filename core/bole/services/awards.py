"""Awards: what incentive rules give, proposed by runs and events, approved or voided by people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bole.access import Work, requires
from bole.contracts.incentive import IncentiveInput, Reward
from bole.contracts.observation import ObservationsRecorded
from bole.db import Raw, unit_of_work
from bole.engine.catalogue import Catalogue
from bole.errors import Conflict
from bole.services.catalogue import catalogue_of
from bole.services.compute import add_terms, belongs, read_people
from bole.services.events import observations_between
from bole.services.journal import append, next_leaf
from bole.services.payouts import release_payouts
from bole.services.periods import StoredPeriod, open_period
from bole.services.rules import Rule, rules_on
from bole.services.visibility import demand_sight_of, last_day
from bole.values import Period, PeriodKind, day_number, from_day_number, micros

_COLUMNS = ("id", "rule_id", "employee_id", "period_id", "key", "number", "run_id", "reward", "entitled", "amount", "currency", "created_at")
_AWARDED = {"employee_id": pl.Int64, "rule": pl.String, "key": pl.String, "entitled": pl.Int64}
_MEASURED = ("employee_id", "indicator", "numerator", "denominator", "value", "target", "attainment")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: how many awards changed their status."""

    awards: int


def propose_awards(
    work: Work,
    raw: Raw,
    catalogue: Catalogue,
    stored: StoredPeriod,
    run: int,
    people: pl.DataFrame,
    measured: pl.DataFrame,
    scores: pl.DataFrame,
    cards: pl.DataFrame,
) -> int:
    """
    Compute every rule of the period and propose what is new; return how many awards that makes.

    Proposals of earlier runs that nobody approved are voided first: the newest run speaks.
    """
    rules = [rule for rule in rules_on(work, from_day_number(stored.end - 1)) if rule.period_kind == stored.period.kind.value]
    _void_proposals(work, raw, stored.id, [rule.id for rule in rules if not rule.type.instant])
    codes = pl.DataFrame(
        {"indicator_id": list(catalogue.indicators.values()), "indicator": list(catalogue.indicators)},
        schema={"indicator_id": pl.Int64, "indicator": pl.String},
    )
    targets = scores.select("employee_id", "indicator_id", "target", "attainment")
    named = measured.join(codes, on="indicator_id").join(targets, on=["employee_id", "indicator_id"], how="left").select(_MEASURED)
    crowd = (
        add_terms(raw, people, stored.end - 1)
        .join(cards.select("employee_id", "gate"), on="employee_id", how="left")
        .with_columns(pl.col("gate").fill_null(1_000_000))
    )
    count = 0
    for rule in rules:
        count += len(_apply(work, raw, stored, rule, run, crowd, named))
    return count


@requires("core.run.start")
def award_instantly(work: Work, news: ObservationsRecorded) -> int:
    """
    Compute the rules that pay at once for what was just recorded, and return how many awards that makes.

    Called after the commit of the facts, possibly more than once; the same fact never gives a second award.
    """
    with unit_of_work(work.session):
        raw, made = Raw(work.session), 0
        for kind in PeriodKind:
            first = Period.containing(from_day_number(news.first_day), kind)
            while first.start <= from_day_number(news.last_day):
                rules = [
                    rule
                    for rule in rules_on(work, from_day_number(day_number(first.end) - 1))
                    if rule.type.instant and rule.period_kind == kind.value
                ]
                if rules:
                    stored = open_period(work, first)
                    on = day_number(last_day(work, first.end))
                    people = read_people(raw, stored.first, stored.end, on=on, employees=list(news.employees))
                    crowd = add_terms(raw, people, stored.end - 1).with_columns(gate=pl.lit(1_000_000, dtype=pl.Int64))
                    empty = pl.DataFrame(schema={name: pl.String if name == "indicator" else pl.Int64 for name in _MEASURED})
                    made += sum(_award_now(work, raw, stored, rule, crowd, empty) for rule in rules)
                first = first.shift(1)
    return made


def _award_now(work: Work, raw: Raw, stored: StoredPeriod, rule: Rule, crowd: pl.DataFrame, named: pl.DataFrame) -> int:
    awards = _apply(work, raw, stored, rule, None, crowd, named)
    if rule.automatic and awards:
        _decide(work, raw, awards, "approved")
        if rule.type.reward is Reward.MONEY:
            release_payouts(work, awards, due=f"{work.clock.now():%Y-%m}")
    return len(awards)


def _void_proposals(work: Work, raw: Raw, period: int, rules: Sequence[int]) -> None:
    if not rules:
        return
    rows = raw.where_in(
        "select id from core_award where status = 'proposed' and period_id = ? and rule_id in", rules, "order by id", before=(period,)
    )
    _decide(work, raw, [int(row[0]) for row in rows], "void")


def _apply(work: Work, raw: Raw, stored: StoredPeriod, rule: Rule, run: int | None, crowd: pl.DataFrame, named: pl.DataFrame) -> list[int]:
    people = belongs(crowd, rule.audience, work.host.registry.functions)
    if people.is_empty():
        return []
    catalogue = catalogue_of(work)
    ids = people["employee_id"].to_list()

    def observations(*kinds: str) -> pl.DataFrame:
        return observations_between(raw, catalogue, kinds, stored.first, stored.end, employees=ids if len(ids) < 500 else None)

    given = IncentiveInput(
        rule=rule.code,
        parameters=rule.parameters,
        period=stored.period,
        measurements=named.join(people.select("employee_id"), on="employee_id", how="semi"),
        employees=people,
        observations=observations,
        awarded=_awarded(raw, stored.id, besides=rule.code),
    )
    return _store(work, raw, stored, rule, run, people, rule.type.compute(given))


def _awarded(raw: Raw, period: int, *, besides: str) -> pl.DataFrame:
    rows = raw.all(
        "select a.employee_id, r.code, a.key, sum(a.amount) from core_award a join core_incentive_rule r on r.id = a.rule_id "
        "where a.period_id = ? and a.status <> 'void' and r.code <> ? "
        "and not exists (select 1 from core_payout p where p.award_id = a.id and p.reversed) group by a.employee_id, r.code, a.key",
        (period, besides),
    )
    return pl.DataFrame([(employee, code, key, int(amount)) for employee, code, key, amount in rows], schema=_AWARDED, orient="row")


def _store(work: Work, raw: Raw, stored: StoredPeriod, rule: Rule, run: int | None, people: pl.DataFrame, given: pl.DataFrame) -> list[int]:
    """
    Write the difference between what a rule gives now and what was awarded before.

    What was taken back by a reversal counts as not awarded, so that a run proposes it again and people decide; an instant
    rule never gives it again by itself.
    """
    reversed_too = " or exists (select 1 from core_payout p where p.award_id = a.id and p.reversed)" if run is not None else ""
    before = {
        (int(employee), str(key)): (int(amount), int(number))
        for employee, key, amount, number in raw.all(
            f"select a.employee_id, a.key, sum(case when a.status = 'void'{reversed_too} then 0 else a.amount end), max(a.number) "
            "from core_award a join core_incentive_rule r on r.id = a.rule_id where r.code = ? and a.period_id = ? group by a.employee_id, a.key",
            (rule.code, stored.id),
        )
    }
    joined = given.join(people.select("employee_id", "currency"), on="employee_id")
    trace_columns = [name for name in given.columns if name not in ("employee_id", "key", "entitled")]
    now, reward = micros(work.clock.now()), rule.type.reward.value
    rows: list[tuple[Any, ...]] = []
    traces: list[str] = []
    seen: set[tuple[int, str]] = set()

    def add(employee: int, key: str, entitled: int, currency: str, trace: dict[str, Any]) -> None:
        awarded, number = before.get((employee, key), (0, 0))
        if entitled != awarded:
            rows.append((rule.id, employee, stored.id, key, number + 1, run, reward, entitled, entitled - awarded, currency, now))
            traces.append(json.dumps(trace, ensure_ascii=False, default=str))

    for line in joined.iter_rows(named=True):
        seen.add((line["employee_id"], line["key"]))
        add(line["employee_id"], line["key"], line["entitled"], line["currency"], {name: line[name] for name in trace_columns})
    covered = set(people["employee_id"].to_list())
    currencies = dict(people.select("employee_id", "currency").iter_rows())
    for (employee, key), (awarded, _) in before.items():
        # What the rule gave before and gives no longer (the deal was cancelled) is taken back.
        if awarded and (employee, key) not in seen and employee in covered:
            add(employee, key, 0, currencies[employee], {"withdrawn": True})
    return _insert(raw, rows, traces)


def _insert(raw: Raw, rows: Sequence[tuple[Any, ...]], traces: Sequence[str]) -> list[int]:
    if not rows:
        return []
    leaf = next_leaf(raw)
    columns = (*_COLUMNS[1:], "status", "trace", "leaf")
    ids = raw.inserted(
        f"insert into core_award ({', '.join(columns)}) values ({', '.join('?' * len(columns))}) returning id",
        ((*row, "proposed", trace, leaf) for row, trace in zip(rows, traces, strict=True)),
    )
    append(raw, "award", [(identity, *row) for identity, row in zip(ids, rows, strict=True)])
    return ids


def _decide(work: Work, raw: Raw, awards: Iterable[int], status: str) -> int:
    chosen = sorted(awards)
    if not chosen:
        return 0
    leaf, now = next_leaf(raw), micros(work.clock.now())
    decided = [
        identity
        for identity in chosen
        if raw.run(
            "update core_award set status = ?, decided_at = ?, decided_by = ?, decision_leaf = ? where id = ? and status = 'proposed'",
            (status, now, work.actor.name, leaf, identity),
        )
    ]
    if len(decided) != len(chosen):
        missing = sorted(set(chosen) - set(decided))
        raise Conflict(
            "core.award_decided",
            f"award {missing[0]} is not open for a decision ({len(missing)} of {len(chosen)} are not).",
            "Reload the list; somebody decided it.",
        )
    append(raw, "award_decision", [(identity, status, now, work.actor.name) for identity in decided])
    return len(decided)


def _demand_sight(work: Work, raw: Raw, awards: Sequence[int]) -> None:
    query = "select distinct a.employee_id, p.code from core_award a join core_period p on p.id = a.period_id where a.id in"
    demand_sight_of(work, "core.award.approve", [(int(employee), Period.parse(code).end) for employee, code in raw.where_in(query, list(awards))])


@requires("core.award.approve")
def approve_awards(work: Work, awards: Sequence[int]) -> Decision:
    """
    Approve proposed awards, all or none.

    Raises:
        Conflict: one of them is not proposed any more; nothing was decided.
        Forbidden: one of them is of an employee outside the actor's scope; nothing was decided.
    """
    with unit_of_work(work.session):
        raw = Raw(work.session)
        _demand_sight(work, raw, awards)
        return Decision(_decide(work, raw, awards, "approved"))


@requires("core.award.approve")
def void_awards(work: Work, awards: Sequence[int]) -> Decision:
    """
    Void proposed awards, all or none; the next run proposes them again if the rule still gives them.

    Raises:
        Conflict: one of them is not proposed any more; nothing was decided.
        Forbidden: one of them is of an employee outside the actor's scope; nothing was decided.
    """
    with unit_of_work(work.session):
        raw = Raw(work.session)
        _demand_sight(work, raw, awards)
        return Decision(_decide(work, raw, awards, "void"))
