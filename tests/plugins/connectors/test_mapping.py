"""Mapping files: unknown keys are refused, every problem is told at once with its key and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bole.access import Work
from bole.errors import BoleError, NotFound, ProblemsFound
from bole_connectors.reading import read_mapping
from tests.plugins.connectors.conftest import HEADER, SALES, Write

Told = set[tuple[str, str, str]]


def told(error: ProblemsFound) -> Told:
    """Return key, value and reason with hint of each problem."""
    return {(problem.column, problem.value, f"{problem.reason} {problem.hint}".strip()) for problem in error.problems}


def problems_in(path: Path) -> Told:
    """Return what reading a mapping finds wrong."""
    with pytest.raises(ProblemsFound) as caught:
        read_mapping(path)
    assert caught.value.code == "connectors.mapping_invalid"
    assert {problem.where for problem in caught.value.problems} == {str(path)}
    return told(caught.value)


def test_all_problems_of_a_mapping_are_told_at_once(write: Write) -> None:
    """Unknown keys with the nearest known one, missing keys, wrong values: each with the path of its key."""
    path = write(
        "mapping.toml",
        """
        connector = "csv"
        curency = "CNY"
        time_zone = "Shanghai"
        file = { encoding = "utf9", delimiter = ";;", sheet = 0 }
        lookups.staff = { file = "a.csv", kee = "x", value = "y" }
        fields.amount = { column = "Sum", constant = "1", roundin = "half_up", factor = "1/0" }
        fields.kind = { template = "order", extract = "(" }
        fields.day = { period = "week" }
        leave_out = [{ column = "State", reason = "open" }, { column = "State", reason = "open", equals = "x", is_empty = true }]
        """,
    )

    found = problems_in(path)

    assert found == {
        ("target", "", "is missing."),
        ("curency", "CNY", "is no key that may stand here. Did you mean 'currency'?"),
        ("time_zone", "Shanghai", "'Shanghai' is no time zone. Write it as Asia/Shanghai or UTC."),
        ("file.encoding", "utf9", "'utf9' is no encoding. Common ones are utf-8, gb18030 (Chinese) and cp1252 (Western Europe)."),
        ("file.delimiter", ";;", "must be one character."),
        ("file.sheet", "0", "must be the name of a sheet, or its number from 1."),
        ("lookups.staff.key", "", "is missing."),
        ("lookups.staff.kee", "x", "is no key that may stand here. The keys are: file, key, value, extract, form."),
        ("fields.amount.constant", "1", "stands beside column. Keep one of them."),
        ("fields.amount.roundin", "half_up", "is no key that may stand here. Did you mean 'rounding'?"),
        ("fields.amount.factor", "1/0", "'1/0' is no factor. Write a number, or a fraction such as \"2080/12\"."),
        (
            "fields.kind.template",
            "order",
            "'order' is no template: it names no column. "
            "Write the names of columns in braces, for example {OrderNumber}-{Line}; a brace of the text itself is written twice.",
        ),
        ("fields.kind.extract", "(", "'(' is no regular expression: missing ), unterminated subpattern at position 0."),
        ("fields.day.period", "week", "Must be one of: month, quarter, year."),
        ("fields.day.column", "", "is missing. Say column, constant or template."),
        ("leave_out.1.column", "State", "has no condition. Say equals, other_than, is_empty, not_in or matches."),
        ("leave_out.2.is_empty", "True", "stands beside equals. Write another [[leave_out]] for it."),
    }


@pytest.mark.parametrize(
    ("line", "key", "reason"),
    [
        ('fields.a = { column = "A", extract = "a+" }', "fields.a.extract", "has 0 groups"),
        ('fields.a = { column = "A", otherwise = "b" }', "fields.a.otherwise", "says nothing without values"),
        ('fields.a = { column = "A", if_unknown = "empty" }', "fields.a.if_unknown", "says nothing without lookup"),
        ('fields.a = { column = "A", currency = "CNY", currency_column = "B" }', "fields.a.currency_column", "stands beside currency"),
        ('fields.a = { column = "A", currency = "RMB" }', "fields.a.currency", "unknown currency 'RMB'"),
        ('fields.a = { column = "A", factor = 0 }', "fields.a.factor", "0 is no factor"),
        ('fields.a = { template = "{A" }', "fields.a.template", "the brace at place 1 is left over"),
        ('fields.a = { column = "A", fallback = { column = "B", fallback = { column = "C" } } }', "fields.a.fallback.fallback", "is no key"),
        ('file = { thousands = "." }', "file.thousands", "the decimal mark and the mark of thousands are the same"),
    ],
)
def test_a_wrong_key_is_told(write: Write, line: str, key: str, reason: str) -> None:
    """What cannot be meant is refused where it stands."""
    found = problems_in(write("mapping.toml", f'connector = "csv"\ntarget = "t"\nfields.z = {{ column = "Z" }}\n{line}'))

    assert [(column, reason in text) for column, _, text in found] == [(key, True)]


def test_a_mapping_that_is_no_toml_is_told_with_its_line(write: Write) -> None:
    """A file that is not TOML is refused with the place where it stops being TOML."""
    found = problems_in(write("mapping.toml", 'connector = "csv"\ntarget = \n'))

    assert found == {("", "", "is not TOML: Invalid value (at line 2, column 10). Mend the file.")}


def test_a_missing_mapping_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is named."""
    with pytest.raises(NotFound, match=r"there is no mapping file at .*none\.toml"):
        read_mapping(tmp_path / "none.toml")


