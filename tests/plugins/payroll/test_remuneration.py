"""Withholding from labour service, royalties, licence fees, and from non-residents."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole import ProblemsFound
from bole_payroll.statutory.loading import parameters_on
from bole_payroll.statutory.remuneration import RemunerationKind, withhold_remuneration
from tests.plugins.payroll.oracle import Oracle

DAY = date(2026, 7, 1)
PARAMETERS = parameters_on(DAY)
ORACLE = Oracle(DAY)
EXAMPLES = {
    "CN-STA-3": ("labour_service", "labour_service"),
    "CN-STA-4": ("royalty", "royalty"),
    "CN-STA-5": ("nonresident_service", "nonresident_labour_service"),
    "CN-STA-6": ("nonresident_royalty", "nonresident_royalty"),
}


def taxes(*payments: tuple[str, int]) -> list[int]:
    """Return the tax withheld from payments (kind, fen)."""
    frame = pl.DataFrame(list(payments), schema={"kind": pl.String, "amount": pl.Int64}, orient="row")
    return withhold_remuneration(frame, PARAMETERS)["tax"].to_list()


@pytest.mark.parametrize("number", EXAMPLES)
def test_official_example(shared_data: Path, number: str) -> None:
    """The official examples come out to the fen."""
    listed = json.loads((shared_data / "payroll/cn/official_worked_examples.json").read_text("utf-8"))
    example = next(example for example in listed if example["id"] == number)
    key, kind = EXAMPLES[number]

    assert taxes((kind, example["input"][key] * 100)) == [example["expected"] * 100]


@pytest.mark.parametrize(
    ("kind", "amount", "tax"),
    [
        ("labour_service", 80_000, 0),
        ("labour_service", 80_003, 1),
        ("labour_service", 400_000, 64_000),
        ("labour_service", 400_001, 64_000),
        ("labour_service", 2_500_000, 400_000),
        ("labour_service", 2_500_001, 400_000),
        ("labour_service", 10_000_000, 2_500_000),
        ("royalty", 400_000, 44_800),
        ("licence_fee", 4_000_000, 640_000),
        ("nonresident_wages", 500_000, 0),
        ("nonresident_wages", 900_000, 19_000),
        ("nonresident_wages", 3_000_000, 359_000),
        ("nonresident_licence_fee", 2_000_000, 179_000),
    ],
)
def test_bounds_of_the_rules(kind: str, amount: int, tax: int) -> None:
    """800 are deducted up to 4,000, 20 % above it; bounds belong to the lower step."""
    assert taxes((kind, amount)) == [tax]


@given(
    st.lists(
        st.tuples(st.sampled_from([kind.value for kind in RemunerationKind]), st.one_of(st.integers(0, 30_000_000), st.integers(0, 10**13))),
        min_size=1,
    )
)
def test_remuneration_equals_the_oracle(payments: list[tuple[str, int]]) -> None:
    """Every kind equals the Decimal oracle, up to the greatest amount allowed."""
    assert taxes(*payments) == [int(ORACLE.remuneration_tax(kind, Decimal(amount).scaleb(-2)) * 100) for kind, amount in payments]


def test_tax_and_net_are_the_payment() -> None:
    """What is not withheld is paid."""
    result = withhold_remuneration(pl.DataFrame({"kind": ["royalty"], "amount": [4_000_000]}), PARAMETERS)

    assert (result["tax"][0], result["net"][0]) == (448_000, 3_552_000)


def test_an_unknown_kind_is_refused() -> None:
    """A kind that does not exist, and a missing one, are named with their rows and the kinds known."""
    frame = pl.DataFrame({"kind": ["royalty", "rent", None], "amount": [1, 2, 3]})

    with pytest.raises(ProblemsFound) as refused:
        withhold_remuneration(frame, PARAMETERS)

    assert [(problem.row, problem.value) for problem in refused.value.problems] == [(2, "rent"), (3, "null")]
    assert refused.value.problems[0].hint.startswith("Use one of: labour_service, royalty,")


def test_a_lazy_frame_of_payments_stays_lazy() -> None:
    """A lazy frame is not run, and an unknown kind in it has no tax."""
    frame = pl.LazyFrame({"kind": ["royalty", "rent"], "amount": [4_000_000, 1]})

    assert withhold_remuneration(frame, PARAMETERS).collect()["tax"].to_list() == [448_000, None]
