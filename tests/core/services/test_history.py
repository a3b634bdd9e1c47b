"""The history of the organisation: states, diffs, snapshots, and rolling back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bole.access import Actor, Scope, Work
from bole.errors import Conflict, ConflictsFound, Forbidden, InvalidValue, NotFound, ProblemsFound
from bole.models import OrgVersion
from bole.org import Change, OrgSnapshot, Part, Structure, apply
from bole.services.entries import DatedEntry
from bole.services.history import apply_changes, org_versions, record_structure, roll_back, version_diff, version_instant
from bole.services.orgstates import Instant, diff_between, read_structure
from bole.services.people import assign_employees
from bole.services.structure import change_departments, change_positions, department_tree, headcounts, move_department
from bole.services.versions import open_version
from tests.core.services.organisation import FOUNDED, found_company, later, size

TODAY = date(2026, 10, 15)
NEXT_MONTH = date(2026, 11, 1)


@pytest.fixture
def company(work: Work) -> Work:
    """The small company, an hour after it was entered."""
    return later(found_company(work), hours=1)


def moved(work: Work, code: str, parent: str, on: date = TODAY, version: str = "") -> int:
    """Move a department under a version of its own; return the version's id."""
    number = open_version(work, version or f"move-{code}", on)
    move_department(work, code, parent, on, version=number)
    return number


def test_a_structure_is_read_as_of_a_day(company: Work):
    """It holds every field, by code."""
    found = read_structure(company, TODAY)

    assert found.departments["EAST"] == {"name_zh": "", "name_en": "East", "parent": "SALES", "head": "E2", "legal_entity": None}
    assert found.assignments["E3"] == {"department": "EAST", "position": None, "manager": None}
    assert (len(found.departments), len(found.positions), len(found.assignments)) == (4, 0, 7)
    assert read_structure(company, date(2019, 1, 1)) == Structure()


def test_a_structure_can_be_asked_for_by_code(company: Work):
    """Codes that do not exist are left out."""
    found = read_structure(company, TODAY, parts=(Part.DEPARTMENT,), codes={Part.DEPARTMENT: ("FIN", "NONE")})

    assert list(found.departments) == ["FIN"]
    assert not found.assignments


def test_where_people_work_takes_the_company(company: Work):
    """Who sees the organisation for his or her unit reads departments and posts, and not everybody's place."""
    head = company.acting_as(Actor("head", grants={"core.org.read": Scope.UNIT}))

    assert len(read_structure(head, TODAY, parts=(Part.DEPARTMENT,)).departments) == 4
    with pytest.raises(Forbidden):
        read_structure(head, TODAY)


def test_a_diff_speaks_of_what_changed_only(company: Work):
    """A move of a subtree is one change, on the day and on the moment of recording."""
    moved(company, "SALES", "FIN", NEXT_MONTH)

    by_day = diff_between(company, Instant(TODAY), Instant(NEXT_MONTH))
    by_moment = diff_between(company, Instant(NEXT_MONTH, company.clock.now() - timedelta(seconds=1)), Instant(NEXT_MONTH))

    assert [(change.code, change.fields, change.after and change.after["parent"]) for change in by_day] == [("SALES", ("parent",), "FIN")]
    assert by_moment == by_day
    assert apply(read_structure(company, TODAY), by_day) == read_structure(company, NEXT_MONTH)
    assert not diff_between(company, Instant(NEXT_MONTH), Instant(NEXT_MONTH))


def test_versions_are_listed_the_last_first(company: Work):
    """Each says whether it holds, and which one took it back."""
    moved(company, "EAST", "HQ")
    moved(later(company, hours=1), "FIN", "SALES", NEXT_MONTH)
    roll_back(later(company, hours=2), "move-FIN", reason="not now")

    found = org_versions(later(company, hours=3))

    assert [(each.code.split("-")[0], each.kind, each.state) for each in found[:3]] == [
        ("rollback", "rollback", "scheduled"),
        ("move", "change", "scheduled"),
        ("move", "change", "in_force"),
    ]
    assert (found[0].undoes, found[1].undone_by, found[0].reason) == ("move-FIN", found[0].code, "not now")
    assert len(org_versions(company, limit=1)) == 1


def test_a_version_tells_what_it_changed(company: Work):
    """Also after later versions changed the same."""
    moved(company, "EAST", "HQ")
    moved(later(company, hours=1), "EAST", "FIN", version="again")

    assert [(change.before["parent"], change.after["parent"]) for change in version_diff(company, "move-EAST") if change.before and change.after] == [
        ("SALES", "HQ")
    ]
    assert version_instant(later(company, hours=2), "move-EAST").known_at == later(company, hours=1).clock.now() - timedelta(microseconds=1)
    with pytest.raises(NotFound, match="'none'"):
        version_diff(company, "none")


