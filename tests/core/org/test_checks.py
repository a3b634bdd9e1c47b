"""What is wrong with a structure is found: errors first, each with its place and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from bole.org import Part, Severity, Structure, check
from tests.core.org.structures import PEOPLE, belongs, department, post, sound_structures, structures, works

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def found(structure: Structure, **known: Any) -> list[tuple[Severity, str, Part, str, tuple[str, ...]]]:
    """Return the findings without their sentences."""
    return [(each.severity, each.code, each.part, each.key, each.others) for each in check(structure, **known)]


def test_nothing_is_found_in_a_sound_structure() -> None:
    """A tree whose posts are held and whose people all have a department gives nothing."""
    structure = Structure(
        {"S": department(head="E1"), "A": department("S", head="E1")},
        {"P1": post("S"), "P2": post("S", "P1"), "P3": post("A", "P1")},
        {"E1": works("S", position="P1"), "E2": works("S", position="P2"), "E3": works("A", position="P3")},
        {"E2@A": belongs("E2", "A")},
    )

    assert check(structure, employed=["E1", "E2", "E3"], roots_before=1) == ()


def test_a_ring_of_departments_is_one_error_that_names_the_way() -> None:
    """The ring begins at its smallest code and goes upwards; what hangs below the ring is not part of it."""
    structure = Structure({"C": department("A"), "B": department("C"), "A": department("B"), "X": department("A"), "Y": department("X")})

    (finding,) = check(structure)

    assert (finding.severity, finding.code, finding.part, finding.key, finding.others) == (ERROR, "ring", Part.DEPARTMENT, "A", ("B", "C"))
    assert finding.message.en == "department A stands above itself: A → B → C → A"
    assert finding.message.zh == "部门 A 位于自身之上：A → B → C → A"


def test_a_post_that_reports_to_itself_is_a_ring() -> None:
    """The shortest ring has one member."""
    structure = Structure({"S": department()}, {"P": post("S", "P")}, {"E1": works("S", position="P")})

    assert found(structure) == [(ERROR, "ring", Part.POSITION, "P", ())]


def test_a_long_ring_is_named_in_short() -> None:
    """A sentence names eleven members of a ring at most, the finding all of them."""
    codes = [f"D{number:02}" for number in range(20)]

    (finding,) = check(Structure({code: department(codes[place - 1]) for place, code in enumerate(codes)}))

    assert len(finding.others) == 19
    assert finding.message.en.endswith("D11 → D10 → … → D00")


@given(structures())
def test_exactly_the_departments_above_themselves_are_in_rings(structure: Structure) -> None:
    """The members of all rings are those that a walk upwards comes back to."""
    for part, field in ((Part.DEPARTMENT, "parent"), (Part.POSITION, "reports_to")):
        records = structure.records(part)
        expected = {code for code in records if code in list(_above(records, field, code))}

        rings = [[finding.key, *finding.others] for finding in check(structure) if (finding.code, finding.part) == ("ring", part)]

        assert sorted(code for ring in rings for code in ring) == sorted(expected)
        assert all(records[code][field] == above for ring in rings for code, above in zip(ring, [*ring[1:], ring[0]], strict=True))


def _above(records: Mapping[str, Mapping[str, Any]], field: str, code: str) -> list[str]:
    """Return what is above a record, for as many steps as there are records."""
    way: list[str] = []
    above = records[code][field]
    while above in records and len(way) < len(records):
        way.append(above)
        above = records[above][field]
    return way


def test_whoever_names_what_does_not_exist_is_an_orphan() -> None:
    """Departments, posts, places and memberships that name a missing department or post are errors."""
    structure = Structure(
        {"S": department("GONE")},
        {"P": post("NONE", "P9")},
        {"E1": works("S", position="P8")},
        {"E1@T": belongs("E1", "T")},
    )

    assert [each for each in found(structure) if each[0] is ERROR] == [
        (ERROR, "orphan", Part.DEPARTMENT, "S", ("GONE",)),
        (ERROR, "orphan", Part.POSITION, "P", ("NONE",)),
        (ERROR, "orphan", Part.POSITION, "P", ("P9",)),
        (ERROR, "orphan", Part.ASSIGNMENT, "E1", ("P8",)),
        (ERROR, "orphan", Part.MEMBERSHIP, "E1@T", ("T",)),
    ]
    assert check(structure)[2].message.en == "post P: the post above P9 does not exist"


def test_a_department_whose_posts_have_two_tops_is_a_warning() -> None:
    """Where posts of a department report to each other, only one may have none above it there; a post above elsewhere does not count."""
    posts = {"P1": post("S"), "P2": post("S", "P1"), "P3": post("S", "Q"), "Q": post("T"), "R": post("T")}
    people = {f"E{place}": works(posts[code]["department"], position=code) for place, code in enumerate(posts)}

    (finding,) = check(Structure({"S": department(name="Sales"), "T": department()}, posts, people))

    assert (finding.severity, finding.code, finding.key, finding.others) == (WARNING, "two_heads", "S", ("P1", "P3"))
    assert finding.message.en == "department S (Sales): 2 posts have no post above them within it: P1 and P3"


def test_who_heads_two_departments_side_by_side_is_a_warning() -> None:
    """A head of departments one above the other is none; of two that are not, it names all that he or she heads."""
    departments = {"S": department(head="E1"), "A": department("S", head="E1"), "B": department("S"), "A1": department("A", head="E1")}
    assert check(Structure(departments)) == ()

    departments["B"] = department("S", head="E1")

    assert found(Structure(departments)) == [(WARNING, "heads_several", Part.ASSIGNMENT, "E1", ("A", "A1", "B", "S"))]


@given(sound_structures())
def test_heads_of_several_are_those_with_two_departments_side_by_side(structure: Structure) -> None:
    """Found exactly where some pair of a head's departments has neither above the other."""
    above = {code: set(_above(structure.departments, "parent", code)) for code in structure.departments}
    expected = []
    for head in PEOPLE:
        codes = sorted(code for code, facts in structure.departments.items() if facts["head"] == head)
        if any(one not in above[other] and other not in above[one] and one != other for one in codes for other in codes):
            expected.append((head, tuple(codes)))

    assert [(each.key, each.others) for each in check(structure) if each.code == "heads_several"] == expected


