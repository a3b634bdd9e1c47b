"""The plugin's pages in the back office, as it declares them."""

from __future__ import annotations

from bole import AdminPage, AdminView, Label

PEOPLE = Label("人员与组织", "People")
TREE = AdminPage("reorganisation.tree", Label("组织架构", "Organisation"), PEOPLE, "core.org.read", "bole_reorganisation.admin.tree:TreePage", "tree")


def views() -> list[AdminPage | AdminView]:
    """Return the pages, the tree first."""
    return [TREE]
