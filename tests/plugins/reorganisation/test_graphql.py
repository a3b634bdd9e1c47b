"""Drafts through GraphQL: begun, edited, looked at, decided, put in force, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bole.access import SYSTEM, Actor, Scope, Work
from bole.db import Database
from bole.graphql.service import GraphQLService
from bole.services.orgstates import read_structure
from bole.services.structure import move_department
from bole_reorganisation.drafts import draft_note
from tests.core.services.organisation import later
from tests.plugins.reorganisation.reorganising import DRAFTS, TODAY, department, drafted

Ask = Callable[..., dict[str, Any]]
ERRORS = "errors { code message problems { where row column value reason } }"


@pytest.fixture
def ask(database: Database, company: Work) -> Ask:
    """Ask the API: ``ask(document, actor=…, **variables)``."""
    service = GraphQLService(company.host, database)

    def answer(text: str, *, actor: Actor = SYSTEM, hours: int = 0, **variables: Any) -> dict[str, Any]:
        with service.session() as session:
            work = Work(session, company.host, actor, later(company, hours=hours).clock)
            return orjson.loads(service.answer(work, text, variables or None, None).body)

    return answer


EDIT = (
    "mutation Edit($code: String!, $edits: [OrgDraftEditInput!]!, $seen: Int!) { editOrgDraft(code: $code, edits: $edits, seen: $seen)"
    f" {{ result {{ revision changes editedBy }} {ERRORS} }} }}"
)


def test_a_draft_is_made_and_put_in_force(company: Work, ask: Ask):
    """Each step answers with the draft as it stands, the last with the version and what it changed."""
    begun = ask(
        f'mutation {{ startOrgDraft(code: "plan", title: "Two regions") {{ result {{ code status revision baseVersion baseDay }} {ERRORS} }} }}'
    )
    edits = [
        {"part": "department", "code": "EAST", "values": {"parent": "HQ", "nameEn": "x"}},
        {"part": "assignment", "code": "E5", "values": {"department": "EAST"}},
    ]
    refused = ask(EDIT, code="plan", edits=edits, seen=0)
    edits[0]["values"] = {"parent": "HQ"}
    edited = ask(EDIT, code="plan", edits=edits, seen=0)
    shown = ask(
        '{ orgDraftPreview(code: "plan") { on revision liveVersion lines { verb part code sentenceEn size } conflicts { code } findings { kind }'
        ' later { code } } orgDraft(code: "plan") { draft { changes } records { part code before after revision editedBy } }'
        ' orgDraftRadius(code: "plan") { code count itemsEn } }'
    )
    done = ask('mutation { activateOrgDraft(code: "plan", seen: 1, live: "change-2") { result { version lines { sentenceZh } } errors { code } } }')

    draft = {"code": "plan", "status": "open", "revision": 0, "baseVersion": "change-2", "baseDay": "2026-10-15"}
    assert begun["data"]["startOrgDraft"] == {"result": draft, "errors": []}
    assert [(problem["row"], problem["column"]) for problem in refused["data"]["editOrgDraft"]["errors"][0]["problems"]] == [(1, "nameEn")]
    assert edited["data"]["editOrgDraft"] == {"result": {"revision": 1, "changes": 2, "editedBy": "system"}, "errors": []}
    assert shown["data"]["orgDraftPreview"] == {
        "on": "2026-10-15",
        "revision": 1,
        "liveVersion": "change-2",
        "lines": [
            {"verb": "moved", "part": "department", "code": "EAST", "sentenceEn": "East moved from Sales to Head office", "size": 0},
            {"verb": "moved", "part": "assignment", "code": "E5", "sentenceEn": "Person E5 moved from Sales to East", "size": 0},
        ],
        "conflicts": [],
        "findings": [],
        "later": [],
    }
    records = shown["data"]["orgDraft"]["records"]
    assert [(each["code"], each["before"]["department"], each["after"]["department"]) for each in records[1:]] == [("E5", "SALES", "EAST")]
    assert {each["code"]: each["count"] for each in shown["data"]["orgDraftRadius"]}["reorganisation.people"] == 1
    assert done["data"]["activateOrgDraft"] == {
        "result": {"version": "plan", "lines": [{"sentenceZh": "East从Sales移至Head office"}, {"sentenceZh": "Person E5从Sales调至East"}]},
        "errors": [],
    }
    company.session.commit()
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "HQ"


def test_what_is_wrong_with_the_input_is_told(company: Work, ask: Ask):
    """Parts that are none, values that are no object, and edits that neither change nor close."""
    drafted(company, "plan")
    edits = [
        {"part": "team", "code": "EAST", "values": {}},
        {"part": "department", "code": "EAST", "values": [1]},
        {"part": "department", "code": "EAST"},
        {"part": "department", "code": "EAST", "values": {"parent": "HQ"}, "close": True},
    ]

    answer = ask(EDIT, code="plan", edits=edits, seen=0)

    assert answer["data"]["editOrgDraft"]["result"] is None
    assert [(problem["row"], problem["column"]) for problem in answer["data"]["editOrgDraft"]["errors"][0]["problems"]] == [
        (1, "part"),
        (2, "values"),
        (3, "values"),
        (4, "values"),
    ]
    assert draft_note(company, "plan").revision == 0


def test_a_conflict_of_two_editors_is_an_answer(company: Work, ask: Ask):
    """It names who, when, and both values."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    answer = ask(EDIT, code="plan", edits=[{"part": "department", "code": "EAST", "close": True}], seen=0)

    (error,) = answer["data"]["editOrgDraft"]["errors"]
    assert error["code"] == "reorganisation.edited_meanwhile"
    assert error["problems"] == [
        {
            "where": "draft plan, department",
            "row": 0,
            "column": "",
            "value": "EAST",
            "reason": "system edited it at 2026-10-15 09:30:00 UTC, and it is kept there; here it is closed.",
        }
    ]