def test_rolling_back_brings_the_structure_back(company: Work):
    """The tree is as before; the version and every earlier answer stay."""
    before = read_structure(company, TODAY)
    moved(company, "SALES", "FIN")
    between = read_structure(company, TODAY)
    after = later(company, hours=1)

    undone = roll_back(after, "move-SALES", reason="a mistake")

    assert read_structure(after, TODAY) == before
    assert read_structure(after, TODAY, company.clock.now() + timedelta(minutes=1)) == between
    assert [change.code for change in undone.diff] == ["SALES"]
    assert size(after, OrgVersion) == 4


def test_rolling_back_brings_back_what_was_closed(company: Work):
    """A closed department, and everybody who was moved out of it, return; a new one goes."""
    before = read_structure(company, TODAY)
    number = open_version(company, "merge-east", TODAY)
    gone = {code: facts for code, facts in before.assignments.items() if facts["department"] == "EAST"}
    changes = [Change(Part.ASSIGNMENT, code, facts, {**facts, "department": "WEST"}) for code, facts in gone.items()]
    changes.append(Change(Part.DEPARTMENT, "EAST", before.departments["EAST"], None))
    changes.append(Change(Part.DEPARTMENT, "WEST", None, {**before.departments["EAST"], "name_en": "West"}))
    apply_changes(company, changes, TODAY, version=number)
    assert "EAST" not in read_structure(company, TODAY).departments

    roll_back(later(company, hours=1), "merge-east")

    assert read_structure(company, TODAY) == before


def test_rolling_back_leaves_later_changes_of_other_fields(company: Work):
    """The move is taken back, and the later name stays, also one that is only planned."""
    moved(company, "EAST", "HQ")
    change_departments(later(company, hours=1), [DatedEntry("EAST", TODAY, {"name_en": "Far east"})])
    change_departments(later(company, hours=2), [DatedEntry("EAST", NEXT_MONTH, {"head": "E3"})])

    roll_back(later(company, hours=3), "move-EAST")

    now, then = (read_structure(company, day).departments["EAST"] for day in (TODAY, NEXT_MONTH))
    assert (now["parent"], now["name_en"], now["head"]) == ("SALES", "Far east", "E2")
    assert (then["parent"], then["name_en"], then["head"]) == ("SALES", "Far east", "E3")


def test_rolling_back_what_was_changed_again_is_a_conflict(company: Work):
    """Every field at odds is named, and nothing is written."""
    moved(company, "EAST", "HQ")
    moved(later(company, hours=1), "EAST", "FIN", version="again")
    versions = size(company, OrgVersion)

    with pytest.raises(ConflictsFound, match="1 place") as caught:
        roll_back(later(company, hours=2), "move-EAST")

    assert [(problem.column, problem.value) for problem in caught.value.problems] == [("parent", "EAST")]
    assert size(company, OrgVersion) == versions
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "FIN"


def test_a_version_is_rolled_back_once(company: Work):
    """The second time there is nothing to take back."""
    moved(company, "EAST", "HQ")
    roll_back(later(company, hours=1), "move-EAST")

    with pytest.raises(InvalidValue, match="'move-EAST' is taken back already, by 'rollback-4'"):
        roll_back(later(company, hours=2), "move-EAST")


def test_an_earlier_structure_is_brought_back_whole(company: Work):
    """Whatever came since, from today on everything is as the version was; the days before stay."""
    moved(company, "EAST", "HQ", date(2026, 3, 1))
    wanted = read_structure(company, date(2026, 3, 1))
    moved(later(company, hours=1), "EAST", "FIN", date(2026, 6, 1), "again")
    change_departments(later(company, hours=2), [DatedEntry("NEW", date(2026, 6, 1), {"parent": "EAST"})])
    assign_employees(later(company, hours=3), [DatedEntry("E3", date(2026, 7, 1), {"department": "NEW"})])
    july = read_structure(company, date(2026, 7, 1))

    roll_back(later(company, hours=4), "move-EAST", restore=True)

    assert read_structure(company, TODAY) == wanted
    assert read_structure(company, date(2026, 7, 1)) == july
    assert [(note.base, note.undoes) for note in org_versions(company, limit=1)] == [("move-EAST", None)]


@pytest.mark.parametrize("restore", [True, False])
def test_the_past_is_not_rolled_back(company: Work, restore: bool):
    """What was so stays so: an earlier day than today's, or than the version's, is refused."""
    moved(company, "EAST", "HQ")

    with pytest.raises(InvalidValue, match="2026-01-01 is too early"):
        roll_back(later(company, hours=1), "move-EAST", restore=restore, on=date(2026, 1, 1))


