"""From a row's cells to one field's value: the steps of a rule, compiled for one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bole import FieldType, Period
from bole_connectors.amounts import Numbers
from bole_connectors.cells import Unfit, text_of
from bole_connectors.codes import code_of
from bole_connectors.mapping import FieldRule, FileForm, FileMapping
from bole_connectors.moments import Dates
from bole_connectors.tables import Cell

TRUE = frozenset({"true", "yes", "y", "1", "是", "对"})
FALSE = frozenset({"false", "no", "n", "0", "否", "不"})
_REMEMBERED = 1024
"""How many different texts of one column are kept with what they became; most columns repeat few."""

Lookups = Mapping[str, Mapping[str, str]]


@dataclass
class FieldReader:
    """
    Reads one field of every row.

    Args:
        name: of the field, in the target.
        type: what the target wants.
        places: name of each column to its place in the row.
    """

    name: str
    type: FieldType
    rule: FieldRule
    mapping: FileMapping
    lookups: Lookups
    places: Mapping[str, int]
    seen: dict[str, int] = field(default_factory=dict)
    _fallback: FieldReader | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.rule.fallback:
            self._fallback = replace(self, rule=self.rule.fallback)
        self.label = self.rule.column or ", ".join(self.rule.columns) or self.name
        self._from_text: Callable[[str | None, str], Any] = lru_cache(_REMEMBERED)(self._converted)
        # A constant is written in the mapping, whatever marks the file has.
        self._numbers = Numbers(self.rule, self.mapping.file if self.rule.constant is None else FileForm(), self.rule.places)
        zone = self.rule.time_zone or self.mapping.time_zone
        self._dates = Dates(self.rule, ZoneInfo(zone) if zone else None)
        rule = self.rule
        is_day = self.type in (FieldType.DATE, FieldType.MOMENT) or rule.period is not None
        self._as_it_is = is_day and not (rule.extract or rule.values or rule.lookup)

    def read(self, cells: Sequence[Cell]) -> Any:
        """
        Return the field's value; nothing where there is none.

        Raises:
            Unfit: what stands there cannot become the field's value.
        """
        cell = self._cell(cells, self.rule.column) if self.rule.column else ""
        if self._as_it_is and isinstance(cell, date):
            return self._of_day(cell)
        value = self._from_text(self._text(cells, cell), self._currency(cells))
        return self._fallback.read(cells) if value is None and self._fallback else value

    def _text(self, cells: Sequence[Cell], cell: Cell) -> str | None:
        rule = self.rule
        if rule.constant is not None:
            return rule.constant
        text = self._filled(cells) if rule.template else text_of(cell, self.mapping.file)
        return self._numbered(text) if rule.number_repeats and text is not None else text

    def _filled(self, cells: Sequence[Cell]) -> str:
        assert self.rule.template is not None
        values = {}
        for column in self.rule.template.columns:
            text = text_of(self._cell(cells, column), self.mapping.file)
            if text is None:
                raise Unfit("", f"is empty, and {self.name} is made of it.", "Fill it, or leave such rows out with leave_out.", column=column)
            values[column] = text
        return self.rule.template.fill(values)

    def _numbered(self, text: str) -> str:
        times = self.seen[text] = self.seen.get(text, 0) + 1
        return text if times == 1 else f"{text}#{times}"

    def _cell(self, cells: Sequence[Cell], column: str) -> Cell:
        place = self.places[column]
        return cells[place] if place < len(cells) else ""

    def _currency(self, cells: Sequence[Cell]) -> str:
        if self.type is not FieldType.MONEY:
            return ""
        if self.rule.currency_column:
            return text_of(self._cell(cells, self.rule.currency_column), self.mapping.file) or ""
        return self.rule.currency or self.mapping.currency

    def _converted(self, text: str | None, currency: str) -> Any:
        for step in (self._extracted, self._translated, self._looked_up):
            text = step(text) if text is not None else None
        if text is None:
            text = self.rule.default
        return None if text is None else self._typed(text, currency)

    def _extracted(self, text: str) -> str | None:
        if self.rule.extract is None:
            return text
        match = self.rule.extract.search(text)
        return match[1] if match and match[1] else None

    def _translated(self, text: str) -> str | None:
        if self.rule.values is None:
            return text
        found = self.rule.values.get(text, self.rule.otherwise)
        if found is None:
            known = ", ".join(list(self.rule.values)[:20])
            raise Unfit(text[:200], "is not among the values that the mapping translates.", f"It knows: {known}. Add it, or say otherwise.")
        return found or None

    def _looked_up(self, text: str) -> str | None:
        for name in self.rule.lookup:
            found = self.lookups[name].get(text)
            if found is None and self.rule.if_unknown == "refuse":
                lookup = self.mapping.lookups[name]
                raise Unfit(
                    text[:200], f"does not stand in the column {lookup.key!r} of {lookup.file}.", 'Add it there, or say if_unknown = "empty".'
                )
            if not found:
                return None
            text = found
        return text

    def _typed(self, text: str, currency: str) -> Any:
        match self.type:
            case FieldType.TEXT:
                return self._of_day(text) if self.rule.period else self._named(text)
            case FieldType.INTEGER:
                return self._numbers.integer(text)
            case FieldType.DECIMAL:
                return self._numbers.decimal(text)
            case FieldType.MONEY:
                return self._money(text, currency)
            case FieldType.FLAG:
                return _flag(text)
            case _:
                return self._of_day(text)

    def _named(self, text: str) -> str:
        named = self.rule.prefix + text
        if not self.rule.as_code:
            return named
        if not (code := code_of(named)):
            raise Unfit(text[:200], "holds neither letter nor digit, of which a code could be made.")
        return code

    def _money(self, text: str, currency: str) -> Any:
        if currency:
            return self._numbers.money(text, currency)
        if self.rule.currency_column:
            raise Unfit("", "is empty, and says in which currency the amount is.", column=self.rule.currency_column)
        # The target knows the currency: from another field, or from the employer.
        return self._numbers.decimal(text)

    def _of_day(self, given: str | date | datetime) -> date | datetime | str:
        if self.rule.period:
            return Period.containing(self._dates.day(given), self.rule.period).code
        return self._dates.day(given) if self.type is FieldType.DATE else self._dates.moment(given)


def _flag(text: str) -> bool:
    word = text.casefold()
    if word not in TRUE | FALSE:
        raise Unfit(text[:200], "is neither yes nor no.", 'Translate it with values, for example {"X" = true}.')
    return word in TRUE
