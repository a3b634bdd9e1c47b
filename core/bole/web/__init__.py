"""What a plugin's pages use of the web application."""

from bole.web.app import create_app
from bole.web.request import csp_nonce, current_actor, current_work, login_required

__all__ = ["create_app", "csp_nonce", "current_actor", "current_work", "login_required"]
