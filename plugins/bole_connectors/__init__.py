"""Connectors: files come in through declarative mappings; exchange rates and snapshots of the organisation with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bole import hookimpl

if TYPE_CHECKING:
    from bole import Connector, Money, OrgSource, Work


@hookimpl
def bole_connectors() -> tuple[Connector, ...]:
    """Return the connectors for CSV and Excel files, and the one that runs several mappings."""
    from bole_connectors.declarations import CONNECTORS  # brings the readers, which a start without imports need not pay for

    return CONNECTORS


@hookimpl
def bole_org_versions() -> tuple[OrgSource, ...]:
    """Return the supplier of org structures from a file."""
    from bole_connectors.declarations import ORG_SOURCES  # as above

    return ORG_SOURCES


@hookimpl
def bole_convert_money(work: Work, amount: Money, currency: str, moment: datetime) -> Money | None:
    """Return the amount at the rate that the settings state for the day."""
    from bole_connectors.rates import convert_money  # only asked when a fact comes in another currency

    return convert_money(work, amount, currency, moment)
