"""Conversion: what a cell becomes under each of a mapping's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies

from bole.access import Work
from bole.contracts.extension import FieldType, ImportField, ImportOutcome, ImportRow, ImportTarget
from bole.contracts.label import Label
from bole.errors import InvalidValue
from bole.values import Money, Rounding
from bole_connectors.amounts import Numbers
from bole_connectors.cells import Unfit
from bole_connectors.mapping import FieldRule, FileForm
from bole_connectors.moments import Dates
from bole_connectors.templates import Template
from tests.plugins.connectors.conftest import Write

FIELDS = {"text": FieldType.TEXT, "whole": FieldType.INTEGER, "number": FieldType.DECIMAL, "money": FieldType.MONEY, "day": FieldType.DATE}


class Convert:
    """Converts the rows of a text under a mapping's lines, for one target with a field of each type."""

    def __init__(self, work: Work, write: Write) -> None:
        self.work, self.write = work, write

    def __call__(self, lines: str, content: str | bytes, head: str = "", **files: str) -> tuple[list[dict[str, Any]], ImportOutcome]:
        """Return the values of the good rows and what the import returned."""
        rows: list[dict[str, Any]] = []

        def load(work: Work, chunks: Iterable[Sequence[ImportRow]], options: Mapping[str, Any]) -> ImportOutcome:
            rows.extend(dict(row.values) for chunk in chunks for row in chunk)
            return ImportOutcome(recorded=len(rows))

        fields = (*(ImportField(name, type) for name, type in FIELDS.items()), ImportField("at", FieldType.MOMENT), ImportField("ok", FieldType.FLAG))
        target = ImportTarget("things", Label("东西", "Things"), fields, load, extra=True)
        self.work.host.registry = replace(self.work.host.registry, import_targets={"things": target})
        for name, text in files.items():
            self.write(f"{name}.csv", text)
        mapping = self.write("mapping.toml", f'connector = "csv"\ntarget = "things"\n{head}\n{lines}\n')
        outcome = self.work.host.registry.connectors["csv"].run(self.work, mapping, [str(self.write("rows.csv", content))])
        return rows, outcome


@pytest.fixture
def convert(desk: Work, write: Write) -> Convert:
    """Convert rows: ``convert(lines of the mapping, content of the file)``."""
    return Convert(desk, write)


