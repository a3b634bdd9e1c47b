"""The page of the work calendar: the days that are not as the week says, and the form to set them with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select

from bole import InvalidValue, tables
from bole_admin.language import reader_language
from bole_admin.reading import read_value
from bole_admin.views import SecureModelView
from bole_reorganisation.admin.given import day_given
from bole_reorganisation.admin.words import Words
from bole_reorganisation.requests import Day, set_calendar_days

MOST_DAYS = 60
"""As many days are set at once; the longest holiday is far shorter."""


class CalendarView(SecureModelView):
    """The days of the work calendar, with a form to set them."""

    list_template = "bole_reorganisation/requests/calendar.html"

    def render(self, template: str, **values: Any) -> str:
        """Return a template with the words of the calendar and the legal entities beside its own values."""
        entities = self.work.session.scalars(select(tables.LegalEntity).order_by(tables.LegalEntity.code))
        named = [(entity.code, read_value(entity, "name") or entity.code) for entity in entities]
        return super().render(template, words=Words(reader_language()), legal_entities=named, **values)

    @expose("/set/", methods=("POST",))
    def set_days(self) -> ResponseReturnValue:
        """Set the days from one to another, and show the calendar."""
        given = {name: request.form.get(name, "").strip() for name in ("legal_entity", "first", "last", "name", "kind")}
        first = day_given(given["first"])
        last = day_given(given["last"]) if given["last"] else first
        if not 0 <= (last - first).days < MOST_DAYS:
            message = f"{first} to {last} is no span of 1 to {MOST_DAYS} days."
            raise InvalidValue("reorganisation.span", message, "Give the first day and a last one that is not before it.")
        days = [Day(first + timedelta(days=place), given["kind"] == "working", given["name"]) for place in range((last - first).days + 1)]
        changed = set_calendar_days(self.work, given["legal_entity"], days)
        flash(Words(reader_language()).with_values("set_done", count=changed), "success")
        return redirect(self.get_url(".index_view"), 303)
