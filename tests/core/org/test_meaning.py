"""A diff is told in the words of those who reorganise: moved, merged, split, joined, left."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from bole.contracts.label import Label
from bole.org import FIELDS, Change, DiffLine, OrgDiff, Part, Structure, Verb, compare, counts, explain
from tests.core.org.structures import belongs, department, post, sound_structures, structures, works

TREE = {"S": department(name="Sales"), "O": department("S", name="Operations"), "A": department("S", name="East"), "B": department("S", name="West")}


def told(before: Structure, after: Structure) -> list[tuple[str, str, str, tuple[str, ...], str]]:
    """Return part, verb, code, others and what it follows of each line."""
    return [(line.part, line.verb, line.code, line.others, line.follows) for line in explain(compare(before, after))]


def test_a_moved_department_is_one_line_with_the_number_below_it() -> None:
    """However much hangs below it; its name in both languages comes along."""
    after = TREE | {"A": department("O", name_zh="华东", name_en="East")}
    before = TREE | {"A": department("S", name_zh="华东", name_en="East")}

    (line,) = explain(compare(Structure(before), Structure(after)), subtree={"A": 12, "S": 40})

    assert line == DiffLine(Verb.MOVED, Part.DEPARTMENT, "A", Label("华东", "East"), fields=(("parent", "S", "O"),), size=12)


def test_a_department_renamed_moved_and_given_another_head_is_three_lines() -> None:
    """Each thing that happened has a line, and only its own fields; the legal entity is altered."""
    after = TREE | {"A": department("O", name="East Coast", head="E1", legal_entity="DE")}

    lines = explain(compare(Structure(TREE), Structure(after)), subtree={"A": 3})

    assert [(line.verb, line.fields, line.size) for line in lines] == [
        (Verb.MOVED, (("parent", "S", "O"),), 3),
        (Verb.RENAMED, (("name_zh", "East", "East Coast"), ("name_en", "East", "East Coast")), 0),
        (Verb.HEAD_CHANGED, (("head", None, "E1"),), 0),
        (Verb.ALTERED, (("legal_entity", None, "DE"),), 0),
    ]
    assert {line.name for line in lines} == {Label("East Coast", "East Coast")}


def test_departments_that_begin_and_end_are_added_and_closed() -> None:
    """With all their facts, and without a name with their code."""
    after = {code: facts for code, facts in TREE.items() if code != "B"} | {"N": department("S", head="E1")}

    added, closed = explain(compare(Structure(TREE), Structure(after)))

    assert (added.verb, added.code, added.name) == (Verb.ADDED, "N", Label("N", "N"))
    assert added.fields == (("name_zh", None, ""), ("name_en", None, ""), ("parent", None, "S"), ("head", None, "E1"), ("legal_entity", None, None))
    assert (closed.verb, closed.code, closed.name) == (Verb.CLOSED, "B", Label("West", "West"))
    assert closed.fields[2] == ("parent", "S", None)


def test_posts_and_people_and_memberships_have_their_own_verbs() -> None:
    """A post moves by department or by whom it reports to; a person with a new post only is altered."""
    before = Structure(
        TREE,
        {"P1": post("S"), "P2": post("A", "P1", title_en="Clerk"), "P3": post("A"), "P4": post("B")},
        {"E1": works("S"), "E2": works("A", position="P2"), "E3": works("A", position="P3"), "E4": works("B"), "E5": works("B", manager="E1")},
        {"E1@O": belongs("E1", "O"), "E2@O": belongs("E2", "O")},
    )
    after = Structure(
        TREE,
        {"P1": post("S"), "P2": post("A", "P3", title_en="Agent"), "P3": post("B"), "P5": post("B"), "P4": post("B", fte=Decimal(2), grade="A")},
        {
            "E2": works("B", position="P3", manager="E5"),
            "E3": works("A", position="P2"),
            "E4": works("B", manager="E5"),
            "E5": works("B"),
            "E6": works("S"),
        },
        {"E1@O": belongs("E1", "O", role="lead", share=Decimal("0.5")), "E3@O": belongs("E3", "O")},
    )

    lines = [(line.part, line.verb, line.code, [name for name, _, _ in line.fields]) for line in explain(compare(before, after))]

    position, assignment, membership = Part.POSITION, Part.ASSIGNMENT, Part.MEMBERSHIP
    assert lines == [
        (position, Verb.ADDED, "P5", list(FIELDS[position])),
        (position, Verb.MOVED, "P2", ["reports_to"]),
        (position, Verb.MOVED, "P3", ["department"]),
        (position, Verb.RENAMED, "P2", ["title_en"]),
        (position, Verb.ALTERED, "P4", ["grade", "fte"]),
        (assignment, Verb.JOINED, "E6", list(FIELDS[assignment])),
        (assignment, Verb.LEFT, "E1", list(FIELDS[assignment])),
        (assignment, Verb.MOVED, "E2", ["department", "position"]),
        (assignment, Verb.MANAGER_CHANGED, "E2", ["manager"]),
        (assignment, Verb.MANAGER_CHANGED, "E4", ["manager"]),
        (assignment, Verb.MANAGER_CHANGED, "E5", ["manager"]),
        (assignment, Verb.ALTERED, "E3", ["position"]),
        (membership, Verb.JOINED, "E3@O", list(FIELDS[membership])),
        (membership, Verb.LEFT, "E2@O", list(FIELDS[membership])),
        (membership, Verb.ALTERED, "E1@O", ["role", "share"]),
    ]


def test_a_closed_department_whose_contents_went_to_one_is_merged_into_it() -> None:
    """People, posts and departments below count; who left with it does not. Moves that only follow from it say so."""
    before = Structure(TREE | {"A1": department("A")}, {"P": post("A")}, {"E1": works("A"), "E2": works("A"), "E3": works("A", position="P")})
    after = Structure(
        {code: facts for code, facts in TREE.items() if code != "A"} | {"A1": department("B")},
        {"P": post("B")},
        {"E1": works("B"), "E3": works("B", position="P")},
    )

    assert told(before, after) == [
        ("department", "merged", "B", ("A",), ""),
        ("department", "moved", "A1", (), "B"),
        ("position", "moved", "P", (), "B"),
        ("assignment", "left", "E2", (), ""),
        ("assignment", "moved", "E1", (), "B"),
        ("assignment", "moved", "E3", (), "B"),
    ]


def test_several_departments_merged_into_a_new_one_are_one_line() -> None:
    """The line stands for their closings and for the new department's beginning, of which it has the facts."""
    before = Structure(TREE, assignments={"E1": works("A"), "E2": works("B")})
    kept = {code: facts for code, facts in TREE.items() if code not in "AB"}
    after = Structure(kept | {"N": department("S", name="Coasts")}, assignments={"E1": works("N"), "E2": works("N", position="P")})

    lines = explain(compare(before, after))

    assert [(line.verb, line.code, line.others, line.follows) for line in lines] == [
        (Verb.MERGED, "N", ("A", "B"), ""),
        (Verb.MOVED, "E1", (), "N"),
        (Verb.MOVED, "E2", (), ""),
    ]
    assert (lines[0].name, lines[0].fields[2]) == (Label("Coasts", "Coasts"), ("parent", None, "S"))


