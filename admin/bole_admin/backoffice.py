"""The back office of one application: its views, its menu, its look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, g, url_for
from flask_admin import Admin
from flask_admin.theme import Theme

from bole.contracts.pages import INCENTIVES, PEOPLE, PERFORMANCE, SYSTEM, AdminPage, AdminView
from bole.host import Host
from bole_admin.dashboard import Dashboard
from bole_admin.declared import collect, page_class, view_class
from bole_admin.language import Wording, spoken
from bole_admin.own import PAGES, VIEWS
from bole_admin.plugin_files import Folders, serve_plugin_files
from bole_admin.secure import Secure, endpoint_of
from bole_admin.views import SecureModelView

FOLDER = Path(__file__).resolve().parent
MENU = (
    *("core.employee", "core.department", "core.legal_entity"),
    *("core.indicator", "core.plan_version", "core.result", "core.observation", "core.period"),
    *("core.award", "core.payout", "core.incentive_rule"),
)
"""The order of the core's entries; what a plugin adds follows in the order of its declaration."""


class Sessions:
    """Lends Flask-Admin the session of the request."""

    @property
    def session(self) -> Any:
        """The session of the request's unit of work; nothing while the views are being built."""
        return g.work.session if "work" in g else None


class BackOffice(Admin):
    """
    Flask-Admin with the views that the core and the plugins declare.

    Flask-Admin's own templates cannot be reached from here: they carry inline handlers, name
    no language and do not fit a phone. Whatever page lacks a template of ours fails instead of using one.

    Args:
        app: the web application, with Flask-Babel set up.
        host: its plugins.

    Raises:
        StartRefused: a declaration is wrong.
    """

    def __init__(self, app: Flask, host: Host) -> None:
        declared = collect(host)
        self.plugin_host = host
        self.views: Mapping[str, AdminView] = declared.views
        folders = Folders.of(host)
        self.wording = Wording(folders.catalogs)
        serve_plugin_files(app, folders)
        theme = Theme(folder=str(FOLDER / "templates"), base_template="bole_admin/layout.html")
        super().__init__(app, name=host.config.company, index_view=Dashboard(), theme=theme)
        entries: list[AdminView | AdminPage] = [*declared.views.values(), *PAGES, *declared.pages.values()]
        for group in _groups(entries):
            self.add_category(spoken(group))
        for given in sorted(entries, key=_place):
            self.add_view(self._made(given))

    def _made(self, given: AdminView | AdminPage) -> Secure:
        if isinstance(given, AdminPage):
            return page_class(given)(given)
        return view_class(given, VIEWS.get(given.code, SecureModelView))(given, Sessions())

    def address(self, view: AdminView, key: Any) -> str:
        """Return the address of the page of a view's row."""
        return url_for(f"{endpoint_of(view.code)}.row_view", key=key)


def _place(given: AdminView | AdminPage) -> int:
    return MENU.index(given.code) if given.code in MENU else len(MENU)


def _groups(given: Iterable[AdminView | AdminPage]) -> Iterator[Any]:
    """Yield the headings of the menu: the core's, what plugins bring, and the system last."""
    brought = [entry.group for entry in given if entry.group not in (PEOPLE, PERFORMANCE, INCENTIVES, SYSTEM)]
    yield from dict.fromkeys((PEOPLE, PERFORMANCE, INCENTIVES, *brought, SYSTEM))
