"""The parameter files: what they say on which day, and how a wrong one is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bole import InvalidValue, NotFound, ProblemsFound
from bole_payroll.statutory.loading import load_statute, parameters_on, read_statute


def text(name: str) -> str:
    """Return a parameter file that comes with the plugin."""
    return (resources.files("bole_payroll") / "parameters" / name).read_text("utf-8")


def refused(*changes: tuple[str, str], name: str = "cn.toml") -> list[tuple[str, str, str, str]]:
    """Return the problems (column, value, reason, hint) of a file after these replacements, each made once."""
    changed = text(name)
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new, 1)
    texts = [(name, changed)] if name == "cn.toml" else [("cn.toml", text("cn.toml")), (name, changed)]
    with pytest.raises(ProblemsFound) as error:
        read_statute(texts)
    assert error.value.code == "payroll.bad_parameters"
    assert {(problem.where, problem.row) for problem in error.value.problems} == {(name, 0)}
    return [(problem.column, problem.value, problem.reason, problem.hint) for problem in error.value.problems]


def test_every_figure_names_its_document() -> None:
    """Every block has a source with a document and says how it was checked."""
    statute = load_statute()
    topics = [*statute.country.values(), *(blocks for city in statute.cities.values() for blocks in city.values())]
    blocks = [block for topic in topics for block in topic]

    assert len(blocks) > 60
    assert all(block.source.document for block in blocks)
    assert {block.source.checked for block in blocks} <= {"quoted", "cited", "agreed", "known"}


def test_figures_of_a_day() -> None:
    """The tables of 2026 are those of the reference: first and last step, standard deduction, 174 hours."""
    parameters = parameters_on(date(2026, 7, 1))

    assert [(step.above, step.rate, step.quick) for step in (parameters.annual.brackets[1], parameters.annual.brackets[-1])] == [
        (3_600_000, 1000, 252_000),
        (96_000_000, 4500, 18_192_000),
    ]
    assert parameters.deduction.month == 500_000
    assert (parameters.pay_time.days, parameters.pay_time.minutes) == (2175, 174 * 60)


@pytest.mark.parametrize(
    ("day", "child", "infant", "elderly"),
    [(date(2021, 12, 31), 100_000, 0, 200_000), (date(2022, 1, 1), 100_000, 100_000, 200_000), (date(2023, 1, 1), 200_000, 200_000, 300_000)],
)
def test_special_additional_deductions_by_day(day: date, child: int, infant: int, elderly: int) -> None:
    """They were raised from 2023 on, and infant care exists since 2022."""
    found = parameters_on(day).special_additional

    assert (found.child_education, found.infant_care, found.elderly_sole) == (child, infant, elderly)


@pytest.mark.parametrize(
    ("city", "day", "floor", "cap"),
    [
        ("beijing", date(2022, 7, 1), 586_900, 3_188_400),
        ("shanghai", date(2022, 7, 1), 652_000, 3_418_800),
        ("shanghai", date(2026, 6, 30), 746_000, 3_730_200),
        ("shanghai", date(2026, 7, 1), 754_600, 3_773_100),
        ("beijing", date(2027, 6, 30), 727_000, 3_634_800),
    ],
)
def test_bounds_of_a_day(city: str, day: date, floor: int, cap: int) -> None:
    """Bounds change on 1 July; the day before the old ones hold."""
    bounds = parameters_on(day).city(city).bounds["pension"]

    assert (bounds.floor, bounds.cap) == (floor, cap)


def test_before_the_law_there_are_no_figures() -> None:
    """Cumulative withholding began in 2019; the refusal names every missing topic and its last known window."""
    with pytest.raises(NotFound) as error:
        parameters_on(date(2018, 12, 31))

    assert error.value.code == "payroll.no_figures"
    assert error.value.message == (
        "no figures are in force on 2018-12-31 for annual_brackets, monthly_brackets, standard_deduction, labour_service, royalty, licence_fee, "
        "non_resident (last known window: from 2019-01-01); special_additional (last known window: from 2023-01-01)."
    )


def test_a_lapsed_city_is_refused_and_the_country_is_not() -> None:
    """After June 2027 Shanghai has no bounds; wage tax still has its table."""
    parameters = parameters_on(date(2027, 7, 1))

    with pytest.raises(InvalidValue, match=r"city 'shanghai': no figures are in force on 2027-07-01 for bounds\.pension.*2026-07-01 to 2027-06-30"):
        parameters.city("shanghai")

    assert parameters.annual.brackets[0].rate == 300


def test_an_unknown_city_is_refused_with_those_known() -> None:
    """A misspelt city is answered with the list."""
    with pytest.raises(InvalidValue, match="city 'shangai': there are no figures for it; known cities are beijing, kunming, shanghai"):
        parameters_on(date(2026, 7, 1)).city("shangai")


def test_all_problems_of_a_file_are_reported_together() -> None:
    """Key path, value, reason and next step of each."""
    found = refused(
        ("month = 5000", "month = 5000.5"),
        ('rate = "10%", quick = 2520', "rate = 0.1, quick = 2520"),
        ('checked = "agreed"', 'checked = "perhaps"'),
        ("hours_per_day = 8\n", ""),
        ('holiday = "300%"', 'holliday = "300%"'),
    )

    assert found == [
        ("annual_brackets[0].brackets[1].rate", "0.1", "is not a rate.", 'Write it as text with a percent sign, such as "8%".'),
        ("standard_deduction[0].month", "5000.5", "an amount cannot be a float.", 'Write 5000, or "3.50" with quotes where there are fen.'),
        ("annual_bonus[0].source.checked", "perhaps", "is not known.", "Use one of: quoted, cited, agreed, known."),
        ("pay_time[0].hours_per_day", "", "is missing.", "Add the key with its value."),
        ("overtime[0].holiday", "", "is missing.", "Add the key with its value."),
        ("overtime[0].holliday", "300%", "is not a known key.", "Remove it, or look for a misspelt name."),
    ]


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        (("quick = 2520", "quick = 2510"), "annual_brackets[0].brackets[1].quick", "makes the tax jump at the bound."),
        (("above = 144000", "above = 30000"), "annual_brackets[0].brackets[2].above", "does not rise."),
        (("above = 0", "above = 1"), "annual_brackets[0].brackets[0].above", "must be 0 in the first step."),
        (("valid_to = 2022-01-01", "valid_to = 2018-01-01"), "annual_bonus[0].valid_to", "must be later than valid_from 2019-01-01."),
        (("valid_from = 2022-01-01", "valid_from = 2021-06-01"), "annual_bonus", "begins while the block 2019-01-01 to 2021-12-31 is in force."),
        (("valid_from = 2019-01-01", 'valid_from = "2019-01-01"'), "annual_brackets[0].valid_from", "is not a date."),
        (('days = "21.75"', 'days = "21.755"'), "pay_time[0].days", "is not a number above 0 with at most two decimal places."),
        (('rate = "3%"', 'rate = "101%"'), "annual_brackets[0].brackets[0].rate", "is not a rate in whole basis points up to 100%."),
        (("month = 5000", 'month = "0.005"'), "standard_deduction[0].month", "is finer than a fen."),
        (("month = 5000", "month = -1"), "standard_deduction[0].month", "an amount must lie between 0 and 1,000,000,000."),
        (("month = 5000", 'month = "five"'), "standard_deduction[0].month", "is not an amount."),
        (("month = 5000", "month = true"), "standard_deduction[0].month", "an amount cannot be a bool."),
        (("divided_by = 12", "divided_by = 0"), "annual_bonus[0].divided_by", "must be 1 or more."),
        (("schema = 1", "schema = 2"), "schema", "is not a known form."),
    ],
)
def test_a_wrong_figure_is_refused(change: tuple[str, str], column: str, reason: str) -> None:
    """Each kind of mistake in the country's file has its own words and a next step."""
    [(where, _, why, hint)] = refused(change)

    assert (where, why) == (column, reason)
    assert hint


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        (("cap = 34188", "cap = 3418"), "bounds[0].cap", "is below the floor."),
        (('schemes = ["pension", "medical"', 'schemes = ["pension", "health"'), "bounds[0].schemes[1]", "is not known."),
        (('most = "7%"', 'most = "4%"'), "housing_fund[0].most", "is below the least rate."),
        (('step = "1.00"', "step = 0"), "housing_fund[0].step", "must be at least 0.01."),
        (('city = "shanghai"', 'city = "Shanghai"'), "city", "is not a code."),
        (("valid_from = 2023-07-01", "valid_from = 2023-06-01"), "bounds.pension", "begins while the block 2022-07-01 to 2023-06-30 is in force."),
    ],
)
def test_a_wrong_figure_of_a_city_is_refused(change: tuple[str, str], column: str, reason: str) -> None:
    """Each kind of mistake in a city's file has its own words."""
    found = refused(change, name="cn-shanghai.toml")

    assert (found[0][0], found[0][2]) == (column, reason)