def test_a_closed_department_holds_what_the_closed_ones_below_it_held() -> None:
    """A branch that is closed and whose people all went to one department is merged as a whole."""
    before = Structure(TREE | {"A1": department("A"), "A2": department("A1")}, assignments={"E1": works("A1"), "E2": works("A2")})
    after = Structure({code: facts for code, facts in TREE.items() if code != "A"}, assignments={"E1": works("O"), "E2": works("O")})

    assert told(before, after)[0] == ("department", "merged", "O", ("A", "A1", "A2"), "")


def test_a_closed_department_whose_contents_went_to_two_old_ones_is_closed() -> None:
    """Nor is it merged where a part of it went to the top, or where it held nothing."""
    before = Structure(TREE | {"A1": department("A"), "X": department("S")}, assignments={"E1": works("A"), "E2": works("A")})
    left = {code: facts for code, facts in TREE.items() if code != "A"}

    apart = told(before, Structure(left | {"A1": department("O")}, assignments={"E1": works("B"), "E2": works("O")}))
    upwards = told(before, Structure(left | {"A1": department()}, assignments={"E1": works("B"), "E2": works("B")}))

    assert apart[:2] == upwards[:2] == [("department", "closed", "A", (), ""), ("department", "closed", "X", (), "")]


def test_a_closed_department_whose_contents_went_to_several_of_which_one_is_new_is_split() -> None:
    """The line names all that took something; the new one keeps its own line, which follows the split."""
    before = Structure(TREE, assignments={"E1": works("A"), "E2": works("A")})
    after = Structure(
        {code: facts for code, facts in TREE.items() if code != "A"} | {"N": department("S")}, assignments={"E1": works("N"), "E2": works("B")}
    )

    assert told(before, after) == [
        ("department", "split", "A", ("B", "N"), ""),
        ("department", "added", "N", (), "A"),
        ("assignment", "moved", "E1", (), "A"),
        ("assignment", "moved", "E2", (), "A"),
    ]
    assert explain(compare(before, after))[0].fields[0] == ("name_zh", "East", None)


