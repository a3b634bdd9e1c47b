"""What the tree page's script asks for and has done: charts, drafts, diffs, versions, exports, and clear errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bole.access import Scope, Work
from bole.db import Database
from bole.services.identity import create_user, grant_permission
from bole.services.structure import move_department
from bole.services.versions import open_version
from tests.plugins.reorganisation.reorganising import NEXT_MONTH, TODAY, department, drafted, person
from tests.plugins.reorganisation.tree_site import AT, PASSWORD, Send, ask, beside, logged_in, sender, site_over


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Flask:
    """The web application over the company that reorganises, with an administrator."""
    return site_over(database, tmp_path / "instance")


@pytest.fixture
def work(site: Flask, database: Database) -> Iterator[Work]:
    """A unit of work beside the requests."""
    with database.session() as session:
        yield beside(site, session)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """The administrator's browser."""
    return logged_in(site)


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Posts JSON as the page's script does; returns status and answer."""
    return sender(client)


def shown(nodes: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Some fields of nodes."""
    return [tuple(node[name] for name in names) for node in nodes]


def test_departments_come_level_by_level(client: FlaskClient) -> None:
    """Each with its head, its people and how much is below it."""
    below = ask(client, "children.json?node=&node=HQ")["below"]

    assert shown(below[""], "code", "name", "own", "total", "children", "head", "headName") == [("HQ", "Head office", 1, 7, 2, "E1", "Person E1")]
    assert shown(below["HQ"], "code", "own", "total", "children", "parent") == [("FIN", 2, 2, 0, "HQ"), ("SALES", 1, 4, 1, "HQ")]


def test_a_department_that_is_not_there_has_none_below(client: FlaskClient) -> None:
    """It is no error: somebody else may just have closed it."""
    assert ask(client, "children.json?node=GONE")["below"] == {"GONE": []}


def test_a_draft_is_shown_with_what_it_changes(client: FlaskClient, work: Work) -> None:
    """What moves stands in its new place, what is closed is still there, and people are counted where they would be."""
    drafted(work, "plan", department("EAST", parent="FIN"), department("LAB", parent="HQ", name_en="Lab"), person("E5", department="LAB"))

    below = ask(client, "children.json?draft=plan&node=HQ&node=FIN")["below"]

    assert shown(below["HQ"], "code", "mark", "total") == [("FIN", "", 5), ("LAB", "added", 1), ("SALES", "", 0)]
    assert shown(below["FIN"], "code", "mark", "parentBefore") == [("EAST", "moved", "SALES")]
    assert "East moved from Sales to Finance" in below["FIN"][0]["note"]


def test_what_a_draft_closes_is_still_listed(client: FlaskClient, work: Work) -> None:
    """Under the department that was above it, and marked; in the live tree as well when it is looked at beside the draft."""
    drafted(work, "plan", *(person(number, department="FIN") for number in ("E2", "E3", "E4")), department("EAST"))

    in_draft = ask(client, "children.json?draft=plan&node=SALES")["below"]["SALES"]
    in_live = ask(client, "children.json?against=plan&node=SALES")["below"]["SALES"]

    assert shown(in_draft, "code", "mark", "own") == [("EAST", "closed", 0)]
    assert shown(in_live, "code", "mark", "own") == [("EAST", "closed", 3)]


def test_a_draft_is_edited_put_in_force_and_taken_back(client: FlaskClient, send: Send) -> None:
    """The way from the first drag to the last button, with the tree at every step."""
    assert send("start", code="plan", title="East to finance")[1]["draft"]["revision"] == 0
    edit = {"part": "department", "code": "EAST", "values": {"parent": "FIN"}}
    status, edited = send("edit/plan", edits=[edit], seen=0)
    assert (status, edited["draft"]["revision"], edited["draft"]["lines"]) == (200, 1, 1)
    assert [line["sentence"] for line in ask(client, "diff.json?draft=plan")["lines"]] == ["East moved from Sales to Finance"]
    preview = ask(client, "preview/plan.json")
    assert (preview["conflicts"], preview["counts"]) == ([], {"moved": 1})
    impacts = {impact["code"]: impact["count"] for impact in ask(client, "radius/plan.json")["impacts"]}
    assert (impacts["reorganisation.people"], impacts["reorganisation.along"], impacts["reorganisation.managers"]) == (0, 3, 1)

    status, done = send("activate/plan", seen=1, live=preview["live"])

    assert (status, done["version"], done["counts"]) == (200, "plan", {"moved": 1})
    assert shown(ask(client, "children.json?node=FIN")["below"]["FIN"], "code") == [("EAST",)]
    assert ask(client, "versions.json")["versions"][0]["state"] == "in_force"
    status, back = send("rollback", code="plan", reason="not yet")
    assert (status, back["counts"]) == (200, {"moved": 1})
    assert shown(ask(client, "children.json?node=SALES")["below"]["SALES"], "code") == [("EAST",)]
    assert [version["undoneBy"] for version in ask(client, "versions.json")["versions"][:2]] == [None, back["version"]]


def test_an_edit_that_somebody_else_made_meanwhile_is_told(client: FlaskClient, send: Send, work: Work) -> None:
    """Status 409, with who, when, and both values; nothing is written."""
    drafted(work, "plan", department("EAST", parent="FIN"))

    status, answer = send("edit/plan", edits=[{"part": "department", "code": "EAST", "values": {"parent": "HQ"}}], seen=0)

    assert (status, answer["error"]["code"]) == (409, "reorganisation.edited_meanwhile")
    assert [(problem["column"], problem["value"]) for problem in answer["error"]["problems"]] == [("parent", "EAST")]
    (other,) = answer["error"]["others"]
    assert (other["field"], other["theirs"], other["mine"], other["by"]) == ("parent", "FIN", "HQ", "system")
    assert ask(client, "drafts.json")["drafts"][0]["revision"] == 1


def test_edits_are_taken_back(client: FlaskClient, send: Send, work: Work) -> None:
    """The draft then changes nothing."""
    drafted(work, "plan", department("EAST", parent="FIN"))

    status, answer = send("undo/plan", keys=[["department", "EAST"]], seen=1)

    assert (status, answer["draft"]["lines"]) == (200, 0)
    assert ask(client, "diff.json?draft=plan")["lines"] == []


def test_a_draft_is_archived_and_taken_up_again(client: FlaskClient, send: Send, work: Work) -> None:
    """Meanwhile it is not among the open ones."""
    drafted(work, "plan")

    assert send("archive/plan")[1]["draft"]["status"] == "archived"
    assert ask(client, "drafts.json")["drafts"] == []
    assert [draft["code"] for draft in ask(client, "drafts.json?all=1")["drafts"]] == ["plan"]
    assert send("reopen/plan")[1]["draft"]["status"] == "open"


def test_departments_are_found_by_name(client: FlaskClient) -> None:
    """With the way to each, so that the page can open it."""
    assert ask(client, "search.json?q=east")["found"] == [{"code": "EAST", "name": "East", "path": ["HQ", "SALES"]}]
    assert ask(client, "search.json?q=")["found"] == []
    assert [each["number"] for each in ask(client, "people.json?q=Person+E3")["found"]] == ["E3"]


def test_the_tree_is_exported_as_a_table(client: FlaskClient, work: Work) -> None:
    """Every department after the one above it; the text is never taken for a formula."""
    drafted(work, "plan", department("LAB", parent="HQ", name_en="=1+1"))

    rows = list(csv.DictReader(io.StringIO(client.get(f"{AT}/export.csv?draft=plan").get_data(as_text=True).lstrip("\ufeff"))))

    assert [(row["code"], row["level"], row["employees_with_below"]) for row in rows] == [
        ("HQ", "1", "7"),
        ("FIN", "2", "2"),
        ("LAB", "2", "0"),
        ("SALES", "2", "4"),
        ("EAST", "3", "3"),
    ]
    assert rows[2]["name_en"] == "'=1+1"


def test_the_tree_is_exported_as_a_picture(client: FlaskClient, work: Work) -> None:
    """A drawing with one box for each department; names are text and not markup."""
    drafted(work, "plan", department("LAB", parent="HQ", name_en="<b>&"))

    drawn = ElementTree.fromstring(client.get(f"{AT}/export.svg?draft=plan").get_data())

    texts = ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Head office7", "Finance2", "<b>&0added", "Sales4", "East3"]


def test_a_version_is_seen_as_it_was(client: FlaskClient, work: Work) -> None:
    """On its first day, as known until the next one; what it changed is marked."""
    version = open_version(work, "east", NEXT_MONTH)
    move_department(work, "EAST", "HQ", NEXT_MONTH, version=version)

    before = ask(client, f"children.json?node=HQ&on={TODAY}")["below"]["HQ"]
    then = ask(client, "children.json?node=HQ&version=east")["below"]["HQ"]

    assert shown(before, "code") == [("FIN",), ("SALES",)]
    assert shown(then, "code", "mark") == [("EAST", "moved"), ("FIN", ""), ("SALES", "")]
    assert ask(client, f"diff.json?from={TODAY}&to={NEXT_MONTH}")["counts"] == {"moved": 1}


def test_who_may_only_look_sees_no_drafts(site: Flask, work: Work) -> None:
    """The tree of the day is there; drafts are not told of, and nothing can be changed."""
    create_user(work, "reader@example.com", PASSWORD, roles=["employee"])
    grant_permission(work, "employee", "core.org.read", Scope.COMPANY)
    client = logged_in(site, "reader@example.com")
    drafted(work, "plan")

    assert shown(ask(client, "children.json")["below"][""], "code") == [("HQ",)]
    assert ask(client, "drafts.json")["drafts"] == []
    refused = client.get(f"{AT}/children.json?draft=plan")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "reorganisation.drafts_unseen")


def test_a_department_is_closed_into_another_one(client: FlaskClient, send: Send, work: Work) -> None:
    """Its departments, posts and people go along with the same edit; the diff calls it a merger."""
    drafted(work, "plan")

    status, answer = send("close/plan", code="SALES", into="FIN", seen=0)

    assert (status, answer["draft"]["lines"]) == (200, 3)
    assert [line["sentence"] for line in ask(client, "diff.json?draft=plan")["lines"] if line["verb"] == "merged"] == [
        "Sales was merged into Finance"
    ]
    assert ask(client, "preview/plan.json")["findings"] == []
    assert shown(ask(client, "children.json?draft=plan&node=FIN")["below"]["FIN"], "code", "mark") == [("EAST", "moved")]


@pytest.mark.parametrize(
    ("code", "into", "expected"), [("SALES", "EAST", "reorganisation.into_itself"), ("SALES", "NONE", "reorganisation.unknown_department")]
)
def test_a_department_is_not_closed_into_itself(send: Send, work: Work, code: str, into: str, expected: str) -> None:
    """Nor into one that the draft does not know; nothing is written."""
    drafted(work, "plan")

    _, answer = send("close/plan", code=code, into=into, seen=0)

    assert answer["error"]["code"] == expected


def test_adding_does_not_change_another_department(client: FlaskClient, send: Send, work: Work) -> None:
    """A code that is taken is refused."""
    drafted(work, "plan")
    edit = {"part": "department", "code": "EAST", "values": {"name_en": "Southern accounts", "parent": "FIN"}, "begins": True}

    status, answer = send("edit/plan", edits=[edit], seen=0)

    assert (status, answer["error"]["code"]) == (400, "reorganisation.department_exists")
    assert ask(client, "diff.json?draft=plan")["lines"] == []


def test_an_explicit_null_closes(client: FlaskClient, send: Send, work: Work) -> None:
    """As the page's script says it."""
    drafted(work, "plan")

    assert send("edit/plan", edits=[{"part": "department", "code": "EAST", "values": None}], seen=0)[0] == 200
    assert [line["verb"] for line in ask(client, "diff.json?draft=plan")["lines"]] == ["closed"]


def test_exports_hold_up_with_odd_names(client: FlaskClient, work: Work) -> None:
    """A picture is well formed whatever controls a name holds, and a cell no formula whatever blanks come first."""
    drafted(work, "plan", department("LAB", parent="HQ", name_en="\n=1+1\x08\x0b\ufffe"))

    drawn = ElementTree.fromstring(client.get(f"{AT}/export.svg?draft=plan").get_data())
    rows = list(csv.DictReader(io.StringIO(client.get(f"{AT}/export.csv?draft=plan").get_data(as_text=True).lstrip("\ufeff"), newline="")))

    assert "\n=1+10added" in ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [row["name_en"][:4] for row in rows if row["code"] == "LAB"] == ["'\n=1"]


def test_rolling_back_is_foreseen(client: FlaskClient, send: Send, work: Work) -> None:
    """Both ways tell what they would change, and what is refused is refused before anything is done."""
    version = open_version(work, "east", TODAY)
    move_department(work, "EAST", "HQ", TODAY, version=version)

    taken = ask(client, "foresee.json?code=east&how=undo")
    same = client.get(f"{AT}/foresee.json?code=east&how=restore")

    assert [line["sentence"] for line in taken["lines"]] == ["East moved from Head office to Sales"]
    assert (same.status_code, same.get_json()["error"]["code"]) == (400, "core.nothing_to_roll_back")
    assert send("rollback", code="east", restore=False)[1]["lines"] == taken["lines"]
