"""What a formula gives: columns, their places, gaps, explanations, and functions from plugins."""

from __future__ import annotations

import random
import subprocess
import sys
from decimal import Decimal

import polars as pl
import pytest

from bole.formula import BUILT_IN, HOURS, NUMBER, RATIO, TEXT, TRUTH, Formula, FormulaError, FormulaFunction, Functions, Table, money
from bole.values import Money, Rounding
from tests.core.formula.oracle import Oracle

D = Decimal
CNY = money("CNY")
VARIABLES = {"sales": CNY, "target": CNY, "bonus": CNY, "visits": NUMBER, "rate": RATIO, "worked": HOURS, "region": TEXT, "is_new": TRUTH}
FRAME = pl.DataFrame(
    {
        "sales": [100_00, None, 0, -333], "target": [300_00, 100, 0, 1000], "bonus": [1_00, 1, 1, 1], "visits": [7_000_000, None, 0, 1],
        "rate": [333_333, 0, None, -1], "worked": [0, 1, 2, 3], "region": ["a", None, "b", "a"], "is_new": [True, None, False, True],
    }
)  # fmt: skip


def values(text: str, **options: object) -> list[object]:
    return Formula.parse(text, VARIABLES, **options).compute(FRAME).to_list()


def test_names_are_the_variables_used() -> None:
    """Lineage needs the names of the variables, and nothing else."""
    assert Formula.parse('IF(region = "sales", MAX(bonus, 1), bonus)', VARIABLES).names == {"region", "bonus"}


@pytest.mark.parametrize(
    ("text", "places"),
    [("sales", 0), ("sales + 0.01", 0), ("sales * 10%", 1), ("sales * rate", 6), ("rate * rate", 12), ("rate * rate * rate", 12), ("sales / 3", 12),
     ("ROUND(sales / 3, 2)", 0), ("ROUND(sales / 3, 0)", 0), ("ROUND(sales / 3, 4)", 2), ("MAX(sales * 1.5, 0)", 1),
     ("TIER(sales, 0, 1%, 10, 1.25%)", 4)],
)  # fmt: skip
def test_result_scale(text: str, places: int) -> None:
    """The places of the result are known before anything is compiled, and the column has them."""
    formula = Formula.parse(text, VARIABLES)

    assert formula.result_scale == formula.result_type.places == places
    assert formula.compute(FRAME).dtype == pl.Int128


def test_money_is_not_rounded_by_itself() -> None:
    """A third of a hundred yuan keeps twelve places of a cent."""
    assert values("sales / 3")[0] == 3_333_333333333333


def test_asking_for_places_rounds_by_the_named_rule_into_int64() -> None:
    """Places that the caller drops are dropped under the rule it names, half up by default."""
    formula = Formula.parse("bonus * 0.5", VARIABLES)

    assert formula.compute(FRAME, 0).to_list() == [50, 1, 1, 1]
    assert formula.compute(FRAME, 0, Rounding.HALF_EVEN).to_list() == [50, 0, 0, 0]
    assert formula.compute(FRAME, 3).to_list() == [50_000, 500, 500, 500]
    assert formula.compute(FRAME, 0).dtype == pl.Int64


@pytest.mark.parametrize("rule", list(Rounding))
@pytest.mark.parametrize("places", [-2, -1, 0, 1])
def test_rounding_follows_the_named_rule(rule: Rounding, places: int) -> None:
    """ROUND settles every tenth of a unit around zero as the rule of that name does."""
    frame = pl.DataFrame({"visits": [tenth * 10_000 for tenth in range(-3000, 3001, 5)]})
    formula = Formula.parse(f'ROUND(visits, {places}, "{rule}")', VARIABLES)

    got = [D(stored).scaleb(-formula.result_scale) for stored in formula.compute(frame)]

    assert got == [rule.quantize(D(stored).scaleb(-6), D(1).scaleb(-places)) for stored in frame["visits"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sales + 1", [101_00, None, 100, -233]),
        ("SUM(sales, target)", [400_00, None, 0, 667]),
        ("MIN(sales, target)", [100_00, None, 0, -333]),
        ("sales > 0", [True, None, False, False]),
        ("IF(is_new, sales, target)", [100_00, None, 0, -333]),
        ("IF(FALSE, sales, target)", [300_00, 100, 0, 1000]),
        ("AND(is_new, sales < -1000)", [False, None, False, False]),
        ("OR(is_new, sales > -1000)", [True, None, True, True]),
        ("AND(FALSE, is_new)", [False, False, False, False]),
        ("OR(TRUE, is_new)", [True, True, True, True]),
        ("NOT(is_new)", [False, None, True, False]),
        ('region = "a"', [True, None, False, True]),
        ("sales / target", [333333333333, None, None, -333000000000]),
        ("PRORATE(bonus, 1, worked)", [None, 1_000000_000000_000000, 500000_000000_000000, 333333_333333_333333]),
        ("LOOKUP(sales, 0, 1, 50, 2)", [2, None, 1, None]),
        ("TIER(sales, 0, 100%, target, 200%)", [100_00, None, 0, 0]),
        ("TIER(sales, target, 1, bonus, 2)", [None, None, 0, None]),
    ],
)
def test_missing_values_and_divisors_of_zero(text: str, expected: list[object]) -> None:
    """A gap makes the result a gap, save where it is not looked at; a quotient by zero is a gap."""
    assert values(text) == expected


