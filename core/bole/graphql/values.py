"""How stored values are written: money, millionths, moments, global ids, cursors."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from bole.contracts.schema import Kind
from bole.errors import InvalidValue
from bole.values import from_micros, minor_digits

_MILLION = 1_000_000


def millionths(stored: int) -> str:
    """Return an integer of millionths as a decimal text without needless zeros: 400000 is ``0.4``."""
    if stored < 0:
        return "-" + millionths(-stored)
    whole, rest = divmod(stored, _MILLION)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def money(minor: int, currency: str) -> str:
    """Return minor units as a decimal text in major units, with all of the currency's digits: 123450 CNY is ``1234.50``."""
    digits = minor_digits(currency)
    if not digits:
        return str(minor)
    text = str(abs(minor)).rjust(digits + 1, "0")
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def fine_money(stored: int, currency: str) -> str:
    """Return millionths of minor units as a decimal text in major units, with at least the currency's digits."""
    digits = minor_digits(currency)
    whole, _, rest = f"{Decimal(stored).scaleb(-6 - digits):f}".partition(".")
    rest = rest.rstrip("0").ljust(digits, "0")
    return f"{whole}.{rest}" if rest else whole


def moment(stored: int) -> str:
    """Return microseconds since 1970 as ISO 8601 in UTC."""
    return from_micros(stored).isoformat()


def flag(stored: int) -> bool:
    """Return SQLite's 0 or 1 as a truth."""
    return stored == 1


SQLITE: dict[Kind, Callable[..., Any]] = {
    Kind.MILLIONTHS: millionths,
    Kind.MOMENT: moment,
    Kind.MONEY: money,
    Kind.FINE_MONEY: fine_money,
    Kind.FLAG: flag,
    Kind.DOCUMENT: orjson.loads,
}
"""What turns a value, as SQLite's driver gives it, into what the answer shows; nothing where they are the same."""

POSTGRESQL: dict[Kind, Callable[..., Any]] = {
    Kind.MILLIONTHS: millionths,
    Kind.MOMENT: moment,
    Kind.MONEY: money,
    Kind.FINE_MONEY: fine_money,
}
"""The same for PostgreSQL's driver."""


def id_form(name: str, parts: int) -> bytes:
    """Return what, filled with the parts of a key and written in base 64, is the global id of a type's object."""
    return (name + ":%d" * parts).encode()


def id_writer(name: str, parts: int) -> Callable[..., str]:
    """Return the function that makes the global id of a type's object from its key, which has so many parts."""
    form = id_form(name, parts)
    return lambda *key: b2a_base64(form % key, newline=False).decode()


def read_id(text: str) -> tuple[str, tuple[int, ...]]:
    """
    Return the type and the key in a global id.

    Raises:
        InvalidValue: it is none.
    """
    try:
        name, *key = a2b_base64(text, strict_mode=True).decode("ascii").split(":")
        return name, tuple(_whole(part) for part in key)
    except (BadBase64, ValueError):
        raise InvalidValue("core.not_an_id", f"{text!r} is not a global id.", "Use an id that this API gave.") from None


def _whole(value: Any) -> int:
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError("a number that no column holds")
    return number


def write_cursor(values: Sequence[Any]) -> str:
    """Return the opaque cursor of a row, from the values by which it was sorted."""
    return urlsafe_b64encode(orjson.dumps(values)).decode()


def read_cursor(text: str, types: Sequence[type]) -> list[Any]:
    """
    Return the values in a cursor, of the given Python types.

    Raises:
        InvalidValue: it is no cursor of this list.
    """
    try:
        values = orjson.loads(urlsafe_b64decode(text.encode("ascii")))
        if not isinstance(values, list):
            raise ValueError
        readers: dict[type, Callable[[Any], Any]] = {date: date.fromisoformat, int: _whole, str: str}
        return [readers[kind](value) for value, kind in zip(values, types, strict=True)]
    except (BadBase64, TypeError, ValueError):
        raise InvalidValue("core.not_a_cursor", f"after: {text!r} is not a cursor of this list.", "Use an endCursor that this list gave.") from None