def test_a_department_that_stays_and_fills_two_new_ones_is_split() -> None:
    """Even where the new ones got people from elsewhere too; moves to old departments are no part of it."""
    before = Structure(TREE, assignments={"E1": works("A"), "E2": works("A"), "E3": works("A"), "E4": works("B"), "E5": works("A")})
    new = {"M": department("A"), "N": department("S")}
    after = Structure(TREE | new, assignments={"E1": works("M"), "E2": works("N"), "E3": works("O"), "E4": works("N"), "E5": works("A")})

    assert told(before, after) == [
        ("department", "split", "A", ("M", "N"), ""),
        ("department", "added", "M", (), "A"),
        ("department", "added", "N", (), "A"),
        ("assignment", "moved", "E1", (), "A"),
        ("assignment", "moved", "E2", (), "A"),
        ("assignment", "moved", "E3", (), ""),
        ("assignment", "moved", "E4", (), ""),
    ]


def test_a_new_department_that_one_alone_filled_is_split_off() -> None:
    """Who joined the company only now does not count; people from two departments make it simply new."""
    before = Structure(TREE, assignments={"E1": works("A"), "E2": works("B")})
    grown = TREE | {"N": department("S")}

    one = told(before, Structure(grown, assignments={"E1": works("N"), "E2": works("B"), "E3": works("N")}))
    two = told(before, Structure(grown, assignments={"E1": works("N"), "E2": works("N")}))

    assert one[:2] == [("department", "split", "A", ("N",), ""), ("department", "added", "N", (), "A")]
    assert two[0] == ("department", "added", "N", (), "")


def test_lines_are_counted_by_part_and_verb() -> None:
    """In their order; what did not happen is left out."""
    before = Structure(TREE, assignments={"E1": works("A"), "E2": works("A"), "E3": works("S")})
    after = Structure(TREE | {"A": department("O", name="X")}, assignments={"E1": works("B"), "E2": works("B")})

    summary = counts(explain(compare(before, after)))

    assert summary == {Part.DEPARTMENT: {Verb.MOVED: 1, Verb.RENAMED: 1}, Part.ASSIGNMENT: {Verb.LEFT: 1, Verb.MOVED: 2}}
    assert counts(()) == {}


def test_a_diff_of_some_records_is_explained_too() -> None:
    """Neither the other departments nor the people are needed; a change that changes nothing is no line."""
    diff = OrgDiff((Change(Part.DEPARTMENT, "A", department("S"), department("T")), Change(Part.DEPARTMENT, "B", None, None)))

    assert [(line.verb, line.code) for line in explain(diff)] == [(Verb.MOVED, "A")]


