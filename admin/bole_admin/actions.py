"""What can be done to chosen rows: which of them take an action, and the service that does it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bole.access import Work
from bole.contracts.pages import Action, AdminView, Column, Format
from bole.errors import InvalidValue
from bole_admin.formats import total_text
from bole_admin.reading import read_value


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    Rows chosen for an action.

    Args:
        taking: those that take it, in the order of the list.
        left_out: how many of the chosen do not, being in another state.
        total: what their money adds up to, as text; empty where they carry none.
    """

    taking: tuple[Any, ...]
    left_out: int
    total: str


def offered(work: Work, view: AdminView, rows: Sequence[Any] = ()) -> list[Action]:
    """Return the actions of a view that the actor may do, and that at least one of the rows takes."""
    allowed = [action for action in view.actions if work.actor.scope(action.permission) is not None]
    return [action for action in allowed if any(takes(row, action) for row in rows)]


def takes(row: Any, action: Action) -> bool:
    """Tell whether a row is in a state that takes an action."""
    return all(read_value(row, code) in values for code, values in action.when)


def find(view: AdminView, code: str) -> Action:
    """
    Return an action of a view.

    Raises:
        InvalidValue: the view has no such action.
    """
    for action in view.actions:
        if action.code == code:
            return action
    raise InvalidValue("admin.action", f"{view.code!r} has no action {code!r}.", "Go back to the list and choose one.")


def choose(view: AdminView, action: Action, rows: Sequence[Any]) -> Chosen:
    """Return which of some rows take an action, and what their money adds up to."""
    taking = tuple(row for row in rows if takes(row, action))
    money = next((column for column in view.columns if column.format is Format.MONEY and column.listed), None)
    return Chosen(taking, len(rows) - len(taking), _total(money, taking) if money else "")


def _total(column: Column, rows: Sequence[Any]) -> str:
    sums: dict[str, int] = {}
    for row in rows:
        currency = read_value(row, column.currency)
        if currency:
            sums[currency] = sums.get(currency, 0) + int(read_value(row, column.code) or 0)
    return total_text(sums, column.scale)


def perform(work: Work, action: Action, keys: Sequence[Any], told: Mapping[str, str]) -> None:
    """
    Have a service do an action to rows.

    Args:
        told: what was answered to each of the action's fields.

    Raises:
        InvalidValue: a field was left empty.
        BoleError: the service refuses.
    """
    empty = [field for field in action.fields if not told.get(field.name)]
    if empty:
        raise InvalidValue("admin.action_field", f"{empty[0].label.en} is empty.", "Go back and fill it in.")
    module, _, name = action.load.partition(":")
    service: Callable[..., object] = getattr(importlib.import_module(module), name)
    answers = {field.name: told[field.name] for field in action.fields}
    for given in keys if action.each else (tuple(keys),):
        service(work, given, **answers)
