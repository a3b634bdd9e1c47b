"""`SecureModelView`: a declared view as Flask-Admin shows it, read-only, within the actor's scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, flash, make_response, redirect, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm

from bole.access import Work
from bole.contracts.pages import AdminView, Column, Format
from bole.errors import InvalidValue, NotFound
from bole.services.visibility import company_day
from bole_admin import actions, exports
from bole_admin.filters import filter_fields, given_filters
from bole_admin.formats import NUMERIC, Names, Shown, show
from bole_admin.language import reader_language, spoken
from bole_admin.listing import Asked, Rows, key_of, title_names
from bole_admin.names import name_of, names_for, within_scope
from bole_admin.paging import Pages
from bole_admin.secure import Secure, SecurePage, endpoint_of, view_options
from bole_admin.zone import company_zone

__all__ = ["SecureModelView", "SecurePage"]

UNUSED = frozenset({"create_view", "edit_view", "details_view", "delete_view", "ajax_lookup", "ajax_update"})
"""What Flask-Admin's model views expose besides, and a view here does not answer to."""

KEPT = ("search", "sort", "desc", "page_size")
"""What an export and a changed filter keep of a list's address."""


class SecureModelView(Secure, ModelView):
    """
    The list, the pages of single rows, the export and the actions of a declared view.

    A subclass named by `AdminView.view` may override `details` to show more on the
    page of one row, and `row_template` to lay it out.
    """

    can_create = can_edit = can_delete = False
    can_set_page_size = True
    page_size = 50
    page_size_options = (25, 50, 100, 200)
    list_template = "bole_admin/list.html"
    row_template = "bole_admin/row.html"
    _urls: list[Any]

    def __init__(self, view: AdminView, sessions: Any) -> None:
        self.declared = view
        self.permission, self.icon, self.label = view.permission, view.icon, view.label
        self.listed = [column for column in view.columns if column.listed and column.format is not Format.DOCUMENT]
        super().__init__(view.model, sessions, **view_options(view))
        self._urls = [rule for rule in self._urls if rule[1] not in UNUSED]

    # What Flask-Admin would work out from the model, the declaration says.

    def get_list_columns(self) -> list[tuple[str, Any]]:
        """Return code and label of the columns of the list."""
        return [(column.code, spoken(column.label)) for column in self.listed]

    def get_details_columns(self) -> list[tuple[str, Any]]:
        """Return code and label of every column."""
        return [(column.code, spoken(column.label)) for column in self.declared.columns]

    get_export_columns = get_details_columns

    def get_sortable_columns(self) -> dict[str, str]:
        """Return the columns by which the list can be sorted: all of them."""
        return {column.code: column.code for column in self.listed}

    def init_search(self) -> bool:
        """Tell whether the view can be searched."""
        return bool(self.declared.search)

    def scaffold_form(self) -> type[BaseForm]:
        """Return an empty form: nothing is edited here."""
        form: type[BaseForm] = BaseForm
        return form

    def scaffold_auto_joins(self) -> list[Any]:
        """Return nothing: `Rows` joins what the columns need."""
        return []

    def is_visible(self) -> bool:
        """Tell whether the view stands in the menu."""
        return self.declared.in_menu

    # The rows.

    def rows(self, work: Work, asked: Asked | None = None, *, permission: str = "") -> Rows:
        """Return the rows that the actor may see (or may do what another permission allows to), narrowed to what was asked for."""
        found = Rows(self.declared, self.office.views)
        found.narrow(within_scope(work, found, permission or self.permission))
        if asked is not None:
            found.search(asked.search)
            found.filter(asked)
            found.order(asked)
        return found

    def asked(self, sort: str | None, descending: bool, search: str | None) -> Asked:
        """Return what the address asks the list for."""
        return Asked((search or "").strip(), sort or "", descending, given_filters(self.declared, request.args), company_zone())

    def get_list(
        self,
        page: int | None,
        sort_column: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Any,
        execute: bool = True,
        page_size: int | None = None,
    ) -> tuple[int, list[Any]]:
        """Return how many rows there are, and those of one page; leaves what the list's template needs beside them."""
        asked = self.asked(sort_column, bool(sort_desc), search)
        found = self.rows(self.work, asked)
        size = page_size or self.page_size
        count = found.count(self.work.session)
        number = min(max(page or 0, 0), max(count - 1, 0) // size)
        rows = found.page(self.work.session, number * size, size)
        self._template_args.update(
            names=self.names(rows),
            asked=asked,
            pages=self._pages(count, size, number),
            page_size_options=self.page_size_options,
            fields=filter_fields(self.work, self.declared, self.office.views, asked.filters, self.office.wording),
            offered=actions.offered(self.work, self.declared, rows),
        )
        return count, rows

    def _get_list_extra_args(self) -> Any:
        arguments = super()._get_list_extra_args()
        # Whatever else stands in an address would become arguments of `url_for`, `_scheme` among them.
        arguments.extra_args = given_filters(self.declared, request.args)
        return arguments

    def _pages(self, count: int, size: int, number: int) -> Pages:
        arguments = self._get_list_extra_args()
        return Pages(count, size, number, lambda page: str(self._get_list_url(arguments.clone(page=page))))

    def _query(self, *, but: str = "") -> str:
        """Return the list's own part of the address but one name, page and language left out."""
        known = {*given_filters(self.declared, request.args), *KEPT}
        return urlencode([(name, text) for name, text in request.args.items() if name in known and name != but])

    def export_address(self) -> str:
        """Return the address of the export of the list as it is filtered and sorted."""
        return f"{self.get_url('.export', export_type='csv')}?{self._query()}"

    def without(self, name: str) -> str:
        """Return the address of the list without one of its filters."""
        return f"{self.get_url('.index_view')}?{self._query(but=name)}"

    def this_month(self) -> str:
        """Return the calendar month that it is where the company is: ``2026-10``."""
        return f"{company_day(self.work):%Y-%m}"

    def get_one(self, id: str) -> Any:
        """
        Return one row.

        Raises:
            NotFound: there is none with that key, or none within the actor's scope.
        """
        return self.chosen([id], self.permission)[0]

    def chosen(self, keys: list[str], permission: str) -> list[Any]:
        """
        Return the rows with the given keys, in order of key.

        Raises:
            NotFound: one of them does not exist, or is outside the scope of the permission.
        """
        key = key_of(self.model)
        kind = key.property.columns[0].type.python_type
        try:
            wanted = {kind(text) for text in keys if len(text) < 19 or kind is not int}
        except ValueError:
            wanted = set()
        found = self.rows(self.work, permission=permission)
        found.narrow(key.in_(wanted))
        found.order(Asked(sort="", descending=False))
        rows = found.page(self.work.session, 0, len(wanted)) if wanted else []
        if not rows or len(rows) < len(wanted):
            told = self.office.wording.gettext
            raise NotFound(
                "admin.row",
                told("There is no entry %(keys)s in %(list)s, or you may not see it.", keys=", ".join(keys), list=self.name),
                told("Go back to the list."),
            )
        return rows

    def names(self, rows: list[Any]) -> Names:
        """Return the names of what some rows refer to."""
        return names_for(self.work, self.declared, rows, self.office.views, self.office.address)

    def shown(self, row: Any, column: Column, names: Names, *, exact: bool = False) -> Shown:
        """Return a row's value in a column, ready for a page."""
        return show(column, row, names, self.office.wording, exact=exact)

    def is_numeric(self, column: Column) -> bool:
        """Tell whether a column stands flush right."""
        return column.format in NUMERIC

    def title_of(self, row: Any) -> str:
        """Return a row's name in the reader's language."""
        return name_of(self.declared, [getattr(row, name) for name in title_names(self.declared)])

    def page_of(self, row: Any) -> str:
        """Return the address of a row's page."""
        return self.office.address(self.declared, self.key(row))

    def key(self, row: Any) -> Any:
        """Return a row's key."""
        return getattr(row, key_of(self.model).key)

    # The pages.

    @expose("/<key>/")
    def row_view(self, key: str) -> ResponseReturnValue:
        """Show one row."""
        row = self.get_one(key)
        return self.render(
            self.row_template,
            row=row,
            title=self.title_of(row),
            names=self.names([row]),
            offered=actions.offered(self.work, self.declared, [row]),
            **self.details(self.work, row),
        )

    def details(self, work: Work, row: Any) -> dict[str, Any]:
        """Return what the page of one row shows besides its columns, as values for the template."""
        return {}

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> ResponseReturnValue:
        """Send the list, as filtered and sorted, as a CSV file."""
        if export_type != "csv":
            raise InvalidValue("admin.export", f"a list cannot be exported as {export_type!r}.", "Export it as csv.")
        arguments = self._get_list_extra_args()
        sorted_by = self._get_column_by_idx(arguments.sort)
        found = self.rows(self.work, self.asked(sorted_by[0] if sorted_by else None, bool(arguments.sort_desc), arguments.search))
        work = self.work
        lines = exports.csv_lines(
            work,
            self.declared,
            lambda first, size: found.page(work.session, first, size),
            self.office.views,
            self.office.address,
            self.office.wording,
        )
        response = Response(stream_with_context(lines), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"{endpoint_of(self.declared.code)}.csv")
        return response

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """Ask whether chosen rows are really meant, then have the service do it."""
        action = actions.find(self.declared, request.form.get("action", ""))
        self.work.actor.demand(action.permission)
        back = f"{self.get_url('.index_view')}?{urlencode(parse_qsl(request.form.get('back', '')))}"
        keys = request.form.getlist("row")
        if not keys:
            flash(self.office.wording.gettext("Choose at least one row first."), "warning")
            return redirect(back)
        chosen = actions.choose(self.declared, action, self.chosen(keys, action.permission))
        if not chosen.taking:
            flash(self.office.wording.gettext("None of the chosen rows can be treated so any more."), "warning")
            return redirect(back)
        if not request.form.get("confirmed"):
            page = self.render(
                "bole_admin/confirm.html", action=action, chosen=chosen, names=self.names(list(chosen.taking)), back=request.form.get("back", "")
            )
            return make_response(page)
        told = {field.name: request.form.get(f"field-{field.name}", "").strip() for field in action.fields}
        actions.perform(self.work, action, [self.key(row) for row in chosen.taking], told)
        flash(f"{action.done.of(reader_language())} ({len(chosen.taking):,})", "success")
        return redirect(back)