def refusal(work: Work, mapping: Path, file: Path) -> ProblemsFound:
    """Return the refusal of an import."""
    with pytest.raises(ProblemsFound) as caught:
        work.host.registry.connectors["csv"].run(work, mapping, [str(file)])
    return caught.value


def test_a_mapping_is_held_against_target_and_file_at_once(desk: Work, write: Write) -> None:
    """Fields that the target lacks or needs, options that do not fit and columns that the file lacks come together."""
    mapping = write(
        "mapping.toml",
        """
        connector = "csv"
        target = "terms"
        lookups.staff = { file = "staff.csv", key = "No", value = "Number" }
        leave_out = [{ column = "State", reason = "open", not_in = "staf" }]
        fields.employee = { column = "Staff", lookup = "stuff", factor = 2 }
        fields.valu = { column = "Sum" }
        fields.value = { column = "Sum", rounding = "half_up", type = "text" }
        fields.valid_from = { column = "Day", time_zone = "UTC" }
        """,
    )
    write("staff.csv", "no,number\n1,1001\n")

    found = told(refusal(desk, mapping, write("a.csv", f"{HEADER}\n")))

    assert found == {
        ("fields.code", "", "is missing; terms cannot be imported without it. Add [fields.code]."),
        ("fields.employee.factor", "", "a text has none; it is for integer, decimal, money. Leave it out."),
        ("fields.employee.lookup", "stuff", "is no look-up of this mapping. Did you mean 'staff'?"),
        ("fields.valu", "", "terms has no such field. Did you mean 'value'?"),
        ("fields.value.type", "text", "the target says that it is decimal. Leave the type out."),
        ("fields.value.rounding", "half_up", "does not say to how many decimal places. Add places."),
        ("fields.valid_from.time_zone", "", "a date has none; it is for moment. Leave it out."),
        ("leave_out.1.not_in", "staf", "is no look-up of this mapping. Did you mean 'staff'?"),
        ("State", "", "the file has no such column. It has: Staff, Day, Order, Sum."),
        ("No", "", "the file has no such column. Did you mean 'no'?"),
        ("Number", "", "the file has no such column. Did you mean 'number'?"),
    }


def test_a_column_that_stands_twice_is_refused(desk: Work, write: Write) -> None:
    """A column whose name the header holds twice is refused, since either might be meant."""
    refused = refusal(desk, write("mapping.toml", SALES), write("a.csv", "Staff,Sum,Day,Order,Sum\n"))

    assert told(refused) == {("Sum", "", "the file has this column 2 times, in B and E. Give the columns different names.")}


