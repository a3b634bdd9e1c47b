"""What the plugin declares: connectors, exchange rates, and their settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from bole.access import Work
from bole.contracts.extension import ImportOutcome
from bole.errors import StartRefused
from bole.host import Host
from bole.models import Observation
from bole.values import Money
from tests.plugins.connectors.conftest import HEADER, SALES, Write, make_host

Run = Callable[..., ImportOutcome]
NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)


def rate(factor: str = "7.1086", valid_from: object = date(2026, 7, 1), **others: object) -> dict[str, object]:
    """Return a rate as the settings state it."""
    return {"from": "USD", "to": "CNY", "rate": factor, "valid_from": valid_from, "source": "central bank", **others}


def test_bole_connectors(host: Host) -> None:
    """The plugin brings connectors for CSV, Excel, statements and steps."""
    assert set(host.registry.connectors) >= {"csv", "excel", "statements", "steps"}


@pytest.mark.parametrize(
    ("day", "converted"),
    [
        (datetime(2026, 6, 30, tzinfo=UTC), Money(Decimal("710.0000"), "CNY")),
        (datetime(2026, 7, 1, tzinfo=UTC), Money(Decimal("710.8600"), "CNY")),
        (datetime(2025, 12, 31, tzinfo=UTC), None),
    ],
    ids=["before-the-change", "from-the-change-on", "before-any-rate"],
)
def test_bole_convert_money(desk: Work, day: datetime, converted: Money | None) -> None:
    """An amount is converted, unrounded, at the last rate whose day has come; before the first rate there is none."""
    host = make_host(rates=[rate(), rate("7.10", "2026-01-01")])

    found = host.hook.bole_convert_money(work=Work(desk.session, host), amount=Money(Decimal(100), "USD"), currency="CNY", moment=day)

    assert found == converted


def test_the_opposite_rate_is_not_derived(desk: Work) -> None:
    """A rate from dollars says nothing of a rate into dollars; a currency converts into itself."""
    host = make_host(rates=[rate()])
    convert = host.hook.bole_convert_money
    work, yuan = Work(desk.session, host), Money(Decimal(100), "CNY")

    assert convert(work=work, amount=yuan, currency="USD", moment=NOON) is None
    assert convert(work=work, amount=yuan, currency="CNY", moment=NOON) == yuan


def test_a_fact_in_another_currency_is_converted_as_it_comes_in(shop: Work, run: Run, write: Write) -> None:
    """A sale in dollars is recorded in the employer's yuan at the day's rate; one in a currency without rate is refused."""
    shop.host.settings["connectors"]["rates"].extend(make_host(rates=[rate()]).settings["connectors"]["rates"])
    file = write("sales.csv", f"{HEADER},Cur\n1001,2026-07-02,A1,10,USD\n1001,2026-07-02,A2,10,EUR\n")

    outcome = run(shop, SALES.replace('column = "Sum"', 'column = "Sum"\ncurrency_column = "Cur"'), file)

    assert shop.session.execute(select(Observation.amount, Observation.currency)).all() == [(7109, "CNY")]
    assert [(problem.row, problem.reason) for problem in outcome.problems] == [
        (3, "the employer's currency is CNY, and no plugin knows a rate for EUR.")
    ]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"max_file_mbs": 3}, r"max_file_mbs: Unknown field", id="unknown-key"),
        pytest.param({"max_file_mb": 0}, r"max_file_mb: Must be greater than or equal to 1", id="no-size"),
        pytest.param({"rates": [rate(7.1)]}, r"rates.0.rate: 7.1 is no rate\. Write a decimal number above 0 in quotes", id="float"),
        pytest.param({"rates": [rate("-1")]}, r"'-1' is no rate", id="negative"),
        pytest.param({"rates": [rate(to="RMB")]}, r"rates.0.to: unknown currency 'RMB'", id="currency"),
        pytest.param({"rates": [rate(valid_from="July")]}, r"rates.0.valid_from: 'July' is no date", id="day"),
        pytest.param({"rates": [rate(source="")]}, r"rates.0.source: Shorter than minimum length 1", id="source"),
        pytest.param({"rates": [rate(), rate("7.2")]}, r"more than one rate is given for USD to CNY from 2026-07-01", id="twice"),
    ],
)
def test_wrong_settings_stop_the_start(settings: dict[str, object], words: str) -> None:
    """A setting that is unknown or makes no sense is named, and the host does not start."""
    with pytest.raises(StartRefused, match=words):
        make_host(**settings)
