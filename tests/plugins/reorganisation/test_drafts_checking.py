"""What a draft makes wrong is found from a part of the organisation exactly as from the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.access import Work
from bole.org import Change, Facts, OrgDiff, OrgSnapshot, Part, Structure, apply, check, complete
from bole.services.entries import DatedEntry, Entry
from bole.services.history import record_structure
from bole.services.orgstates import read_structure
from bole.services.people import assign_employees, register_employees
from bole.services.structure import change_positions
from bole_reorganisation.drafts.checking import caused_findings, known_again_by
from tests.core.services.organisation import later
from tests.plugins.reorganisation.reorganising import TODAY

UNITS = ("HQ", "SALES", "EAST", "FIN", "NEW")
POSTS = ("P1", "P2", "P3", "P4")
PEOPLE = ("E1", "E2", "E3", "E4", "E5", "E6", "E7")


@pytest.fixture
def staffed(company: Work) -> Work:
    """The company with posts, people at them, somebody who has left, and a project beside the line."""
    posts = {"P1": {"department": "FIN"}, "P2": {"department": "FIN", "reports_to": "P1", "fte": Decimal(2)}, "P3": {"department": "EAST"}}
    change_positions(company, [DatedEntry(code, TODAY, values) for code, values in posts.items()])
    held = {"E6": "P1", "E7": "P2", "E3": "P3", "E4": "P3"}
    assign_employees(later(company, hours=1), [DatedEntry(number, TODAY, {"position": code}) for number, code in held.items()])
    register_employees(later(company, hours=2), [Entry("E5", {"left_on": TODAY})])
    team = Structure({"P": {}, "PX": {"parent": "P"}}, memberships={"E3@PX": {"employee": "E3", "department": "PX"}}, line="project")
    record_structure(later(company, hours=3), OrgSnapshot("team", TODAY, team, frozenset({Part.DEPARTMENT, Part.MEMBERSHIP})))
    return later(company, hours=4)


def some(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


FACTS: Mapping[Part, st.SearchStrategy[dict[str, Any]]] = {
    Part.DEPARTMENT: st.fixed_dictionaries({"parent": some(UNITS), "head": some(PEOPLE), "name_en": st.sampled_from(("a", "b"))}),
    Part.POSITION: st.fixed_dictionaries(
        {"department": st.sampled_from(UNITS), "reports_to": some(POSTS), "fte": st.sampled_from((Decimal(1), Decimal(2)))}
    ),
    Part.ASSIGNMENT: st.fixed_dictionaries({"department": st.sampled_from(UNITS), "position": some(POSTS)}),
    Part.MEMBERSHIP: st.just({"employee": "E3", "department": "PX"}),
}
CODES = {Part.DEPARTMENT: (*UNITS, "PX"), Part.POSITION: POSTS, Part.ASSIGNMENT: PEOPLE, Part.MEMBERSHIP: ("E3@PX",)}


def records(part: Part) -> st.SearchStrategy[dict[tuple[Part, str], Facts | None]]:
    """What some records of a part become; nothing for one that is closed."""
    becomes = st.one_of(st.none(), FACTS[part].map(lambda facts: complete(part, facts)))
    return st.dictionaries(st.sampled_from(CODES[part]).map(lambda code: (part, code)), becomes, max_size=3)


@given(becomes=st.tuples(*(records(part) for part in Part)))
@settings(max_examples=150)
def test_findings_of_a_part_are_those_of_the_whole(staffed: Work, becomes: tuple[dict[tuple[Part, str], Facts | None], ...]) -> None:
    """Whatever departments, posts and people become; that somebody has left, the whole does not know, and it is told beside."""
    live = read_structure(staffed, TODAY, line=None)
    wanted = {key: facts for each in becomes for key, facts in each.items()}
    changes = [Change(*key, live.get(*key), facts) for key, facts in wanted.items() if live.get(*key) != facts]
    employed = {number for number in PEOPLE if number != "E5"}
    roots = sum(facts["parent"] is None for facts in live.departments.values())
    known = {known_again_by(finding) for finding in check(live, employed=employed)}
    expected = check(apply(live, OrgDiff(tuple(changes))), employed=employed, roots_before=roots)

    found = caused_findings(changes, staffed, TODAY)

    assert tuple(finding for finding in found if finding.code != "left") == tuple(each for each in expected if known_again_by(each) not in known)
    assert {finding.key for finding in found if finding.code == "left"} == {
        change.code for change in changes if change.part is Part.ASSIGNMENT and change.after and change.code == "E5"
    }