def test_table_lookup() -> None:
    """A table gives the result beside the key or the bound reached, and a gap where there is none."""
    tables = {
        "by region": Table(TEXT, RATIO, (("a", D("0.5")),)),
        "by sales": Table(CNY, NUMBER, ((Money(D(0), "CNY"), D(1)), (Money(D("99.99"), "CNY"), D(2)))),
    }

    assert values('LOOKUP(region, "by region")', tables=tables) == [500_000, None, None, 500_000]
    assert values('LOOKUP(sales, "by sales")', tables=tables) == [2_000_000, None, 1_000_000, None]


def test_formula_without_variables_fills_every_row() -> None:
    """A constant formula gives one value a row."""
    assert values("2 * 3") == [6, 6, 6, 6]


def test_result_of_one_formula_feeds_another_exactly() -> None:
    """The result's type, given as a variable's type, lets a second formula go on without a rounding."""
    first = Formula.parse("sales / target", VARIABLES)
    second = Formula.parse("attained * 3", {"attained": first.result_type})

    got = FRAME.select(attained=first.expression()).select(second.expression()).to_series()

    assert got.to_list() == [999999999999, None, None, -999000000000]
    assert second.result_scale == 12


@pytest.mark.parametrize(
    "text", ["visits * visits * visits", "SUM(visits ^ 2, visits ^ 2, visits ^ 2)", "sales / (1 / rate)", "(visits / 3) ^ 2", "visits ^ 3"]
)
def test_value_beyond_38_digits_is_refused(text: str) -> None:
    """What cannot be calculated exactly is refused and never wraps."""
    formula = Formula.parse(text, VARIABLES)

    with pytest.raises(FormulaError) as caught:
        formula.compute(pl.DataFrame({"visits": [2**63 - 1], "sales": [2**63 - 1], "rate": [1]}))

    assert caught.value.code == "formula.out_of_range"


@pytest.mark.parametrize("column", [[1.5], ["1"], [D("1.5")], [True]], ids=["float", "text", "decimal", "truth"])
def test_column_of_another_kind_is_refused(column: list[object]) -> None:
    """A float column is refused, not cut off; so is every other that holds no integers."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales + 1", VARIABLES).compute(pl.DataFrame({"sales": column}))

    assert caught.value.code == "formula.out_of_range"


def test_missing_column_is_named() -> None:
    """A frame without a column that the formula uses is refused by name."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales + bonus", VARIABLES).compute(pl.DataFrame({"sales": [1]}))

    assert caught.value.message == "the rows have no column 'bonus', which the formula uses."


def test_no_float_in_the_compiled_expression() -> None:
    """No step of a formula with everything in it is of a floating-point type."""
    formula = Formula.parse(
        "ROUND(TIER(sales, 0, 10%, target, 15%) * MIN(visits / 7, 3) / worked ^ 1 * AVERAGE(rate, 5%), 1)".replace(" ^ 1", ""), VARIABLES
    )

    assert "f64" not in str(formula.expression()).lower()
    assert formula.compute(FRAME).dtype == pl.Int128


