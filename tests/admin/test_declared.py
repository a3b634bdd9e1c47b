"""What plugins declare for the back office is checked whole before it is built."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bole.contracts.label import Label
from bole.contracts.pages import AdminPage, AdminView, Column, Format
from bole.errors import StartRefused
from bole.host import read_manifest
from bole.host.discovery import package_folder
from bole.models import Employee
from bole_admin.declared import collect, page_class, view_class
from bole_admin.views import SecureModelView
from tests.admin.sample.declarations import HELLO, NOTES

X = Label("某", "X")
VIEW = AdminView("a.people", X, X, Employee, (Column("number", X),), "core.employee.read", "name")
PAGE = AdminPage("a.page", X, X, "core.employee.read", "tests.admin.sample.admin:HelloPage")


def host(**declared: tuple[object, ...]) -> SimpleNamespace:
    """A host whose plugins return these declarations."""
    plugins = [(name, lambda given=given: given) for name, given in declared.items()]
    permissions = read_manifest(package_folder("bole.builtin") / "plugin.toml", "bole.builtin").permissions
    return SimpleNamespace(per_plugin=lambda _: plugins, registry=SimpleNamespace(permissions=permissions))


def test_sound_declarations_are_collected() -> None:
    """Views and pages come back by code."""
    found = collect(host(a=(VIEW, PAGE), b=()))

    assert (list(found.views), list(found.pages)) == (["a.people"], ["a.page"])


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ((VIEW, VIEW), "'a.people' is declared twice"),
        ((replace(VIEW, code="b.people"),), "'b.people' must begin with 'a.'"),
        ((replace(VIEW, permission="a.nothing"),), "'a.nothing', which no manifest declares"),
        ((replace(PAGE, permission="a.nothing"),), "'a.nothing', which no manifest declares"),
        ((replace(VIEW, columns=(Column("shoe_size", X),)),), "Employee has no 'shoe_size'"),
        ((replace(VIEW, columns=(Column("legal_entity.mood", X),)),), "Employee has no 'legal_entity.mood'"),
        ((replace(VIEW, columns=(Column("boss.name", X),)),), "Employee has no 'boss.name'"),
        ((replace(VIEW, columns=(Column("hired_on", X, Format.MONEY, currency="money"),)),), "Employee has no 'money'"),
        ((replace(VIEW, search=("nickname",)),), "Employee has no 'nickname'"),
        ((replace(VIEW, filters=("hired_on",)),), "no column 'hired_on' to filter by"),
        ((replace(VIEW, sort="-hired_on"),), "no column '-hired_on' to sort by"),
        ((replace(VIEW, title="nickname"),), "Employee has no 'nickname' to name a row by"),
        ((replace(VIEW, employee="person_id"),), "Employee has no 'person_id'"),
        ((replace(VIEW, columns=(Column("legal_entity_id", X, Format.REFERENCE, to="a.entity"),)),), "'a.entity', which no enabled plugin declares"),
    ],
)
def test_a_wrong_declaration_stops_the_start(declared: tuple[object, ...], problem: str) -> None:
    """What is wrong is named, with the view and the plugin that declared it."""
    with pytest.raises(StartRefused, match="the back office cannot be built") as refused:
        collect(host(a=declared))

    assert problem in str(refused.value)


def test_all_problems_are_told_together() -> None:
    """Two wrong views give two lines."""
    with pytest.raises(StartRefused) as refused:
        collect(host(a=(replace(VIEW, sort="x"), replace(PAGE, permission="y"))))

    assert str(refused.value).count("  - ") == 2


def test_a_view_may_bring_its_class() -> None:
    """The class that a declaration names is used; without one, the usual class."""
    assert view_class(NOTES, SecureModelView).__name__ == "NoteView"
    assert view_class(VIEW, SecureModelView) is SecureModelView
    assert page_class(HELLO).__name__ == "HelloPage"


def test_a_class_of_another_kind_is_refused() -> None:
    """A view must be a SecureModelView, a page a SecurePage: nothing else checks permissions."""
    with pytest.raises(StartRefused, match="no SecureModelView"):
        view_class(replace(VIEW, view="bole.models:Employee"), SecureModelView)
    with pytest.raises(StartRefused, match="no SecurePage"):
        page_class(replace(PAGE, load="bole.models:Employee"))
