"""What a change of the organisation touches, as plugins tell it before the change is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bole.contracts.label import Label

if TYPE_CHECKING:
    from bole.access.work import Work
    from bole.org import OrgDiff

LISTED = 50
"""As many single items an impact tells; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """
    A change of the organisation that is proposed.

    Args:
        on: the day from which it would hold.
        diff: from the structure of that day, as known now, to what it would be.
        employees: ids of all employees whose way up the tree, post or manager would become another, in order; those
            in a department that moves as a whole are among them.
        departments: employee to the code of the department he or she would then work in (empty for none), for those of `employees`.
    """

    on: date
    diff: OrgDiff
    employees: tuple[int, ...]
    departments: dict[int, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """
    One kind of thing that a change touches.

    Args:
        count: how many.
        items: one sentence for each of the first `LISTED`, such as ``E0012 · quarter bonus 8,000.00 CNY``.
    """

    count: int
    items: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class OrgImpact:
    """
    A kind of thing that a change of the organisation may touch: plans, approvals, payouts.

    Args:
        code: stable identifier, ``owner.thing``.
        label: what is counted, in the plural.
        assess: takes the unit of work and the change as a whole; changes nothing.
    """

    code: str
    label: Label
    assess: Callable[[Work, Reorganisation], Touched]
