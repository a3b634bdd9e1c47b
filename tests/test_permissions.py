"""Every public service states its permission, and every permission stated is declared."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bole.access import permission_of
from bole.host import Config, Host, installed

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["bole.services", *(f"{path.parent.name}.{path.stem}" for path in sorted((ROOT / "plugins").glob("bole_*/services.py")))]
PACKAGES += [f"{path.parent.parent.name}.services" for path in sorted((ROOT / "plugins").glob("bole_*/services/__init__.py"))]
PACKAGES += ["bole_reorganisation.charts", "bole_reorganisation.drafts", "bole_reorganisation.requests"]

# Function: reason. They take a `Work` and are public, yet no use of their own.
EXEMPT = {
    "bole.services.catalogue.catalogue_of": "reads declarations, which everybody may know",
    "bole.services.catalogue.remembering": "lends the catalogue to a service",
    "bole.services.catalogue.synchronise": "part of set-up, on the system's behalf",
    "bole.services.catalogue.rebuild_rollups": "part of set-up, on the system's behalf",
    "bole.services.compute.refresh_many": "a step of recording",
    "bole.services.compute.write_results": "a step of a run",
    "bole.services.awards.propose_awards": "a step of a run",
    "bole.services.live.refresh_open_periods": "a step of recording",
    "bole.services.periods.open_period": "a step of services that need the period's row",
    "bole.services.rules.rules_on": "a step of a run",
    "bole.services.dated.record": "a step of the organisation's services, which state theirs",
    "bole.services.intervals.change": "a step of the organisation's services, which state theirs",
    "bole.services.intervals.revise": "a step of the organisation's services, which state theirs",
    "bole.services.versions.begin_version": "a step of the organisation's services, which state theirs",
    "bole.services.versions.last_moment": "tells the moment of what is recorded",
    "bole.services.people.check_employment": "a step of the organisation's services, which state theirs",
    "bole.services.versions.moment_of": "tells the moment of what is recorded",
    "bole.services.versions.next_moment": "tells the moment of what is recorded",
    "bole.services.orglaying.lay": "a step of the organisation's services, which state theirs",
    "bole.services.idempotency.answer_once": "keeps the answer of whatever service it is given",
    "bole.services.identity.resolve_actor": "tells who asks, before anybody may ask anything",
    "bole.services.outbox.enqueue": "a step of services that have news",
    "bole.services.reach.demand_company": "is itself the check",
    "bole.services.visibility.demand_sight": "is itself the check",
    "bole.services.visibility.demand_sight_of": "is itself the check",
    "bole.services.visibility.visible_employees": "is itself the check",
    "bole.services.visibility.visible_rows": "is itself the check",
    "bole.services.visibility.seen_days": "is itself the check",
    "bole.services.visibility.last_day": "tells the date",
    "bole.services.visibility.scope_values": "is itself the check",
    "bole.services.visibility.company_day": "tells the date",
    "bole_payroll.services.computation.compute_opened": "a step of a payroll run",
    "bole_payroll.services.orders.month_of": "a step of a payroll run",
    "bole_payroll.services.orders.open_runs": "a step of a payroll run",
    "bole_payroll.services.orders.read_order": "a step of a payroll run",
    "bole_payroll.services.lines.slip_lines": "reads the row that a guarded service gives it",
    "bole_reorganisation.drafts.sees_drafts": "is itself the check",
    "bole.services.ledger.ledger_signer": "gives the deployment's own key to the services that sign",
}


def public_services() -> Iterator[tuple[str, object]]:
    """Every public function of a services module whose first parameter is the unit of work."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        if exported := getattr(module, "__all__", None):
            # A package that says what it offers: everything else in it is a step.
            for name in exported:
                function = getattr(module, name)
                if inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), "") == "work":
                    yield f"{package}.{name}", function
            continue
        names = [package, *(f"{package}.{one.name}" for one in pkgutil.iter_modules(getattr(module, "__path__", [])))]
        for name in names:
            for attribute, function in vars(importlib.import_module(name)).items():
                if attribute.startswith("_") or not inspect.isfunction(function) or function.__module__ != name:
                    continue
                parameters = list(inspect.signature(function).parameters)
                if parameters and parameters[0] == "work":
                    yield f"{name}.{attribute}", function


SERVICES = dict(public_services())


@pytest.mark.parametrize("name", SERVICES)
def test_a_public_service_states_its_permission(name: str) -> None:
    """It is guarded by `@requires`, or listed with the reason why it is not."""
    guarded = permission_of(SERVICES[name]) is not None  # type: ignore[arg-type]

    assert guarded != (name in EXEMPT), f"{name}: state its permission, or say in EXEMPT why it has none; a guarded one must not stand there"


def test_exemptions_are_of_functions_that_exist() -> None:
    """An entry for a function that is gone fails."""
    assert sorted(set(EXEMPT) - set(SERVICES)) == []


def test_every_permission_that_a_service_requires_is_declared() -> None:
    """A manifest of the core or of a built-in plugin names it."""
    packages = installed()
    enabled = ("sales", "field", "incentives", "payroll", "connectors", "reorganisation")
    host = Host(Config(plugins=tuple(name for name in enabled if name in packages)))
    required = {permission_of(function) for function in SERVICES.values()} - {None}  # type: ignore[arg-type]

    assert sorted(str(one) for one in required - set(host.registry.permissions)) == []