@pytest.mark.parametrize(
    ("rule", "cell", "value"),
    [
        pytest.param('fields.text = { column = "A" }', "  x y ", "x y", id="text-is-trimmed"),
        pytest.param('fields.text = { column = "A" }', '"=""007"""', "007", id="quoted-zeros-are-kept"),
        pytest.param('fields.text = { column = "A" }', "张伟", "张伟", id="chinese"),
        pytest.param('fields.whole = { column = "A" }', "-12", -12, id="whole"),
        pytest.param('fields.number = { column = "A" }', "1.50", Decimal("1.50"), id="decimal"),
        pytest.param(
            'fields.number = { column = "A", factor = "2080/12", places = 2, rounding = "half_up" }', "23.0769", Decimal("4000.00"), id="factor",
        ),
        pytest.param('fields.number = { column = "A", factor = 0.01 }', "12.5", Decimal("0.125"), id="percent"),
        pytest.param('fields.number = { column = "A", extract = "([0-9.]+)%", factor = 0.01 }', "12.5%", Decimal("0.125"), id="percent-sign"),
        pytest.param('fields.money = { column = "A", currency = "JPY" }', "1200", Money(Decimal(1200), "JPY"), id="money"),
        pytest.param(
            'fields.money = { column = "A", currency = "CNY", factor = 10000 }', "1.25", Money(Decimal("12500.00"), "CNY"), id="ten-thousands",
        ),
        pytest.param('fields.money = { column = "A" }', "1.25", Decimal("1.25"), id="money-of-the-employer"),
        pytest.param('fields.day = { column = "A" }', "2026-07-31", date(2026, 7, 31), id="date"),
        pytest.param('fields.day = { column = "A" }', "2011-05-31 00:00:00", date(2011, 5, 31), id="date-at-midnight"),
        pytest.param('fields.day = { column = "A", format = ["%d/%m/%Y", "%Y%m%d"] }', "20260731", date(2026, 7, 31), id="second-format"),
        pytest.param('fields.day = { column = "A", shift_days = 2223 }', "2011-05-31", date(2017, 7, 1), id="shifted"),
        pytest.param('fields.text = { column = "A", period = "quarter", shift_days = 2223 }', "2011-05-31", "2017Q3", id="quarter"),
        pytest.param('fields.text = { column = "A", period = "month", format = "%m/%Y" }', "07/2026", "2026-07", id="month"),
        pytest.param('fields.at = { column = "A", time_zone = "Asia/Shanghai" }', "2026-07-01", datetime(2026, 6, 30, 16, tzinfo=UTC), id="moment"),
        pytest.param('fields.at = { column = "A" }', "2026-07-01T09:00:00+08:00", datetime(2026, 7, 1, 1, tzinfo=UTC), id="moment-with-offset"),
        pytest.param(
            'fields.at = { column = "A", time_zone = "Europe/Berlin" }', "2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="twice",
        ),
        pytest.param('fields.ok = { column = "A" }', "是", True, id="yes"),
        pytest.param('fields.ok = { column = "A" }', "No", False, id="no"),
        pytest.param('fields.ok = { column = "A", values = { New = true, Old = false } }', "New", True, id="translated-flag"),
        pytest.param('fields.text = { column = "A", values = { N = "new" }, otherwise = "old" }', "X", "old", id="otherwise"),
        pytest.param('fields.text = { constant = 2026-07-01 }', "x", "2026-07-01", id="constant"),
        pytest.param('fields.text = { column = "A", default = "none" }', "NULL", "none", id="default"),
        pytest.param('fields.text = { column = "A" }', "NULL", None, id="word-for-nothing"),
        pytest.param('fields.text = { column = "A", extract = "^(/(?:[0-9]+/)*)[0-9]+/$" }', "/6/1/2/", "/6/1/", id="node-above"),
        pytest.param('fields.text = { column = "A", extract = "^(/(?:[0-9]+/)*)[0-9]+/$" }', "/", None, id="nothing-above"),
        pytest.param('fields.text = { column = "A", extract = "^x(.+)$", fallback = { constant = "y" } }', "a", "y", id="fallback"),
        pytest.param('fields.text = { column = "A", prefix = "ac-" }', "93110", "ac-93110", id="prefix"),
        pytest.param('fields.text = { column = "A", prefix = "ac-" }', "NULL", None, id="prefix-of-nothing"),
        pytest.param('fields.text = { column = "A", prefix = "ac ", as_code = true }', "R&D – East", "ac-r-and-d-east", id="code"),
        pytest.param('fields.colour = { column = "A", type = "integer" }', "7", 7, id="further-field"),
    ],
)  # fmt: skip  # one case a line
def test_a_cell_becomes_a_value(convert: Convert, rule: str, cell: str, value: object) -> None:
    """A good cell becomes exactly this value."""
    rows, outcome = convert(rule, f"A,B\n{cell},\n", 'file = { empty = ["NULL"] }')

    assert outcome.problems == ()
    assert [list(row.values()) for row in rows] == [[value]]


@pytest.mark.parametrize(
    ("rule", "cell", "reason"),
    [
        pytest.param('fields.whole = { column = "A" }', "1.5", "has more than 0 decimal places.", id="not-whole"),
        pytest.param('fields.number = { column = "A" }', '"1,234.50"', "is no number.", id="mark-of-thousands"),
        pytest.param('fields.number = { column = "A" }', "NaN", "is no number.", id="nan"),
        pytest.param('fields.number = { column = "A" }', "9" * 41, "is no number.", id="endless"),
        pytest.param('fields.number = { column = "A", factor = "1/3" }', "1", "has no end of decimal places after the factor.", id="third"),
        pytest.param(
            'fields.number = { column = "A", places = 2, factor = "1/3" }', "1", "has more than 2 decimal places after the factor 1/3.", id="finer",
        ),
        pytest.param('fields.day = { column = "A" }', "31.07.2026", "is not written as 2026-07-31 or 2026-07-31 17:30.", id="other-date"),
        pytest.param('fields.day = { column = "A", format = "%d/%m/%Y" }', "07/31/2026", "is not written as %d/%m/%Y.", id="american"),
        pytest.param('fields.day = { column = "A" }', "2026-07-31 17:30", "has a time of day, and a date is wanted.", id="time-of-day"),
        pytest.param('fields.day = { column = "A", shift_days = 400000 }', "9999-01-01", "cannot be shifted by 400000 days.", id="too-late"),
        pytest.param('fields.at = { column = "A" }', "2026-07-01 09:00", "has no time zone.", id="no-zone"),
        pytest.param(
            'fields.at = { column = "A", time_zone = "Europe/Berlin" }', "2026-03-29 02:30",
            "never was in Europe/Berlin: clocks went forward over it.", id="skipped-hour",
        ),
        pytest.param('fields.ok = { column = "A" }', "maybe", "is neither yes nor no.", id="maybe"),
        pytest.param(
            'fields.text = { column = "A", values = { N = "new" } }', "X", "is not among the values that the mapping translates.", id="untranslated",
        ),
        pytest.param('fields.text = { column = "A" }', "=A1", "is a formula, and no value.", id="formula"),
        pytest.param(
            'fields.text = { column = "A", as_code = true }', "(?)", "holds neither letter nor digit, of which a code could be made.", id="no-code",
        ),
    ],
)  # fmt: skip  # one case a line
def test_a_cell_that_does_not_fit_is_refused(convert: Convert, rule: str, cell: str, reason: str) -> None:
    """A bad cell makes a problem with its row, column, value and this reason."""
    rows, outcome = convert(rule, f"A,B\n{cell},\n")

    assert rows == []
    assert [(problem.row, problem.column, problem.value, problem.reason) for problem in outcome.problems] == [(2, "A", cell.strip('"'), reason)]


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (FileForm(decimal_mark=",", thousands="."), "1.234.567,89", "1234567.89"),
        (FileForm(thousands=","), "-1,234.5", "-1234.5"),
        (FileForm(thousands="'"), "1'000", "1000"),
        (FileForm(thousands=" "), "1\u202f000", "1000"),
        (FileForm(decimal_mark=","), "12,5-", "-12.5"),
        (FileForm(), "\u22123.5", "-3.5"),
        (FileForm(), ".5", "0.5"),
        (FileForm(), "5.", "5"),
    ],
)
def test_numbers_are_read_with_the_marks_of_the_file(form: FileForm, text: str, value: str) -> None:
    """Decimal mark, thousands and signs of several countries are read as declared."""
    assert Numbers(FieldRule(), form).decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1,23,456", "12.34,5", "1..2", "+-1", "-1-", ".", "1 000", "１２"])
