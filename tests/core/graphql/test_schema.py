"""The printed schema is part of the interface: it changes only on purpose."""

from __future__ import annotations

from pathlib import Path

from bole.graphql.service import print_schema
from bole.host import Config, Host

PRINTED = Path(__file__).resolve().parents[3] / "docs" / "schema.graphql"


def test_the_printed_schema_is_the_committed_one() -> None:
    """docs/schema.graphql is what the core's declarations give; after a wanted change, `bole schema > docs/schema.graphql` writes it anew."""
    assert print_schema(Host(Config(), packages={})) == PRINTED.read_text("utf-8")
