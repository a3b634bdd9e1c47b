"""The filters above a list: what can be chosen, and what is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bole.access import Work
from bole.contracts.pages import AdminView, Column, Format
from bole_admin.language import Wording, reader_language
from bole_admin.names import MOST_OPTIONS, titles_of

RANGED = (Format.DATE, Format.MOMENT)


@dataclass(frozen=True, slots=True)
class FilterField:
    """
    One field of the form above a list.

    Args:
        name: name of the field in the address.
        kind: ``select``, ``date``, or ``fixed`` for a value that can only be taken away again.
        options: value and text of what can be chosen.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The chosen option as it is read."""
        return next((text for value, text in self.options if value == self.value), self.value)


def given_filters(view: AdminView, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the filters in an address: those that the view offers, and every reference, since other pages link to those."""
    offered = {*view.filters, *(column.code for column in view.columns if column.format is Format.REFERENCE)}
    return {name: text for name, text in arguments.items() if text and not _beyond(text) and name.partition("-")[0] in offered}


def _beyond(text: str) -> bool:
    """Tell whether a number is none that any row can have: it has more digits than 64 bits hold."""
    return text.lstrip("-").isdigit() and len(text) > 18


def filter_fields(work: Work, view: AdminView, views: Mapping[str, AdminView], given: Mapping[str, str], wording: Wording) -> list[FilterField]:
    """Return the fields of the form above a list, filled with what was given."""
    found: list[FilterField] = []
    for code in view.filters:
        column = view.column(code)
        if column.format in RANGED:
            label = column.label.of(reader_language())
            found.append(FilterField(f"{code}-from", wording.gettext("%(field)s from", field=label), "date", given.get(f"{code}-from", "")))
            found.append(FilterField(f"{code}-to", wording.gettext("%(field)s to", field=label), "date", given.get(f"{code}-to", "")))
            continue
        options = _options(work, column, views, wording)
        if options:
            found.append(FilterField(code, column.label.of(reader_language()), "select", given.get(code, ""), options))
    offered = {field.name for field in found}
    return [*found, *(_fixed(work, view, views, name, text) for name, text in given.items() if name not in offered)]


def _options(work: Work, column: Column, views: Mapping[str, AdminView], wording: Wording) -> tuple[tuple[str, str], ...]:
    if column.format is Format.CHOICE:
        return tuple((choice.value, choice.label.of(reader_language())) for choice in column.choices)
    if column.format is Format.FLAG:
        return (("1", wording.gettext("Yes")), ("0", wording.gettext("No")))
    target = views[column.to]
    # A list of people is not offered: it would be long, and not everybody on it is for this reader's eyes.
    rows = [] if target.employee else titles_of(work, target, limit=MOST_OPTIONS + 1)
    return tuple((str(key), text) for key, text in rows) if len(rows) <= MOST_OPTIONS else ()


def _fixed(work: Work, view: AdminView, views: Mapping[str, AdminView], name: str, text: str) -> FilterField:
    column = view.column(name.partition("-")[0])
    options: tuple[tuple[str, str], ...] = ()
    if column.format is Format.REFERENCE and text.isdigit():
        options = tuple((str(key), title) for key, title in titles_of(work, views[column.to], [int(text)]))
    return FilterField(name, column.label.of(reader_language()), "fixed", text, options)
