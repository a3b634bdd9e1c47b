"""The scalar types of the schema: exact numbers as text, days and moments in ISO 8601."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import graphene
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, Undefined, ValueNode, value_from_ast_untyped

from bole.contracts.schema import Kind
from bole.errors import BoleError
from bole.values import micros


def _shown(value: Any) -> Any:
    """Return a value as it stands in the answer; mapped columns come written already."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def _scalar(name: str, description: str, parse: Callable[[Any], Any], *literals: type[ValueNode]) -> type[graphene.Scalar]:
    def parse_value(value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError, OverflowError, InvalidOperation, BoleError) as error:
            raise GraphQLError(f"{name} cannot be {value!r}.") from error

    def parse_literal(node: ValueNode, _variables: Any = None) -> Any:
        if not isinstance(node, literals):
            return Undefined
        return parse_value(node.value)  # type: ignore[attr-defined]  # the literals named all have one

    body = {
        "__doc__": description,
        "serialize": staticmethod(_shown),
        "parse_value": staticmethod(parse_value),
        "parse_literal": staticmethod(parse_literal),
    }
    return type(name, (graphene.Scalar,), body)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool | float):
        raise ValueError("a binary fraction is not exact")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise TypeError
    return date.fromisoformat(value)


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError
    found = datetime.fromisoformat(value)
    micros(found)  # refuses one without a time zone
    return found.astimezone(UTC)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


DECIMAL = _scalar("Decimal", "An exact decimal number, written as text.", _decimal, StringValueNode, IntValueNode, FloatValueNode)
DATE = _scalar("Date", "A calendar day, ISO 8601: 2026-05-03.", _day, StringValueNode)
MOMENT = _scalar("DateTime", "A moment with its time zone, ISO 8601: 2026-05-03T09:00:00+08:00.", _moment, StringValueNode)
COUNT = _scalar("Count", "A whole number of any size.", _whole, IntValueNode, StringValueNode)


class JSON(graphene.Scalar):  # type: ignore[misc]  # the library ships no types
    """Any JSON value."""

    serialize = staticmethod(lambda value: value)
    parse_value = staticmethod(lambda value: value)
    parse_literal = staticmethod(value_from_ast_untyped)


BY_KIND: Mapping[Kind, Any] = {
    Kind.TEXT: graphene.String,
    Kind.INTEGER: graphene.Int,
    Kind.COUNT: COUNT,
    Kind.FLAG: graphene.Boolean,
    Kind.DATE: DATE,
    Kind.MOMENT: MOMENT,
    Kind.MILLIONTHS: DECIMAL,
    Kind.DOCUMENT: JSON,
}
"""The scalar of each kind of column but money."""

BY_TYPE: Mapping[type, Any] = {
    str: graphene.String,
    int: graphene.Int,
    bool: graphene.Boolean,
    Decimal: DECIMAL,
    date: DATE,
    datetime: MOMENT,
    dict: JSON,
}
"""The scalar of each annotation of a function."""
