"""What a rule may say, and how every problem in it is told."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from bole.host.manifest import flatten
from bole_incentives.schemas import InstantBonusSchema, TieredCommissionSchema


def problems(schema: type[TieredCommissionSchema] | type[InstantBonusSchema], given: dict[str, Any]) -> list[str]:
    """Every problem that a schema finds, as lines."""
    with pytest.raises(ValidationError) as refused:
        schema().load(given)
    return flatten(refused.value.messages)


def tiers(*given: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A rule with these tiers."""
    return {"basis": "sales.amount", "tiers": list(given), **extra}


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        pytest.param(
            tiers({"from": "60%", "rate": "1%"}),
            "tiers.0.from: nothing says what is paid below 60%. Let the first tier begin at 0.",
            id="gap at the bottom",
        ),
        pytest.param(
            tiers({"from": "0%", "to": "80%", "rate": "1%"}, {"from": "100%", "rate": "2%"}),
            "tiers.0.to: a gap: nothing says what is paid between 80% and 100%.",
            id="gap",
        ),
        pytest.param(
            tiers({"from": "0%", "to": "120%", "rate": "1%"}, {"from": "100%", "rate": "2%"}),
            "tiers.0.to: an overlap: two tiers hold from 100% to 120%.",
            id="overlap",
        ),
        pytest.param(
            tiers({"from": "0", "rate": "1%"}, {"from": "5000", "rate": "2%"}, {"from": "5000", "rate": "3%"}),
            "tiers.2.from: two tiers begin at 5000. Merge them, or move one.",
            id="twice",
        ),
        pytest.param(
            tiers({"from": "0", "rate": "1%"}, {"from": "9000", "rate": "2%"}, {"from": "5000", "rate": "3%"}),
            "tiers.2.from: 5000 stands after 9000. Sort the tiers from the lowest bound up.",
            id="unsorted",
        ),
        pytest.param(
            tiers({"from": "0", "rate": "1%"}, {"from": "100%", "rate": "2%"}, {"from": "5000", "rate": "3%"}),
            "tiers.2.from: 5000 is an amount, 100% is a share of the target. Write all bounds in one way.",
            id="shares and amounts mixed",
        ),
        pytest.param(
            tiers({"from": "0", "rate": "1%", "to": "100"}),
            "tiers.0.to: nothing says what is paid above 100. Leave the last tier open, or add one at a rate of 0%.",
            id="closed at the top",
        ),
        pytest.param(tiers({"from": "0"}), "tiers.0.rate: a tier has either one rate, or rates by indicator.", id="no rate"),
        pytest.param(
            tiers({"from": "0", "rates": {"a": "1%", "b": "1%"}}, {"from": "10", "rates": {"a": "1%"}}),
            "tiers.1.rates: no rate for b. Give every part a rate in every tier, 0% where it earns nothing.",
            id="a part without a rate",
        ),
        pytest.param(
            tiers({"from": "0", "rates": {"a": "1%"}}, {"from": "10", "rate": "1%"}),
            "tiers.1.rate: the other tiers have rates by indicator (a); give them here, too.",
            id="one rate among rates by indicator",
        ),
        pytest.param(
            tiers({"from": "0", "rates": {"a": "9%"}}, {"from": "10", "rates": {"a": "8%"}}),
            "tiers.1.rates: the rate of a falls from 9% to 8%, so that pay could fall as sales rise. Let it stay or rise.",
            id="falling rates of a part",
        ),
        pytest.param(tiers({"from": "0", "rate": "1%"}, cap="10", floor="20"), "floor: the floor 20 is above the cap 10.", id="floor above cap"),
        pytest.param(tiers({"from": "0", "rate": "-1%"}), "tiers.0.rate: -1% is below 0.", id="negative rate"),
        pytest.param(
            tiers({"from": "0", "rate": "15"}), "tiers.0.rate: 15 is above 1000%. Write a tenth as 10% or 0.1.", id="a percentage without its sign"
        ),
        pytest.param(
            tiers({"from": "0", "rate": 0.1}), 'tiers.0.rate: 0.1 is no text. Write it in quotation marks, for example "10%".', id="a binary fraction"
        ),
        pytest.param(
            tiers({"from": "0 CNY", "rate": "1%"}),
            "tiers.0.from: '0 CNY' is no bound. Write a share of the target such as 100%, or an amount such as 500000 without a currency.",
            id="a bound in a currency",
        ),
        pytest.param(tiers(), "tiers: Shorter than minimum length 1.", id="no tier"),
        pytest.param(tiers({"from": "0", "rate": "1%"}, caps="1"), "caps: Unknown field.", id="misspelt key"),
    ],
)
def test_a_wrong_rule_is_told_what_is_wrong(rule: dict[str, Any], line: str) -> None:
    """A rule that cannot be computed, or would pay by accident, is refused at its place with the reason."""
    assert problems(TieredCommissionSchema, rule) == [line]


def test_all_problems_are_told_together() -> None:
    """Problems of single fields and of the whole stand in one report."""
    rule = {"tiers": [{"from": "5%", "rate": "1%"}, {"from": "3%", "rate": "x +"}], "cap": 5, "floor": "-1"}

    assert sorted(problems(TieredCommissionSchema, rule)) == [
        "basis: Missing data for required field.",
        'cap: 5 is no text. Write it in quotation marks, for example "20000".',
        "floor: -1 is below 0.",
        "tiers.0.from: nothing says what is paid below 5%. Let the first tier begin at 0.",
        "tiers.1.from: 3% stands after 5%. Sort the tiers from the lowest bound up.",
        "tiers.1.rate: column 3: cannot read on at '+'. Look for a missing operator, comma or closing parenthesis.",
    ]


@pytest.mark.parametrize(
    ("rate", "billionths"),
    [("10%", 100_000_000), ("0.1", 100_000_000), ("１２．５％", 125_000_000), ("0%", 0), ("1000%", 10_000_000_000), ("0.0001%", 1000)],
)
def test_a_rate_is_read_exactly(rate: str, billionths: int) -> None:
    """A rate is a percentage or a fraction, full-width signs included, and is kept in billionths."""
    loaded = TieredCommissionSchema().load(tiers({"from": "0", "rate": rate}))

    assert loaded["tiers"][0].rates["sales.amount"].written * 10**9 == billionths


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        pytest.param({"above": "1"}, ["amount: a bonus is either an amount or a rate of the deal."], id="neither"),
        pytest.param({"above": "1", "amount": "1", "rate": "1%"}, ["amount: a bonus is either an amount or a rate of the deal."], id="both"),
        pytest.param({"amount": "1"}, ["above: Missing data for required field."], id="no bound"),
        pytest.param(
            {"above": "1", "amount": "1", "where": {"channel": None}}, ["where.channel.value: Field may not be null."], id="empty condition"
        ),
    ],
)
def test_a_wrong_bonus_is_told_what_is_wrong(rule: dict[str, Any], lines: list[str]) -> None:
    """A bonus needs a bound and exactly one of amount and rate."""
    assert problems(InstantBonusSchema, rule) == lines
