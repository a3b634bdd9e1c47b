"""What the plugin declares: tables and their migrations, settings, pages of the back office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.clock import FixedClock
from bole.db import Database, migrate
from bole.errors import StartRefused
from bole.host import Config, Host
from bole.models import Model, tables_of
from bole.services.identity import create_user, ensure_roles
from bole.web import create_app
from bole_admin.actions import find, perform, takes
from bole_payroll.models import Run
from bole_payroll.pages import views
from bole_payroll.services.runs import run_payroll
from bole_payroll.settings import rules_of
from tests.admin.company import PASSWORD
from tests.admin.conftest import SITES, log_in
from tests.plugins.payroll.paying import NOW, earn, hire, pay, paying, slips

PACKAGES = {"payroll": "bole_payroll"}


def host(**settings: Any) -> Host:
    """A host with payroll alone."""
    return Host(Config(plugins=("payroll",), settings={"payroll": settings}), packages=PACKAGES)


def test_the_migrations_make_what_the_models_say(database_url: str) -> None:
    """On each kind of database, and purging takes it all away again."""
    database, only = Database(database_url), host()

    migrate.upgrade(database, only)
    assert migrate.drift(database, "payroll") == []
    migrate.purge(database, only, "payroll")

    with database.engine.connect() as connection:
        found = connection.dialect.get_table_names(connection)
    assert [name for name in found if name.startswith("payroll_") and name != "payroll_alembic"] == []
    database.engine.dispose()


def test_migrations_and_models_write_the_same_sqlite_tables(sqlite_url: str, tmp_path: Path) -> None:
    """WITHOUT ROWID and the index of live payslips included."""
    migrated, created = Database(sqlite_url), Database(f"sqlite:///{tmp_path / 'other.db'}")

    migrate.upgrade(migrated, host())
    Model.metadata.create_all(created.engine, tables=[*tables_of("core"), *tables_of("payroll")])

    statements = "select name, sql from sqlite_master where name like '%payroll_%' and name != 'payroll_alembic' and sql is not null"
    found = []
    for database in (migrated, created):
        with database.engine.connect() as connection:
            # Constraints may stand in another order.
            found.append({name: sorted(part.strip(" ,\t") for part in sql.splitlines()) for name, sql in connection.execute(text(statements))})
        database.engine.dispose()
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"schemes": {"china": "cn"}}, "a country is written with the two capital letters of ISO 3166-1"),
        ({"schemes": {"US": "free"}}, "Must be one of: cn, gross"),
        ({"proration": "moon"}, "Must be one of: calendar_days, weekdays"),
        ({"part_size": 0}, "part_size"),
        ({"salary": 1}, "Unknown field"),
    ],
    ids=["country", "scheme", "proration", "size", "unknown"],
)
def test_wrong_settings_stop_the_start(settings: dict[str, Any], reason: str) -> None:
    """The refusal names the key."""
    with pytest.raises(StartRefused, match=reason):
        host(**settings)


def test_china_is_paid_by_its_statutes_unless_it_is_said_otherwise(payroll: Work) -> None:
    """Naming another country leaves it so; naming China overrules it. City files count from the configuration's folder."""
    assert rules_of(payroll).schemes == {"CN": "cn", "US": "gross"}

    config = Config(
        plugins=("payroll",), settings={"payroll": {"schemes": {"CN": "gross"}, "city_files": ["suzhou.toml"]}}, path=Path("/etc/bole/bole.toml")
    )
    rules = rules_of(Work(payroll.session, Host(config, packages=PACKAGES)))

    assert (rules.schemes, rules.city_files) == ({"CN": "gross"}, (Path("/etc/bole/suzhou.toml"),))


@pytest.mark.parametrize("view", views(), ids=lambda view: view.code)
def test_a_page_shows_columns_that_the_table_has(view: Any) -> None:
    """Every column, filter and condition of a declared page is an attribute of its model, in one language or in two."""
    fields = {column.name for column in view.model.table.columns}
    named = [column.code for column in view.columns] + list(view.filters) + [code for action in view.actions for code, _ in action.when]

    assert [code for code in named if code not in fields and f"{code}_zh" not in fields] == []


def test_the_actions_of_a_run_are_done_by_services(payroll: Work) -> None:
    """What is offered for a draft, for an approved run and for a settled one; each does what it says."""
    hire(payroll, "E1", base_salary=30_000)
    (run,) = run_payroll(payroll, "2026-07")
    view = views()[0]

    def offers() -> list[str]:
        row = payroll.session.get(Run, run.id, populate_existing=True)
        return [action.code for action in view.actions if takes(row, action)]

    assert offers() == ["approve", "discard"]
    perform(payroll, find(view, "approve"), [run.id], {})
    assert offers() == ["settle", "reopen"]
    perform(payroll, find(view, "settle"), [run.id], {})
    assert (offers(), slips(payroll, "2026-07", "status")) == ([], {"E1": "settled"})


def test_the_back_office_shows_runs_and_payslips(database: Database, tmp_path: Path) -> None:
    """An administrator finds the month, its payslips and a payslip's page with amounts as money."""
    only = Host(
        Config(plugins=("trial", "payroll"), instance=tmp_path, settings={"payroll": {"cities": {"cn": "none"}}}),
        packages={"trial": "tests.trial", **PACKAGES},
    )
    with paying(database, host=only) as work:
        hire(work, "E1", base_salary=30_000)
        earn(work, "E1", 100, "2026-07")
        pay(work, "2026-07")
        ensure_roles(work)
        create_user(work, "admin@example.com", PASSWORD, roles=["admin"])
    client = log_in(create_app(only, database, clock=FixedClock(NOW), sites=SITES), "admin@example.com")

    pages = [client.get(f"/admin/payroll/{place}") for place in ("run/", "payslip/", "component/", "payslip/1/")]

    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert "29,250.97" in pages[1].get_data(as_text=True)
    assert "Settled" in pages[0].get_data(as_text=True)
