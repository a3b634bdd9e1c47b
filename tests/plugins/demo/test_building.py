"""Building a demo company through the services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.db import Database
from bole.services.explain import explain_payout
from bole.services.ledger import verify_ledger
from bole_demo.board import choose_payout, print_board, print_explained, print_payouts, print_story, read_board, read_payouts, read_quarters
from bole_demo.setting import Setting
from tests.plugins.demo.conftest import Built, built

TINY = Setting(people=6, years=1)


def rows(work: Work, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    found = [tuple(row) for row in work.session.execute(text(query)).all()]
    work.session.rollback()
    return found


def test_the_board_is_the_same_for_the_same_seed(small: Built) -> None:
    """The best line of the last quarter's board is this one, to the cent."""
    lines = list(print_board(read_board(small.work, "2026Q3"), "2026Q3", "en"))

    assert lines[3] == "1   Kendra Dong    East   1,171,655    760,000      154%  60%      91  38%       83%   116.6  143,512.07"
    assert lines[-1] == "* customer satisfaction under its bound: the commission is cut"


def test_the_payouts_are_the_same_for_the_same_seed(small: Built) -> None:
    """The last quarter pays 19 times, 1,363,230.42 in all."""
    lines = list(print_payouts(read_payouts(small.work, "2026Q3"), "2026Q3", "en"))

    assert lines[-1] == "Total                               19  1,363,230.42"


def test_the_story_marks_the_quarter_of_the_change(small: Built) -> None:
    """Four quarters are told, the third with the mark of the new plan."""
    lines = list(print_story(read_quarters(small.work), small.builder.setting.change.code, "en"))

    assert [line[:8] for line in lines[3:]] == ["  2025Q4", "  2026Q1", "◆ 2026Q2", "  2026Q3"]


def test_the_board_stands_upright_in_chinese(small: Built) -> None:
    """Every line of the Chinese board is as wide as its rule, in columns of a terminal."""
    from bole_demo.tables import width

    lines = list(print_board(read_board(small.work, "2026Q3"), "2026Q3", "zh"))

    assert {width(line) for line in lines[2:-1]} == {99}


def test_an_explained_payout_reaches_the_facts(small: Built) -> None:
    """The explanation names rule, tiers, netted bonus, scores, facts and ledger."""
    payout = choose_payout(small.work, "2026Q3")

    explained = "\n".join(print_explained(small.work, payout, "en"))

    for words in (
        "Rule: Quarterly commission: commission v2",
        "Tier 1: ",
        "Paid at once, netted: ",
        "Score: Customer visits",
        "Sale closed #",
        "Ledger leaf",
    ):
        assert words in explained
    assert len(explained) < len("\n".join(explain_payout(small.work, payout).lines("en")))


def test_the_ledger_of_the_demo_is_sound(small: Built) -> None:
    """Everything that was recorded in the demo's years verifies."""
    assert verify_ledger(small.work).is_sound


def test_every_quarter_but_the_last_is_closed(small: Built) -> None:
    """The last quarter stays open, so that what is recorded now changes its board."""
    found = rows(small.work, "select code, status from core_period where kind = 'quarter' order by code")

    assert found == [("2025Q4", "closed"), ("2026Q1", "closed"), ("2026Q2", "closed"), ("2026Q3", "open")]


def test_payroll_has_paid_everything_but_the_last_quarter(small: Built) -> None:
    """Twelve months are settled with every payout due in them; what is due in October waits."""
    found = rows(
        small.work,
        "select d.code, p.status from core_payout p join core_period d on d.id = p.due_period_id group by d.code, p.status order by d.code",
    )
    runs = rows(small.work, "select min(month), max(month), count(*) from payroll_run where status = 'settled'")

    assert runs == [("2025-10", "2026-09", 12)]
    assert {code for code, status in found if status == "released"} == {"2026-10"}
    assert {status for code, status in found if code != "2026-10"} == {"settled"}


def test_a_cancelled_deal_is_carried_into_the_next_payroll(small: Built) -> None:
    """The largest deal of the second quarter of 2026 was taken back after closing: its bonus and a part of the commission return."""
    query = (
        "select r.code, a.number, a.amount < 0 from core_award a "
        "join core_incentive_rule r on r.id = a.rule_id join core_period p on p.id = a.period_id "
        "where p.code = '2026Q2' and a.number > 1 order by r.code"
    )

    found = [(code, number, bool(negative)) for code, number, negative in rows(small.work, query)]

    assert found == [("big_deal", 2, True), ("commission", 2, True)]


def test_some_facts_were_corrected(small: Built) -> None:
    """Corrections leave both rows: the wrong figure taken back and the right one."""
    found = rows(small.work, "select count(*) from core_observation where supersedes_id is not null and sign = 1")

    assert found == [(small.builder.counts["corrections"],)]
    assert small.builder.counts["corrections"] == 13


def test_the_plan_changes_once(small: Built) -> None:
    """One version with sales alone until the change, one with four indicators from then on."""
    query = (
        "select cast(v.valid_from as text), cast(v.valid_to as text), count(*) "
        "from core_plan_version v join core_plan_item i on i.plan_version_id = v.id "
        "where v.known_to = (select max(known_to) from core_plan_version) group by v.id, v.valid_from, v.valid_to order by 1"
    )

    assert rows(small.work, query) == [("2025-10-01", "2026-04-01", 1), ("2026-04-01", "9999-12-31", 4)]


def test_the_hr_manager_approved_every_award(small: Built) -> None:
    """No award was decided by the system itself."""
    assert rows(small.work, "select distinct decided_by, status from core_award") == [("hr@verdant.example", "approved")]


def test_what_is_said_is_said_in_both_languages(small: Built) -> None:
    """Every line of progress has a Chinese and an English text."""
    assert len(small.said) == 7
    assert [line for line in small.said if not (line.zh and line.en)] == []


@pytest.fixture
def tiny(database: Database, tmp_path: Path) -> Iterator[Built]:
    """A company of six sellers in each kind of database."""
    yield from built(database, tmp_path, TINY)


def test_both_databases_give_the_same_company(tiny: Built) -> None:
    """Six sellers, one year: the same facts, payouts, payslips and points in SQLite and PostgreSQL."""
    points = [(line.number, line.points, line.paid) for line in read_board(tiny.work, "2026Q3")]
    hired = rows(tiny.work, "select count(*), sum(case when left_on is null then 0 else 1 end) from core_employee")

    assert dict(tiny.builder.counts) == {"facts": 2789, "corrections": 7, "payouts": 34, "payslips": 181}
    assert points[0] == ("V0012", 1_088_385, 10_334_202)
    assert hired == [(16, 1)]
    assert date(2026, 10, 1) == TINY.last.end
