"""
A second, slow computation of Chinese payroll, to hold the frames against.

It shares no code with the plugin: it reads the parameter files itself and counts one person at a time in Decimal
yuan, the way the statutes are worded.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from typing import Any

ZERO = Decimal(0)
FEN = Decimal("0.01")


def read(name: str) -> dict[str, Any]:
    """Return a parameter file as TOML has it."""
    return tomllib.loads((resources.files("bole_payroll") / "parameters" / name).read_text("utf-8"))


def rounded(amount: Decimal, step: Decimal = FEN) -> Decimal:
    """Return an amount half up to a step."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def fraction(text: str) -> Decimal:
    """Return a percentage as a fraction."""
    return Decimal(text.removesuffix("%")) / 100


def in_force(blocks: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """Return the block in force on a day."""
    return next(block for block in blocks if block["valid_from"] <= day and ("valid_to" not in block or day < block["valid_to"]))


def progressive(amount: Decimal, steps: list[dict[str, Any]]) -> Decimal:
    """Return the tax as the sum over the steps, without quick deductions, so that these are tested too; not rounded."""
    total = ZERO
    for step, above in zip(steps, [*steps[1:], None], strict=True):
        top = amount if above is None else min(amount, Decimal(above["above"]))
        total += max(top - Decimal(step["above"]), ZERO) * fraction(step["rate"])
    return total


class Oracle:
    """The statutes on a day."""

    def __init__(self, day: date) -> None:
        country = read("cn.toml")
        self.country = {topic: in_force(blocks, day) for topic, blocks in country.items() if isinstance(blocks, list)}
        self.cities = {code: self._city(read(f"cn-{code}.toml"), day) for code in ("beijing", "kunming", "shanghai")}

    def _city(self, file: dict[str, Any], day: date) -> dict[str, dict[str, Any]]:
        city: dict[str, dict[str, Any]] = {"housing_fund": in_force(file["housing_fund"], day)}
        for scheme in ("pension", "medical", "unemployment", "housing_fund"):
            bounds = in_force([block for block in file["bounds"] if scheme in block["schemes"]], day)
            city[scheme] = {**city.get(scheme, {}), "floor": Decimal(bounds["floor"]), "cap": Decimal(bounds["cap"])}
        for scheme in ("pension", "medical", "unemployment"):
            city[scheme] |= in_force([block for block in file["rates"] if block["scheme"] == scheme], day)
        return city

    def contributions(self, row: dict[str, Any]) -> dict[str, Decimal]:
        """Return the four contributions of a person."""
        if row["city"] is None:
            return dict.fromkeys(("pension", "medical", "unemployment", "housing_fund"), ZERO)
        city = self.cities[row["city"]]
        paid = {}
        for scheme in ("pension", "medical", "unemployment"):
            base = min(max(row["insurance_base"], city[scheme]["floor"]), city[scheme]["cap"])
            paid[scheme] = rounded(base * fraction(city[scheme]["employee"])) + Decimal(city[scheme].get("fixed", 0))
        fund = city["housing_fund"]
        wage = row.get("housing_fund_base", row["insurance_base"])
        base = min(max(wage, fund["floor"]), fund["cap"])
        paid["housing_fund"] = rounded(base * Decimal(row["housing_fund_rate"]) / 10_000, Decimal(fund["step"]))
        return paid

    def slip(self, row: dict[str, Any]) -> dict[str, Decimal]:
        """Return a month's results of a person; amounts in yuan."""
        zero = dict.fromkeys(("overtime", "exempt_income", "exempt_before", "other_deductions", "other_before", "tax_relief", "relief_before"), ZERO)
        given = zero | row
        paid = self.contributions(row)
        gross = given["base"] + given["payouts"] + given["overtime"]
        months = min(row["months_before"] + 1, 12)
        year = {
            "income_cumulative": given["income_before"] + gross,
            "special_cumulative": given["special_before"] + sum(paid.values()),
            "additional_cumulative": given["additional_before"] + given["special_additional"],
            "exempt_cumulative": given["exempt_before"] + given["exempt_income"],
            "other_cumulative": given["other_before"] + given["other_deductions"],
            "relief_cumulative": given["relief_before"] + given["tax_relief"],
        }
        minus = Decimal(self.country["standard_deduction"]["month"]) * months + sum(
            year[f"{kind}_cumulative"] for kind in ("special", "additional", "exempt", "other")
        )
        taxable = max(year["income_cumulative"] - minus, ZERO)
        due = rounded(progressive(taxable, self.country["annual_brackets"]["brackets"]))
        tax = max(due - year["relief_cumulative"] - given["tax_before"], ZERO)
        results = {"gross": gross, **paid, **year, "months_cumulative": Decimal(months), "taxable_cumulative": taxable, "tax": tax}
        return results | {"tax_cumulative": given["tax_before"] + tax, "net": gross - sum(paid.values()) - tax}

    def bonus_tax(self, bonus: Decimal) -> Decimal:
        """Return the tax on an annual bonus taxed apart."""
        twelfth = bonus / self.country["annual_bonus"]["divided_by"]
        step = [step for step in self.country["monthly_brackets"]["brackets"] if step["above"] == 0 or twelfth > step["above"]][-1]
        return rounded(bonus * fraction(step["rate"]) - Decimal(step["quick"]))

    def remuneration_tax(self, kind: str, amount: Decimal) -> Decimal:
        """Return the tax withheld from a payment of a kind."""
        monthly = self.country["monthly_brackets"]["brackets"]
        outside = self.country["non_resident"]
        if kind == "nonresident_wages":
            return rounded(progressive(max(amount - Decimal(outside["wage_deduction"]), ZERO), monthly))
        if kind.startswith("nonresident_"):
            counted = fraction(outside["royalty_counted"]) if kind == "nonresident_royalty" else Decimal(1)
            return rounded(progressive(amount * (1 - fraction(outside["expenses"])) * counted, monthly))
        rules = self.country[kind]
        less = Decimal(rules["fixed"]) if amount <= rules["fixed_up_to"] else amount * fraction(rules["expenses"])
        return rounded(progressive(max(amount - less, ZERO) * fraction(rules["counted"]), rules["brackets"]))

    def overtime(self, wage: Decimal, minutes: int, kind: str) -> Decimal:
        """Return what overtime of a kind pays."""
        time = self.country["pay_time"]
        hours = Decimal(time["days"]) * time["hours_per_day"]
        return rounded(wage * minutes * fraction(self.country["overtime"][kind]) / 60 / hours)