def test_conflicts_are_decided_and_edits_taken_back(company: Work, ask: Ask):
    """By part, code and field."""
    drafted(company, "plan", department("EAST", parent="HQ"), department("FIN", head="E7"))
    move_department(later(company, hours=1), "EAST", "FIN", TODAY)

    shown = ask('{ orgDraftPreview(code: "plan") { conflicts { part code field base draft live sentenceEn } } }', hours=2)
    refused = ask('mutation { activateOrgDraft(code: "plan") { result { version } errors { code problems { value column } } } }', hours=2)
    decided = ask(
        'mutation { resolveOrgDraftConflicts(code: "plan", seen: 1, choices: [{part: "department", code: "EAST", field: "parent", keep: "draft"}])'
        " { result { revision } errors { code } } }",
        hours=2,
    )
    undone = ask(
        'mutation { undoOrgDraftEdits(code: "plan", seen: 2, records: [{part: "department", code: "FIN"}]) { result { changes } errors { code } } }',
        hours=2,
    )

    assert shown["data"]["orgDraftPreview"]["conflicts"] == [
        {
            "part": "department",
            "code": "EAST",
            "field": "parent",
            "base": "SALES",
            "draft": "HQ",
            "live": "FIN",
            "sentenceEn": "department EAST: department above is HQ in the draft and FIN now (was SALES)",
        }
    ]
    assert refused["data"]["activateOrgDraft"] == {
        "result": None,
        "errors": [{"code": "reorganisation.merge_conflict", "problems": [{"value": "EAST", "column": "parent"}]}],
    }
    assert decided["data"]["resolveOrgDraftConflicts"]["result"] == {"revision": 2}
    assert undone["data"]["undoOrgDraftEdits"]["result"] == {"changes": 1}


def test_drafts_are_put_away_named_and_taken_up_again(company: Work, ask: Ask):
    """And listed by status."""
    drafted(company, "plan")
    drafted(company, "other")

    away = ask('mutation { archiveOrgDraft(code: "plan") { result { status } } }')
    listed = ask("{ open: orgDrafts { code } all: orgDrafts(status: null) { code status } }")
    back = ask('mutation { reopenOrgDraft(code: "plan") { result { status } } }')
    named = ask('mutation { renameOrgDraft(code: "plan", title: "A", newCode: "plan-b") { result { code title } } }')

    assert away["data"]["archiveOrgDraft"]["result"] == {"status": "archived"}
    assert listed["data"]["open"] == [{"code": "other"}]
    assert {each["code"]: each["status"] for each in listed["data"]["all"]} == {"plan": "archived", "other": "open"}
    assert back["data"]["reopenOrgDraft"]["result"] == {"status": "open"}
    assert named["data"]["renameOrgDraft"]["result"] == {"code": "plan-b", "title": "A"}


def test_a_version_is_rolled_back(company: Work, ask: Ask):
    """By one that names it; who may do it and not see people is told the version only."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    ask('mutation { activateOrgDraft(code: "plan") { result { version } } }')
    boss = Actor("ann", grants={DRAFTS[1]: Scope.COMPANY})

    answer = ask(
        'mutation { rollBackOrgVersion(code: "plan", reason: "no") { result { version lines { code } } errors { code } } }', actor=boss, hours=1
    )

    company.session.commit()
    assert answer["data"]["rollBackOrgVersion"] == {"result": {"version": "rollback-4", "lines": []}, "errors": []}
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "SALES"


def test_drafts_take_their_permissions(company: Work, ask: Ask):
    """Whoever only sees the organisation is told of no draft, and changes none."""
    drafted(company, "plan", department("EAST", parent="HQ"))
    reader = Actor("eve", grants={"core.org.read": Scope.COMPANY})

    listed = ask("{ orgDrafts { code } }", actor=reader)
    seen = ask('{ orgDraft(code: "plan") { draft { code } } }', actor=reader)
    changed = ask('mutation { archiveOrgDraft(code: "plan") { result { code } errors { code } } }', actor=reader)

    assert listed == {"data": {"orgDrafts": []}}
    assert seen["errors"][0]["extensions"]["code"] == "reorganisation.drafts_unseen"
    assert changed["data"]["archiveOrgDraft"] == {"result": None, "errors": [{"code": "core.forbidden"}]}
    assert draft_note(company, "plan").status == "open"
