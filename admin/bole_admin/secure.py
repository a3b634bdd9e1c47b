"""What every page of the back office shares: login, permission, errors, words, the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView

from bole.access import Work
from bole.contracts.label import Label
from bole.contracts.pages import AdminPage, AdminView
from bole.errors import BoleError, Forbidden
from bole.web.request import current_actor, current_work
from bole_admin.errors import headline, status_of
from bole_admin.formats import date_text, moment_text, percent_text, points_text, share_text
from bole_admin.language import reader_language, spoken
from bole_admin.reading import read_value

if TYPE_CHECKING:
    from bole_admin.backoffice import BackOffice


def endpoint_of(code: str) -> str:
    """Return the Flask endpoint of a declared view or page: ``core_award`` for ``core.award``."""
    return code.replace(".", "_")


def path_of(code: str) -> str:
    """Return the address of a declared view or page below the back office's: ``core/award``."""
    return code.replace(".", "/")


class Secure(BaseView):
    """
    A page that only actors with its permission see; without a permission, everybody who is logged in.

    Every error a service raises is answered by a page that says what happened and what to do next.
    """

    permission: str
    icon: str
    label: Label

    @property
    def office(self) -> BackOffice:
        """The back office it belongs to."""
        office: BackOffice = self.admin
        return office

    @property
    def work(self) -> Work:
        """The unit of work of the request."""
        return current_work()

    def get_url(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page; an endpoint that begins with a dot is this view's own."""
        return str(super().get_url(endpoint, **values))

    def may_open(self, permission: str = "") -> bool:
        """Tell whether the actor holds a permission, or this page's own, for anybody."""
        actor, wanted = current_actor(), permission or self.permission
        return actor is not None and (not wanted or actor.scope(wanted) is not None)

    def is_accessible(self) -> bool:
        """Tell whether the actor may open the page; menus leave out those that it may not."""
        return self.may_open()

    def _handle_view(self, name: str, **values: Any) -> ResponseReturnValue | None:
        work = self.work
        try:
            if self.permission:
                work.actor.demand(self.permission)
        except Forbidden as error:
            return self.refuse(error)
        return None

    def _run_view(self, fn: Callable[..., Any], *args: Any, **values: Any) -> Any:
        # Flask-Admin calls the view a second time on any TypeError, which hides the first.
        try:
            return fn(self, *args, **values)
        except BoleError as error:
            return self.refuse(error)

    def refuse(self, error: BoleError) -> ResponseReturnValue:
        """Return the page that tells of an error, with its HTTP status."""
        status = status_of(error)
        page = self.render("bole_admin/error.html", error=error, headline=headline(status, self.office.wording))
        return make_response(page, status)

    def in_language(self, code: str) -> str:
        """Return the address of this page in another language."""
        if request.method != "GET":
            return self.get_url(f".{self._default_view}", lang=code)
        return f"{request.path}?{urlencode({**request.args.to_dict(), 'lang': code})}"

    def render(self, template: str, **values: Any) -> str:
        """Return a template with the words, the menu and the reader's formats beside its own values."""
        wording = self.office.wording
        frame = {
            "_": wording.gettext,
            "ngettext": wording.ngettext,
            "here": self,
            "office": self.office,
            "own_language": reader_language,
            "bilingual": read_value,
            "points": points_text,
            "percent": percent_text,
            "share": share_text,
            "moment": moment_text,
            "date": date_text,
        }
        page: str = super().render(template, **frame, **values)
        return page


class SecurePage(Secure):
    """
    A page with code of its own.

    Subclasses expose ``/`` (and what else they need) with `flask_admin.expose` and return
    what `render` gives for a template that extends ``bole_admin/layout.html``.
    """

    def __init__(self, page: AdminPage) -> None:
        self.permission, self.icon, self.label = page.permission, page.icon, page.label
        super().__init__(
            name=spoken(page.label),
            category=spoken(page.group) if page.group.en else None,
            endpoint=endpoint_of(page.code),
            url=path_of(page.code),
        )


def view_options(view: AdminView) -> dict[str, Any]:
    """Return what Flask-Admin wants to know of a declared view."""
    return {"name": spoken(view.label), "category": spoken(view.group), "endpoint": endpoint_of(view.code), "url": path_of(view.code)}
