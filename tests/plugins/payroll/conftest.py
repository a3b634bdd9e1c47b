"""The company that is paid, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bole.access import Work
from bole.db import Database
from tests.plugins.payroll.paying import paying


@pytest.fixture
def payroll(database: Database) -> Iterator[Work]:
    """Four legal entities without anybody, and a unit of work on the system's behalf on the last day of 2026."""
    with paying(database) as work:
        yield work