def test_badly_grouped_numbers_are_refused(text: str) -> None:
    """A number whose marks are in the wrong places may be another number, and is refused."""
    with pytest.raises(Unfit, match="is no number"):
        Numbers(FieldRule(), FileForm(thousands=",")).decimal(text)


@given(strategies.decimals(-(10**12), 10**12, allow_nan=False, places=6), strategies.sampled_from(Rounding))
def test_a_finer_number_is_settled_by_the_named_rule(number: Decimal, rounding: Rounding) -> None:
    """A number read with places and rounding is what the named rule makes of it."""
    read = Numbers(FieldRule(rounding=rounding), FileForm(), 2).decimal(format(number, "f"))

    assert read == rounding.quantize(number, Decimal("0.01"))


@given(strategies.decimals(-(10**9), 10**9, allow_nan=False, places=4))
def test_a_number_is_read_back_as_it_was_written(number: Decimal) -> None:
    """Any number written with German marks is read back exactly."""
    text = f"{number:,f}".translate(str.maketrans(",.", ".,"))

    assert Numbers(FieldRule(), FileForm(decimal_mark=",", thousands=".")).decimal(text) == number


@given(strategies.dates(date(1970, 1, 1), date(2100, 1, 1)), strategies.integers(-3000, 3000))
def test_shifting_a_date_and_back_gives_the_date(day: date, days: int) -> None:
    """A date shifted by some days and back by as many is the date."""
    there = Dates(FieldRule(shift_days=days)).day(day.isoformat())

    assert Dates(FieldRule(shift_days=-days)).day(there) == day


def test_a_template_keeps_doubled_braces() -> None:
    """A brace written twice is a brace of the text; columns may have any other character in their names."""
    template = Template.parse("{{{Order No.}}}-{Line: 1}")

    assert template.columns == ("Order No.", "Line: 1")
    assert template.fill({"Order No.": "A", "Line: 1": "2"}) == "{A}-2"


def test_a_template_with_an_empty_column_is_refused(convert: Convert) -> None:
    """A key cannot be made of nothing: the empty column is named."""
    rows, outcome = convert('fields.text = { template = "{A}-{B}" }', "A,B\n1,2\n1,\n")

    assert rows == [{"text": "1-2"}]
    assert [(problem.row, problem.column, problem.reason) for problem in outcome.problems] == [(3, "B", "is empty, and text is made of it.")]


def test_repeats_are_numbered_in_the_order_of_the_file(convert: Convert) -> None:
    """The second and third row of the same text get their number."""
    rows, _ = convert('fields.text = { template = "{A}-{B}", number_repeats = true }', "A,B\n1,2\n1,2\n3,4\n1,2\n")

    assert [row["text"] for row in rows] == ["1-2", "1-2#2", "3-4", "1-2#3"]


LOOKUP = 'lookups.staff = { file = "staff.csv", key = "No", value = "Number" }\n'


def test_a_lookup_gives_the_value_of_its_key(convert: Convert) -> None:
    """A second file turns keys into values; an unknown key makes a problem that names the file."""
    rows, outcome = convert(LOOKUP + 'fields.text = { column = "A", lookup = "staff" }', "A\n1\n9\n", staff="No,Number\n1,1001\n2,\n")

    assert rows == [{"text": "1001"}]
    assert [(problem.row, problem.value, problem.reason) for problem in outcome.problems] == [
        (3, "9", "does not stand in the column 'No' of staff.csv.")
    ]


