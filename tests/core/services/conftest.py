"""The small company of `tests.chain` on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bole.access import Work
from bole.db import Database
from tests.chain import company


@pytest.fixture
def work_company(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A company of three with a plan, and a unit of work on the system's behalf."""
    with company(database, tmp_path / "instance") as work:
        yield work
