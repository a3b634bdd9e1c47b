"""The company that reorganises, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bole.access import Work
from bole.db import Database
from tests.plugins.reorganisation.reorganising import reorganising, reorganising_host


@pytest.fixture
def company(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A company of seven, and a unit of work on the system's behalf."""
    with reorganising(database, reorganising_host(tmp_path / "instance")) as work:
        yield work
