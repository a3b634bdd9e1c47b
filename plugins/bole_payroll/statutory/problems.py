"""Turning a schema's refusals into problems: key path, value, reason and next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bole import Problem

_MISSING = "Missing data for required field."


def problems_of(messages: Any, raw: Any, where: str) -> list[Problem]:
    """
    Return one problem for each refusal, in the order of the schema.

    Args:
        messages: marshmallow's nested messages.
        raw: the table that was checked, to show the refused values.
        where: the file's name.
    """
    return [_problem(where, path, text, raw) for path, text in _leaves(messages, ())]


def key_path(path: Sequence[str | int]) -> str:
    """Return a path as people write it: ``rates[0].source.link``."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def _leaves(messages: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _leaves(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _leaves(inner, path)
    else:
        yield path, str(messages)


def _problem(where: str, path: tuple[str | int, ...], text: str, raw: Any) -> Problem:
    if text == _MISSING:
        return Problem(where, 0, key_path(path), "", "is missing.", "Add the key with its value.")
    reason, _, hint = text.partition("\n")
    return Problem(where, 0, key_path(path), _value_at(raw, path), reason, hint or "See docs/payroll-cn.md, section Parameter files.")


def _value_at(raw: Any, path: tuple[str | int, ...]) -> str:
    for part in path:
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return "" if isinstance(raw, (dict, list)) else str(raw)
