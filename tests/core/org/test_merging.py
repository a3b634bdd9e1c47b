"""A draft and the live organisation are merged field by field; what both changed is left to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.org import WHOLE, Change, Keep, MergeConflict, Merged, OrgDiff, Part, Structure, apply, compare, merge, settle
from tests.core.org.structures import department, structures

Facts = Mapping[str, Any] | None


def merged(before: Facts, after: Facts, live: Facts) -> Merged:
    """Merge what a draft says of one department."""
    return merge([Change(Part.DEPARTMENT, "A", before, after)], Structure({} if live is None else {"A": live}))


def conflicts(result: Merged) -> list[tuple[str, Any, Any, Any]]:
    """Return field, base, draft and live of each conflict."""
    return [(each.field, each.base, each.draft, each.live) for each in result.conflicts]


def test_what_the_draft_begins_is_begun() -> None:
    """A record that exists nowhere else comes as the draft says."""
    assert merged(None, department("S"), None) == Merged((Change(Part.DEPARTMENT, "A", None, department("S")),), ())


def test_what_both_began_is_done_or_a_conflict_for_every_field_that_differs() -> None:
    """The same facts leave nothing to do; other facts are conflicts, and the record stays as it is live."""
    assert merged(None, department("S"), department("S")) == Merged((), ())

    result = merged(None, department("S", head="E1"), department("T", head="E1"))

    assert result.changes == ()
    assert conflicts(result) == [("parent", None, "S", "T")]


def test_what_the_draft_closes_is_closed_unless_it_changed() -> None:
    """Closed already is nothing to do; changed since is a conflict for every field that changed."""
    assert merged(department("S"), None, department("S")) == Merged((Change(Part.DEPARTMENT, "A", department("S"), None),), ())
    assert merged(department("S"), None, None) == Merged((), ())

    result = merged(department("S"), None, department("T", name="New", head="E1"))

    assert result.changes == ()
    assert conflicts(result) == [("name_zh", "", None, "New"), ("name_en", "", None, "New"), ("parent", "S", None, "T"), ("head", None, None, "E1")]
    assert all(conflict.closes for conflict in result.conflicts)


def test_what_was_closed_in_the_meantime_cannot_be_changed() -> None:
    """One conflict about the whole record; a draft that says nothing new has none."""
    assert merged(department("S"), department("T"), None) == Merged((), (MergeConflict(Part.DEPARTMENT, "A", WHOLE, None, None, None),))
    assert merged(department("S"), department("S"), None) == Merged((), ())


def test_fields_are_merged_one_by_one() -> None:
    """The draft's field, the live field, the field both changed alike and the conflict stand side by side."""
    base = department("S", "Old", head="E1", legal_entity="CN")
    draft = department("T", "Old", head="E2", legal_entity="DE")
    live = department("T", "New", head="E3", legal_entity="CN")

    result = merged(base, draft, live)

    assert result.changes == (Change(Part.DEPARTMENT, "A", live, department("T", "New", head="E3", legal_entity="DE")),)
    assert conflicts(result) == [("head", "E1", "E2", "E3")]


def test_a_conflict_tells_all_three_values() -> None:
    """A field, a closing and a closed record each have their sentence, in both languages."""
    base, live = department("S", head="E1"), department("T", head="E1")

    (moved,) = merged(base, department("U", head="E1"), live).conflicts
    (closing,) = merged(base, None, live).conflicts
    (gone,) = merged(base, department("U"), None).conflicts

    assert moved.sentence.en == "department A: department above is U in the draft and T now (was S)"
    assert moved.sentence.zh == "部门 A 的上级部门：草案为U，现行为T，起点为S"
    assert closing.sentence.en == "department A: department above has become T (was S), and the draft closes it"
    assert closing.sentence.zh == "部门 A 的上级部门已由S变为T，而草案要撤销该记录"
    assert gone.sentence.en == "department A was closed in the meantime, and the draft changes it"
    assert gone.sentence.zh == "部门 A 已被撤销，而草案仍在修改它"


@given(structures(), structures())
def test_a_draft_merged_onto_what_it_began_from_gives_the_draft(base: Structure, draft: Structure) -> None:
    """Nothing changed meanwhile: no conflict, and every change as it was made."""
    assert merge(compare(base, draft), base) == Merged(compare(base, draft).changes, ())


@given(structures(), structures())
def test_merging_what_is_merged_already_gives_nothing(base: Structure, draft: Structure) -> None:
    """Laid over itself, a draft has nothing left to do and no conflict."""
    assert merge(compare(base, draft), draft) == Merged((), ())


@given(structures(), structures(), structures())
def test_no_field_is_both_changed_and_a_conflict(base: Structure, draft: Structure, live: Structure) -> None:
    """What is merged applies to the live organisation, and leaves every field in conflict as it is live."""
    result = merge(compare(base, draft), live)

    after = apply(live, OrgDiff(result.changes))
    changed = {(change.part, change.code, name) for change in result.changes for name in (*change.fields, WHOLE)}
    whole = {(change.part, change.code, WHOLE) for change in result.changes}
    assert not {(each.part, each.code, each.field) for each in result.conflicts} & (changed - whole)
    for each in result.conflicts:
        facts = after.get(each.part, each.code)
        assert (facts is None) if each.field == WHOLE else (facts is not None and facts[each.field] == each.live)