def test_more_departments_at_the_top_than_before_are_a_warning() -> None:
    """All that are at the top now are named; as many as before, or fewer, are no finding."""
    structure = Structure({"S": department(), "T": department(), "A": department("S")})

    assert found(structure, roots_before=1) == [(WARNING, "new_root", Part.DEPARTMENT, "S", ("T",))]
    assert check(structure, roots_before=1)[0].message.en == "2 departments have none above them, 1 before: S and T"
    assert found(structure, roots_before=2) == []
    assert found(structure) == []


@pytest.mark.parametrize(
    ("fte", "holders", "expected"),
    [
        ("1", 0, [("empty_post", "post P: nobody holds it")]),
        ("1", 1, []),
        ("0.5", 1, []),
        ("0", 0, []),
        ("2.5", 2, [("empty_post", "post P: held by 2 of 3")]),
        ("2.5", 3, []),
        ("1", 2, [("overlapping", "post P: held by 2 people, with room for 1")]),
        ("0", 1, [("overlapping", "post P: held by 1 person, with room for 0")]),
    ],
)
def test_posts_with_too_few_or_too_many_holders_are_warnings(fte: str, holders: int, expected: list[tuple[str, str]]) -> None:
    """A post has room for its full-time equivalents, rounded up; whoever is too many is named with the others."""
    people = {f"E{number}": works("S", position="P") for number in range(holders)}

    findings = check(Structure({"S": department()}, {"P": post("S", fte=Decimal(fte))}, people))

    assert [(each.code, each.message.en) for each in findings] == expected
    assert [each.others for each in findings if each.code == "overlapping"] in ([], [tuple(people)])


def test_people_without_a_department_are_found() -> None:
    """Who is employed and works nowhere is a warning; whose department does not exist is an error, employed or not."""
    structure = Structure({"S": department()}, assignments={"E1": works("S"), "E2": works("T"), "E3": works(None)})

    assert found(structure, employed={"E1", "E4"}) == [
        (ERROR, "no_department", Part.ASSIGNMENT, "E2", ("T",)),
        (WARNING, "no_department", Part.ASSIGNMENT, "E4", ()),
    ]
    assert found(structure) == [
        (ERROR, "no_department", Part.ASSIGNMENT, "E2", ("T",)),
        (WARNING, "no_department", Part.ASSIGNMENT, "E3", ()),
    ]


def test_a_head_who_is_not_employed_is_an_error() -> None:
    """It is found only where it is known who is employed; where the head works does not matter."""
    structure = Structure({"S": department(name="Sales", head="E9"), "A": department("S", head="E1")}, assignments={"E1": works("S")})

    findings = check(structure, employed=["E1"])

    assert [(each.code, each.key, each.others) for each in findings] == [("head_not_employed", "S", ("E9",))]
    assert findings[0].message.en == "department S (Sales): its head E9 is not employed then"
    assert check(structure) == ()


@given(structures())
def test_findings_stand_errors_first_then_by_part_kind_and_code(structure: Structure) -> None:
    """The order is the same whatever the order of the records, and no finding comes twice."""
    turned = Structure(*(dict(reversed(structure.records(part).items())) for part in Part))
    findings = check(structure, employed=PEOPLE[:4], roots_before=1)

    assert check(turned, employed=PEOPLE[3::-1], roots_before=1) == findings
    keys = [(each.severity is WARNING, list(Part).index(each.part), each.code, each.key, each.others) for each in findings]
    assert keys == sorted(set(keys))


@given(sound_structures())
def test_a_sound_structure_has_no_errors(structure: Structure) -> None:
    """A tree in which everything named exists gives warnings at most."""
    assert [finding for finding in check(structure) if finding.severity is ERROR] == []