def snapshot(**departments: str | None) -> OrgSnapshot:
    """A snapshot of departments with their parents, as of next month."""
    return OrgSnapshot(
        "plan",
        NEXT_MONTH,
        Structure({code: {"parent": parent} for code, parent in departments.items()}),
        frozenset({Part.DEPARTMENT}),
        reason="chart",
    )


def test_a_snapshot_becomes_a_version_with_its_diff(company: Work):
    """What it does not name ends, what it leaves out stays, and the same again changes nothing."""
    recorded = record_structure(company, snapshot(HQ=None, SALES="HQ", EAST="HQ", FIN="EAST", LAB="HQ"))
    again = record_structure(later(company, hours=1), snapshot(HQ=None, SALES="HQ", EAST="HQ", FIN="EAST", LAB="HQ"))

    assert [(change.code, change.fields) for change in recorded.diff] == [
        ("EAST", ("parent",)),
        ("FIN", ("parent",)),
        ("LAB", ("name_zh", "name_en", "parent", "head", "legal_entity")),
    ]
    assert (again.version_id, len(again.diff)) == (None, 0)
    assert read_structure(company, NEXT_MONTH).departments["EAST"]["name_en"] == "East"
    assert [each.kind for each in org_versions(company, limit=1)] == ["snapshot"]


def test_a_snapshot_that_says_something_else_is_a_conflict(company: Work):
    """The code is taken by what it said first."""
    record_structure(company, snapshot(HQ=None, SALES="HQ", EAST="HQ", FIN="HQ"))

    with pytest.raises(Conflict, match="would change 1 record"):
        record_structure(later(company, hours=1), snapshot(HQ=None, SALES="HQ", EAST="HQ", FIN="EAST"))


def test_a_wrong_snapshot_is_refused_whole(company: Work):
    """All problems are told with file and row; what names a bad record is not told again."""
    given = Structure({"HQ": {"parent": None}, "SALES": {"parent": "NONE"}, "EAST": {"parent": "SALES"}, "LAB": {"parent": "HQ", "head": "E99"}})
    wrong = OrgSnapshot("plan", NEXT_MONTH, given, frozenset({Part.DEPARTMENT}), where={(Part.DEPARTMENT, "SALES"): ("chart.csv", 3)})
    versions = size(company, OrgVersion)

    with pytest.raises(ProblemsFound) as caught:
        record_structure(company, wrong)

    told = {(problem.where, problem.row, problem.value) for problem in caught.value.problems}
    assert {("chart.csv", 3, "NONE")} < told
    assert "E99" in {value for _, _, value in told}
    assert size(company, OrgVersion) == versions


def test_a_snapshot_of_a_part_leaves_the_rest(company: Work):
    """It speaks of one department and what is below it."""
    part = OrgSnapshot("east", NEXT_MONTH, Structure({"SALES": {}, "WEST": {"parent": "SALES"}}), frozenset({Part.DEPARTMENT}), below="SALES")
    assign_employees(company, [DatedEntry(number, TODAY, {"department": "FIN"}) for number in ("E2", "E3", "E4")])

    record_structure(later(company, hours=1), part)

    assert sorted(read_structure(company, NEXT_MONTH).departments) == ["FIN", "HQ", "SALES", "WEST"]


def test_an_organisation_beside_the_line(company: Work):
    """A project has departments and members of its own; the line does not see them, and nobody mixes the two."""
    team = Structure(
        {"P": {"name_en": "Projects"}, "P1": {"parent": "P"}},
        memberships={"E3@P1": {"employee": "E3", "department": "P1", "role": "lead", "share": None}},
        line="project",
    )
    record_structure(company, OrgSnapshot("projects", TODAY, team, frozenset({Part.DEPARTMENT, Part.MEMBERSHIP})))

    assert [node.code for node in department_tree(company, TODAY, line="project")] == ["P", "P1"]
    assert [count.own for count in headcounts(company, TODAY, line="project")] == [0, 1]
    assert sorted(read_structure(company, TODAY).departments) == ["EAST", "FIN", "HQ", "SALES"]
    assert read_structure(company, TODAY, line="project").memberships["E3@P1"]["role"] == "lead"
    for wrong in (
        lambda: move_department(company, "P1", "HQ", TODAY),
        lambda: assign_employees(company, [DatedEntry("E4", TODAY, {"department": "P1"})]),
    ):
        with pytest.raises(ProblemsFound, match="project"):
            wrong()


