"""What the plugin declares: connectors, exchange rates, snapshots of the organisation, and their settings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bole.access import Work
from bole.contracts.extension import ImportOutcome
from bole.errors import Conflict, InvalidValue, ProblemsFound, StartRefused
from bole.host import Host
from bole.models import Observation, OrgVersion
from bole.services.structure import department_tree
from bole.values import Money
from bole_connectors.cli import record_org_version
from tests.plugins.connectors.conftest import HEADER, SALES, Write, make_host, put

Run = Callable[..., ImportOutcome]
NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)


def rate(factor: str = "7.1086", valid_from: object = date(2026, 7, 1), **others: object) -> dict[str, object]:
    """Return a rate as the settings state it."""
    return {"from": "USD", "to": "CNY", "rate": factor, "valid_from": valid_from, "source": "central bank", **others}


def test_bole_connectors(host: Host) -> None:
    """The plugin brings connectors for CSV, Excel, statements and steps."""
    assert set(host.registry.connectors) >= {"csv", "excel", "statements", "steps"}


@pytest.mark.parametrize(
    ("day", "converted"),
    [
        (datetime(2026, 6, 30, tzinfo=UTC), Money(Decimal("710.0000"), "CNY")),
        (datetime(2026, 7, 1, tzinfo=UTC), Money(Decimal("710.8600"), "CNY")),
        (datetime(2025, 12, 31, tzinfo=UTC), None),
    ],
    ids=["before-the-change", "from-the-change-on", "before-any-rate"],
)
def test_bole_convert_money(desk: Work, day: datetime, converted: Money | None) -> None:
    """An amount is converted, unrounded, at the last rate whose day has come; before the first rate there is none."""
    host = make_host(rates=[rate(), rate("7.10", "2026-01-01")])

    found = host.hook.bole_convert_money(work=Work(desk.session, host), amount=Money(Decimal(100), "USD"), currency="CNY", moment=day)

    assert found == converted


def test_the_opposite_rate_is_not_derived(desk: Work) -> None:
    """A rate from dollars says nothing of a rate into dollars; a currency converts into itself."""
    host = make_host(rates=[rate()])
    convert = host.hook.bole_convert_money
    work, yuan = Work(desk.session, host), Money(Decimal(100), "CNY")

    assert convert(work=work, amount=yuan, currency="USD", moment=NOON) is None
    assert convert(work=work, amount=yuan, currency="CNY", moment=NOON) == yuan


def test_a_fact_in_another_currency_is_converted_as_it_comes_in(shop: Work, run: Run, write: Write) -> None:
    """A sale in dollars is recorded in the employer's yuan at the day's rate; one in a currency without rate is refused."""
    shop.host.settings["connectors"]["rates"].extend(make_host(rates=[rate()]).settings["connectors"]["rates"])
    file = write("sales.csv", f"{HEADER},Cur\n1001,2026-07-02,A1,10,USD\n1001,2026-07-02,A2,10,EUR\n")

    outcome = run(shop, SALES.replace('column = "Sum"', 'column = "Sum"\ncurrency_column = "Cur"'), file)

    assert shop.session.execute(select(Observation.amount, Observation.currency)).all() == [(7109, "CNY")]
    assert [(problem.row, problem.reason) for problem in outcome.problems] == [
        (3, "the employer's currency is CNY, and no plugin knows a rate for EUR.")
    ]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"max_file_mbs": 3}, r"max_file_mbs: Unknown field", id="unknown-key"),
        pytest.param({"max_file_mb": 0}, r"max_file_mb: Must be greater than or equal to 1", id="no-size"),
        pytest.param({"rates": [rate(7.1)]}, r"rates.0.rate: 7.1 is no rate\. Write a decimal number above 0 in quotes", id="float"),
        pytest.param({"rates": [rate("-1")]}, r"'-1' is no rate", id="negative"),
        pytest.param({"rates": [rate(to="RMB")]}, r"rates.0.to: unknown currency 'RMB'", id="currency"),
        pytest.param({"rates": [rate(valid_from="July")]}, r"rates.0.valid_from: 'July' is no date", id="day"),
        pytest.param({"rates": [rate(source="")]}, r"rates.0.source: Shorter than minimum length 1", id="source"),
        pytest.param({"rates": [rate(), rate("7.2")]}, r"more than one rate is given for USD to CNY from 2026-07-01", id="twice"),
    ],
)
def test_wrong_settings_stop_the_start(settings: dict[str, object], words: str) -> None:
    """A setting that is unknown or makes no sense is named, and the host does not start."""
    with pytest.raises(StartRefused, match=words):
        make_host(**settings)


SNAPSHOT = "code,parent,name_en,name_zh,head\nTOP,,Company,公司,1001\nA,TOP,North,北方,\nB,TOP,South,南方,1002\n"


def load(work: Work, path: Path) -> str:
    """Record a snapshot and return the version's code."""
    return work.host.registry.org_sources["connectors.snapshot"].load(work, str(path))