@given(structures(), structures(), structures())
def test_disjoint_drafts_merge_in_either_order(base: Structure, one: Structure, other: Structure) -> None:
    """Two drafts that touch different records give the same organisation whichever comes first."""
    theirs = compare(base, other).changes
    mine = tuple(change for change in compare(base, one) if (change.part, change.code) not in {(each.part, each.code) for each in theirs})

    first = apply(base, OrgDiff(merge(mine, base).changes))
    then = merge(theirs, first)
    other_way = apply(base, OrgDiff(merge(theirs, base).changes))
    last = merge(mine, other_way)

    assert then.conflicts == last.conflicts == ()
    assert apply(first, OrgDiff(then.changes)) == apply(other_way, OrgDiff(last.changes))


SIDES = st.sampled_from(("draft", "live"))


@given(structures(), structures(), structures(), st.data())
def test_decided_conflicts_are_none_any_more_and_the_others_stay(base: Structure, draft: Structure, live: Structure, data: st.DataObject) -> None:
    """Some conflicts decided, at random: merged again, exactly the others are left, and the decided fields are as decided."""
    changes = {(change.part, change.code): change for change in compare(base, draft)}
    before = merge(changes.values(), live).conflicts
    choices: dict[tuple[Part, str], dict[str, Keep]] = {}
    for each in before:
        if data.draw(st.booleans()):
            choices.setdefault((each.part, each.code), {})[each.field] = data.draw(SIDES)

    for place, keep in choices.items():
        changes[place] = settle(changes[place], live.get(*place), keep)
    result = merge(changes.values(), live)

    after = apply(live, OrgDiff(result.changes))
    given_up = {place for place, keep in choices.items() if draft.get(*place) is None and "live" in keep.values()}
    expected = {
        (each.part, each.code, each.field)
        for each in before
        if each.field not in choices.get((each.part, each.code), {}) and (each.part, each.code) not in given_up
    }
    assert {(each.part, each.code, each.field) for each in result.conflicts} == expected
    for (part, code), keep in choices.items():
        for name, side in keep.items():
            facts, wanted = after.get(part, code), (draft if side == "draft" else live).get(part, code)
            if (part, code) in given_up:
                assert facts == live.get(part, code)
            elif name == WHOLE or (wanted is None and not any(each[:2] == (part, code) for each in expected)):
                assert facts == wanted
            elif wanted is not None:
                assert facts is not None
                assert facts[name] == wanted[name]


def test_what_is_undecided_of_a_record_that_both_began_stays_a_conflict() -> None:
    """It had no value before: nothing, or empty text where one side has nothing."""
    change, live = Change(Part.DEPARTMENT, "A", None, department(name="East", head="E1")), department("T", name="West")

    settled = settle(change, live, {"name_zh": "draft", "name_en": "live"})

    result = merge([settled], Structure({"A": live}))
    assert result.changes == (Change(Part.DEPARTMENT, "A", live, live | {"name_zh": "East"}),)
    assert conflicts(result) == [("parent", "", None, "T"), ("head", "", "E1", None)]


def test_keeping_the_draft_reopens_what_was_closed() -> None:
    """The whole record comes back as the draft has it; keeping what is live leaves nothing of the change."""
    change = Change(Part.DEPARTMENT, "A", department("S"), department("T"))

    assert settle(change, None, {WHOLE: "draft"}) == Change(Part.DEPARTMENT, "A", None, department("T"))
    assert settle(change, None, {WHOLE: "live"}) == Change(Part.DEPARTMENT, "A", None, None)
    assert settle(change, None, {}) == change


def test_a_choice_about_the_whole_record_is_one_about_all_its_conflicts() -> None:
    """What the draft did not touch stays as it is live."""
    change = Change(Part.DEPARTMENT, "A", department("S", head="E1"), department("T", head="E1"))
    live = department("U", head="E2")

    settled = settle(change, live, {WHOLE: "draft"})

    assert merge([settled], Structure({"A": live})) == Merged((Change(Part.DEPARTMENT, "A", live, department("T", head="E2")),), ())
    assert settle(change, live, {WHOLE: "live"}) == Change(Part.DEPARTMENT, "A", live, live)


def test_keeping_what_is_live_instead_of_closing_leaves_the_record_there() -> None:
    """Both sides are what is live, whichever field it was decided by: nothing changes, and closing it later is no conflict."""
    change, live = Change(Part.DEPARTMENT, "A", department("S"), None), department("S", name="East")

    settled = settle(change, live, {"name_zh": "live"})

    assert settled == Change(Part.DEPARTMENT, "A", live, live)
    assert merge([settled], Structure({"A": live})) == Merged((), ())
    closed = Change(Part.DEPARTMENT, "A", settled.before, None)
    assert merge([closed], Structure({"A": live})) == Merged((Change(Part.DEPARTMENT, "A", live, None),), ())


def test_a_choice_that_means_nothing_is_refused() -> None:
    """Every field the part does not have and every strange side is named."""
    change = Change(Part.DEPARTMENT, "A", department("S"), department("T"))

    with pytest.raises(InvalidValue) as caught:
        settle(change, department("U"), {"parent": "mine", "grade": "draft"})

    assert caught.value.code == "core.unknown_choice"
    assert caught.value.message == "a conflict about a department cannot be decided by 'grade': 'draft', 'parent': 'mine'."
