"""Fixtures for the tests of the connectors: a host that has them, a company, and files written from texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.extension import ImportOutcome, ImportRow
from bole.host import Config, Host
from bole.services.catalogue import synchronise
from tests.conftest import NOW

PACKAGES = {"connectors": "bole_connectors", "sales": "bole_sales", "incentives": "bole_incentives"}
MakeHost = Callable[..., Host]
Write = Callable[..., Path]

SALES = """
connector = "csv"
target = "observations"
source = "shop"
time_zone = "Asia/Shanghai"
currency = "CNY"

[fields.employee]
column = "Staff"

[fields.kind]
constant = "sale.closed"

[fields.moment]
column = "Day"

[fields.external_key]
column = "Order"

[fields.amount]
column = "Sum"
"""
"""A mapping that most tests start from; its files have the columns Staff, Day, Order, Sum."""

HEADER = "Staff,Day,Order,Sum"


def make_host(**settings: Any) -> Host:
    """Return a host with the connectors, under these settings."""
    return Host(Config(plugins=tuple(PACKAGES), settings={"connectors": settings}), packages=PACKAGES)


@pytest.fixture
def host() -> Host:
    """A host with the connectors, sales and incentives."""
    return make_host()


@pytest.fixture
def desk(host: Host) -> Work:
    """A unit of work that reaches no database: for what is refused before anything is written."""
    return Work(session=Session(), host=host, clock=FixedClock(NOW))


@pytest.fixture
def shop(work: Work) -> Work:
    """A unit of work in a company with the employees 1001 and 1002."""
    synchronise(work)
    put(work, "legal_entities", code="CN", name_zh="公司", name_en="Company", country="CN", currency="CNY", time_zone="Asia/Shanghai")
    for number in ("1001", "1002"):
        put(work, "employees", number=number, hired_on=date(2020, 1, 1), legal_entity="CN")
    return work


def put(work: Work, target: str, **values: Any) -> ImportOutcome:
    """Import one row made of keywords."""
    outcome = work.host.registry.import_targets[target].load(work, [[ImportRow("test", 1, values)]], {})
    assert not outcome.problems, outcome.problems
    return outcome


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the test's folder and return its path: ``write("a.csv", "text or bytes")``."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def run(write: Write) -> Callable[..., ImportOutcome]:
    """Import files through a mapping given as text: ``run(work, mapping, path, …)``."""

    def imported(work: Work, mapping: str, *files: Path) -> ImportOutcome:
        path = write("mapping.toml", mapping)
        connector = "excel" if 'connector = "excel"' in mapping else "csv"
        return work.host.registry.connectors[connector].run(work, path, [str(file) for file in files])

    return imported
