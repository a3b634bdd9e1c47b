"""Checking observations as they come in, and turning them into rows; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bole.access import Work
from bole.contracts.observation import Attribute, AttributeType, Observation, ObservationKind
from bole.db import Raw
from bole.engine.catalogue import Catalogue, facet_fingerprint
from bole.engine.exact import QUANTITY_SCALE
from bole.errors import BoleError, Problem
from bole.services.visibility import Spans
from bole.values import EPOCH, Money, Rounding, micros, minor_digits

LONGEST_KEY = 200
MOST = 10**15
"""No quantity or amount may be larger, in stored units: sums of a million of them still fit 64 bits."""


class Employer(NamedTuple):
    """What intake must know of an employee: id, time zone and currency of the legal entity."""

    id: int
    zone: ZoneInfo
    currency: str


@dataclass(slots=True)
class Checked:
    """
    One observation that can be recorded.

    Args:
        place: its place in what was given, from 0.
        kind, dimensions, fingerprint: decide the facet.
        row: the values of the observation row from ``sign`` to ``details``, without ids and moment of recording.
        body: 16 bytes that equal content, and only it, shares.
    """

    place: int
    employee_id: int
    day: int
    kind: str
    dimensions: dict[str, Any]
    fingerprint: str
    quantity: int
    amount: int
    moment: int
    answers_to: int | None
    currency: str | None
    external_key: str
    details: str | None
    body: bytes


@dataclass(slots=True)
class Intake:
    """
    Checks observations for one source.

    Args:
        work: with whose plugins and clock.
        source: code of the source, for the words of problems.
        reach: employees for whom the actor may record, with the days whose facts; everybody and every day where not given.
    """

    work: Work
    raw: Raw
    catalogue: Catalogue
    source: str
    reach: Spans | None = None
    problems: list[Problem] = field(default_factory=list)
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)
    _rates: dict[tuple[str, str, int], Money | None] = field(default_factory=dict)
    _declared: dict[str, dict[str, Attribute]] = field(default_factory=dict)
    _fingerprints: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def check(self, observations: Sequence[Observation]) -> list[Checked]:
        """Return what can be recorded; what cannot adds a problem for each thing wrong with it."""
        employers = self._employers(observations)
        latest = micros(self.work.clock.now()) + 86_400_000_000
        found: list[Checked] = []
        for place, observation in enumerate(observations):
            before = len(self.problems)
            checked = self._check(place, observation, employers.get(observation.employee), latest)
            if checked is not None and len(self.problems) == before:
                found.append(checked)
        return found

    def _employers(self, observations: Sequence[Observation]) -> dict[str, Employer]:
        numbers = list({observation.employee for observation in observations})
        rows = self.raw.where_in(
            "select e.number, e.id, l.time_zone, l.currency from core_employee e join core_legal_entity l on l.id = e.legal_entity_id "
            "where e.number in",
            numbers,
        )
        return {number: Employer(int(identity), self._zone(zone), currency) for number, identity, zone, currency in rows}

    def outside(self, employee: int, day: date) -> bool:
        """Tell whether the actor may record no fact of an employee on a day."""
        return self.reach is not None and not any(day in days for days in self.reach.get(employee, ()))

    def _zone(self, name: str) -> ZoneInfo:
        zone = self._zones.get(name)
        if zone is None:
            zone = self._zones[name] = ZoneInfo(name)
        return zone

    def problem(self, place: int, column: str, value: object, reason: str, hint: str = "") -> None:
        """Add a problem of the observation at a place (from 0)."""
        self.problems.append(Problem(self.source, place + 1, column, str(value), reason, hint))

    def _check(self, place: int, given: Observation, employer: Employer | None, latest: int) -> Checked | None:
        if employer is None:
            self.problem(place, "employee", given.employee, "no employee has this number.", "Import the employee first, or mend the number.")
        elif self.outside(employer.id, _day_of(given.moment, employer.zone)):
            self.problem(place, "employee", given.employee, f"is outside the scope for which {self.work.actor.name} may record.")
        kind = self.work.host.registry.observation_kinds.get(given.kind)
        if kind is None or given.kind not in self.catalogue.kinds:
            known = ", ".join(sorted(self.work.host.registry.observation_kinds)) or "none"
            self.problem(place, "kind", given.kind, "no enabled plugin knows this kind of observation.", f"Known kinds: {known}.")
        elif self.reach is not None and not kind.by_hand:
            self.problem(place, "kind", given.kind, f"is reported by a system; {self.work.actor.name} may not record it by hand.")
        if not given.external_key or len(given.external_key) > LONGEST_KEY or "\0" in given.external_key:
            self.problem(
                place,
                "external_key",
                given.external_key[:60],
                f"the key must have 1 to {LONGEST_KEY} characters and no NUL, it has {len(given.external_key)}.",
            )
        moment = self._moment(place, "moment", given.moment)
        answers = None if given.answers_to is None else self._moment(place, "answers_to", given.answers_to)
        if employer is None or kind is None or moment is None:
            return None
        if moment > latest:
            self.problem(place, "moment", given.moment.isoformat(), "lies in the future.", "Record it when it has happened.")
        if answers is not None and answers > moment:
            self.problem(place, "answers_to", given.answers_to, f"is later than the moment {given.moment.isoformat()} that answers to it.")
        quantity = self._quantity(place, kind, given.quantity)
        amount, currency, original = self._amount(place, kind, given, employer)
        dimensions, details = self._attributes(place, kind, given.attributes)
        if original:
            details["original_amount"] = original
        text = _compact(details) if details else None
        day = (_day_of(given.moment, employer.zone) - EPOCH).days
        fingerprint = self._fingerprint(given.kind, dimensions)
        body = (employer.id, fingerprint, moment, quantity, amount, currency, answers, text)
        return Checked(
            place, employer.id, day, given.kind, dimensions, fingerprint, quantity, amount, moment, answers, currency, given.external_key, text,
            blake2b(repr(body).encode(), digest_size=16).digest(),
        )  # fmt: skip  # one value a line would be fifteen lines

    def _fingerprint(self, kind: str, dimensions: dict[str, Any]) -> str:
        at = (kind, *dimensions.items())
        found = self._fingerprints.get(at)
        if found is None:
            found = self._fingerprints[at] = facet_fingerprint(kind, dimensions)
        return found

    def _moment(self, place: int, column: str, moment: datetime) -> int | None:
        if not 1900 <= moment.year <= 9990:
            self.problem(place, column, moment.isoformat(), "lies outside the years 1900 to 9990.")
            return None
        try:
            return micros(moment)
        except BoleError as error:
            self.problem(place, column, moment.isoformat(), "has no time zone.", error.hint)
            return None

    def _quantity(self, place: int, kind: ObservationKind, quantity: Decimal | None) -> int:
        if quantity is None:
            if kind.quantity:
                self.problem(place, "quantity", "", f"{kind.code} needs a quantity ({kind.quantity}).")
            return 0
        if not kind.quantity:
            self.problem(place, "quantity", quantity, f"{kind.code} has no quantity.", "Leave it empty.")
            return 0
        scaled = quantity * QUANTITY_SCALE if _sizable(quantity) else Decimal("NaN")
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > MOST:
            self.problem(place, "quantity", quantity, "a quantity has at most four decimal places and eleven digits before them.")
            return 0
        return int(scaled)

    def _amount(self, place: int, kind: ObservationKind, given: Observation, employer: Employer) -> tuple[int, str | None, str]:
        amount = given.amount
        if amount is None:
            if kind.has_amount:
                self.problem(place, "amount", "", f"{kind.code} needs an amount of money.")
            return 0, None, ""
        if not kind.has_amount:
            self.problem(place, "amount", amount, f"{kind.code} has no amount of money.", "Leave it empty.")
            return 0, None, ""
        original = ""
        if amount.currency != employer.currency:
            original = str(amount)
            converted = self._converted(amount, employer.currency, given.moment)
            if converted is None:
                self.problem(
                    place,
                    "amount",
                    amount,
                    f"the employer's currency is {employer.currency}, and no plugin knows a rate for {amount.currency}.",
                    "Add a rate, or convert it.",
                )
                return 0, None, ""
            amount = converted.round(Rounding.HALF_UP)
        scaled = amount.amount.scaleb(minor_digits(amount.currency)) if _sizable(amount.amount) else Decimal("NaN")
        if scaled != scaled.to_integral_value() or abs(scaled) > MOST:
            self.problem(
                place, "amount", given.amount, f"is finer than the minor unit of {amount.currency}, or larger than a trillion.", "Round it first."
            )
            return 0, None, ""
        return int(scaled), amount.currency, original

    def _converted(self, amount: Money, currency: str, moment: datetime) -> Money | None:
        # One unit is converted for each pair and day; asking once per row would call every plugin per row.
        at = (amount.currency, currency, (moment.date() - EPOCH).days)
        if at not in self._rates:
            self._rates[at] = self.work.host.hook.bole_convert_money(
                work=self.work, amount=Money(Decimal(1), amount.currency), currency=currency, moment=moment
            )
        rate = self._rates[at]
        return None if rate is None else rate * amount.amount

    def _attributes(self, place: int, kind: ObservationKind, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        dimensions: dict[str, Any] = {}
        details: dict[str, Any] = {}
        if not given:
            return dimensions, details
        declared = self._declared.get(kind.code)
        if declared is None:
            declared = self._declared[kind.code] = {attribute.code: attribute for attribute in kind.attributes}
        for code, value in given.items():
            attribute = declared.get(code)
            if attribute is None:
                self.problem(place, code, value, f"{kind.code} has no attribute {code!r}.", f"It has: {', '.join(sorted(declared)) or 'none'}.")
            elif not fits(attribute, value):
                self.problem(place, code, value, f"must be a {attribute.type.value}.")
            else:
                (dimensions if attribute.dimension else details)[code] = value
        return dimensions, details


def _day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a fact; without a time zone, or at the end of the calendar, the moment is refused for its own sake."""
    return moment.astimezone(zone).date() if moment.tzinfo and 1 < moment.year < 9999 else moment.date()


def _sizable(value: Decimal) -> bool:
    """Tell whether a number can be scaled without overflow or a silent zero."""
    return value.is_finite() and int(value.as_tuple().exponent) >= -30 and value.adjusted() <= 30


_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode

_PYTHON: dict[AttributeType, tuple[type, ...]] = {
    AttributeType.TEXT: (str,),
    AttributeType.FLAG: (bool,),
    AttributeType.INTEGER: (int,),
    AttributeType.DECIMAL: (Decimal, int),
}


def fits(attribute: Attribute, value: object) -> bool:
    """Tell whether a value is of the attribute's type; true and false are no integers here."""
    if isinstance(value, bool) and attribute.type is not AttributeType.FLAG:
        return False
    return isinstance(value, _PYTHON[attribute.type])
