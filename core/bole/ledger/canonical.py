"""Canonical bytes of one record: what the ledger hashes.

Layout of a record (all numbers big-endian; docs/ledger.md has a worked example)::

    record   = "bole-record/1\\n" text(kind) mapping
    mapping  = u32 count, text(name) for each name in code point order, body of the values in that order
    sequence = u32 count, body of the values
    body     = one tag byte a value, then one signed 64-bit slot a value that has one, then the payloads
    text     = u32 length, UTF-8

A slot holds the value itself (integer, truth, date, moment) or its payload's length. All lengths come before
what they measure, so the bytes can be read back in one way only. Slots stand together so that a row
of integers is a single `struct.pack`: 0.8 µs for twelve columns, against 7 µs value by value.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from bole.errors import InvalidValue
from bole.values import Money, day_number, micros

MAGIC = b"bole-record/1\n"


class _Form(NamedTuple):
    """How values of one type are laid out: `slot` gives the integer held in place, `payload` the bytes held behind."""

    tag: bytes
    slot: Callable[[Any], int] | None = None
    payload: Callable[[Any], bytes] | None = None


def encode(kind: str, fields: Mapping[str, object]) -> bytes:
    """
    Return the canonical bytes of one record.

    Equal values give equal bytes: 1.0 and 1.00, one moment in two time zones, a list and a tuple.
    Different values, and values of different type (1, True, "1"), never do.

    Args:
        kind: what the record is, such as ``observation``; the same fields under another kind give other bytes.
        fields: value by name; None, bool, int, str, bytes, Decimal, date, aware datetime, Money, and
            lists, tuples and dicts of these. The order of names does not matter.

    Raises:
        InvalidValue: a value of another type (float above all), a naive moment, an infinite number, text that is not Unicode.
    """
    try:
        return _head(kind) + _mapping(fields)
    except UnicodeEncodeError as error:
        raise InvalidValue(
            "core.not_canonical", f"{error.object!r} in a record of kind {kind!r} is not Unicode text.", "Remove the lone surrogate."
        ) from error
    except RecursionError as error:
        raise InvalidValue("core.not_canonical", f"a record of kind {kind!r} is nested too deeply.", "Flatten it.") from error


def encode_rows(kind: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[bytes]:
    """
    Return the canonical bytes of each row, as `encode` would give them for its columns, in the order given.

    Args:
        kind: as for `encode`.
        columns: a name for each value of a row, no name twice.
        rows: tuples of values, all as long as `columns`.

    Raises:
        InvalidValue: as `encode`; or a row of another length, or a column named twice.
    """
    return list(each_encoded(kind, columns, rows))


def each_encoded(kind: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield what `encode_rows` returns, one row at a time, so that a million rows need not be held at once."""
    if len(set(columns)) != len(columns):
        raise InvalidValue("core.not_canonical", f"a column is named twice among {', '.join(columns)}.", "Give each column a name of its own.")
    encoders: dict[tuple[type, ...], Callable[[Sequence[Any]], bytes]] = {}
    for row in rows:
        types = tuple(map(type, row))
        try:
            encoder = encoders.get(types)
            if encoder is None:
                encoder = encoders[types] = _row_encoder(kind, columns, row)
            encoded = encoder(row)
        except (struct.error, UnicodeEncodeError, RecursionError):  # an integer beyond 64 bits, or a value that `encode` refuses in words
            encoded = encode(kind, dict(zip(columns, row, strict=True)))
        yield encoded