def tree(work: Work, day: date) -> list[tuple[str, int]]:
    """Return code and depth of the departments of a day."""
    return [(node.code, node.depth) for node in department_tree(work, day)]


def test_bole_org_versions(shop: Work, write: Write) -> None:
    """A snapshot is an org version of the file's name and date; a later one moves, adds and ends departments."""
    first, later = write("departments-2026-01-01.csv", SNAPSHOT), write("departments-2026-07-01.csv", SNAPSHOT.replace("B,TOP", "C,A"))

    codes = [load(shop, first), load(shop, later)]

    assert codes == ["departments-2026-01-01", "departments-2026-07-01"]
    assert tree(shop, date(2026, 6, 30)) == [("TOP", 0), ("A", 1), ("B", 1)]
    assert tree(shop, date(2026, 7, 1)) == [("TOP", 0), ("A", 1), ("C", 2)]
    versions = shop.session.execute(select(OrgVersion.code, OrgVersion.valid_from).order_by(OrgVersion.id)).all()
    assert [tuple(row) for row in versions] == [(codes[0], date(2026, 1, 1)), (codes[1], date(2026, 7, 1))]


def test_a_snapshot_again_changes_nothing_and_another_one_is_refused(shop: Work, write: Write) -> None:
    """The same file is recognised; a changed file under the same name is refused, and nothing is changed."""
    path = write("departments-2026-01-01.csv", SNAPSHOT)
    load(shop, path)
    load(shop, path)

    write(path.name, SNAPSHOT.replace("B,TOP", "B,A"))
    with pytest.raises(Conflict, match="would change 1 department"):
        load(shop, path)

    assert tree(shop, date(2026, 1, 1)) == [("TOP", 0), ("A", 1), ("B", 1)]


def test_a_department_that_is_needed_does_not_go(shop: Work, write: Write) -> None:
    """A snapshot without a department in which somebody works is refused whole."""
    load(shop, write("departments-2026-01-01.csv", SNAPSHOT))
    put(shop, "assignments", employee="1001", department="B", valid_from=date(2026, 1, 1))

    with pytest.raises(ProblemsFound, match=r"which lacks 'B'.*the assignment of employee '1001' still names it"):
        load(shop, write("departments-2026-07-01.csv", SNAPSHOT.replace("B,TOP", "C,TOP")))

    assert tree(shop, date(2026, 7, 1)) == [("TOP", 0), ("A", 1), ("B", 1)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("departments.csv", SNAPSHOT, "does not end in the date"),
        ("departments-2026-13-01.csv", SNAPSHOT, "does not end in the date"),
        ("d-2026-01-01.csv", "code,boss\nTOP,\n", "'boss': is no column of a snapshot"),
        ("d-2026-01-01.csv", "parent,name_en\n,x\n", "'code': the file has no such column"),
        ("d-2026-01-01.csv", "code,parent\n", "names no department at all"),
        ("d-2026-01-01.csv", SNAPSHOT.replace("1002", "7777"), "row 4, column 'head': '7777'"),
        ("d-2026-01-01.csv", SNAPSHOT.replace("TOP,,", "TOP,B,"), "it would stand above itself"),
    ],
    ids=["no-date", "no-such-date", "unknown-column", "no-code", "empty", "unknown-head", "ring"],
)
def test_a_snapshot_that_cannot_be_is_refused(shop: Work, write: Write, name: str, content: str, words: str) -> None:
    """A file whose name, columns or rows make no snapshot is refused with the place, and no version is left."""
    with pytest.raises((InvalidValue, ProblemsFound)) as caught:
        load(shop, write(name, content))

    assert words in str(caught.value)
    assert shop.session.scalar(select(OrgVersion.id)) is None


def test_the_command_records_a_snapshot(shop: Work, write: Write) -> None:
    """``bole org-version`` records a file and says under which code; an unknown supplier is named with those there are."""

    class Deployment:
        @contextmanager
        def work(self):
            yield shop

    path = str(write("departments-2026-01-01.csv", SNAPSHOT))

    done = CliRunner().invoke(record_org_version, [path], obj=Deployment())
    wrong = CliRunner().invoke(record_org_version, [path, "--from", "sap"], obj=Deployment())

    assert done.output == "org version 'departments-2026-01-01' is recorded\n"
    assert "no enabled plugin supplies org structures as 'sap'." in str(wrong.exception)
