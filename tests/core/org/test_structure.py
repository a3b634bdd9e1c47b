"""Structures as values: their records by part, changes and their fields, facts as plain JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given

from bole.org import FIELDS, Change, Part, Structure, complete, in_order, read, written
from tests.core.org.structures import department, structures, works


@pytest.mark.parametrize("part", list(Part))
def test_facts_are_completed_with_what_is_empty_for_a_field(part: Part) -> None:
    """Empty text for names, one for sizes, nothing for references; what is given stays."""
    facts = complete(part, {"parent": "S", "fte": Decimal(2)})

    empty = {"name_zh": "", "name_en": "", "title_zh": "", "title_en": "", "grade": "", "role": "", "share": Decimal(1)}
    assert facts == {name: {"parent": "S", "fte": Decimal(2)}.get(name, empty.get(name)) for name in FIELDS[part]}


def test_a_change_names_the_fields_that_differ() -> None:
    """All of them where a record begins or ends; changes have an order of part and code."""
    moved = Change(Part.DEPARTMENT, "B", department("S"), department("T", head="E1"))
    left, begun = Change(Part.ASSIGNMENT, "E1", works("S"), None), Change(Part.DEPARTMENT, "A", None, department())

    assert moved.fields == ("parent", "head")
    assert left.fields == FIELDS[Part.ASSIGNMENT]
    assert in_order([left, moved, begun]) == (begun, moved, left)


@given(structures())
def test_facts_come_back_from_plain_json_as_they_were(structure: Structure) -> None:
    """Decimals as text, nothing as null, an absent record as null."""
    for part in Part:
        for code in [*structure.records(part), "absent"]:
            facts = structure.get(part, code)
            assert read(json.loads(json.dumps(written(facts)))) == facts
