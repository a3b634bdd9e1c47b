"""Statements: legal entities, departments, plans and rules in TOML, all of a file or nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bole.access import Work
from bole.contracts.extension import ImportOutcome
from bole.errors import InvalidValue, NotFound, ProblemsFound
from bole.models import DepartmentInterval, IncentiveRule, LegalEntity, PlanItem, PlanVersion
from bole.services.catalogue import synchronise
from tests.plugins.connectors.conftest import Write

COMPANY = """
connector = "statements"

[[legal_entities]]
code = "CN"
name_zh = "公司"
name_en = "Company"
country = "CN"
currency = "CNY"
time_zone = "Asia/Shanghai"

[[departments]]
code = "TOP"
name_en = "Company"
valid_from = 2020-01-01

[[plans]]
code = "shop.sales"
label = { zh = "销售", en = "Sales" }
valid_from = 2026-07-01
audience = 'department = "TOP"'

[[plans.items]]
indicator = "sales.amount"
weight = 0.75
target = 1000

[[plans.items]]
indicator = "sales.satisfaction"
weight = "0.25"
gate_below = 0.8
gate_factor = 0.5

[[rules]]
code = "shop.commission"
type = "incentives.tiered_commission"
label = { zh = "提成", en = "Commission" }
period = "month"
valid_from = 2026-07-01
parameters = { basis = "sales.amount", tiers = [{ from = "0", rate = "10%" }] }
"""


def state(work: Work, path: Path, files: Sequence[str] = ()) -> ImportOutcome:
    """Record what a file states."""
    return work.host.registry.connectors["statements"].run(work, path, files)


def count(work: Work) -> list[int]:
    """Return how many legal entities, departments, plan versions and rules there are."""
    return [
        work.session.scalar(select(func.count()).select_from(each)) or 0 for each in (LegalEntity, DepartmentInterval, PlanVersion, IncentiveRule)
    ]


def test_a_company_is_stated_and_stated_again(work: Work, write: Write) -> None:
    """Everything in the file is recorded; the same file again changes nothing."""
    synchronise(work)
    path = write("company.toml", COMPANY)

    first, second = state(work, path), state(work, path, [str(path)])

    assert (first.recorded, first.unchanged) == (4, 0)
    assert (second.recorded, second.corrected, second.unchanged) == (0, 0, 4)
    assert count(work) == [1, 1, 1, 1]
    assert sorted(work.session.execute(select(PlanItem.weight, PlanItem.target, PlanItem.gate_below))) == [
        (250_000, None, 800_000),
        (750_000, 1_000_000_000, None),
    ]


def test_a_changed_plan_is_the_next_version(work: Work, write: Write) -> None:
    """Another weight from a later day makes another version; saying the first one again does not bring it back."""
    synchronise(work)
    first = write("a.toml", COMPANY)
    later = COMPANY.replace("valid_from = 2026-07-01\naudience", "valid_from = 2026-10-01\naudience").replace("0.75", "0.5").replace('"0.25"', "0.5")
    state(work, first)

    changed, again = state(work, write("b.toml", later)), state(work, first)

    assert (changed.recorded, changed.unchanged, again.recorded) == (1, 3, 0)
    starts = select(PlanVersion.valid_from).where(PlanVersion.known_to > work.clock.now()).order_by(PlanVersion.valid_from)
    assert list(work.session.scalars(starts)) == [date(2026, 7, 1), date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("[[departments]]", "[[department]]", ("department", "is no import target. Did you mean 'departments'?"), id="table"),
        pytest.param(
            'name_en = "Company"\nvalid_from',
            'nam_en = "Company"\nvalid_from',
            ("departments.1.nam_en", "departments has no such field. Did you mean 'name_en'?"),
            id="field",
        ),
        pytest.param(
            "valid_from = 2020-01-01",
            'valid_from = "2020-01-01"',
            ("departments.1.valid_from", "must be a date. See docs/connectors.md for how TOML writes it."),
            id="type",
        ),
        pytest.param('code = "TOP"\n', "", ("departments.1.code", "is missing."), id="required"),
        pytest.param(
            "weight = 0.75", "weigth = 0.75", ("plans.1.items.1.weigth", "is no key that may stand here. Did you mean 'weight'?"), id="item"
        ),
        pytest.param(
            "valid_from = 2026-07-01\naudience",
            'valid_from = "July"\naudience',
            ("plans.1.valid_from", "'July' is no date. Write it without quotes, as 2026-07-01."),
            id="plan",
        ),
        pytest.param('period = "month"', 'period = "week"', ("rules.1.period", "Must be one of: month, quarter, year."), id="rule"),
    ],
)
def test_a_wrong_statement_is_told_and_nothing_is_recorded(work: Work, write: Write, old: str, new: str, problem: tuple[str, str]) -> None:
    """A wrong key or value is named with its place in the file; the other statements are not recorded either."""
    path = write("company.toml", COMPANY.replace(old, new))

    with pytest.raises(ProblemsFound) as caught:
        state(work, path)

    assert problem in [(each.column, f"{each.reason} {each.hint}".strip()) for each in caught.value.problems]
    assert count(work) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('"CNY"', '"RMB"', "unknown currency 'RMB'", id="of-a-target"),
        pytest.param("0.75", "0.5", "the weights add up to this, not to 1", id="of-a-plan"),
        pytest.param('rate = "10%"', "rat = 1", "Unknown field", id="of-a-rule"),
    ],
)
def test_what_only_recording_finds_takes_everything_back(work: Work, write: Write, old: str, new: str, words: str) -> None:
    """A fault found while recording, in whatever part of the file, leaves nothing of the file behind."""
    synchronise(work)

    with pytest.raises(ProblemsFound, match=words):
        state(work, write("company.toml", COMPANY.replace(old, new)))

    assert count(work) == [0, 0, 0, 0]


STEPS = 'connector = "steps"\nsteps = ["company.toml", "staff.toml"]\n'
STAFF = """
connector = "csv"
target = "employees"
file = { name = "staff.csv" }
fields.number = { column = "No" }
fields.legal_entity = { constant = "CN" }
fields.hired_on = { column = "Hired" }
"""


def test_steps_run_in_order_and_add_up(work: Work, write: Write, tmp_path: Path) -> None:
    """Statements and mappings run one after another; what they did is summed up, bad rows included."""
    synchronise(work)
    for name, content in (("company.toml", COMPANY), ("staff.toml", STAFF), ("staff.csv", "No,Hired\n1001,2020-01-01\n1002,soon\n")):
        write(name, content)

    outcome = work.host.registry.connectors["steps"].run(work, write("all.toml", STEPS), [str(tmp_path)])

    assert (outcome.recorded, len(outcome.problems)) == (5, 1)


@pytest.mark.parametrize(
    ("staff", "content", "words"),
    [
        pytest.param(STAFF, "No,Hire\n", "the file has no such column", id="column"),
        pytest.param(STAFF.replace('"Hired"', '"Hired", colour = 1'), "No,Hired\n", "is no key that may stand here", id="mapping"),
    ],
)
def test_no_step_begins_before_all_are_checked(work: Work, write: Write, tmp_path: Path, staff: str, content: str, words: str) -> None:
    """A fault of the last step's mapping or file stops the first step, too."""
    synchronise(work)
    for name, text in (("company.toml", COMPANY), ("staff.toml", staff), ("staff.csv", content)):
        write(name, text)

    with pytest.raises(ProblemsFound, match=words):
        work.host.registry.connectors["steps"].run(work, write("all.toml", STEPS), [str(tmp_path)])

    assert count(work) == [0, 0, 0, 0]


def test_steps_want_one_folder_and_known_connectors(desk: Work, write: Write, tmp_path: Path) -> None:
    """Steps without a folder are refused, and so is a step within steps."""
    steps, inner = write("all.toml", 'connector = "steps"\nsteps = ["inner.toml"]\n'), write("inner.toml", STEPS)
    connector = desk.host.registry.connectors["steps"]

    with pytest.raises(InvalidValue, match=r"lists steps, and .* is not one folder"):
        connector.run(desk, steps, [str(inner)])
    with pytest.raises(NotFound, match="names the connector 'steps', which cannot be a step"):
        connector.run(desk, steps, [str(tmp_path)])


def test_outcomes_add_up() -> None:
    """The sum of two outcomes adds rows, problems that were only counted, and rows left out for the same reason."""
    one = ImportOutcome(1, 2, 3, untold=4, left_out=(("open", 5),))
    other = ImportOutcome(10, 20, 30, untold=40, left_out=(("void", 1), ("open", 50)))

    assert one + other == ImportOutcome(11, 22, 33, (), 44, (("open", 55), ("void", 1)))
