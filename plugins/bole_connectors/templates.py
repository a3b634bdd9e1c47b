"""Templates that make one text of several columns: ``{SalesOrderNumber}-{ProductKey}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bole import InvalidValue

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[^{}]+|[{}]")
_HINT = "Write the names of columns in braces, for example {OrderNumber}-{Line}; a brace of the text itself is written twice."


@dataclass(frozen=True, slots=True)
class Template:
    """
    A text with columns in braces.

    Args:
        parts: each a text, and whether it is the name of a column.
    """

    text: str
    parts: tuple[tuple[str, bool], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """
        Return the template that a text is.

        Raises:
            InvalidValue: a brace is left over, or no column is named.
        """
        parts = []
        for token in _TOKEN.finditer(text):
            if token[0] in ("{", "}"):
                raise InvalidValue("connectors.template", f"{text!r} is no template: the brace at place {token.start() + 1} is left over.", _HINT)
            parts.append((token[1], True) if token[1] else (token[0][0] if token[0] in ("{{", "}}") else token[0], False))
        if not any(is_column for _, is_column in parts):
            raise InvalidValue("connectors.template", f"{text!r} is no template: it names no column.", _HINT)
        return cls(text, tuple(parts))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs, each once."""
        return tuple(dict.fromkeys(part for part, is_column in self.parts if is_column))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each column's value in its place."""
        return "".join(values[part] if is_column else part for part, is_column in self.parts)