def test_explanation_shows_every_step() -> None:
    """Why 21,000 and not 20,000: each part with its value, tiers one by one, written figures left out."""
    formula = Formula.parse("阶梯(sales, 0, 10%, target, 15%) * IF(is_new, 120%, 1)", VARIABLES)

    step = formula.explain({"sales": Money(D(150000), "CNY"), "target": 100_000_00, "is_new": True})

    assert list(step.lines()) == [
        "TIER(sales, 0, 10%, target, 15%) * IF(is_new, 120%, 1) = 21,000.00000 CNY",
        "  TIER(sales, 0, 10%, target, 15%) = 17,500.0000 CNY",
        "    sales = 150,000.00 CNY",
        "    target = 100,000.00 CNY",
        "    0, 10% = 10,000.0000 CNY",
        "    target, 15% = 7,500.0000 CNY",
        "  IF(is_new, 120%, 1) = 1.2",
        "    is_new = True",
    ]
    assert step.steps[0].explanation == BUILT_IN.by_name["TIER"].explanation


def test_explanation_of_a_gap() -> None:
    """A missing value shows as missing, with what it came from."""
    step = Formula.parse("sales / target", VARIABLES).explain({"sales": 5, "target": 0})

    assert list(step.lines()) == ["sales / target = missing", "  sales = 0.05 CNY", "  target = 0.00 CNY"]


def test_explanation_wants_every_variable() -> None:
    """A row that lacks a variable is refused by name."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales / target", VARIABLES).explain({"sales": 5})

    assert caught.value.code == "formula.missing_column"


def _check_known(call):
    call.count(2)
    return call.unify(range(len(call.nodes)))


def _known(columns, node, arguments):
    first = pl.coalesce([column.expr for column in columns.aligned(arguments)])
    return type(arguments[0])(first, node.type.places, max(column.bound for column in arguments))


KNOWN = FormulaFunction("FIRST_KNOWN", "首个非空", "FIRST_KNOWN(value, value, …)", "The first value that is not missing.", _check_known, _known)


def test_function_of_a_plugin() -> None:
    """A declared function is found by both names, typed by its own check and compiled by its own hand."""
    functions = BUILT_IN.extended([KNOWN])

    formula = Formula.parse("首个非空(sales, target * 1.5, 0)", VARIABLES, functions=functions)

    assert formula.text == "FIRST_KNOWN(sales, target * 1.5, 0)"
    assert formula.compute(FRAME, 0).to_list() == [100_00, 150, 0, -333]
    assert "FIRST_KNOWN" not in BUILT_IN.by_name


@pytest.mark.parametrize("name", ["IF", "如果", "TRUE", "FIRST KNOWN"])
def test_function_with_a_taken_name_is_refused(name: str) -> None:
    """Two functions of one name, a reserved word or a name that nobody could type stop the start."""
    with pytest.raises(FormulaError) as caught:
        BUILT_IN.extended([FormulaFunction(name, "别名", "", "", _check_known, _known)])

    assert caught.value.code == "formula.bad_function"


def test_functions_can_be_withheld() -> None:
    """A register without a function refuses formulas that call it."""
    few = Functions([BUILT_IN.by_name["MAX"]])

    with pytest.raises(FormulaError) as caught:
        Formula.parse("MAX(sales, 0) > 5 AND is_new", VARIABLES, functions=few)

    assert caught.value.code == "formula.unknown_function"


def test_package_imports_without_polars() -> None:
    """Parsing, typing and lineage work without Polars; only compiling imports it."""
    script = (
        "import sys, bole.formula as f\n"
        "assert f.Formula.parse('sales * 10%', {'sales': f.money('CNY')}).result_scale == 1\n"
        "assert 'polars' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, check=False)

    assert done.stderr == ""


def test_commission_of_two_hundred_thousand_rows_is_exact() -> None:
    """A commission formula over 200,000 rows is not a cent off the oracle on a sample of every fiftieth row."""
    text = "ROUND(TIER(sales, 0, 10%, target, 15%) * IF(is_new, 120%, 100%) + bonus * MIN(sales / target, 1.3) * rate, 2)"
    formula, random_ = Formula.parse(text, VARIABLES), random.Random(7)
    rows = 200_000
    frame = pl.DataFrame(
        {
            "sales": [random_.randrange(-1_000_00, 5_000_000_00) for _ in range(rows)],
            "target": [random_.randrange(1, 3_000_000_00) for _ in range(rows)],
            "bonus": [random_.randrange(50_000_00) for _ in range(rows)],
            "rate": [random_.randrange(2_000_000) for _ in range(rows)],
            "is_new": [random_.random() < 0.3 for _ in range(rows)],
        }
    )

    got = formula.compute(frame, 0)

    oracle = Oracle(formula)
    sample = frame.gather_every(50)
    assert got.gather_every(50).to_list() == [oracle.stored(row) for row in sample.iter_rows(named=True)]
    assert (got.len(), got.null_count()) == (rows, 0)
