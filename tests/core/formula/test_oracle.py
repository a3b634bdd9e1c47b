"""The compiled expression gives what the row-by-row Decimal interpreter gives, to the last digit, on generated formulas and rows."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bole.formula import DATE, HOURS, MOMENT, NUMBER, RATIO, TEXT, TRUTH, Formula, FormulaError, Kind, Table, Type, money
from bole.values import Money, Rounding
from tests.core.formula.oracle import Oracle

ROWS = 16
SAFE = Decimal(10) ** 14
CNY = money("CNY")
VARIABLES = {
    "sales": CNY, "target": CNY, "bonus": CNY, "fine": Type(Kind.MONEY, "CNY", places=4),
    "visits": NUMBER, "won": NUMBER, "attained": RATIO, "exact": Type(Kind.RATIO, places=12),
    "worked": HOURS, "planned": HOURS, "hired": DATE, "left": DATE, "came": MOMENT, "answered": MOMENT,
    "region": TEXT, "is_new": TRUTH, "is_vip": TRUTH,
}  # fmt: skip
TABLES = {
    "rate": Table(NUMBER, RATIO, ((Decimal(0), Decimal("0.03")), (Decimal("10.5"), Decimal("0.1")), (Decimal(1000), Decimal("0.25")))),
    "grade": Table(
        CNY, CNY, ((Money(Decimal(-10), "CNY"), Money(Decimal(1), "CNY")), (Money(Decimal("99.99"), "CNY"), Money(Decimal("7.77"), "CNY")))
    ),
    "region": Table(TEXT, NUMBER, (("north", Decimal("1.5")), ("south", Decimal(-2)))),
    "since": Table(DATE, RATIO, ((datetime.date(2020, 1, 1), Decimal("0.5")), (datetime.date(2026, 7, 1), Decimal("0.6")))),
}


def cell(random_: random.Random, type_: Type, huge: bool) -> int | str | bool | None:
    """Return a stored value: missing, zero, small, ordinary or large; or one that hardly fits the column."""
    if random_.random() < 0.08:
        return None
    match type_.kind:
        case Kind.TEXT:
            return random_.choice(["north", "south", "east"])
        case Kind.TRUTH:
            return random_.random() < 0.5
        case Kind.DATE:
            return random_.randrange(18_000, 21_000)
        case Kind.MOMENT:
            return random_.randrange(1_700_000_000_000_000, 1_800_000_000_000_000)
    if huge:
        return random_.choice([-1, 1]) * (2**63 - random_.randrange(1, 10))
    one = 10**type_.places
    limit = random_.choice([1, 2, one, 30 * one, 30 * one, 10_000 * one, 10_000_000 * one])
    return random_.choice([0, one, random_.randrange(-limit, limit + 1), random_.randrange(limit + 1), random_.randrange(limit + 1)])


def frame_of(seed: int) -> pl.DataFrame:
    """Return rows of every variable; in one frame of four all are alike, which Polars treats differently, in another all are huge."""
    random_ = random.Random(seed)
    alike, huge = seed % 4 == 0, seed % 4 == 1
    dtypes = {Kind.TEXT: pl.String, Kind.TRUTH: pl.Boolean}
    return pl.DataFrame(
        {
            name: pl.Series(
                [cell(random_, type_, huge) for _ in range(1 if alike else ROWS)] * (ROWS if alike else 1),
                dtype=dtypes.get(type_.kind, pl.Int128 if type_.places > 6 else pl.Int64),
            )
            for name, type_ in VARIABLES.items()
        }
    )


FIGURES = ["0", "1", "2.5", "0.333", "7", "12", "1000", "99999.99"]
LEAVES = {
    "money": ["sales", "target", "bonus", "fine", "1234.56 CNY", "0.01 CNY"],
    "number": ["visits", "won"],
    "ratio": ["attained", "exact", "15%", "0.05%", "120%"],
    "hours": ["worked", "planned"],
    "date": ["hired", "left"],
    "moment": ["came", "answered"],
    "truth": ["is_new", "is_vip", "TRUE"],
    "text": ["region", '"north"'],
}
OF_ANY = [
    "IF({truth}, {same}, {same})", "MIN({same}, {same})", "MAX({same}, {same}, {same})", "LOOKUP({number}, 0, {same}, 10, {same})",
    "LOOKUP({money}, {money}, {same}, {money}, {same})",
]  # fmt: skip
OF_QUANTITY = [
    "({same} + {same})", "({same} - {same})", "(-{same})", "ABS({same})", "SUM({same}, {figure}, {same})", "AVERAGE({same}, {same}, {figure})",
    "({same} * {figure})", "({same} / {figure})", "({same} * {ratio})", "({same} / {ratio})",
    "IF({truth}, {same}, {figure})", "MAX({same}, {figure})", 'ROUND({same}, {places}, "{rule}")', "ROUND({same})", "ROUND({same}, {places})",
    "PRORATE({same}, {number}, {number})", "PRORATE({same}, {hours}, {hours})", "TIER({same}, 0, {ratio}, 100, {ratio}, 5000.5, {ratio})",
    "TIER({same}, {same}, {ratio}, {same}, {ratio})",
]  # fmt: skip
RULES = {
    "money": ["({number} * {money})", "({money} / {number})", "({money} * {ratio} / {number})", "({money} * {hours})",
              "({money} / {hours})", "({money} * {money} / {money})",
              "({money} / {money} * {money})", 'LOOKUP({money}, "grade")', "TIER({number}, 0, {money}, 50, {money})"],
    "number": ["({number} * {number})", "DAYS({date}, {date})", "({date} - {date})", 'LOOKUP({text}, "region")', "({number} / {hours})"],
    "ratio": ["({money} / {money})", "({number} / {number})", "({hours} / {hours})", "((1 + {ratio}) ^ 3)", 'LOOKUP({number}, "rate")',
              'LOOKUP({date}, "since")', "(1 / {ratio})"],
    "hours": ["HOURS_BETWEEN({moment}, {moment})", "({moment} - {moment})", "({hours} * {number})"],
    "truth": ["AND({truth}, {truth})", "OR({truth}, {truth}, {truth})", "NOT({truth})", "({truth} AND {truth} OR {truth})",
              "({money} {sign} {money})",
              "({number} {sign} {figure})", "({ratio} {sign} {ratio})", "({date} {sign} {date})", "({moment} {sign} {moment})", "({text} = {text})",
              "({text} <> {text})", "(0 <= {hours} < {figure})"],
    "date": [], "moment": [], "text": ["IF({truth}, {text}, {text})"],
}  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int) -> str:
    """Draw the text of a well-typed formula."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(LEAVES[kind]))
    quantity = kind in ("money", "number", "ratio", "hours")
    templates = RULES[kind] + (OF_ANY if kind not in ("truth", "text") else []) + (OF_QUANTITY if quantity else [])
    if not templates:
        return draw(st.sampled_from(LEAVES[kind]))
    text = draw(st.sampled_from(templates)).replace("{same}", f"{{{kind}}}")
    while (start := text.find("{")) >= 0:
        end = text.index("}", start)
        hole = text[start + 1 : end]
        match hole:
            case "figure":
                piece = draw(st.sampled_from(FIGURES))
            case "places":
                piece = str(draw(st.integers(-3, 6)))
            case "rule":
                piece = draw(st.sampled_from(list(Rounding)))
            case "sign":
                piece = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
            case _:
                piece = draw(expressions(hole, depth - 1))
        text = text[:start] + piece + text[end + 1 :]
    return text


def hold_against_oracle(formula: Formula, frame: pl.DataFrame) -> None:
    oracle = Oracle(formula)
    expected = [oracle.stored(row) for row in frame.iter_rows(named=True)]
    try:
        got = formula.compute(frame)
    except FormulaError as error:
        event("out of range")
        assert error.code == "formula.out_of_range"
        assert oracle.largest > SAFE, f"{formula.text} refused although nothing exceeds {SAFE}"
        return
    assert got.to_list() == expected, formula.text


@pytest.mark.parametrize("kind", ["money", "number", "ratio", "hours", "truth"])
def test_compiled_formulas_equal_the_oracle(kind: str) -> None:
    """On every generated formula of each type, every row of a generated frame is equal, missing values included."""

    @settings(max_examples=250, database=None)
    @given(text=expressions(kind, 3), seed=st.integers(0, 2**32))
    def run(text: str, seed: int) -> None:
        try:
            formula = Formula.parse(text, VARIABLES, tables=TABLES)
        except FormulaError as error:
            assert error.code in ("formula.too_large", "formula.too_long", "formula.not_ascending"), f"{text}: {error}"
            return
        hold_against_oracle(formula, frame_of(seed))

    run()
