"""The mutation that records facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bole.access import Work
from bole.contracts.observation import AttributeValue, Observation, RecordOutcome
from bole.errors import Problem, refuse_if_any


@dataclass(frozen=True, slots=True)
class RecordObservations:
    """
    Facts that one system reports.

    Args:
        source: code of the system; external keys are its own.
        correct: whether a known key with other content replaces the earlier fact, instead of being refused.
    """

    source: str
    observations: tuple[Observation, ...]
    correct: bool = False


def record_observations(work: Work, input: RecordObservations) -> RecordOutcome:  # the argument's name in the schema
    """Return what recording did; all facts are recorded, or none."""
    # Recording brings the scoring engine, which a question does not need.
    from bole.services import recording

    shapeless = [
        Problem(input.source, place, "attributes", str(fact.attributes), "must be an object of names and values.")
        for place, fact in enumerate(input.observations, 1)
        if not isinstance(fact.attributes, dict)
    ]
    refuse_if_any(shapeless, code="core.observations_refused", message=f"{len(shapeless)} problem(s) from {input.source!r}; nothing was recorded.")
    facts = [replace(fact, attributes={code: _exact(value) for code, value in fact.attributes.items()}) for fact in input.observations]
    return recording.record_observations(work, facts, source=input.source, correct=input.correct)


def _exact(value: AttributeValue | float) -> AttributeValue:
    """Return an attribute's value as a number was written: JSON knows binary fractions only, whose shortest text is what was sent."""
    return Decimal(repr(value)) if isinstance(value, float) else value
