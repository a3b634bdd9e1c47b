"""Recording observations: repeats, corrections, withdrawals, and everything that is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.contracts.observation import Observation, RecordOutcome
from bole.errors import Forbidden, InvalidValue, NotFound, ProblemsFound
from bole.services.recording import record_good, record_observations, withdraw_observations
from bole.values import Money
from tests.chain import NOW, at, sale


def rows(work: Work, query: str) -> list[tuple[object, ...]]:
    """Rows of a query."""
    found = [tuple(row) for row in work.session.execute(text(query))]
    work.session.rollback()
    return found


def test_new_facts_are_stored_as_integers_employee_first(work_company: Work) -> None:
    """A sale is one row: local day number, minor units, sign +1, moment in microseconds."""
    outcome = record_observations(work_company, [sale("a", "123.45", day=1)], source="crm")

    assert outcome == RecordOutcome(batch_id=1, recorded=1, corrected=0, unchanged=0)
    assert rows(work_company, "select employee_id, day, id, sign, amount, currency, moment, external_key, details from core_observation") == [
        (1, 20636, 1 << 20, 1, 12345, "CNY", 1782957600000000, "a", '{"customer":"Ca"}')
    ]


def test_a_late_evening_counts_for_the_local_day(work_company: Work) -> None:
    """23:30 UTC on 1 July is 2 July in Shanghai."""
    late = replace(sale("a", "1"), moment=datetime.fromisoformat("2026-07-01T23:30:00+00:00"))

    record_observations(work_company, [late], source="crm")

    assert rows(work_company, "select day from core_observation") == [(20636,)]


def test_the_same_fact_again_changes_nothing(work_company: Work) -> None:
    """A repeat is counted as unchanged and writes no row, batch or leaf."""
    record_observations(work_company, [sale("a", "10")], source="crm")
    before = rows(
        work_company, "select (select count(*) from core_observation), (select count(*) from core_batch), (select size from core_ledger_head)"
    )

    outcome = record_observations(work_company, [sale("a", "10")], source="crm")

    assert outcome == RecordOutcome(None, 0, 0, 1)
    assert (
        rows(work_company, "select (select count(*) from core_observation), (select count(*) from core_batch), (select size from core_ledger_head)")
        == before
    )


def test_one_key_at_two_sources_is_two_facts(work_company: Work) -> None:
    """External keys belong to their source."""
    record_observations(work_company, [sale("a", "10")], source="crm")

    assert record_observations(work_company, [sale("a", "10")], source="erp").recorded == 1


def test_a_known_key_with_other_content_is_refused_unless_it_corrects(work_company: Work) -> None:
    """The refusal names key and place, and nothing is written."""
    record_observations(work_company, [sale("a", "10")], source="crm")

    with pytest.raises(ProblemsFound) as caught:
        record_observations(work_company, [sale("b", "5"), sale("a", "11")], source="crm")

    assert [str(problem) for problem in caught.value.problems] == [
        "crm, row 2, column 'external_key': 'a': an observation already recorded has this key with other content. Give it another "
        "key, or correct the earlier one."
    ]
    assert rows(work_company, "select count(*) from core_observation") == [(1,)]


def test_a_correction_takes_the_old_figures_back_and_keeps_both_rows(work_company: Work) -> None:
    """Three rows stand afterwards, and their signed sum is the corrected amount."""
    record_observations(work_company, [sale("a", "10")], source="crm")

    outcome = record_observations(work_company, [sale("a", "12", day=3)], source="crm", correct=True)

    assert (outcome.recorded, outcome.corrected) == (0, 1)
    assert rows(work_company, "select day, sign, amount from core_observation order by id") == [(20635, 1, 1000), (20635, -1, 1000), (20638, 1, 1200)]
    assert rows(
        work_company,
        "select sum(value) from core_rollup where aggregate_id = (select id from core_aggregate where fingerprint = 'sale.closed:amount::')",
    ) == [(1200,)]


def test_a_withdrawn_fact_leaves_nothing_in_the_totals(work_company: Work) -> None:
    """Its key is free again, its rows stay."""
    record_observations(work_company, [sale("a", "10")], source="crm")

    withdraw_observations(work_company, ["a"], source="crm")

    assert rows(work_company, "select sum(sign * amount), count(*) from core_observation") == [(0, 2)]
    assert rows(work_company, "select count(*) from core_observation_key") == [(0,)]


def test_withdrawing_an_unknown_key_changes_nothing(work_company: Work) -> None:
    """The error names the key; the known one beside it stays."""
    record_observations(work_company, [sale("a", "10")], source="crm")

    with pytest.raises(NotFound, match="has no observation 'zz'"):
        withdraw_observations(work_company, ["a", "zz"], source="crm")

    assert rows(work_company, "select count(*) from core_observation") == [(1,)]


FINE = "is finer than the minor unit of CNY, or larger than a trillion."
BAD: list[tuple[str, Callable[[Observation], Observation], str, str]] = [
    ("unknown employee", lambda each: replace(each, employee="E99"), "employee", "no employee has this number."),
    ("unknown kind", lambda each: replace(each, kind="sale.lost"), "kind", "no enabled plugin knows this kind of observation."),
    ("empty key", lambda each: replace(each, external_key=""), "external_key", "the key must have 1 to 200 characters and no NUL, it has 0."),
    ("no time zone", lambda each: replace(each, moment=datetime(2026, 7, 1)), "moment", "has no time zone."),
    ("future", lambda each: replace(each, moment=NOW + timedelta(days=3)), "moment", "lies in the future."),
    ("missing amount", lambda each: replace(each, amount=None), "amount", "sale.closed needs an amount of money."),
    (
        "finer than a cent",
        lambda each: replace(each, amount=Money(Decimal("1.005"), "CNY")),
        "amount",
        "is finer than the minor unit of CNY, or larger than a trillion.",
    ),
    ("an amount that would vanish", lambda each: replace(each, amount=Money(Decimal("1e-9999999"), "CNY")), "amount", FINE),
    ("an amount beyond all bounds", lambda each: replace(each, amount=Money(Decimal("1e99999999"), "CNY")), "amount", FINE),
    ("NUL", lambda each: replace(each, external_key="a\0b"), "external_key", "the key must have 1 to 200 characters and no NUL, it has 3."),
    ("far past", lambda each: replace(each, moment=datetime(1, 1, 1, tzinfo=UTC)), "moment", "lies outside the years 1900 to 9990."),
    (
        "other currency",
        lambda each: replace(each, amount=Money(Decimal(1), "USD")),
        "amount",
        "the employer's currency is CNY, and no plugin knows a rate for USD.",
    ),
    ("quantity", lambda each: replace(each, quantity=Decimal(1)), "quantity", "sale.closed has no quantity."),
    ("unknown attribute", lambda each: replace(each, attributes={"colour": "red"}), "colour", "sale.closed has no attribute 'colour'."),
    ("wrong type", lambda each: replace(each, attributes={"new_customer": "yes"}), "new_customer", "must be a flag."),
]


@pytest.mark.parametrize(("change", "column", "reason"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_wrong_is_named_and_nothing_is_written(
    work_company: Work, change: Callable[[Observation], Observation], column: str, reason: str
) -> None:
    """The problem names the place, the column and the reason; the good fact beside it is not written either."""
    with pytest.raises(ProblemsFound) as caught:
        record_observations(work_company, [sale("good", "1"), change(sale("bad", "1"))], source="crm")

    assert [(problem.row, problem.column, problem.reason) for problem in caught.value.problems] == [(2, column, reason)]
    assert rows(work_company, "select count(*) from core_observation") == [(0,)]


def test_all_problems_of_a_batch_are_reported_at_once(work_company: Work) -> None:
    """Two bad facts with three problems give three problems."""
    with pytest.raises(ProblemsFound) as caught:
        record_observations(
            work_company, [replace(sale("a", "1"), employee="E99", kind="x"), replace(sale("b", "1"), quantity=Decimal(1))], source="crm"
        )

    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(1, "employee"), (1, "kind"), (2, "quantity")]


def test_good_facts_go_in_beside_bad_ones_when_asked_for(work_company: Work) -> None:
    """`record_good` writes what it can and returns the problems of the rest."""
    outcome, problems = record_good(work_company, [sale("a", "1"), replace(sale("b", "1"), employee="E99")], source="crm")

    assert (outcome.recorded, len(problems)) == (1, 1)
    assert rows(work_company, "select external_key from core_observation") == [("a",)]


def test_an_answer_before_its_question_is_refused(work_company: Work) -> None:
    """A follow-up cannot come before the lead."""
    early = Observation("E1", "lead.followed_up", at(0, 1), "f", answers_to=at(0, 2))

    with pytest.raises(ProblemsFound, match="is later than the moment"):
        record_observations(work_company, [early], source="crm")


def test_a_batch_that_is_too_large_is_refused_before_it_is_read(work_company: Work) -> None:
    """The error names both numbers."""
    with pytest.raises(InvalidValue, match="1048576 observations are too many for one batch"):
        record_observations(work_company, [sale("a", "1")] * (1 << 20), source="crm")


def test_without_the_permission_nothing_is_recorded(work_company: Work) -> None:
    """Denied before anything is done."""
    visitor = work_company.acting_as(Actor("visitor", grants={"core.employee.read": Scope.COMPANY}))

    with pytest.raises(Forbidden, match="visitor lacks the permission"):
        record_observations(visitor, [sale("a", "1")], source="crm")

    assert rows(work_company, "select count(*) from core_observation") == [(0,)]
