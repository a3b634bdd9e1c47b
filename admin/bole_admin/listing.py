"""The rows of a view: what the reader asked for, as one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql import ColumnElement

from bole.contracts.pages import AdminView, Column, Format
from bole.errors import InvalidValue
from bole_admin.language import LANGUAGES
from bole_admin.reading import attributes_of, is_bilingual
from bole_admin.searching import words_within


@dataclass(frozen=True)
class Asked:
    """
    What the reader asked a list for.

    Args:
        sort: code of a column; empty for the view's own order.
        filters: column code (``status``), or code and end (``created_at-from``), to the text given.
        zone: in which dates are meant when a moment is filtered by day.
    """

    search: str = ""
    sort: str = ""
    descending: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


class Rows:
    """
    Builds the statement over a view's table, joining what a column's path needs, each once.

    Args:
        view: whose rows.
        views: every view by code; references are sorted and searched through theirs.
    """

    def __init__(self, view: AdminView, views: Mapping[str, AdminView]) -> None:
        self.view = view
        self.views = views
        self.statement: Select[Any] = select(view.model)
        self._joined: dict[tuple[str, ...], Any] = {}

    def entity_at(self, way: tuple[str, ...]) -> Any:
        """Return the model, or its alias joined along a way of relationships."""
        if not way:
            return self.view.model
        if way not in self._joined:
            relationship = getattr(self.entity_at(way[:-1]), way[-1])
            target = aliased(relationship.property.mapper.class_)
            self.statement = self.statement.outerjoin(relationship.of_type(target))
            self._joined[way] = target
        return self._joined[way]

    def attribute(self, path: str) -> Any:
        """Return the one stored column at a path."""
        *way, last = path.split(".")
        return getattr(self.entity_at(tuple(way)), last)

    def attributes(self, path: str) -> list[Any]:
        """Return the stored columns at a path: one, or both of a bilingual one, the reader's language first."""
        *way, last = path.split(".")
        entity = self.entity_at(tuple(way))
        return [getattr(entity, name) for name in attributes_of(inspect(entity).mapper.class_, last)]

    def referred(self, column: Column) -> tuple[AdminView, Any]:
        """Return the view a reference points to, and its table joined."""
        target, way = self.views[column.to], (column.code, "->")
        if way not in self._joined:
            alias = aliased(target.model)
            key = self.attribute(column.code)
            self.statement = self.statement.outerjoin(alias, key_of(alias) == key)
            self._joined[way] = alias
        return target, self._joined[way]

    def narrow(self, condition: ColumnElement[bool] | None) -> None:
        """Keep only rows for which a condition holds."""
        if condition is not None:
            self.statement = self.statement.where(condition)

    def search(self, text: str) -> None:
        """Keep only rows in which every word of a text occurs in some searched column."""
        if text:
            places = [place for code in self.view.search for place in self._places(code)]
            for condition in words_within(text, places):
                self.narrow(condition)

    def _places(self, code: str) -> list[Any]:
        column = next((column for column in self.view.columns if column.code == code and column.format is Format.REFERENCE), None)
        if column is None:
            return self.attributes(code)
        target, alias = self.referred(column)
        return [getattr(alias, name) for inner in target.search for name in attributes_of(target.model, inner)]

    def filter(self, asked: Asked) -> None:
        """
        Keep only rows that pass the filters.

        Raises:
            InvalidValue: a filter's text is not what its column holds.
        """
        for given, text in asked.filters.items():
            code, _, end = given.partition("-")
            column = self.view.column(code)
            stored = self.attribute(code)
            if column.format in (Format.DATE, Format.MOMENT):
                self.narrow(_on_side(stored, column, end, _day(given, text), asked.zone))
            elif column.format is Format.FLAG:
                self.narrow(stored.is_(text == "1"))
            elif column.format is Format.REFERENCE:
                self.narrow(stored == _key(given, text, key_of(self.views[column.to].model)))
            else:
                self.narrow(stored == text)

    def order(self, asked: Asked) -> None:
        """Put rows in the order asked for, or in the view's own; rows alike stand in order of key."""
        code, descending = (asked.sort, asked.descending) if asked.sort else (self.view.sort.removeprefix("-"), self.view.sort.startswith("-"))
        for place in self._sorted_by(code) if code else ():
            self.statement = self.statement.order_by(place.desc() if descending else place)
        key = key_of(self.view.model)
        self.statement = self.statement.order_by(key.desc() if descending else key)

    def _sorted_by(self, code: str) -> list[Any]:
        column = self.view.column(code)
        if column.format is not Format.REFERENCE:
            return self.attributes(code)[:1]
        target, alias = self.referred(column)
        return [getattr(alias, attributes_of(target.model, target.title)[0])]

    def count(self, session: Session) -> int:
        """Return how many rows there are on all pages."""
        keys = self.statement.with_only_columns(key_of(self.view.model)).order_by(None).subquery()
        return session.execute(select(func.count()).select_from(keys)).scalar_one()

    def page(self, session: Session, first: int, size: int) -> list[Any]:
        """Return `size` rows from number `first` (counted from 0) on, with what their columns reach through relationships."""
        ways = {tuple(column.code.split(".")[:-1]) for column in self.view.columns} | {
            tuple(column.currency.split(".")[:-1]) for column in self.view.columns if column.currency
        }
        statement = self.statement
        for way in sorted(way for way in ways if way):
            statement = statement.options(_eager(self.view.model, way))
        return list(session.execute(statement.offset(first).limit(size)).unique().scalars())


def key_of(entity: Any) -> Any:
    """Return the attribute that is the key of a model or of its alias; views stand on tables with one key column."""
    mapper = inspect(entity).mapper
    return getattr(entity, mapper.get_property_by_column(mapper.primary_key[0]).key)


def _eager(model: Any, way: tuple[str, ...]) -> Any:
    option, entity = None, model
    for step in way:
        relationship = getattr(entity, step)
        option = joinedload(relationship) if option is None else option.joinedload(relationship)
        entity = relationship.property.mapper.class_
    return option


def _day(given: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue("admin.filter", f"the filter {given!r} has {text!r}, which is not a date.", "Write it as 2026-10-15.") from None


def _key(given: str, text: str, key: Any) -> Any:
    kind = key.property.columns[0].type.python_type
    try:
        return kind(text)
    except ValueError:
        raise InvalidValue("admin.filter", f"the filter {given!r} has {text!r}, which is no key.", "Choose from the list.") from None


def _on_side(stored: Any, column: Column, end: str, day: date, zone: tzinfo) -> ColumnElement[bool]:
    # Both ends are meant inclusively, as people read "from … to …".
    last = end == "to"
    if column.format is Format.DATE:
        found: ColumnElement[bool] = stored <= day if last else stored >= day
        return found
    border = datetime.combine(day + timedelta(days=int(last)), time(), zone)
    found = stored < border if last else stored >= border
    return found


def title_names(view: AdminView) -> list[str]:
    """Return the names of the attributes that name a row of a view: title in every language it has, then mark."""
    titles = [f"{view.title}_{language}" for language in LANGUAGES] if is_bilingual(view.model, view.title) else [view.title]
    return [*titles, view.mark] if view.mark else titles


def title_columns(view: AdminView, entity: Any) -> list[Any]:
    """Return the columns that name a row of a view, of its model or an alias of it."""
    return [getattr(entity, name) for name in title_names(view)]
