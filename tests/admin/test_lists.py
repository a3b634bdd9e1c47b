"""Lists: searched, filtered, sorted and paged alike on both kinds of database."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import Login

NUMBER = re.compile(r"\bE\d{3}\b")


def numbers(text: str) -> list[str]:
    """The employee numbers in a list's rows, in order, each once."""
    body = text.split('<tbody role="rowgroup">')[1].split("</tbody>")[0] if "<tbody" in text else ""
    return list(dict.fromkeys(NUMBER.findall(body)))


def test_a_list_has_pages(reader: Login) -> None:
    """Sixty people stand on two pages of fifty."""
    first, second = (reader().get(f"/admin/core/employee/{query}").get_data(as_text=True) for query in ("", "?page=1"))

    assert (len(numbers(first)), len(numbers(second))) == (50, 10)
    assert numbers(first)[0] == "E001"
    assert "1 to 50 of 60" in first
    assert "51 to 60 of 60" in second


def test_a_page_beyond_the_end_is_the_last(reader: Login) -> None:
    """An address of a page that is gone shows the last one."""
    assert "51 to 60 of 60" in reader().get("/admin/core/employee/?page=99").get_data(as_text=True)


def test_a_page_size_can_be_chosen(reader: Login) -> None:
    """A page of a size that is offered has as many rows; any other size is the usual one."""
    assert len(numbers(reader().get("/admin/core/employee/?page_size=25").get_data(as_text=True))) == 25
    assert len(numbers(reader().get("/admin/core/employee/?page_size=7").get_data(as_text=True))) == 50


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("E007", ["E007"]),
        ("e007", ["E007"]),
        ("赵杰", ["E007", "E027", "E047"]),
        ("zhao jie", ["E007", "E027", "E047"]),
        ("jie e027", ["E027"]),
        ("%", []),
        ("_", []),
        ("\\", []),
    ],
)
def test_employees_are_searched(reader: Login, search: str, found: list[str]) -> None:
    """Every word must occur in number, either name, address or title; wildcards mean themselves."""
    text = reader().get("/admin/core/employee/", query_string={"search": search}).get_data(as_text=True)

    assert numbers(text) == found


def test_awards_are_searched_by_person(reader: Login) -> None:
    """Awards are found by the name and number of their employee."""
    text = reader().get("/admin/core/award/?search=E007").get_data(as_text=True)

    assert numbers(text) == ["E007"]
    assert "2 entries" in text


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/admin/core/award/?status=proposed", 15),
        ("/admin/core/award/?status=approved", 24),
        ("/admin/core/award/?employee_id=7", 2),
        ("/admin/core/award/?status=approved&employee_id=7", 1),
        ("/admin/core/award/?created_at-from=2026-10-15&created_at-to=2026-10-15", 39),
        ("/admin/core/award/?created_at-to=2026-10-14", 0),
        ("/admin/core/employee/?hired_on-from=2020-02-03&hired_on-to=2020-02-14", 2),
        ("/admin/core/employee/?legal_entity_id=1", 60),
        ("/admin/core/user/?active=1", 5),
        ("/admin/core/user/?active=0", 0),
        ("/admin/core/payout/?status=settled", 0),
        ("/admin/core/payout/?status=released", 20),
        ("/admin/core/award/?nothing=1", 39),
    ],
)
def test_lists_are_filtered(reader: Login, path: str, count: int) -> None:
    """Filters by word, reference, flag and date narrow a list, both ends included; unknown ones are left alone."""
    text = reader().get(path).get_data(as_text=True)

    assert f'<p class="sub">{count} {"entry" if count == 1 else "entries"}</p>' in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("created_at-from=yesterday", "the filter &#39;created_at-from&#39; has &#39;yesterday&#39;, which is not a date."),
        ("employee_id=seven", "the filter &#39;employee_id&#39; has &#39;seven&#39;, which is no key."),
    ],
)
def test_a_wrong_filter_is_refused(reader: Login, query: str, message: str) -> None:
    """A filter that cannot be read is answered by a page that names it."""
    answer = reader().get(f"/admin/core/award/?{query}")

    assert answer.status_code == 400
    assert message in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "first"),
    [("", "E001"), ("?sort=1&desc=1", "E060"), ("?sort=4", "E001"), ("?sort=4&desc=1", "E060"), ("?sort=99", "E001")],
)
def test_lists_are_sorted(reader: Login, query: str, first: str) -> None:
    """A column sorts both ways; a column that is none leaves the list's own order."""
    text = reader().get(f"/admin/core/employee/{query}").get_data(as_text=True)

    assert numbers(text)[0] == first


def test_a_sorted_column_says_so(reader: Login) -> None:
    """The heading of the sorted column, and no other, names the direction."""
    text = reader().get("/admin/core/employee/?sort=1&desc=1").get_data(as_text=True)

    assert text.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in text


def test_awards_are_sorted_by_the_name_of_the_person(reader: Login) -> None:
    """A reference sorts by the name it shows, in the reader's language."""
    text = reader().get("/admin/core/award/?sort=0").get_data(as_text=True)

    assert numbers(text)[0] == "E016"
    assert "Chao He E016" in text


def test_a_list_costs_few_queries(reader: Login, kept: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty payouts with person, rule and period take no query for each row."""
    from sqlalchemy import event

    engine = kept.extensions["bole"].database.engine  # type: ignore[attr-defined]
    seen: list[str] = []
    client = reader()
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    client.get("/admin/core/payout/")

    assert 0 < len([statement for statement in seen if statement.lower().startswith("select")]) <= 20


@pytest.mark.parametrize("query", ["_scheme=javascript&_external=1", "_anchor=x", "endpoint=x", "export_type=x", "_method=POST"])
def test_an_address_cannot_bend_other_addresses(reader: Login, query: str) -> None:
    """Names that mean something to the library are no part of the addresses on the page."""
    answer = reader().get(f"/admin/core/employee/?{query}")

    assert answer.status_code == 200
    assert "javascript:" not in answer.get_data(as_text=True)
    assert '#x"' not in answer.get_data(as_text=True)


def test_an_empty_list_says_so(reader: Login) -> None:
    """A filter that fits nothing gives a page that says so and offers the way back."""
    text = reader().get("/admin/core/award/?status=void").get_data(as_text=True)

    assert "Nothing fits" in text
    assert "Show all" in text