def test_a_closed_version_takes_nothing_more(company: Work):
    """What a version changed is what it changed: facts for an earlier one are refused."""
    number = open_version(company, "first", TODAY)
    open_version(later(company, hours=1), "second", TODAY)

    with pytest.raises(Conflict, match="'second' was recorded after it"):
        move_department(company, "EAST", "HQ", TODAY, version=number)


def test_a_version_has_no_say_before_its_first_day(company: Work):
    """A fact of an earlier day is refused under it."""
    number = open_version(company, "first", NEXT_MONTH)

    with pytest.raises(ProblemsFound, match="before 2026-11-01"):
        move_department(company, "EAST", "HQ", TODAY, version=number)


def test_posts_say_for_how_many_people_they_are(company: Work):
    """Full-time equivalents are kept to the millionth, and are one where nothing is said."""
    change_positions(
        company, [DatedEntry("P1", FOUNDED, {"department": "FIN", "fte": Decimal("2.5")}), DatedEntry("P2", FOUNDED, {"department": "FIN"})]
    )

    found = read_structure(company, TODAY).positions
    assert (found["P1"]["fte"], found["P2"]["fte"]) == (Decimal("2.5"), Decimal(1))
    with pytest.raises(ProblemsFound, match="less than nothing"):
        change_positions(company, [DatedEntry("P3", FOUNDED, {"department": "FIN", "fte": Decimal(-1)})])


def test_a_parent_is_not_closed_before_its_child_moves(company: Work):
    """Also where both are said in one breath: in between the child would hang in the air."""
    entries = [DatedEntry("SALES", NEXT_MONTH, None), DatedEntry("EAST", date(2026, 12, 1), {"parent": "HQ"})]
    assign_employees(company, [DatedEntry("E5", TODAY, {"department": "FIN"})])

    with pytest.raises(ProblemsFound, match="'EAST' still names it as its parent on 2026-11-01"):
        change_departments(company, entries)
    change_departments(company, [entries[0], DatedEntry("EAST", NEXT_MONTH, {"parent": "HQ"})])

    assert "SALES" not in read_structure(company, NEXT_MONTH).departments


def test_a_snapshot_of_a_part_takes_in_what_was_elsewhere(company: Work):
    """What moves in keeps what the snapshot does not say; a part that nobody knows is refused."""
    given = Structure({"SALES": {}, "EAST": {}, "FIN": {"parent": "SALES"}})
    record_structure(company, OrgSnapshot("in", NEXT_MONTH, given, frozenset({Part.DEPARTMENT}), below="SALES"))

    finance = read_structure(company, NEXT_MONTH).departments["FIN"]
    assert (finance["name_en"], finance["head"], finance["parent"]) == ("Finance", "E6", "SALES")
    with pytest.raises(NotFound, match="'NONE'"):
        record_structure(later(company, hours=1), OrgSnapshot("x", NEXT_MONTH, given, frozenset({Part.DEPARTMENT}), below="NONE"))


def test_a_rollback_that_was_rolled_back_counts_no_more(company: Work):
    """The version is in effect again, and can be taken back again."""
    moved(company, "EAST", "HQ")
    first = roll_back(later(company, hours=1), "move-EAST")
    roll_back(later(company, hours=2), first.code)
    notes = {note.code: note for note in org_versions(later(company, hours=3))}
    assert (notes["move-EAST"].undone_by, read_structure(company, TODAY).departments["EAST"]["parent"]) == (None, "HQ")

    again = roll_back(later(company, hours=4), "move-EAST")

    found = org_versions(later(company, hours=5), limit=6)
    assert next(note for note in found if note.code == "move-EAST").undone_by == again.code
    assert len(found) == 6


def test_a_clock_that_was_set_back_hides_nothing(company: Work):
    """Facts of the newest version are part of it, whatever the clock said when they were entered."""
    number = open_version(company, "newest", TODAY)
    move_department(later(company, hours=5), "EAST", "HQ", TODAY, version=number)

    assert [change.code for change in version_diff(company, "newest")] == ["EAST"]
    assert [change.code for change in roll_back(company, "newest").diff] == ["EAST"]


@pytest.mark.parametrize("reason", ["x" * 401, "a\0b", "\ud800"])
def test_a_reason_that_cannot_be_kept_is_refused(company: Work, reason: str):
    """Before anything is written, with every kind of version."""
    moved(company, "EAST", "HQ")
    versions = size(company, OrgVersion)

    for act in (
        lambda: roll_back(later(company, hours=1), "move-EAST", reason=reason),
        lambda: move_department(company, "FIN", "EAST", TODAY, reason=reason),
        lambda: open_version(company, "other", TODAY, reason=reason),
    ):
        with pytest.raises(InvalidValue):
            act()

    assert size(company, OrgVersion) == versions
