"""Types refuse what does not fit, name the place and both sides, and say how columns hold values."""

from __future__ import annotations

import datetime
import pickle
from datetime import UTC
from decimal import Decimal

import pytest

from bole.errors import InvalidValue
from bole.formula import DATE, HOURS, MESSAGES, MOMENT, NUMBER, RATIO, TEXT, TRUTH, Formula, FormulaError, Kind, Table, Type, money
from bole.values import Money

D = Decimal
CNY, USD = money("CNY"), money("USD")
VARIABLES = {
    "sales": CNY, "target": CNY, "dollars": USD, "visits": NUMBER, "leads": NUMBER, "rate": RATIO, "worked": HOURS, "hired": DATE, "left": DATE,
    "came": MOMENT, "answered": MOMENT, "region": TEXT, "is_new": TRUTH,
}  # fmt: skip

RESULTS = [
    ("sales + target", CNY), ("sales + 500", CNY), ("sales * rate", CNY), ("rate * sales", CNY), ("sales * visits", CNY), ("sales / target", RATIO),
    ("sales / visits", CNY), ("sales / rate", CNY), ("sales * worked", CNY), ("sales / worked", CNY), ("visits / leads", RATIO),
    ("visits / 2", NUMBER),
    ("visits * rate", NUMBER), ("visits / rate", NUMBER), ("rate * rate", RATIO), ("rate / visits", RATIO), ("rate + 1", RATIO), ("1 / rate", RATIO),
    ("worked / worked", RATIO), ("worked * 2", HOURS), ("worked * rate", HOURS), ("visits / worked", NUMBER), ("left - hired", NUMBER),
    ("answered - came", HOURS),
    ("10%", RATIO), ("2 * 10%", RATIO), ("5", NUMBER), ("5 / 3", NUMBER), ("5 USD", USD), ("sales > 0", TRUTH), ("region", TEXT),
    ("MIN(hired, left)", DATE),
    ("MAX(came, answered)", MOMENT), ("(1 + rate) ^ 3", RATIO), ("-sales", CNY), ("IF(is_new, 5, 10)", NUMBER), ('IF(is_new, region, "none")', TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RESULTS, ids=[text for text, _ in RESULTS])
def test_type_of_a_result(text: str, expected: Type) -> None:
    """The result's type follows from the types of the parts."""
    assert Formula.parse(text, VARIABLES).result_type == expected


REFUSALS = [
    ("sales + visits", "formula.type_mismatch", 0, 14, {"operation": "+", "left": "money (CNY)", "right": "number"}),
    ("100 + sales - 10%", "formula.type_mismatch", 0, 17, {"operation": "-", "left": "money (CNY)", "right": "ratio"}),
    ("sales - dollars", "formula.currency_mixed", 0, 15, {"operation": "-", "left": "money (CNY)", "right": "money (USD)"}),
    ("1 + (sales * target)", "formula.type_mismatch", 5, 19, {"operation": "*", "left": "money (CNY)", "right": "money (CNY)"}),
    ("sales / dollars", "formula.currency_mixed", 0, 15, {"operation": "/", "left": "money (CNY)", "right": "money (USD)"}),
    ("sales > rate", "formula.type_mismatch", 0, 12, {"operation": ">", "left": "money (CNY)", "right": "ratio"}),
    ("region > region", "formula.type_mismatch", 0, 15, {"operation": ">", "left": "text", "right": "text"}),
    ("IF(sales, 1, 2)", "formula.wrong_type", 3, 8, {"function": "IF", "number": "1", "wanted": "truth", "given": "money (CNY)"}),
    ("IF(is_new, sales, visits)", "formula.type_mismatch", 11, 24, {"operation": "IF", "left": "money (CNY)", "right": "number"}),
    ("ROUND(sales, visits)", "formula.not_written", 13, 19, {"function": "ROUND", "number": "2", "wanted": "number"}),
    ("DAYS(hired, came)", "formula.wrong_type", 12, 16, {"function": "DAYS", "number": "2", "wanted": "date", "given": "moment"}),
    ('hired < "tomorrow"', "formula.bad_date", 8, 18, {"shown": "tomorrow"}),
    ("visits ^ 11", "formula.bad_exponent", 9, 11, {"shown": "11", "limit": "10"}),
]


@pytest.mark.parametrize(("text", "code", "start", "end", "values"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refusal_has_place_and_data(text: str, code: str, start: int, end: int, values: dict[str, str]) -> None:
    """A refused formula gives a code, the characters at fault, and both types as data for any language."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse(text, VARIABLES)

    (problem,) = caught.value.problems
    assert (problem.code, problem.start, problem.end) == (code, start, end)
    assert values.items() <= problem.values.items()


def test_message_names_place_and_both_types() -> None:
    """The English message can be read by itself."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales + visits", VARIABLES)

    assert caught.value.message == "columns 1 to 14: + does not go with money (CNY) and number."
    assert caught.value.hint == "Both must be of one kind; a written figure takes the other's unit, a column never does."


def test_place_counts_in_the_text_as_typed() -> None:
    """Columns count what the person typed, not what is saved."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("=如果（is_new，sales，　客户数）", VARIABLES)

    assert [(problem.code, problem.start, problem.end) for problem in caught.value.problems] == [("formula.unknown_name", 18, 21)]


def test_all_problems_come_together() -> None:
    """Independent mistakes are reported at once, from left to right."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("IF(sales, unknown, FOO(1)) + ROUND(visits, 99)", VARIABLES)

    assert [problem.code for problem in caught.value.problems] == ["formula.unknown_name", "formula.unknown_function", "formula.bad_places"]


def test_error_survives_pickling() -> None:
    """A job in another process can hand the error back whole."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales + visits", VARIABLES)

    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.text, copy.problems, str(copy)) == ("sales + visits", caught.value.problems, str(caught.value))


def test_result_of_the_wrong_type_is_refused() -> None:
    """A formula that gives a ratio cannot stand where money is wanted."""
    with pytest.raises(FormulaError) as caught:
        Formula.parse("sales / target", VARIABLES, result=CNY)

    assert caught.value.message == "columns 1 to 14: the formula gives ratio, but money (CNY) is wanted here."


def test_written_figures_take_the_unit_of_the_result() -> None:
    """IF of two written figures is money where money is wanted."""
    formula = Formula.parse("IF(is_new, 500, 200.5)", VARIABLES, result=CNY)

    assert formula.result_type == CNY
    assert formula.explain({"is_new": False}).value == Money(D("200.50"), "CNY")


def test_every_message_can_be_formatted() -> None:
    """Each message and hint is a sentence with named places only, so that translators can reorder them."""
    assert all("{}" not in sentence and "{0" not in sentence for pair in MESSAGES.values() for sentence in pair)


STORED = [
    (CNY, Money(D("12.34"), "CNY"), 1234), (money("JPY"), Money(D(12), "JPY"), 12),
    (Type(Kind.MONEY, "CNY", places=3), Money(D("0.01234"), "CNY"), 1234),
    (NUMBER, D("1.5"), 1_500_000), (RATIO, D("0.1"), 100_000), (HOURS, D(-2), -2_000_000), (Type(Kind.RATIO, places=12), D("1E-12"), 1),
    (DATE, datetime.date(1970, 1, 2), 1), (MOMENT, datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 1_000_000), (TEXT, "a", "a"),
    (TRUTH, True, True), (CNY, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "stored"), STORED, ids=[f"{case[0]} {case[1]}" for case in STORED])
def test_storing_and_reading(type_: Type, value: object, stored: object) -> None:
    """A value is stored as an integer of its type's places, and read back equal."""
    assert type_.store(value) == stored
    assert type_.read(stored) == value


@pytest.mark.parametrize(
    ("type_", "value"),
    [(CNY, D(1)), (CNY, Money(D(1), "USD")), (CNY, Money(D("0.001"), "CNY")), (NUMBER, 1), (NUMBER, D("NaN")), (NUMBER, D("1E-7")), (NUMBER, 1.5),
     (TEXT, 1),
     (TRUTH, "x"), (DATE, datetime.datetime(2026, 1, 1, tzinfo=UTC)), (MOMENT, datetime.date(2026, 1, 1)),
     (MOMENT, datetime.datetime(2026, 1, 1)), (RATIO, True)],
    ids=str,
)  # fmt: skip
def test_value_of_another_type_is_not_stored(type_: Type, value: object) -> None:
    """A value of another type, another currency or finer than the column is refused."""
    with pytest.raises(InvalidValue):
        type_.store(value)


@pytest.mark.parametrize(
    ("key", "result", "rows"),
    [
        (NUMBER, RATIO, ()),
        (NUMBER, TEXT, ((D(1), D(1)),)),
        (TRUTH, RATIO, ((True, D(1)),)),
        (NUMBER, RATIO, ((D(2), D(1)), (D(1), D(1)))),
        (NUMBER, RATIO, ((D(1), D(1)), (D(1), D(1)))),
        (TEXT, RATIO, (("a", D(1)), ("a", D(2)))),
        (NUMBER, RATIO, ((None, D(1)),)),
        (NUMBER, CNY, ((D(1), D(1)),)),
        (NUMBER, RATIO, tuple((D(bound), D(1)) for bound in range(101))),
    ],
    ids=[
        "no rows",
        "text as result",
        "truth as key",
        "falling bounds",
        "equal bounds",
        "a key twice",
        "no key",
        "a number for money",
        "too many bounds",
    ],
)
def test_bad_table_is_refused(key: Type, result: Type, rows: tuple) -> None:
    """A table whose rows do not fit its types, repeat or do not rise is refused when it is declared."""
    with pytest.raises(InvalidValue):
        Table(key, result, rows)
