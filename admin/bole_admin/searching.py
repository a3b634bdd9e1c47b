"""Looking for words in columns of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, false, or_


def words_within(text: str, places: Iterable[Any]) -> list[ColumnElement[bool]]:
    """Return a condition for each word of a text: that it occurs in one of the places, whatever its case."""
    searched = list(places)
    patterns = ["%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%" for word in text.split()]
    return [or_(false(), *(place.ilike(pattern, escape="\\") for place in searched)) for pattern in patterns]
