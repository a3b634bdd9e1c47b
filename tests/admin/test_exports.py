"""Exports: what a spreadsheet takes, harmless, and no personal data without permission."""

from __future__ import annotations

import csv
import io

import pytest

from bole_admin.formats import defuse
from tests.admin.conftest import Login


def rows(answer: object) -> list[list[str]]:
    """The rows of an export, its mark left out."""
    text = answer.get_data().decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_a_list_is_exported_as_filtered(reader: Login) -> None:
    """An export holds the rows of the list, plain numbers and ISO dates, and names its columns in the reader's language."""
    answer = reader().get("/admin/core/payout/export/csv/?employee_id=3")

    head, line = rows(answer)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=core_payout.csv"
    assert head[:5] == ["Employee", "Rule", "Amount", "Status", "Due in"]
    assert line[:5] == ["Fang Liu E003", "Sales commission", "5325.25", "Released", "2026-10"]
    assert line[5] == "2026-10-15T08:30:00+00:00"


def test_an_export_begins_with_the_mark_of_utf8(reader: Login) -> None:
    """Spreadsheet programs recognise the encoding."""
    assert reader(language="zh").get("/admin/core/employee/export/csv/").get_data().startswith("\ufeff姓名,工号".encode())


def test_an_export_has_all_pages(reader: Login) -> None:
    """All sixty people are exported, not one page of them."""
    assert len(rows(reader().get("/admin/core/employee/export/csv/"))) == 61


def test_personal_data_needs_a_permission_of_its_own(reader: Login) -> None:
    """A manager exports the unit without names, addresses, telephones and birthdays; the numbers remain."""
    head, *lines = rows(reader("manager@example.com").get("/admin/core/employee/export/csv/"))

    assert head == ["Number", "Job title", "Legal entity", "Hired on", "Left on"]
    assert [line[0] for line in lines] == [f"E{number:03}" for number in range(3, 10)]


def test_people_are_numbers_in_exports_without_that_permission(reader: Login) -> None:
    """Where a row refers to a person, such an export has the number alone."""
    lines = rows(reader("clerk@example.com").get("/admin/core/award/export/csv/"))[1:]

    assert {line[0] for line in lines} == {f"E{number:03}" for number in range(2, 22)}


def test_a_note_cannot_become_a_formula(reader: Login) -> None:
    """A text that a spreadsheet would run comes as text."""
    assert rows(reader().get("/admin/sample/note/export/csv/"))[1][0] == "'=1+1 note"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])
def test_starts_of_formulas_are_defused(text: str) -> None:
    """Every way to begin a formula gets an apostrophe."""
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "王芳", "1-2", "'x"])
def test_other_texts_stay(text: str) -> None:
    """A text that is no formula stays as it is."""
    assert defuse(text) == text


def test_other_formats_are_refused(reader: Login) -> None:
    """Only CSV is exported."""
    assert reader().get("/admin/core/employee/export/xlsx/").status_code == 400


def test_an_export_is_refused_without_permission(reader: Login) -> None:
    """A user without any role exports nothing."""
    answer = reader("nobody@example.com").get("/admin/core/employee/export/csv/")

    assert answer.status_code == 403
    assert b"E003" not in answer.get_data()
