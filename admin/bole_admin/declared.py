"""What the core and the plugins declare for the back office, checked whole before anything is built."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bole.contracts.pages import AdminPage, AdminView, Column
from bole.errors import StartRefused
from bole.host import Host
from bole_admin.listing import title_names
from bole_admin.reading import attributes_of
from bole_admin.secure import SecurePage
from bole_admin.views import SecureModelView


@dataclass
class Declarations:
    """The declared views and pages by code, and what is wrong with them."""

    views: dict[str, AdminView] = field(default_factory=dict)
    pages: dict[str, AdminPage] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def collect(host: Host) -> Declarations:
    """
    Return every declared view and page by code.

    Raises:
        StartRefused: a code is declared twice or under another plugin's name, or a declaration names what does not exist.
    """
    found = Declarations()
    for plugin, declare in host.per_plugin("bole_admin_views"):
        for given in declare() or ():
            where = f"plugin {plugin!r}: {given.code!r}"
            if given.code in found.views or given.code in found.pages:
                found.problems.append(f"{where} is declared twice.")
            elif not given.code.startswith(f"{plugin}."):
                found.problems.append(f"{where} must begin with {plugin + '.'!r}.")
            elif isinstance(given, AdminView):
                found.views[given.code] = given
            else:
                found.pages[given.code] = given
    for view in found.views.values():
        found.problems += [f"view {view.code!r}: {problem}" for problem in _check(view, found.views, host)]
    for page in found.pages.values():
        found.problems += _unknown_permission(page, host)
    if found.problems:
        lines = "\n".join(f"  - {problem}" for problem in found.problems)
        raise StartRefused(
            "admin.declarations", f"the back office cannot be built:\n{lines}", "Mend the declarations that `bole_admin_views` returns."
        )
    return found


def _unknown_permission(given: AdminView | AdminPage, host: Host) -> list[str]:
    if given.permission in host.registry.permissions:
        return []
    return [f"{given.code!r} asks for the permission {given.permission!r}, which no manifest declares."]


def _check(view: AdminView, views: Mapping[str, AdminView], host: Host) -> Iterator[str]:
    codes = {column.code for column in view.columns}
    yield from _unknown_permission(view, host)
    yield from (f"there is no column {code!r} to filter by." for code in view.filters if code not in codes)
    if view.sort and view.sort.removeprefix("-") not in codes:
        yield f"there is no column {view.sort!r} to sort by."
    paths = [*codes, *view.search, *(column.currency for column in view.columns if column.currency)]
    paths += [path for path in (view.employee, view.period_end) if path]
    yield from (f"{view.model.__name__} has no {path!r}." for path in dict.fromkeys(paths) if not _exists(view.model, path))
    yield from (f"{view.model.__name__} has no {name!r} to name a row by." for name in title_names(view) if not hasattr(view.model, name))
    for column in view.columns:
        yield from _dangling(column, views)


def _dangling(column: Column, views: Mapping[str, AdminView]) -> Iterator[str]:
    if column.to and column.to not in views:
        yield f"the column {column.code!r} refers to {column.to!r}, which no enabled plugin declares."


def _exists(model: Any, path: str) -> bool:
    *way, last = path.split(".")
    for step in way:
        if not hasattr(model, step):
            return False
        model = getattr(model, step).property.mapper.class_
    return all(hasattr(model, name) for name in attributes_of(model, last))


def view_class(view: AdminView, otherwise: type[SecureModelView]) -> type[SecureModelView]:
    """
    Return the class that a view names, or the other where it names none.

    Raises:
        StartRefused: what it names is no subclass of `SecureModelView`.
    """
    found = load(view.view) if view.view else otherwise
    if not (isinstance(found, type) and issubclass(found, SecureModelView)):
        raise StartRefused(
            "admin.view_class",
            f"the view {view.code!r} names {view.view!r}, which is no SecureModelView.",
            "Derive it from bole_admin.views.SecureModelView.",
        )
    return found


def page_class(page: AdminPage) -> type[SecurePage]:
    """
    Return the class that a page names.

    Raises:
        StartRefused: what it names is no subclass of `SecurePage`.
    """
    found = load(page.load)
    if not (isinstance(found, type) and issubclass(found, SecurePage)):
        raise StartRefused(
            "admin.page_class", f"the page {page.code!r} names {page.load!r}, which is no SecurePage.", "Derive it from bole_admin.views.SecurePage."
        )
    return found


def load(place: str) -> Any:
    """Return what ``package.module:attribute`` names."""
    module, _, attribute = place.partition(":")
    return getattr(importlib.import_module(module), attribute)