def test_a_broken_file_does_not_hide_another_ones_problems() -> None:
    """Files are all read before anything is refused."""
    with pytest.raises(ProblemsFound) as error:
        read_statute([("cn.toml", "schema = "), ("cn-x.toml", "schema = 1")])

    assert [(problem.where, problem.column) for problem in error.value.problems] == [
        ("cn.toml", ""),
        *(("cn-x.toml", key) for key in ("city", "label", "bounds", "rates", "housing_fund")),
    ]


def test_cities_without_a_country_are_refused() -> None:
    """The country's file is needed."""
    with pytest.raises(ProblemsFound, match=r"cn\.toml: is missing"):
        read_statute([("cn-shanghai.toml", text("cn-shanghai.toml"))])


def test_a_deployments_own_city_file(tmp_path: Path) -> None:
    """A file of one's own adds a city, or replaces one that comes with the plugin."""
    own: dict[str, Any] = {"suzhou": ("suzhou", "7546"), "shanghai": ("shanghai", "8000")}
    for name, (code, floor) in own.items():
        changed = text("cn-shanghai.toml").replace('city = "shanghai"', f'city = "{code}"').replace("floor = 7546", f"floor = {floor}")
        (tmp_path / f"{name}.toml").write_text(changed, "utf-8")

    parameters = parameters_on(date(2026, 7, 1), *sorted(tmp_path.glob("*.toml")))

    assert sorted(parameters.cities) == ["beijing", "kunming", "shanghai", "suzhou"]
    assert [parameters.city(code).bounds["pension"].floor for code in ("suzhou", "shanghai")] == [754_600, 800_000]


def test_reading_and_explaining_need_no_vector_engine() -> None:
    """Polars is imported only by what computes on frames."""
    code = "import sys, bole_payroll.statutory.loading, bole_payroll.statutory.explanation; print('polars' in sys.modules)"
    path = ":".join(sys.path)

    found = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"
