"""Pages of the back office, as the core and plugins declare them without importing the back office.

A declaration names a table, its columns and what they mean; the back office makes
lists, pages of single rows, filters, exports and actions from it. Whatever does not
fit a table is an `AdminPage`, whose code is loaded only when the back office is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bole.contracts.label import Label
from bole.errors import InvalidValue

if TYPE_CHECKING:
    from bole.models import Model

PEOPLE = Label("人员与组织", "People")
PERFORMANCE = Label("绩效", "Performance")
INCENTIVES = Label("激励与发放", "Incentives")
SYSTEM = Label("系统", "System")


class Format(StrEnum):
    """How a stored value reads."""

    TEXT = "text"
    """As it stands; where the table has ``<code>_zh`` and ``<code>_en``, in the reader's language."""
    CODE = "code"
    NUMBER = "number"
    MONEY = "money"
    """An integer of minor units, in the currency that `Column.currency` names."""
    QUANTITY = "quantity"
    """An integer of millionths, read as a plain number."""
    PERCENT = "percent"
    """An integer of millionths, read as a percentage."""
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    CHOICE = "choice"
    """One of a few words; `Column.choices` says what each means."""
    REFERENCE = "reference"
    """The key of a row that another view shows; `Column.to` names the view."""
    DOCUMENT = "document"
    """A JSON document, or a longer text; shown on the page of one row."""


class Tone(StrEnum):
    """What the colour of a word says."""

    PLAIN = "plain"
    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Choice:
    """One word that a column of `Format.CHOICE` may hold, and how it is shown."""

    value: str
    label: Label
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a view.

    Args:
        code: attribute of the model, or a path through its relationships (``award.currency``).
        currency: for money, the code or path of the column that names the currency.
        scale: for money, how many of the stored integer make one minor unit (1,000,000 for entitlements).
        choices: for a choice, every word it may hold.
        to: for a reference, the code of the view that shows the row.
        listed: false where it is shown on the page of one row only.
    """

    code: str
    label: Label
    format: Format = Format.TEXT
    currency: str = ""
    scale: int = 1
    choices: tuple[Choice, ...] = ()
    to: str = ""
    listed: bool = True

    def __post_init__(self) -> None:
        needed = {Format.MONEY: ("currency", self.currency), Format.CHOICE: ("choices", self.choices), Format.REFERENCE: ("to", self.to)}
        name, given = needed.get(self.format, ("", True))
        if not given:
            raise InvalidValue("core.admin_column", f"the column {self.code!r} has the format {self.format} but no {name}.", f"Give it {name}=….")


class FieldKind(StrEnum):
    """What is asked for before something is done."""

    TEXT = "text"
    MONTH = "month"
    """A calendar month, given to the service as ``2026-10``."""
    DATE = "date"
    """A date, given to the service as ``2026-10-15``."""


@dataclass(frozen=True, slots=True)
class ActionField:
    """Something that must be told before an action is done; the service gets it as the keyword `name`."""

    name: str
    label: Label
    kind: FieldKind = FieldKind.TEXT


@dataclass(frozen=True, slots=True)
class Action:
    """
    Something that can be done to chosen rows of a view, by a service.

    Args:
        load: ``package.module:function`` of the service; it takes the unit of work, the keys of the rows (a tuple;
            one key where `each` is true) and a keyword for each of `fields`.
        permission: what the actor must hold to be offered it; the service enforces it.
        confirm: the question asked before it is done.
        done: what is said afterwards.
        when: codes of columns, each with the values under which a row takes the action; all must fit, empty for every row.
        each: the service is called once for each row instead of once for all.
    """

    code: str
    label: Label
    permission: str
    load: str
    confirm: Label
    done: Label
    when: tuple[tuple[str, tuple[str | bool | None, ...]], ...] = ()
    fields: tuple[ActionField, ...] = ()
    each: bool = False
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True)
class AdminView:
    """
    A table as the back office shows it: a list, and a page for each row. Nothing in it can be edited.

    Args:
        code: stable identifier, ``owner.thing``; its address is ``/admin/owner/thing/``.
        label: what the rows are, in the plural.
        group: heading in the menu; one of this module's or a plugin's own.
        permission: what the actor must hold; its scope decides which rows are seen where `employee` is given.
        title: attribute that names a row; ``name`` where the table has ``name_zh`` and ``name_en``.
        mark: attribute that tells rows of the same title apart (an employee's number).
        search: columns of text to look in, bilingual ones in both languages; a reference looks where its own view does.
        filters: codes of columns of choice, reference, flag, date or moment that can be filtered by.
        sort: column to sort by at first; ``-`` before it for the last first.
        employee: column that holds the id of the employee a row belongs to; empty where a row belongs to nobody.
        period_end: column, or path, with the first day after the period that a row is about: the scope is judged by the structure of that
            period's last day (of today while it is not over); empty where it is by that of today.
        actions: what can be done to rows.
        view: ``package.module:Class`` of a subclass of ``bole_admin.views.SecureModelView`` where this declaration is not enough.
        icon: name of an icon of the back office.
        in_menu: false for a table that is only reached from others.
    """

    code: str
    label: Label
    group: Label
    model: type[Model]
    columns: tuple[Column, ...]
    permission: str
    title: str
    mark: str = ""
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sort: str = ""
    employee: str = ""
    period_end: str = ""
    actions: tuple[Action, ...] = ()
    view: str = ""
    icon: str = "table"
    in_menu: bool = True

    def column(self, code: str) -> Column:
        """
        Return the column of that code.

        Raises:
            InvalidValue: it has none.
        """
        for column in self.columns:
            if column.code == code:
                return column
        raise InvalidValue(
            "core.admin_column", f"the view {self.code!r} has no column {code!r}.", f"It has {', '.join(column.code for column in self.columns)}."
        )


@dataclass(frozen=True, slots=True)
class AdminPage:
    """
    A page of the back office with code of its own.

    Args:
        code: stable identifier, ``owner.thing``; its address is ``/admin/owner/thing/``.
        load: ``package.module:Class`` of a subclass of ``bole_admin.views.SecurePage``.
    """

    code: str
    label: Label
    group: Label
    permission: str
    load: str
    icon: str = "page"