@given(structures(), structures())
def test_every_change_is_in_lines_of_its_code_or_told_by_a_merger(before: Structure, after: Structure) -> None:
    """The lines of a code have its changed fields, each once; a beginning or an end is one line, or folded into one."""
    diff = compare(before, after)
    lines = explain(diff)

    folded = {source for line in lines if line.verb is Verb.MERGED for source in line.others}
    for change in diff:
        own = [line for line in lines if (line.part, line.code) == (change.part, change.code)]
        fields = [name for line in own for name, _, _ in line.fields]
        if change.part is Part.DEPARTMENT and change.code in folded:
            assert change.after is None
            assert fields == []
        else:
            assert sorted(fields) == sorted(change.fields)
            assert len({line.verb for line in own}) == len(own)
    expected = {(change.part, change.code) for change in diff}
    assert all((line.part, line.code) in expected or line.verb in (Verb.MERGED, Verb.SPLIT) for line in lines)


@given(sound_structures(), sound_structures())
def test_a_department_is_merged_exactly_where_all_that_is_left_of_it_is_in_one(before: Structure, after: Structure) -> None:
    """Held against a plain search of where everything stood and stands."""
    expected: dict[str, list[str]] = {}
    for code in sorted(before.departments.keys() - after.departments.keys()):
        reached = _reached(before, after, code)
        if len(reached) == 1 and (target := reached.pop()) is not None:
            expected.setdefault(target, []).append(code)

    lines = explain(compare(before, after))

    assert {line.code: list(line.others) for line in lines if line.verb is Verb.MERGED} == expected


def _reached(before: Structure, after: Structure, code: str) -> set[str | None]:
    """Return the departments in which stands now what a closed department held, itself or through closed ones below it."""
    reached: set[str | None] = set()
    for part, field in ((Part.DEPARTMENT, "parent"), (Part.POSITION, "department"), (Part.ASSIGNMENT, "department")):
        for held in (record for record, facts in before.records(part).items() if facts[field] == code):
            facts = after.get(part, held)
            if facts is not None:
                reached.add(facts[field])
            elif part is Part.DEPARTMENT:
                reached |= _reached(before, after, held)
    return reached


@given(sound_structures(), sound_structures())
def test_a_department_is_split_exactly_where_new_ones_took_what_it_held(before: Structure, after: Structure) -> None:
    """Held against the definition, department by department."""
    ways = set()
    for part, field in ((Part.DEPARTMENT, "parent"), (Part.POSITION, "department"), (Part.ASSIGNMENT, "department")):
        both = before.records(part).keys() & after.records(part).keys()
        ways |= {(before.records(part)[code][field], after.records(part)[code][field]) for code in both}
    new = after.departments.keys() - before.departments.keys()
    lines = explain(compare(before, after))
    merged = {source for line in lines if line.verb is Verb.MERGED for source in line.others}

    expected = {}
    for code in before.departments.keys() - merged:
        targets = {target for source, target in ways if source == code and target not in (None, code)}
        if code in after.departments:
            fresh = targets & new
            alone = {target for target in fresh if {source for source, reached in ways if reached == target} == {code}}
            targets = fresh if len(fresh) > 1 else alone
        elif len(targets) < 2 or not targets & new:
            targets = set()
        expected |= {code: tuple(sorted(targets))} if targets else {}
    assert {line.code: line.others for line in lines if line.verb is Verb.SPLIT} == expected


@given(sound_structures(), sound_structures())
def test_only_moves_of_a_merger_or_split_follow_it(before: Structure, after: Structure) -> None:
    """What a line follows is a line of a department that took in, or was split, and both ends of the move are in it."""
    lines = explain(compare(before, after))

    leaders = {(line.code, line.verb): line.others for line in lines if line.verb in (Verb.MERGED, Verb.SPLIT)}
    for line in lines:
        if line.follows and line.verb is Verb.MOVED:
            ((_, source, target),) = line.fields
            taken = source in leaders.get((line.follows, Verb.MERGED), ()) and target == line.follows
            assert taken or (source == line.follows and target in leaders[line.follows, Verb.SPLIT])
        elif line.follows:
            assert (line.verb, line.part) == (Verb.ADDED, Part.DEPARTMENT)
            assert line.code in leaders[line.follows, Verb.SPLIT]
