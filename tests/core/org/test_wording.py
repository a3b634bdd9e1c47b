"""Every line of a diff has a sentence in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given

from bole.contracts.label import Label
from bole.org import DiffLine, Part, Structure, Verb, compare, explain, name_of, names_of, sentence
from tests.core.org.structures import belongs, department, post, structures, works

NAMES = {
    "S": Label("销售部", "Sales"),
    "O": Label("运营部", "Operations"),
    "E1": Label("甲", "Jo"),
    "E2": Label("乙", "Bo"),
    "P1": Label("主管", "Lead"),
}
SALES, OPERATIONS = department(name_zh="销售部", name_en="Sales"), department(name_zh="运营部", name_en="Operations")
EAST = {"name_zh": "华东", "name_en": "East"}


def said(before: Structure, after: Structure, names: Mapping[str, Label] = NAMES, **sizes: int) -> list[tuple[str, str]]:
    """Return the English and the Chinese sentence of each line between two structures."""
    return [(label.en, label.zh) for label in (sentence(line, names) for line in explain(compare(before, after), subtree=sizes))]


def departments(**changed: dict[str, object] | None) -> Structure:
    """Return Sales, Operations and East below Sales, with some put, replaced or taken away."""
    records = {"S": SALES, "O": OPERATIONS, "A": department("S", **EAST)} | changed
    return Structure({code: facts for code, facts in records.items() if facts is not None})


@pytest.mark.parametrize(
    ("facts", "size", "english", "chinese"),
    [
        (
            department("O", **EAST),
            12,
            "East moved from Sales to Operations, with 12 departments below it",
            "华东从销售部移至运营部，连同下属 12 个部门",
        ),
        (department("O", **EAST), 1, "East moved from Sales to Operations, with 1 department below it", "华东从销售部移至运营部，连同下属 1 个部门"),
        (department(None, **EAST), 0, "East moved from Sales to the top", "华东从销售部移至最上层"),
        (department("S", name_zh="华东", name_en="Coast"), 0, "“East” is now called “Coast”", "“East”更名为“Coast”"),
        (department("S", name_zh="沿海", name_en="Coast"), 0, "“East” is now called “Coast”", "“华东”更名为“沿海”"),
        (department("S", **EAST, head="E1"), 0, "East is now headed by Jo (had no head)", "华东的负责人为甲（原无）"),
        (department("S", **EAST, legal_entity="DE"), 0, "East: legal entity nothing → DE", "华东：法人实体由（无）变为DE"),
        (None, 0, "Department East closed", "撤销部门华东"),
    ],
)
def test_what_happened_to_a_department_is_a_sentence(facts: dict[str, object] | None, size: int, english: str, chinese: str) -> None:
    """Moved, renamed in one language or both, a head, a legal entity, closed."""
    assert said(departments(), departments(A=facts), A=size) == [(english, chinese)]


def test_a_change_of_head_names_both() -> None:
    """One instead of the other; or none any more."""
    one, other = departments(A=department("S", **EAST, head="E1")), departments(A=department("S", **EAST, head="E2"))

    assert said(one, other) == [("East is now headed by Bo instead of Jo", "华东的负责人由甲变为乙")]
    assert said(one, departments()) == [("East has no head any more (was Jo)", "华东不再有负责人（原为甲）")]


def test_a_new_department_tells_its_place() -> None:
    """Below another, or at the top; without a name it is its code."""
    assert said(departments(A=None), departments()) == [("Department East added below Sales", "在销售部下新设部门华东")]
    assert said(departments(), departments(N=department())) == [("Department N added at the top", "新设部门N（最上层）")]


def test_mergers_and_splits_name_all_that_took_part() -> None:
    """Into an old department, into a new one, in the place of one, split up and split off."""
    people = {"E1": "A", "E2": "B"}

    def place(structure: Structure, **where: str) -> Structure:
        return Structure(structure.departments, assignments={number: works(code) for number, code in (people | where).items()})

    before = place(departments(B=department("S", **EAST)))
    names = NAMES | {"A": Label("东", "East"), "B": Label("西", "West"), "N": Label("新部", "New")}
    new = department("S", name_zh="新部", name_en="New")
    into_old = place(departments(A=None, B=None), E1="O", E2="O")
    into_new = place(departments(A=None, B=None, N=new), E1="N", E2="N")
    instead = place(departments(A=None, B=department("S", **EAST), N=new), E1="N")
    off = place(departments(B=department("S", **EAST), N=new), E1="N")

    assert said(before, into_old, names)[0] == ("East and West were merged into Operations", "东、西并入运营部")
    assert said(before, into_new, names)[0] == ("East and West were merged into the new department New", "东、西并入新部门新部")
    assert said(before, instead, names)[0] == ("New takes the place of East", "新部取代东")
    assert said(before, off, names)[0] == ("New was split off from East", "从东拆分出新部")


def test_a_department_split_up_names_its_parts() -> None:
    """The closed department has its own name; beyond six parts they are counted."""
    parts = {f"N{number}": department("S") for number in range(8)}
    before = Structure({"S": SALES, "A": department("S", **EAST)}, assignments={f"E{place}": works("A") for place in range(8)})
    after = Structure({"S": SALES} | parts, assignments={f"E{place}": works(code) for place, code in enumerate(parts)})

    assert said(before, after)[0] == ("East was split into N0, N1, N2, N3, N4, N5 and 2 more", "华东拆分为N0、N1、N2、N3、N4、N5 等 8 项")


def test_what_happened_to_posts_is_a_sentence() -> None:
    """Added, closed, moved, put below another post, renamed and altered."""
    before = {"P1": post("S", title_en="Lead"), "P2": post("S", "P1"), "P3": post("S"), "P4": post("O"), "P5": post("S", title_en="Clerk")}
    after = {
        "P1": post("O", title_en="Lead"),
        "P2": post("O"),
        "P4": post("O", "P1"),
        "P5": post("S", title_en="Agent", fte=Decimal("2.50"), grade="A"),
    }

    assert said(Structure(positions=before), Structure(positions=after | {"P6": post("O")})) == [
        ("Post P6 added in Operations", "运营部新设岗位P6"),
        ("Post P3 closed in Sales", "销售部撤销岗位P3"),
        ("Lead moved from Sales to Operations", "Lead从销售部调至运营部"),
        ("P2 moved from Sales to Operations, post above Lead → nothing", "P2从销售部调至运营部，上级岗位由主管变为（无）"),
        ("P4: post above nothing → Lead", "P4上级岗位由（无）变为主管"),
        ("“Clerk” is now called “Agent”", "“Clerk”更名为“Agent”"),
        ("Agent: grade nothing → A, full-time equivalents 1 → 2.5", "Agent：职级由（无）变为A，编制由1变为2.5"),
    ]


def test_what_happened_to_people_is_a_sentence() -> None:
    """Joined, left, moved, another manager, another post."""
    before = {"E1": works("S", position="P1"), "E2": works("S"), "E3": works("S", manager="E1"), "E4": works("S", position="P1")}
    after = {"E2": works("O", position="P1"), "E3": works("S"), "E4": works("S"), "E5": works("O", position="P1")}

    assert said(Structure(assignments=before), Structure(assignments=after)) == [
        ("E5 joined Operations, as Lead", "E5加入运营部，岗位主管"),
        ("Jo left Sales", "甲离开销售部"),
        ("Bo moved from Sales to Operations, post nothing → Lead", "乙从销售部调至运营部，岗位由（无）变为主管"),
        ("E3 now reports to the head of the department instead of Jo", "E3的直接上级由甲变为部门负责人"),
        ("E4: post Lead → nothing", "E4：岗位由主管变为（无）"),
    ]


def test_what_happened_beside_the_line_is_a_sentence() -> None:
    """Who joined as what with which share, who left, whose role changed."""
    before = {"E1@O": belongs("E1", "O"), "E2@O": belongs("E2", "O")}
    after = {"E1@O": belongs("E1", "O", role="adviser"), "E3@O": belongs("E3", "O", role="lead", share=Decimal("0.5"))}

    assert said(Structure(memberships=before), Structure(memberships=after)) == [
        ("E3 joined Operations, as lead, share 0.5", "E3加入运营部，角色lead，投入 0.5"),
        ("Bo left Operations", "乙离开运营部"),
        ("Jo in Operations: role nothing → adviser", "甲在运营部：角色由（无）变为adviser"),
    ]


def test_a_name_falls_back_to_the_other_language_and_then_to_the_code() -> None:
    """So no sentence has a hole."""
    assert name_of(Part.DEPARTMENT, "A", department(name_en="East")) == Label("East", "East")
    assert name_of(Part.POSITION, "P", post("S", title_zh="主管")) == Label("主管", "主管")
    assert name_of(Part.DEPARTMENT, "A", None) == name_of(Part.DEPARTMENT, "A", department()) == Label("A", "A")
    assert name_of(Part.ASSIGNMENT, "E1", works("S")) == Label("E1", "E1")


def test_a_diff_itself_gives_the_names_of_what_it_changes() -> None:
    """As they are afterwards, or last were; a department's where a post has the same code."""
    before = Structure(
        {"A": department(name="East"), "X": department(name="Sea")}, {"A": post("A", title_en="Lead"), "P": post("A", title_en="Clerk")}
    )
    after = Structure({"A": department(name="West")}, {"A": post("A", title_en="Boss")})

    assert names_of(compare(before, after)) == {"A": Label("West", "West"), "X": Label("Sea", "Sea"), "P": Label("Clerk", "Clerk")}


@given(structures(), structures())
def test_every_line_has_a_sentence_in_both_languages(before: Structure, after: Structure) -> None:
    """Whatever changed, with names or without, nothing of Python shows."""
    diff = compare(before, after)
    for line in explain(diff):
        for names in ({}, names_of(diff)):
            label = sentence(line, names)
            assert label.zh
            assert label.en
            assert "None" not in label.zh + label.en


def test_a_merger_of_which_no_name_is_known_is_told_with_codes() -> None:
    """A target that itself did not change has no name in the diff; the names given are asked, then its code serves."""
    line = DiffLine(Verb.MERGED, Part.DEPARTMENT, "S", Label("S", "S"), others=("B",))

    assert sentence(line, {}) == Label("B并入S", "B was merged into S")
    assert sentence(line, NAMES) == Label("B并入销售部", "B was merged into Sales")
