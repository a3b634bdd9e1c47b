"""The documents in docs/graphql.md work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bole.access import Actor
from bole.graphql import documents, plan
from tests.core.graphql.conftest import Api

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "graphql.md").read_text("utf-8")


def answered(api: Api, block: str) -> dict[str, Any]:
    """Return the answer to a query on the system's behalf, or to the mutation on nobody's in particular."""
    if "mutation" in block:
        return api.ask(block, {"input": {"source": "erp", "observations": []}}, actor=Actor("nobody"))
    return api.ask(block)


def test_every_document_is_answered(api: Api) -> None:
    """Each GraphQL block is valid; a query is answered without errors, the mutation refused to whoever may not record."""
    blocks = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)

    answers = [answered(api, block) for block in blocks]

    assert len(blocks) == 6
    assert [answer.get("errors") for answer in answers] == [None] * 6
    assert answers[0]["data"]["employees"]["totalCount"] == 6
    assert answers[1]["data"]["node"] == {"__typename": "Employee", "id": "RW1wbG95ZWU6Mw==", "number": "E003"}
    assert answers[2]["data"]["employees"]["nodes"][0]["payouts"][0]["amount"] == {"amount": "-0.05", "currency": "CNY"}
    assert answers[4]["data"]["departmentResults"] == []
    assert answers[5]["data"]["recordObservations"]["errors"][0]["code"] == "core.forbidden"


def test_the_limits_are_those_of_the_code() -> None:
    """The table of limits says what the code does."""
    limits = {
        "objects on a page": plan.LARGEST_PAGE,
        "rows that one request reads": plan.MOST_ROWS,
        "statements that one request needs: one for each list and count": plan.MOST_STATEMENTS,
        "fields in a document, fragments written out": documents.MOST_FIELDS,
        "depth": documents.DEEPEST,
    }

    for what, most in limits.items():
        assert f"| {what} | {most:,} |" in PAGE
    assert f"| length of a document | {documents.LONGEST:,} characters |" in PAGE
