"""Salary components: written as formulas, versioned, dated."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bole import FOREVER, InvalidValue, Label, Raw, Work, demand_company, micros, requires, unit_of_work
from bole_payroll.computing.components import FACTS, parse_component

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


@requires("payroll.salary.write")
def write_component(work: Work, code: str, *, label: Label, formula: str, taxable: bool = True, valid_from: date, valid_to: date = FOREVER) -> int:
    """
    Write a salary component, or the next version of it, and return its id; what stood before it ends where it begins.

    Args:
        code: small letters, digits and underscores.
        formula: gives an amount in major units of the employer's currency, from the codes of terms and the facts
            `computing.components.FACTS`: ``days_worked * 15``, ``IF(job_title = "driver", 300, 0)``.
        taxable: false where it is exempt from income tax.
        valid_from, valid_to: it is paid for the months whose last day lies in between; the end is exclusive.

    Raises:
        InvalidValue: the code, or the interval, is none.
        FormulaError: the formula cannot be read, or gives no number.
    """
    demand_company(work, "payroll.salary.write")
    if not _CODE.fullmatch(code) or code in FACTS:
        raise InvalidValue(
            "payroll.component_code",
            f"{code!r} cannot be the code of a component.",
            "Use small letters, digits and underscores; facts' names are taken.",
        )
    if valid_to <= valid_from:
        raise InvalidValue(
            "payroll.component_dates", f"the component {code!r} would end on {valid_to}, before it begins.", "The end is exclusive and must be later."
        )
    text = parse_component(formula).text
    with unit_of_work(work.session):
        raw = Raw(work.session)
        start, end = _stored(raw, valid_from), _stored(raw, valid_to)
        row = raw.one("select coalesce(max(number), 0) + 1 from payroll_component where code = ?", (code,))
        assert row is not None
        raw.run("update payroll_component set valid_to = ? where code = ? and valid_to > ? and valid_from < ?", (start, code, start, start))
        values = (code, row[0], label.zh, label.en, text, taxable, start, end, micros(work.clock.now()), work.actor.name)
        columns = "code, number, label_zh, label_en, formula, taxable, valid_from, valid_to, recorded_at, recorded_by"
        (identity,) = raw.inserted(f"insert into payroll_component ({columns}) values ({', '.join('?' * len(values))}) returning id", [values])
    return int(identity)


def _stored(raw: Raw, day: date) -> Any:
    return day if raw.postgresql else day.isoformat()
