"""Problems of documents and files: marshmallow's messages in our words, near misses, and a bound on how many are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from bole import Problem

MOST = 1000
"""How many problems of one import are told one by one; the rest is counted."""

_UNKNOWN = ["Unknown field."]
_REQUIRED = "Missing data for required field."


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key of a dictionary with its value, between which marshmallow makes a difference in its messages."""

    within: fields.Dict

    def inner(self, part: str) -> Any:
        return self.within.value_field if part == "value" else self.within.key_field


def problems_of(path: Path, messages: Any, schema: Schema, document: Any) -> list[Problem]:
    """Return marshmallow's messages as problems: the key's path, the value that stands there, the reason, a near miss."""
    return list(_walk(str(path), messages, schema, document, ""))


def _walk(where: str, messages: Any, within: Any, given: Any, at: str) -> Iterator[Problem]:
    if isinstance(within, fields.Nested):
        within = within.schema
    if not isinstance(messages, Mapping):
        for message in messages if isinstance(messages, list) else [messages]:
            yield Problem(where, 0, at, shown(given), "is missing." if message == _REQUIRED else str(message))
        return
    for key, message in messages.items():
        if isinstance(within, _Entry):
            yield from _walk(where, message, within.inner(key), given, at)
            continue
        value = given.get(key) if isinstance(given, Mapping) else given[key] if isinstance(given, list) and isinstance(key, int) else given
        below = f"{at}.{key + 1 if isinstance(key, int) else key}".lstrip(".")
        if message == _UNKNOWN and isinstance(within, Schema):
            keys = [field.data_key or name for name, field in within.fields.items()]
            yield Problem(where, 0, below, shown(value), "is no key that may stand here.", suggestion(str(key), keys, "The keys are"))
        else:
            yield from _walk(where, message, _inside(within, key), value, below)


def _inside(within: Any, key: Any) -> Any:
    if isinstance(within, Schema):
        return {field.data_key or name: field for name, field in within.fields.items()}.get(key)
    if isinstance(within, fields.List):
        return within.inner
    return _Entry(within) if isinstance(within, fields.Dict) else None


def shown(value: object) -> str:
    """Return a value as a problem shows it: nothing for none and for whole tables, at most 200 characters."""
    return "" if value is None or isinstance(value, Mapping | list) else str(value)[:200]


def suggestion(word: str, known: Iterable[str], listed: str = "It has") -> str:
    """Return a hint that names the nearest known word, or all of them where none is near."""
    words = [each for each in dict.fromkeys(known) if each]
    plain = {each.casefold().replace(" ", "").replace("_", ""): each for each in words}
    near = get_close_matches(word.casefold().replace(" ", "").replace("_", ""), plain, n=1, cutoff=0.7)
    if near:
        return f"Did you mean {plain[near[0]]!r}?"
    return f"{listed}: {', '.join(words[:40])}{' …' if len(words) > 40 else ''}." if words else ""
