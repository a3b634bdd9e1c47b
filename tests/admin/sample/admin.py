"""The plugin's own classes for the back office."""

from __future__ import annotations

from typing import Any

from flask_admin import expose

from bole.access import Work
from bole_admin.views import SecureModelView, SecurePage


class NoteView(SecureModelView):
    """A note, with how long it is."""

    def details(self, work: Work, row: Any) -> dict[str, Any]:
        """Return the length of the note."""
        return {"length": len(row.text)}


class HelloPage(SecurePage):
    """A page that only greets."""

    @expose("/")
    def index(self) -> str:
        """Greet."""
        return self.render("bole_admin/layout.html")
