"""What a batch of observations adds to the daily rollups, in the transaction that records it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from bole.contracts.indicator import Of
from bole.db import upsert
from bole.engine.catalogue import Catalogue
from bole.models import Rollup, RollupKey

EMPLOYEE, DAY, FACET, SIGN, QUANTITY, AMOUNT, MOMENT, ANSWERS_TO, DETAILS = 0, 1, 3, 4, 5, 6, 7, 8, 14
"""Places of the columns in an observation row."""

_SUM = (Rollup.table, ("employee_id", "day", "aggregate_id"), ("employee_id", "day", "aggregate_id", "value"))
_KEY = (RollupKey.table, ("employee_id", "day", "aggregate_id", "key"), ("employee_id", "day", "aggregate_id", "key", "value"))


def key_number(text: str) -> int:
    """Return the 64-bit number that stands for a key; two keys of one company share it with probability below 1e-9."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def changes(catalogue: Catalogue, rows: Iterable[Sequence[Any]]) -> tuple[dict[tuple[int, int, int], int], dict[tuple[int, int, int, int], int]]:
    """
    Return what rows add: to sums by (employee, day, aggregate), and to key counts by (employee, day, aggregate, key).

    Args:
        rows: in the column order of the observation table.
    """
    sums: dict[tuple[int, int, int], int] = {}
    keys: dict[tuple[int, int, int, int], int] = {}
    for row in rows:
        employee, day, sign = row[EMPLOYEE], row[DAY], row[SIGN]
        for to in catalogue.contributions(row[FACET]):
            if to.of is Of.COUNT:
                value = sign
            elif to.of is Of.AMOUNT:
                value = sign * row[AMOUNT]
            elif to.of is Of.QUANTITY:
                value = sign * row[QUANTITY]
            elif to.of is Of.WITHIN:
                answered = row[ANSWERS_TO]
                value = sign if answered is not None and row[MOMENT] - answered <= to.within else 0
            else:
                met = json.loads(row[DETAILS]).get(to.key) if row[DETAILS] else None
                if met is not None:
                    at = (employee, day, to.aggregate, key_number(str(met)))
                    keys[at] = keys.get(at, 0) + sign
                continue
            place = (employee, day, to.aggregate)
            sums[place] = sums.get(place, 0) + value
    return sums, keys


def add_to_rollups(on: Any, sums: dict[tuple[int, int, int], int], keys: dict[tuple[int, int, int, int], int]) -> None:
    """Add changes to the stored rollups, in the order of their keys: two transactions then never wait for each other in a circle."""
    if sums:
        upsert(on, *_SUM, ((*at, value) for at, value in sorted(sums.items()) if value), add=True)
    if keys:
        upsert(on, *_KEY, ((*at, value) for at, value in sorted(keys.items()) if value), add=True)
