"""Org versions."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bole.access import Actor, Scope, Work
from bole.errors import Conflict, Forbidden, InvalidValue
from bole.models import DepartmentInterval, LedgerLeaf, OrgVersion
from bole.services.entries import DatedEntry
from bole.services.structure import change_departments
from bole.services.versions import open_version, version_on
from tests.core.services.organisation import FOUNDED, NOW, later, size

MAY = date(2026, 5, 1)


def test_a_version_says_what_when_and_who(work: Work):
    """It has its code, day, reason, moment and author."""
    number = open_version(work, "reorganisation-2026", MAY, reason="two regions become one")

    version = work.session.get_one(OrgVersion, number)
    assert (version.code, version.kind, version.valid_from, version.reason) == ("reorganisation-2026", "change", MAY, "two regions become one")
    assert (version.recorded_at, version.recorded_by) == (NOW, "system")


def test_changes_name_the_version_they_belong_to(work: Work):
    """Facts recorded under an opened version carry its id, and no other version is made."""
    number = open_version(work, "founding", FOUNDED)

    change_departments(work, [DatedEntry("HQ", FOUNDED, {}), DatedEntry("SALES", FOUNDED, {"parent": "HQ"})], version=number)

    assert set(work.session.scalars(select(DepartmentInterval.org_version_id))) == {number}
    assert size(work, OrgVersion) == 1


def test_every_version_stands_in_the_ledger(work: Work):
    """An opened version and one that made itself each have a leaf."""
    open_version(work, "founding", FOUNDED)
    change_departments(work, [DatedEntry("HQ", FOUNDED, {})])

    assert work.session.scalars(select(LedgerLeaf.kind)).all() == ["org_change", "org_change"]


def test_a_code_is_taken_once(work: Work):
    """The second version of the same code is refused."""
    open_version(work, "founding", FOUNDED)

    with pytest.raises(Conflict, match="'founding' exists already"):
        open_version(work, "founding", MAY)

    assert size(work, OrgVersion) == 1


@pytest.mark.parametrize(("code", "reason"), [("", ""), ("x" * 61, ""), ("change-7", ""), ("revision-7", ""), ("rollback-7", ""), ("a", "x" * 401)])
def test_a_version_needs_a_proper_code_and_reason(work: Work, code: str, reason: str):
    """Empty, too long, and those that versions give themselves are refused."""
    with pytest.raises(InvalidValue):
        open_version(work, code, MAY, reason=reason)


def test_the_version_of_a_day(work: Work):
    """The last one recorded of those valid by then, as known at the moment."""
    first = open_version(work, "first", FOUNDED)
    second = open_version(later(work, days=1), "second", MAY)

    assert version_on(work, date(2019, 1, 1)) is None
    assert version_on(work, date(2026, 4, 30)) == first
    assert version_on(work, MAY) == second
    assert version_on(work, MAY, NOW) == first


def test_opening_takes_the_permission_for_the_company(work: Work):
    """A unit's administrator cannot open a version."""
    with pytest.raises(Forbidden):
        open_version(work.acting_as(Actor("somebody", grants={"core.org.write": Scope.UNIT})), "x", MAY)

    assert size(work, OrgVersion) == 0