def test_a_header_in_one_piece_hints_at_the_delimiter(desk: Work, write: Write) -> None:
    """Where all names stand in one column another delimiter is meant, and the hint says which."""
    refused = refusal(desk, write("mapping.toml", SALES), write("a.csv", "Staff;Day;Order;Sum\n"))

    assert {problem.hint for problem in refused.problems} == {"Its columns seem to be separated by ';': set delimiter under [file] of the mapping."}


def test_a_key_of_a_lookup_stands_for_one_value(desk: Work, write: Write) -> None:
    """A look-up whose key has two values, or a formula for a value, is refused with both rows."""
    mapping = 'lookups.staff = { file = "staff.csv", key = "No", value = "Number" }\n' + SALES.replace('"Staff"', '"Staff"\nlookup = "staff"')
    write("staff.csv", "No,Number\n1,1001\n1,1001\n1,1002\n2,=A1\n")

    refused = refusal(desk, write("mapping.toml", mapping), write("a.csv", f"{HEADER}\n"))

    assert [(problem.row, problem.column, problem.value, problem.reason) for problem in refused.problems] == [
        (4, "No", "1", "stands for '1002' here and for '1001' in row 2."),
        (5, "Number", "=A1", "is a formula, and no value."),
    ]


def test_a_lookup_is_found_beside_the_mapping_too(desk: Work, write: Write, tmp_path: Path) -> None:
    """A look-up's file is looked for beside the imported file, then beside the mapping; where it is in neither, both are named."""
    mapping = 'lookups.staff = { file = "staff.csv", key = "No", value = "Number" }\n' + SALES.replace('"Staff"', '"Staff"\nlookup = "staff"')
    (tmp_path / "data").mkdir()
    file = write("data/a.csv", f"{HEADER}\n1,2026-07-01,A1,x\n")
    path = write("mapping.toml", mapping)

    with pytest.raises(NotFound) as missing:
        desk.host.registry.connectors["csv"].run(desk, path, [str(file)])
    write("staff.csv", "No,Nr\n")

    assert missing.value.code == "connectors.lookup_missing"
    assert f"there is no {tmp_path / 'data' / 'staff.csv'} nor {tmp_path / 'staff.csv'}" in missing.value.message
    assert [problem.column for problem in refusal(desk, path, file).problems] == ["Number"]


def test_a_moment_without_time_zone_is_refused_before_reading(desk: Work, write: Write) -> None:
    """A format without offset needs the mapping to name a time zone."""
    mapping = SALES.replace('time_zone = "Asia/Shanghai"', "").replace('column = "Day"', 'column = "Day"\nformat = "%d.%m.%Y"')

    refused = refusal(desk, write("mapping.toml", mapping), write("a.csv", f"{HEADER}\n"))

    hint = 'names no time zone, and neither does the mapping. Set time_zone, for example "Asia/Shanghai".'
    assert told(refused) == {("fields.moment.format", "%d.%m.%Y", hint)}


def test_an_unknown_target_is_refused_with_the_nearest(desk: Work, write: Write) -> None:
    """A target that no plugin offers is named with the one that may be meant."""
    mapping = write("mapping.toml", SALES.replace('"observations"', '"observation"'))

    with pytest.raises(BoleError) as caught:
        desk.host.registry.connectors["csv"].run(desk, mapping, [str(write("a.csv", HEADER))])

    assert (caught.value.code, caught.value.hint) == ("connectors.unknown_target", "Did you mean 'observations'?")


def test_a_mapping_finds_its_file_in_a_folder(desk: Work, write: Write, tmp_path: Path) -> None:
    """Where a folder is given the mapping's own file name is looked for in it; a mapping without one is refused."""
    named = write("named.toml", SALES + '[file]\nname = "a.csv"\n')
    unnamed = write("unnamed.toml", SALES)
    write("a.csv", "Staff,Day,Order\n")

    refused = refusal(desk, named, tmp_path)
    with pytest.raises(BoleError) as caught:
        desk.host.registry.connectors["csv"].run(desk, unnamed, [])

    assert told(refused) == {("Sum", "", "the file has no such column. It has: Staff, Day, Order.")}
    assert caught.value.code == "connectors.no_name"
