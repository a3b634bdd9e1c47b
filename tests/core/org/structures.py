"""Structures to test with: short ways to write one down, and Hypothesis strategies for random ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bole.org import Part, Structure, complete

CODES = tuple(f"D{number}" for number in range(6))
POSTS = tuple(f"P{number}" for number in range(5))
PEOPLE = tuple(f"E{number}" for number in range(6))
NAMES = ("", "East", "West")


def department(parent: str | None = None, name: str = "", **facts: Any) -> dict[str, Any]:
    """Return the facts of a department below another; one name serves both languages unless they are told apart."""
    return complete(Part.DEPARTMENT, {"parent": parent, "name_zh": name, "name_en": name, **facts})


def post(place: str | None, above: str | None = None, **facts: Any) -> dict[str, Any]:
    """Return the facts of a post in a department, below another post."""
    return complete(Part.POSITION, {"department": place, "reports_to": above, **facts})


def works(place: str | None, **facts: Any) -> dict[str, Any]:
    """Return where somebody works."""
    return complete(Part.ASSIGNMENT, {"department": place, **facts})


def belongs(employee: str, place: str, **facts: Any) -> dict[str, Any]:
    """Return where somebody works beside the line."""
    return complete(Part.MEMBERSHIP, {"employee": employee, "department": place, **facts})


def _maybe(codes: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(codes)


def _facts(part: Part, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields).map(lambda facts: complete(part, facts))


def _departments(parents: st.SearchStrategy[str | None]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(NAMES)
    return _facts(Part.DEPARTMENT, name_zh=names, name_en=names, parent=parents, head=_maybe(PEOPLE[:3]), legal_entity=_maybe(("CN", "DE")))


def _posts() -> st.SearchStrategy[dict[str, Any]]:
    sizes = st.sampled_from((Decimal("0.5"), Decimal(1), Decimal("2.5")))
    titles = st.sampled_from(NAMES)
    return _facts(Part.POSITION, department=_maybe(CODES), reports_to=_maybe(POSTS), title_zh=titles, title_en=titles, grade=titles, fte=sizes)


def _people() -> st.SearchStrategy[dict[str, Any]]:
    return _facts(Part.ASSIGNMENT, department=st.sampled_from(CODES), position=_maybe(POSTS), manager=_maybe(PEOPLE))


@st.composite
def _memberships(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    pairs = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CODES)), max_size=4, unique=True))
    roles, shares = st.sampled_from(("", "lead")), st.sampled_from((Decimal(1), Decimal("0.25")))
    return {f"{number}@{code}": belongs(number, code, role=draw(roles), share=draw(shares)) for number, code in pairs}


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """Return any structure, sound or not: rings and names of what does not exist among them."""
    return Structure(
        departments=draw(st.dictionaries(st.sampled_from(CODES), _departments(_maybe(CODES)))),
        positions=draw(st.dictionaries(st.sampled_from(POSTS), _posts())),
        assignments=draw(st.dictionaries(st.sampled_from(PEOPLE), _people())),
        memberships=draw(_memberships()),
    )


@st.composite
def sound_structures(draw: st.DrawFn) -> Structure:
    """Return a structure that is a tree, and in which everything named exists."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    departments = {code: draw(_departments(_maybe(tuple(codes[:place])) if place else st.none())) for place, code in enumerate(codes)}
    positions, somewhere = {}, st.sampled_from(codes)
    for code in draw(st.lists(st.sampled_from(POSTS), unique=True)):
        above = _maybe(tuple(positions)) if positions else st.none()
        positions[code] = draw(_posts()) | {"department": draw(somewhere), "reports_to": draw(above)}
    places = draw(st.dictionaries(st.sampled_from(PEOPLE), _people()))
    held = _maybe(tuple(positions)) if positions else st.none()
    places = {number: facts | {"department": draw(somewhere), "position": draw(held)} for number, facts in places.items()}
    memberships = {code: facts for code, facts in draw(_memberships()).items() if facts["department"] in departments}
    return Structure(departments, positions, places, memberships)
