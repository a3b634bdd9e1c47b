"""The form of an explanation: a tree of steps, each with a name, a value and what it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bole.contracts.label import Label


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step of an explanation.

    Args:
        kind: ``payout``, ``award``, ``rule``, ``score``, ``measurement``, ``observation`` or ``ledger``.
        label: what it is, in both languages.
        value: its figure, for people to read, in both languages.
        detail: further figures by name.
        children: what it came from.
        more: how many further children there are that are not listed.
    """

    kind: str
    label: Label
    value: Label
    detail: tuple[tuple[Label, Label], ...] = ()
    children: tuple[Step, ...] = ()
    more: int = 0

    def lines(self, locale: str, depth: int = 0) -> Iterator[str]:
        """Yield the tree as indented text."""
        pad = "  " * depth
        yield f"{pad}{self.label.of(locale)}: {self.value.of(locale)}"
        for name, value in self.detail:
            yield f"{pad}    {name.of(locale)}: {value.of(locale)}"
        for child in self.children:
            yield from child.lines(locale, depth + 1)
        if self.more:
            yield f"{pad}  " + Label(f"……另有 {self.more} 条", f"… and {self.more} more").of(locale)

    def document(self, locale: str) -> dict[str, Any]:
        """Return the tree as plain JSON in one language."""
        return {
            "kind": self.kind,
            "label": self.label.of(locale),
            "value": self.value.of(locale),
            "detail": [[name.of(locale), value.of(locale)] for name, value in self.detail],
            "children": [child.document(locale) for child in self.children],
            "more": self.more,
        }


def same(text: str) -> Label:
    """Return a label that reads the same in both languages: a figure, a code, a name."""
    return Label(text, text)


@dataclass(frozen=True, slots=True)
class Names:
    """Labels for the columns that awards leave as their trace; an unknown one is shown by its code."""

    known: Mapping[str, Label] = field(default_factory=dict)

    def of(self, code: str) -> Label:
        """Return the label of a trace column."""
        return self.known.get(code, same(code.replace("_", " ")))
