"""A record read back from its canonical bytes, so that an auditor sees what was proven."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bole.errors import InvalidValue
from bole.ledger.canonical import MAGIC, encode
from bole.values import Money, from_day_number, from_micros


@dataclass(frozen=True, slots=True)
class Record:
    """
    One record of the ledger.

    Args:
        kind: what it is, such as ``observation``.
        fields: value by name, in code point order of the names; sequences are lists.
    """

    kind: str
    fields: dict[str, Any]


def decode(encoded: bytes) -> Record:
    """
    Return the record that canonical bytes stand for.

    Raises:
        InvalidValue: the bytes are not exactly what `encode` gives for any record.
    """
    try:
        reader = _Reader(encoded)
        if reader.take(len(MAGIC)) == MAGIC:
            record = Record(reader.text(), reader.mapping())
            if encode(record.kind, record.fields) == encoded:
                return record
    except (ValueError, KeyError, OverflowError, InvalidOperation, InvalidValue, RecursionError) as error:
        raise _not_a_record(encoded) from error
    raise _not_a_record(encoded)


def _not_a_record(encoded: bytes) -> InvalidValue:
    shown = encoded[:24].hex() + ("…" if len(encoded) > 24 else "")
    return InvalidValue(
        "core.not_a_record", f"{len(encoded)} bytes ({shown}) are not one canonical record.", "They were altered, cut, or written by another program."
    )


class _Reader:
    """Takes values off the front of the bytes; raises ValueError where they end too early."""

    def __init__(self, encoded: bytes) -> None:
        self._rest = memoryview(encoded)

    def take(self, length: int) -> bytes:
        if not 0 <= length <= len(self._rest):
            raise ValueError(length)
        taken, self._rest = bytes(self._rest[:length]), self._rest[length:]
        return taken

    def count(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def text(self) -> str:
        return self.take(self.count()).decode()

    def mapping(self) -> dict[str, Any]:
        names = [self.text() for _ in range(self.count())]
        return dict(zip(names, self.values(len(names)), strict=True))

    def sequence(self) -> list[Any]:
        return self.values(self.count())

    def values(self, count: int) -> list[Any]:
        tags = self.take(count).decode("ascii")
        slotted = len(tags) - tags.count("n")
        slots = iter(struct.unpack(f">{slotted}q", self.take(8 * slotted)))
        return [None if tag == "n" else self._value(tag, next(slots)) for tag in tags]

    def _value(self, tag: str, slot: int) -> Any:
        if tag in _HELD:
            return _HELD[tag](slot)
        return _BEHIND[tag](self.take(slot))


def _money(payload: bytes) -> Money:
    currency, amount = payload.decode().split(" ")
    return Money(Decimal(amount), currency)


_HELD: dict[str, Callable[[int], Any]] = {"i": int, "t": bool, "D": from_day_number, "m": from_micros}
_BEHIND: dict[str, Callable[[bytes], Any]] = {
    "I": lambda payload: int.from_bytes(payload, "big", signed=True),
    "s": bytes.decode,
    "b": bytes,
    "d": lambda payload: Decimal(payload.decode()),
    "M": _money,
    "l": lambda payload: _Reader(payload).sequence(),
    "o": lambda payload: _Reader(payload).mapping(),
}
