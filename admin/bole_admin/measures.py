"""Aggregates in a sentence: what is added up, and divided by what."""

from __future__ import annotations

from dataclasses import dataclass

from bole.contracts.indicator import ONE, Aggregate, Condition, Measure, Of
from bole.host import Registry
from bole_admin.language import Wording, reader_language

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Words:
    """An aggregate in words: what stands above the line and what below; empty below where nothing divides."""

    above: tuple[str, ...]
    below: tuple[str, ...]


def aggregate_words(aggregate: Aggregate, registry: Registry, wording: Wording) -> Words:
    """Return an aggregate in the reader's language."""
    return Words(_side(aggregate.numerator, registry, wording), _side(aggregate.denominator, registry, wording))


def _side(side: tuple[tuple[int, Measure], ...], registry: Registry, wording: Wording) -> tuple[str, ...]:
    return tuple(_weighted(weight, measure, registry, wording) for weight, measure in side)


def _weighted(weight: int, measure: Measure, registry: Registry, wording: Wording) -> str:
    if measure == ONE:
        return f"{weight:,}"
    words = measure_words(measure, registry, wording)
    return words if weight == 1 else f"{weight:,} × {words}"


def measure_words(measure: Measure, registry: Registry, wording: Wording) -> str:
    """Return what a measure adds up: ``number of “Customer visit” (New customer: yes)``."""
    kind = registry.observation_kinds.get(measure.kind)
    name = kind.label.of(reader_language()) if kind else measure.kind
    attributes = {attribute.code: attribute.label.of(reader_language()) for attribute in kind.attributes} if kind else {}
    match measure.of:
        case Of.QUANTITY:
            words = wording.gettext("sum of the quantities of “%(kind)s”", kind=name)
        case Of.AMOUNT:
            words = wording.gettext("sum of the amounts of “%(kind)s”", kind=name)
        case Of.WITHIN:
            hours = int(measure.within.total_seconds()) / HOUR if measure.within else 0
            words = wording.gettext("number of “%(kind)s” within %(hours)s hours", kind=name, hours=f"{hours:g}")
        case Of.DISTINCT:
            words = wording.gettext(
                "number of different values of “%(attribute)s” in “%(kind)s”", attribute=attributes.get(measure.key, measure.key), kind=name
            )
        case Of.LAST:
            words = wording.gettext("latest quantity of “%(kind)s”", kind=name)
        case _:
            words = wording.gettext("number of “%(kind)s”", kind=name)
    if not measure.where:
        return str(words)
    conditions = "; ".join(_condition(condition, attributes, wording) for condition in measure.where)
    return f"{words} ({conditions})"


def _condition(condition: Condition, attributes: dict[str, str], wording: Wording) -> str:
    code, values = condition
    shown = [wording.gettext("Yes") if value is True else wording.gettext("No") if value is False else str(value) for value in values]
    return f"{attributes.get(code, code)}: {' / '.join(shown)}"
