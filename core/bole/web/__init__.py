"""What a plugin's pages use of the web application."""

from bole.web.app import create_app
from bole.web.login import login_required
from bole.web.request import csp_nonce, current_actor, current_work

__all__ = ["create_app", "csp_nonce", "current_actor", "current_work", "login_required"]
