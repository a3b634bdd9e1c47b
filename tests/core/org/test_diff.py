"""What differs between two structures can be laid over the one to give the other, and taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from bole.errors import Conflict, ConflictsFound
from bole.org import Change, OrgDiff, Part, Structure, apply, compare, inverse
from tests.core.org.structures import belongs, department, post, structures, works


def test_diff_names_what_begins_ends_and_becomes_different_in_order_of_part_and_code() -> None:
    """Equal records are left out; the others stand in order of part and code, with all their fields."""
    before = Structure({"S": department(), "A": department("S")}, {"P": post("S")}, {"E1": works("A")})
    after = Structure({"S": department(), "B": department("S")}, {"P": post("S", fte=Decimal("2"))}, {"E1": works("B")})

    diff = compare(before, after)

    assert diff.changes == (
        Change(Part.DEPARTMENT, "A", department("S"), None),
        Change(Part.DEPARTMENT, "B", None, department("S")),
        Change(Part.POSITION, "P", post("S"), post("S", fte=Decimal(2))),
        Change(Part.ASSIGNMENT, "E1", works("A"), works("B")),
    )
    assert [change.fields for change in diff.changes[2:]] == [("fte",), ("department",)]


def test_decimals_that_are_equal_differ_in_nothing() -> None:
    """A share of 0.5 and one of 0.50 are the same."""
    before = Structure(memberships={"E1@S": belongs("E1", "S", share=Decimal("0.5"))})
    after = Structure(memberships={"E1@S": belongs("E1", "S", share=Decimal("0.50"))})

    assert compare(before, after) == OrgDiff()


def test_structures_of_some_records_are_compared_like_whole_ones() -> None:
    """A pair restricted to some codes gives exactly the changes of those codes."""
    before = Structure({"S": department(), "A": department("S"), "B": department("S")})
    after = Structure({"S": department(name="Sales"), "A": department("B"), "B": department("S")})

    some = compare(Structure({"A": before.departments["A"]}), Structure({"A": after.departments["A"]}))

    assert some.changes == tuple(change for change in compare(before, after) if change.code == "A")
    assert len(some) == 1


@given(structures(), structures())
def test_a_diff_applied_to_the_first_gives_the_second(before: Structure, after: Structure) -> None:
    """apply(a, compare(a, b)) is b, and a stays what it was."""
    copy = Structure(*({code: dict(facts) for code, facts in before.records(part).items()} for part in Part))

    assert apply(before, compare(before, after)) == after
    assert before == copy


@given(structures(), structures())
def test_the_inverse_takes_a_diff_back(before: Structure, after: Structure) -> None:
    """The inverse of a diff applied to its result gives what was before; it is what compares the other way round."""
    diff = compare(before, after)

    assert apply(after, inverse(diff)) == before
    assert sorted(inverse(diff), key=str) == sorted(compare(after, before), key=str)
    assert inverse(inverse(diff)) == diff


@given(structures(), structures())
def test_comparing_with_what_a_diff_made_gives_the_diff(before: Structure, after: Structure) -> None:
    """compare(a, apply(a, d)) is d, and a structure differs from itself in nothing."""
    diff = compare(before, after)

    assert compare(before, apply(before, diff)) == diff
    assert compare(before, before) == OrgDiff()


def test_changes_of_one_code_follow_each_other_and_are_taken_back_the_other_way_round() -> None:
    """A diff may close a record and begin it again; its inverse starts with the last change."""
    diff = OrgDiff((Change(Part.DEPARTMENT, "A", department("S"), None), Change(Part.DEPARTMENT, "A", None, department("T"))))

    assert apply(Structure({"A": department("S")}), diff) == Structure({"A": department("T")})
    assert apply(Structure({"A": department("T")}), inverse(diff)) == Structure({"A": department("S")})


def test_a_diff_that_does_not_fit_is_refused_with_every_misfit() -> None:
    """What is otherwise, what exists already and what exists no longer are all named; nothing is applied."""
    structure = Structure({"S": department(), "A": department("S")}, line="project")
    diff = OrgDiff(
        (
            Change(Part.DEPARTMENT, "A", department("B"), department()),
            Change(Part.DEPARTMENT, "C", department("S"), None),
            Change(Part.DEPARTMENT, "S", None, department()),
        )
    )

    with pytest.raises(ConflictsFound) as caught:
        apply(structure, diff)

    assert isinstance(caught.value, Conflict)
    assert caught.value.code == "core.org_changed"
    assert [(problem.where, problem.column, problem.value, problem.reason) for problem in caught.value.problems] == [
        ("department", "parent", "A", "parent is S and not B."),
        ("department", "", "C", "it does not exist."),
        ("department", "", "S", "it exists already."),
    ]


def test_applying_keeps_which_organisation_it_is() -> None:
    """A structure beside the line stays beside the line."""
    structure = Structure(line="project")

    assert apply(structure, OrgDiff((Change(Part.DEPARTMENT, "X", None, department()),))) == Structure({"X": department()}, line="project")