def test_lookups_follow_one_another(convert: Convert) -> None:
    """A field may go through several look-ups; where one leads to nothing the field is empty."""
    lines = (
        'lookups.above = { file = "nodes.csv", key = "Id", value = "Node", extract = "^(.*/)[0-9]+/$" }\n'
        'lookups.at = { file = "nodes.csv", key = "Node", value = "Id" }\n'
        'fields.text = { column = "A", lookup = ["above", "at"] }'
    )

    rows, _ = convert(lines, "A,\n1,\n2,\n3,\n", nodes="Id,Node\n1,/\n2,/1/\n3,/1/1/\n")

    assert [row["text"] for row in rows] == [None, "1", "2"]


def test_an_unknown_key_may_mean_nothing(convert: Convert) -> None:
    """With if_unknown = "empty" a key that the look-up lacks gives nothing, and the fallback is asked."""
    rule = 'fields.text = { column = "A", lookup = "staff", if_unknown = "empty", fallback = { column = "A" } }'

    rows, _ = convert(LOOKUP + rule, "A\n1\n9\n", staff="No,Number\n1,1001\n")

    assert [row["text"] for row in rows] == ["1001", "9"]


def test_rows_are_left_out_with_their_reason_counted(convert: Convert) -> None:
    """Rows that are not meant to be imported are counted by reason and are no problems."""
    lines = (
        'leave_out = [{ column = "S", reason = "cancelled", equals = ["X", "Y"] }, { column = "N", reason = "no number", is_empty = true }, '
        '{ column = "N", reason = "not ours", not_in = "staff" }, { column = "N", reason = "test", matches = "9.*" }]\n'
    )
    content = "N,S\n1,\n2,X\n3,Y\n,\n7,Z\n99,\n,X\n,Z\n"

    rows, outcome = convert(lines + LOOKUP + 'fields.text = { column = "N" }', content, staff="No,Number\n1,a\n2,a\n3,a\n99,a\n")

    assert (rows, outcome.problems) == ([{"text": "1"}], ())
    assert dict(outcome.left_out) == {"cancelled": 3, "no number": 1, "not ours": 1, "test": 1}


def test_only_listed_values_may_be_wanted(convert: Convert) -> None:
    """With other_than every value but the listed ones is left out, an empty one too."""
    lines = 'leave_out = [{ column = "S", reason = "open", other_than = ["done"] }]\nfields.text = { column = "N" }'

    rows, outcome = convert(lines, "N,S\n1,done\n2,open\n3,\n")

    assert (rows, outcome.left_out) == ([{"text": "1"}], (("open", 2),))


def test_blank_lines_count_as_rows(convert: Convert) -> None:
    """Rows keep the numbers that a spreadsheet shows, blank lines and a later header included; quoted line ends make no row."""
    rows, outcome = convert('fields.whole = { column = "A" }', 'Report\n\nA,B\n1,"x\ny"\n\n,\nz,\n', "file = { header_row = 3 }")

    assert rows == [{"whole": 1}]
    assert [problem.row for problem in outcome.problems] == [7]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_other_delimiters_and_encodings_are_read(convert: Convert, encoding: str) -> None:
    """A file with tabulators and Chinese text is read in the encoding that is declared."""
    lines = 'fields.text = { column = "姓名" }\nfields.number = { column = "金额" }'
    head = f'file = {{ delimiter = "\\t", decimal_mark = ",", encoding = "{encoding}" }}'

    rows, outcome = convert(lines, "姓名\t金额\n张伟\t1,5\n".encode(encoding), head)

    assert (rows, outcome.problems) == ([{"text": "张伟", "number": Decimal("1.5")}], ())


def test_utf_16_without_its_mark_is_refused(convert: Convert) -> None:
    """A text that does not begin as its encoding demands is refused with the encoding."""
    with pytest.raises(InvalidValue, match=r"is not text in utf-16: UTF-16 stream does not start with BOM"):
        convert('fields.text = { column = "A" }', "A\n1\n".encode("utf-16-le"), 'file = { encoding = "utf-16" }')


def test_a_constant_is_not_read_with_the_marks_of_the_file(convert: Convert) -> None:
    """A constant number is written as TOML writes it, also where the file has a decimal comma."""
    rows, _ = convert(
        'fields.number = { constant = 0.5 }\nfields.whole = { column = "A", default = 7 }', "A,B\n,1\n", 'file = { decimal_mark = "," }'
    )

    assert rows == [{"number": Decimal("0.5"), "whole": 7}]
