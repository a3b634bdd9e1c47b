"""An answer stays small, however cleverly a small question is nested."""

from __future__ import annotations

from typing import Any

import pytest

from bole.graphql import plan
from tests.core.graphql.conftest import Api

NESTED = "{ employees { nodes { scores { employee { scores { employee { scores { points } } } } } } } }"


def test_a_list_below_an_object_that_many_share_counts_for_each(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read once and written many times, it is refused where the answer would be too large, by both paths."""
    size = _objects(api.ask(NESTED)["data"]["employees"])
    monkeypatch.setattr(plan, "MOST_OBJECTS", size - 1)

    compiled, executed = api.ask(NESTED), api.executed(NESTED)

    for answer in (compiled, executed):
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["core.too_many_objects"]


def test_an_answer_at_the_limit_is_given(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself is allowed."""
    whole = api.ask(NESTED)
    monkeypatch.setattr(plan, "MOST_OBJECTS", _objects(whole["data"]["employees"]))

    assert api.ask(NESTED) == whole


def _objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(_objects(part) for part in value.values())
    return sum(_objects(part) for part in value) if isinstance(value, list) else 0
