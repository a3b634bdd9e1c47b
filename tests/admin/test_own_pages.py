"""The pages that are more than a table: dashboard, departments, plans, results, facts, plugins, roles, a plugin's own."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import Login


def text_of(reader: Login, path: str) -> str:
    """A page without its tags, blanks made one."""
    answer = reader().get(path)
    assert answer.status_code == 200
    main = answer.get_data(as_text=True).split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/admin/", ["Employed today 60", "Awards to approve 15", "Released for 2026-10 20", "Settled for 2026-10 0", "Scoreboard 2026Q3"]),
        ("/admin/", ["Chao He E016 104.7", "core.run_period", "Failed", "Running", "2 unsigned"]),
        ("/admin/core/department/", ["as of Oct 15, 2026 · 60 people", "Headquarters hq", "East region east", "7 people"]),
        ("/admin/core/department/?on=2022-01-01", ["No departments on this day"]),
        ("/admin/core/department/3/", ["Departments Headquarters Sales East region", "Head Fang Liu", "Yan Chen E004"]),
        ("/admin/core/plan_version/1/", ["Sales 40%", "Customer visits 20%", "target 300,000", "Below 80%, incentives count 50%."]),
        ("/admin/core/indicator/4/", ["number of “Lead won” divided by number of “Lead”", "Sales plan, version 1 25%"]),
        ("/admin/core/indicator/2/", ["sum of the amounts of “Sale” (New customer: Yes)"]),
        ("/admin/core/result/?period=2026Q2", ["Results 2026Q2", "60 scorecards"]),
        ("/admin/core/result/?search=E007", ["Jie Zhao", "1 to 1 of 1"]),
        ("/admin/core/result/2026Q3/3/", ["96.5 points", "Measured 328,676.00 CNY", "Target 300,000.00 CNY", "Over time", "2026Q2 67.7"]),
        ("/admin/core/employee/3/", ["East region", "reports to", "Awards 2", "Payouts 1", "2026Q3 96.5"]),
        ("/admin/core/observation/?employee=3&kind=sale.closed&period=2026Q3", ["Fang Liu E003 · 7 facts", "New customer: Yes", "CNY"]),
        ("/admin/core/observation/?search=E007", ["Jie Zhao"]),
        ("/admin/core/role/1/", ["What the role lets do", "own department and all below"]),
        ("/admin/core/user/1/", ["Roles", "admin"]),
        ("/admin/sample/note/1/", ["=1+1 note", "Fang Liu E003"]),
    ],
)
def test_a_page_says_what_it_should(reader: Login, path: str, said: list[str]) -> None:
    """Each page shows the figures of the company, the same on both kinds of database."""
    if path == "/admin/core/role/1/":
        path = next(f"/admin/core/role/{key}/" for key in range(1, 6) if "manager" in text_of(reader, f"/admin/core/role/{key}/"))

    text = text_of(reader, path)

    for words in said:
        assert words in text


def test_plugins_are_shown_without_their_secrets(sqlite_reader: Login) -> None:
    """A plugin's version, permissions and settings are shown; what is secret by name or by schema is not."""
    text = text_of(sqlite_reader, "/admin/core/plugin/")

    assert "sample 1.2.3 enabled" in text
    assert "sample.note.read See notes" in text
    assert "greeting Hello" in text
    assert "api_token ••••••" in text
    assert "relay ••••••" in text
    assert "do-not-show-me" not in text
    assert "also-hidden" not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/core/department/?on=tomorrow", 400),
        ("/admin/core/department/99/", 404),
        ("/admin/core/department/3/?on=2022-01-01", 404),
        ("/admin/core/result/?period=1999Q1", 404),
        ("/admin/core/result/1999Q1/3/", 404),
        ("/admin/core/result/2026Q3/999/", 404),
        ("/admin/core/observation/?employee=999", 404),
        ("/admin/core/payout/999/", 404),
        ("/admin/core/payout/999/chain.json", 404),
        ("/admin/core/result/?page=-3&sort=nothing", 200),
        ("/admin/core/employee/?page=-1", 200),
    ],
)
def test_what_is_not_there_is_answered_by_a_page(reader: Login, path: str, status: int) -> None:
    """A day, period or person that is not there gives a page in the frame of the back office."""
    answer = reader().get(path)

    assert answer.status_code == status
    assert '<nav id="menu"' in answer.get_data(as_text=True)