def _row_encoder(kind: str, columns: Sequence[str], sample: Sequence[Any]) -> Callable[[Sequence[Any]], bytes]:
    """Return a function that encodes rows whose types are those of `sample`."""
    if len(sample) != len(columns):
        raise InvalidValue("core.not_canonical", f"a row of kind {kind!r} has {len(sample)} values for {len(columns)} columns: {tuple(sample)!r}.")
    order = sorted(range(len(columns)), key=columns.__getitem__)
    forms = [_form_of(columns[column], sample[column]) for column in order]
    head = _head(kind) + _names([columns[column] for column in order]) + b"".join(form.tag for form in forms)
    slotted = [(column, form) for column, form in zip(order, forms, strict=True) if form is not _NULL]
    pick = _getter([column for column, _ in slotted])
    pack = struct.Struct(f">{len(slotted)}q").pack
    if all(form is _INT for _, form in slotted):
        return lambda row: head + pack(*pick(row))
    held = [(place, form.slot) for place, (_, form) in enumerate(slotted) if form.slot and form is not _INT]
    behind = [(place, form.payload) for place, (_, form) in enumerate(slotted) if form.payload]

    def encode_row(row: Sequence[Any]) -> bytes:
        slots = list(pick(row))
        payloads = []
        for place, payload_of in behind:
            payload = payload_of(slots[place])
            slots[place] = len(payload)
            payloads.append(payload)
        for place, slot_of in held:
            slots[place] = slot_of(slots[place])
        return head + pack(*slots) + b"".join(payloads)

    return encode_row


def _getter(columns: list[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda row: [row[column] for column in columns]


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">I", len(encoded)) + encoded


def _head(kind: str) -> bytes:
    return MAGIC + _text(kind)


def _names(names: Sequence[str]) -> bytes:
    return struct.pack(">I", len(names)) + b"".join(map(_text, names))


def _mapping(fields: Mapping[str, object]) -> bytes:
    for name in fields:
        if not isinstance(name, str):
            raise InvalidValue("core.not_canonical", f"the key {name!r} is not text.", "Use text for every key of a mapping.")
    names = sorted(fields)
    return _names(names) + _body((name, fields[name]) for name in names)


def _sequence(values: Sequence[object]) -> bytes:
    return struct.pack(">I", len(values)) + _body(enumerate(values))


def _body(items: Iterable[tuple[object, Any]]) -> bytes:
    tags, slots, payloads = [], [], []
    for name, value in items:
        form = _form_of(name, value)
        if form is _INT and not -(2**63) <= value < 2**63:
            form = _LARGE
        tags.append(form.tag)
        if form.payload:
            payloads.append(form.payload(value))
            slots.append(len(payloads[-1]))
        elif form.slot:
            slots.append(form.slot(value))
    return b"".join(tags) + struct.pack(f">{len(slots)}q", *slots) + b"".join(payloads)


def _decimal(value: Decimal) -> bytes:
    """Return digits without trailing zeros, ``e``, power of ten: one text for 1.0 and 1.00; zero is ``0e0``."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InvalidValue("core.not_canonical", f"{value} is not a finite number.", "Leave the value out, or store None.")
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    if not kept:
        return b"0e0"
    return f"{'-' if sign else ''}{kept}e{exponent + len(written) - len(kept)}".encode()


def _form_of(name: object, value: object) -> _Form:
    for base, form in _FORMS:
        if isinstance(value, base):
            return form
    raise InvalidValue(
        "core.not_canonical",
        f"{name!r} is {value!r}, and a {type(value).__name__} cannot enter the ledger.",
        "Use None, bool, int, str, bytes, Decimal, date, aware datetime, Money, or a list or dict of these.",
    )


_NULL = _Form(b"n")
_INT = _Form(b"i", slot=int)
_LARGE = _Form(b"I", payload=lambda value: value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
_FORMS: tuple[tuple[type | tuple[type, ...], _Form], ...] = (
    (type(None), _NULL),
    (bool, _Form(b"t", slot=int)),  # before int, of which it is a subclass; datetime before date likewise
    (int, _INT),
    (str, _Form(b"s", payload=str.encode)),
    (bytes, _Form(b"b", payload=bytes)),
    (Decimal, _Form(b"d", payload=_decimal)),
    (datetime, _Form(b"m", slot=micros)),
    (date, _Form(b"D", slot=day_number)),
    (Money, _Form(b"M", payload=lambda value: value.currency.encode() + b" " + _decimal(value.amount))),
    ((list, tuple), _Form(b"l", payload=_sequence)),
    (Mapping, _Form(b"o", payload=_mapping)),
)
