"""Computing one part of a run: read, compute, store; memory is bounded by the part's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bole import Raw, Work
from bole_payroll.computing.agreed import GROSS_TERMS, TERMS, base_of, read_agreed
from bole_payroll.computing.components import add_allowances, allowances_in_force
from bole_payroll.computing.earlier import add_earlier
from bole_payroll.computing.order import Part, RunOrder
from bole_payroll.computing.pay import make_slips
from bole_payroll.computing.payouts import add_payouts, read_due
from bole_payroll.computing.people import add_facts, read_people
from bole_payroll.computing.storing import store
from bole_payroll.settings import CN
from bole_payroll.statutory.loading import load_statute

if TYPE_CHECKING:
    from bole_payroll.statutory.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Sums:
    """What a part came to: payslips, people left out because nothing is agreed or due, and amounts in minor units."""

    slips: int = 0
    left_out: int = 0
    gross: int = 0
    tax: int = 0
    net: int = 0


def figures_of(order: RunOrder) -> Parameters | None:
    """
    Return the statutory figures of a run's month; nothing where the scheme needs none.

    Raises:
        NotFound: none are in force in the month.
        InvalidValue: the legal entity's city has none.
        ProblemsFound: a parameter file is wrong.
    """
    if order.scheme != CN:
        return None
    parameters = load_statute(*order.rules.city_files).on(order.period.start)
    if order.city is not None:
        parameters.city(order.city)
    return parameters


def compute_part(work: Work, order: RunOrder, part: Part, parameters: Parameters | None) -> Sums:
    """
    Compute and store the payslips of a part, inside the caller's transaction; return what they came to.

    Raises:
        ProblemsFound: somebody's figures cannot be paid.
    """
    raw = Raw(work.session)
    components = allowances_in_force(raw, order)
    codes = sorted({*(TERMS if order.scheme == CN else GROSS_TERMS), *(code for component in components for code in component.terms)})
    due = read_due(raw, order, part)
    people = read_people(raw, order, part, due)
    if people.is_empty():
        return Sums()
    due = due.join(people.select("employee_id"), on="employee_id", how="semi")
    if any(component.asks_facts for component in components):
        people = add_facts(raw, order, part, people)
    agreed = read_agreed(raw, order, part, people, codes).with_columns(base=base_of(order))
    paid = add_allowances(order, add_payouts(agreed, due), components)
    slips = make_slips(raw, order, add_earlier(raw, order, part, paid), components, parameters)
    store(work.session, raw, order, part, slips, due)
    return Sums(slips.height, people.height - slips.height, int(slips["gross"].sum()), int(slips["tax"].sum()), int(slips["net"].sum()))
