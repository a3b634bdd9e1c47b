"""The names of the rows that references point to, one query for each table however many rows there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from bole.access import Scope, Work
from bole.contracts.pages import AdminView, Format
from bole.services.visibility import visible_employees, visible_rows
from bole_admin.formats import Names
from bole_admin.language import LANGUAGES, reader_language
from bole_admin.listing import Rows, key_of, title_columns
from bole_admin.reading import read_value

Address = Callable[[AdminView, Any], str]
MOST_OPTIONS = 200
"""A table with more rows than this is filtered from its own pages, not from a list to choose from."""


def within_scope(work: Work, rows: Rows, permission: str) -> ColumnElement[bool] | None:
    """
    Return the condition that a row is within the actor's scope; nothing where all are.

    A row about a period is judged by the structure of the period's last day; joins what leads there.

    Raises:
        Forbidden: the actor does not hold the permission at all.
    """
    view, scope = rows.view, work.actor.demand(permission)
    if not view.employee or scope is Scope.COMPANY:
        return None
    employee = rows.attribute(view.employee)
    if view.period_end:
        return visible_rows(work, permission, employee, end=rows.attribute(view.period_end))
    found: ColumnElement[bool] = employee.in_(visible_employees(work, permission))
    return found


def name_of(view: AdminView, titles: Sequence[Any], *, anonymous: bool = False) -> str:
    """
    Return a row's name in the reader's language from the values of its `title_columns`.

    Args:
        anonymous: the mark alone (an employee's number, without the name).
    """
    mark = str(titles[-1] or "") if view.mark else ""
    if anonymous:
        return mark
    own = list(titles[:-1] if view.mark else titles)
    if len(own) == len(LANGUAGES):
        own = [own[LANGUAGES.index(reader_language())], *own]
    title = next((str(text) for text in own if text), "")
    return " ".join(part for part in (title, mark) if part)


def names_for(
    work: Work, view: AdminView, rows: Iterable[Any], views: Mapping[str, AdminView], address: Address, *, anonymous: bool = False
) -> Names:
    """
    Return the names of everything that rows of a view refer to.

    Whoever may see a row may read the name of the employee to whom it belongs. Of other
    people, only the names of those within the actor's scope are given, and only they are linked.

    Args:
        address: gives the page of a row of a view.
        anonymous: of people, give their marks alone.
    """
    wanted: dict[str, set[Any]] = defaultdict(set)
    own: set[tuple[str, Any]] = set()
    rows = list(rows)
    for column in view.columns:
        if column.format is Format.REFERENCE:
            keys = {key for row in rows if (key := read_value(row, column.code)) is not None}
            wanted[column.to] |= keys
            own |= {(column.to, key) for key in keys} if column.code == view.employee else set()
    texts: dict[tuple[str, Any], str] = {}
    links: dict[tuple[str, Any], str] = {}
    for code, keys in wanted.items():
        target, open_to = views[code], openable(work, views[code], keys)
        for key, text in titles_of(work, target, keys, anonymous=anonymous and bool(target.employee)):
            if not target.employee or key in open_to or (code, key) in own:
                texts[code, key] = text
            if key in open_to:
                links[code, key] = address(target, key)
    return Names(texts, links)


def openable(work: Work, view: AdminView, keys: set[Any]) -> set[Any]:
    """Return those keys of a view's rows whose pages the actor may open."""
    if work.actor.scope(view.permission) is None:
        return set()
    rows, key = Rows(view, {view.code: view}), key_of(view.model)
    scope = within_scope(work, rows, view.permission)
    if scope is None:
        return keys
    rows.narrow(scope)
    return set(work.session.scalars(rows.statement.with_only_columns(key).where(key.in_(keys))))


def titles_of(
    work: Work, view: AdminView, keys: Iterable[Any] | None = None, limit: int | None = None, *, anonymous: bool = False
) -> list[tuple[Any, str]]:
    """Return key and name of rows of a view, whoever may see them: those of some keys, or the first in order of name."""
    titles = title_columns(view, view.model)
    key = key_of(view.model)
    statement = select(key, *titles).order_by(titles[0], key).limit(limit)
    if keys is not None:
        statement = statement.where(key.in_(list(keys)))
    return [(row[0], name_of(view, row[1:], anonymous=anonymous)) for row in work.session.execute(statement)]
