"""The catalogue: which small integer stands for which kind, facet, measure and indicator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bole.contracts.indicator import ONE, Indicator, Measure, Of
from bole.contracts.observation import AttributeValue
from bole.db import Raw
from bole.host import Registry

MICROS = 1_000_000


def facet_fingerprint(kind: str, dimensions: Mapping[str, AttributeValue]) -> str:
    """Return the canonical text of a kind and its dimensions."""
    return kind + json.dumps(dict(sorted(dimensions.items())), ensure_ascii=False, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class Contribution:
    """
    What an observation of one facet adds to one rollup.

    Args:
        aggregate: id of the rollup.
        of: what is added up.
        within: for a deadline, microseconds.
        key: for a distinct count, the attribute.
    """

    aggregate: int
    of: Of
    within: int
    key: str


@dataclass(slots=True)
class Catalogue:
    """
    Codes and ids, both ways; grows when a new facet is met, never changes otherwise.

    Args:
        kinds: kind code to id.
        facets: fingerprint to id.
        facet_rows: id to kind code and dimensions.
        aggregates: measure to rollup id.
        indicators: indicator code to id.
    """

    registry: Registry
    kinds: dict[str, int] = field(default_factory=dict)
    facets: dict[str, int] = field(default_factory=dict)
    facet_rows: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    aggregates: dict[Measure, int] = field(default_factory=dict)
    indicators: dict[str, int] = field(default_factory=dict)
    _contributions: dict[int, tuple[Contribution, ...]] = field(default_factory=dict)
    _affected: dict[frozenset[int], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, raw: Raw, registry: Registry) -> Catalogue:
        """Return the catalogue as the database has it; declarations not yet synchronised are missing from it."""
        catalogue = cls(registry)
        catalogue.kinds = {code: number for number, code in raw.all("select id, code from core_observation_kind")}
        catalogue.indicators = {code: number for number, code in raw.all("select id, code from core_indicator")}
        known = {fingerprint: number for number, fingerprint in raw.all("select id, fingerprint from core_aggregate")}
        catalogue.aggregates = {measure: known[measure.fingerprint] for measure in measures_of(registry) if measure.fingerprint in known}
        catalogue.refresh_facets(raw)
        return catalogue

    def refresh_facets(self, raw: Raw) -> None:
        """Learn the facets that others added since."""
        found = raw.one("select count(*) from core_facet")
        if found is not None and int(found[0]) == len(self.facet_rows):
            return
        codes = {number: code for code, number in self.kinds.items()}
        facets, rows = {}, {}
        for number, kind, dimensions, fingerprint in raw.all("select id, kind_id, dimensions, fingerprint from core_facet"):
            facets[fingerprint] = number
            rows[number] = (codes[kind], json.loads(dimensions) if isinstance(dimensions, str) else dimensions)
        # Threads share the catalogue: whoever iterates over the old tables goes on undisturbed.
        self.facets, self.facet_rows = facets, rows

    def with_facets(self, facets: Mapping[str, tuple[int, str, dict[str, Any]]]) -> Catalogue:
        """
        Return a catalogue that also knows facets of a transaction that is not committed yet; nobody else learns of them.

        Args:
            facets: fingerprint to id, kind and dimensions.
        """
        grown = replace(self, _contributions={}, _affected=self._affected)
        grown.facets = self.facets | {fingerprint: number for fingerprint, (number, _, _) in facets.items()}
        grown.facet_rows = self.facet_rows | {number: (kind, dimensions) for number, kind, dimensions in facets.values()}
        return grown

    def matching(self, measure: Measure) -> tuple[int, ...]:
        """Return the ids of the facets whose observations a measure counts, ascending."""
        return tuple(sorted(number for number, (kind, dimensions) in self.facet_rows.items() if kind == measure.kind and _holds(measure, dimensions)))

    def contributions(self, facet: int) -> tuple[Contribution, ...]:
        """Return what an observation of this facet adds, and to which rollups."""
        found = self._contributions.get(facet)
        if found is None:
            kind, dimensions = self.facet_rows[facet]
            found = tuple(
                Contribution(number, measure.of, int(measure.within.total_seconds()) * MICROS if measure.within else 0, measure.key)
                for measure, number in self.aggregates.items()
                if measure.kind == kind and measure.of is not Of.LAST and _holds(measure, dimensions)
            )
            self._contributions[facet] = found
        return found

    def affected(self, touched: frozenset[int]) -> tuple[str, ...]:
        """Return the aggregate indicators that change when these rollups do; one that takes the latest value changes with its kind."""
        found = self._affected.get(touched)
        if found is None:
            kinds = {measure.kind for measure, number in self.aggregates.items() if number in touched}
            found = self._affected[touched] = tuple(
                code
                for code, indicator in self.registry.indicators.items()
                if indicator.aggregate is not None
                and any(
                    self.aggregates.get(measure) in touched or (measure.of is Of.LAST and measure.kind in kinds)
                    for measure in (*indicator.aggregate.measures, *sample_measures(indicator))
                )
            )
        return found


def _holds(measure: Measure, dimensions: Mapping[str, Any]) -> bool:
    return all(dimensions.get(code) in values for code, values in measure.where)


def sample_measures(indicator: Indicator) -> tuple[Measure, ...]:
    """Return the counts that say how many facts stand behind an indicator: of its denominator, else of its numerator."""
    aggregate = indicator.aggregate
    if aggregate is None:
        return ()
    side = [measure for _, measure in aggregate.denominator if measure != ONE] or [measure for _, measure in aggregate.numerator]
    return tuple(dict.fromkeys(Measure(measure.kind, Of.COUNT, measure.where) for measure in side))


def measures_of(registry: Registry, indicators: Iterable[str] | None = None) -> tuple[Measure, ...]:
    """Return every measure that the indicators need, each once, whatever plugin declared them."""
    codes = registry.indicators if indicators is None else indicators
    needed: dict[Measure, None] = {}
    for code in codes:
        indicator = registry.indicators[code]
        if indicator.aggregate is not None:
            needed.update(dict.fromkeys(indicator.aggregate.measures))
            needed.update(dict.fromkeys(sample_measures(indicator)))
    needed.pop(ONE, None)
    return tuple(needed)
