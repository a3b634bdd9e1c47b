"""The back office: Flask-Admin over the core's services, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bole.db import Database
    from bole.host import Host
    from bole_admin.backoffice import BackOffice


def mount(app: Flask, host: Host, database: Database) -> BackOffice:
    """
    Add the back office to a web application, under ``/admin/``, and return it.

    Args:
        app: as `bole.web` builds it: it knows the reader's language, and sets actor and unit of work before each request.
        host: its plugins.
        database: given to every site; the back office reads through the session of each request.

    Raises:
        StartRefused: what a plugin declares for it is wrong.
    """
    # Flask-Admin takes a while to import; only whoever serves the back office pays for it.
    from bole_admin.backoffice import BackOffice

    # Its model views can only be made inside the application's context.
    with app.app_context():
        return BackOffice(app, host)
