"""The parameters of rules, checked whole: every problem is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from bole_incentives.figures import AmountField, Bound, BoundField, Figure, RateField

Found = Iterator[tuple[int, str, str]]
"""Place of a tier, key in it, what is wrong."""


@dataclass(frozen=True, slots=True)
class Tier:
    """
    A tier as it is computed.

    Args:
        start: where it begins; it ends where the next one begins.
        rates: by indicator whose money is paid; the basis alone where the tier has one rate.
    """

    start: Bound
    rates: Mapping[str, Figure]


class TierSchema(Schema):
    """One tier: where it begins, and one rate or one for each part of the basis."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    start = BoundField(required=True, data_key="from")
    end = BoundField(data_key="to")
    rate = RateField()
    rates = fields.Dict(keys=fields.String(), values=RateField(), validate=validate.Length(min=1))


class TieredCommissionSchema(Schema):
    """
    The parameters of ``incentives.tiered_commission``.

    ``basis`` is the indicator of money that is held against its target and cut into ``tiers``; ``cap`` and ``floor`` bound
    what is paid; ``gated`` says whether balance rules take their part; ``nets`` names rules whose awards of the same
    period are subtracted; ``allow_negative`` lets the result go below zero.
    """

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    basis = fields.String(required=True)
    tiers = fields.List(fields.Nested(TierSchema), required=True, validate=validate.Length(min=1))
    cap = AmountField(load_default=None)
    floor = AmountField(load_default=None)
    gated = fields.Boolean(load_default=True)
    nets = fields.List(fields.String(), load_default=list)
    allow_negative = fields.Boolean(load_default=False)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_whole(self, given: Mapping[str, Any], original: Any, **_keywords: Any) -> None:
        """
        Look at the tiers together.

        Raises:
            ValidationError: a gap, an overlap, a wrong order, rates that do not fit each other, a floor above the cap.
        """
        tiers = given.get("tiers") or []
        problems: dict[int, dict[str, list[str]]] = {}
        # Where a tier itself is wrong that is reported; the tiers together are then looked at again.
        if all(isinstance(tier, Mapping) and isinstance(tier.get("start"), Bound) for tier in tiers):
            for place, key, reason in (*_order(tiers), *_ends(tiers), *_forms(original["tiers"]), *_falling(tiers)):
                problems.setdefault(place, {}).setdefault(key, []).append(reason)
        errors: dict[str, Any] = {"tiers": problems} if problems else {}
        cap, floor = (figure.written if isinstance(figure := given.get(name), Figure) else None for name in ("cap", "floor"))
        if cap is not None and floor is not None and floor > cap:
            errors["floor"] = [f"the floor {floor} is above the cap {cap}."]
        if errors:
            raise ValidationError(errors)

    @post_load
    def build(self, given: dict[str, Any], **_keywords: Any) -> dict[str, Any]:
        """Return the parameters with tiers as they are computed."""
        basis = given["basis"]
        return {**given, "tiers": tuple(Tier(tier["start"], tier.get("rates") or {basis: tier["rate"]}) for tier in given["tiers"])}


def _order(tiers: Sequence[Mapping[str, Any]]) -> Found:
    starts: list[Bound] = [tier["start"] for tier in tiers]
    if starts and starts[0].millionths:
        yield 0, "from", f"nothing says what is paid below {starts[0].text}. Let the first tier begin at 0."
    kinds = {bound.of_target for bound in starts if bound.millionths}
    for place, (before, bound) in enumerate(pairwise(starts), 1):
        if len(kinds) == 2:
            if bound.of_target != starts[1].of_target:
                yield place, "from", f"{bound.text} is {_kind(bound)}, {starts[1].text} is {_kind(starts[1])}. Write all bounds in one way."
        elif bound.millionths == before.millionths:
            yield place, "from", f"two tiers begin at {bound.text}. Merge them, or move one."
        elif bound.millionths < before.millionths:
            yield place, "from", f"{bound.text} stands after {before.text}. Sort the tiers from the lowest bound up."


def _kind(bound: Bound) -> str:
    return "a share of the target" if bound.of_target else "an amount"


def _ends(tiers: Sequence[Mapping[str, Any]]) -> Found:
    for place, tier in enumerate(tiers):
        end: Bound | None = tier.get("end")
        if end is None:
            continue
        if place + 1 == len(tiers):
            yield place, "to", f"nothing says what is paid above {end.text}. Leave the last tier open, or add one at a rate of 0%."
            continue
        following: Bound = tiers[place + 1]["start"]
        if end.millionths < following.millionths:
            yield place, "to", f"a gap: nothing says what is paid between {end.text} and {following.text}."
        elif end.millionths > following.millionths:
            yield place, "to", f"an overlap: two tiers hold from {following.text} to {end.text}."


def _forms(tiers: Sequence[Mapping[str, Any]]) -> Found:
    """Compare tiers as they were written, so that a rate that cannot be read is not also called missing."""
    parts = {part for tier in tiers for part in tier.get("rates") or {}}
    for place, tier in enumerate(tiers):
        if ("rate" in tier) == ("rates" in tier):
            yield place, "rate", "a tier has either one rate, or rates by indicator."
        elif parts and "rate" in tier:
            yield place, "rate", f"the other tiers have rates by indicator ({', '.join(sorted(parts))}); give them here, too."
        elif parts - set(tier.get("rates") or {}):
            yield (
                place,
                "rates",
                f"no rate for {', '.join(sorted(parts - set(tier['rates'])))}. Give every part a rate in every tier, 0% where it earns nothing.",
            )


def _falling(tiers: Sequence[Mapping[str, Any]]) -> Found:
    """Refuse rates of parts that fall: one more sale of one part would then lower what all others pay."""
    for place, (before, tier) in enumerate(pairwise(tiers), 1):
        for part, rate in (tier.get("rates") or {}).items():
            earlier = (before.get("rates") or {}).get(part)
            if earlier is None or rate.written is None or earlier.written is None or rate.written >= earlier.written:
                continue
            yield (
                place,
                "rates",
                f"the rate of {part} falls from {earlier.text} to {rate.text}, so that pay could fall as sales rise. Let it stay or rise.",
            )


class InstantBonusSchema(Schema):
    """
    The parameters of ``incentives.instant_bonus``.

    A fact of ``kind`` whose amount is above ``above`` (major units), and of whose dimensions ``where`` is true, pays
    ``amount`` or ``rate`` times its own amount, at most ``cap``.
    """

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    kind = fields.String(load_default="sale.closed")
    above = AmountField(required=True)
    amount = AmountField(load_default=None)
    rate = RateField(load_default=None)
    cap = AmountField(load_default=None)
    where = fields.Dict(keys=fields.String(), values=fields.Raw(), load_default=dict)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_whole(self, given: Mapping[str, Any], original: Any, **_keywords: Any) -> None:
        """
        Let pass exactly one of amount and rate.

        Raises:
            ValidationError: there are both or neither.
        """
        if (original.get("amount") is None) == (original.get("rate") is None):
            raise ValidationError("a bonus is either an amount or a rate of the deal.", "amount")
