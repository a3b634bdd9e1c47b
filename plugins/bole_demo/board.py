"""What the demo prints: the last quarter's scoreboard, its payouts, the story of the quarters, and one payout explained."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bole import UNTIL_REVISED, Label, Raw, Work, explain_payout, micros
from bole_demo.rules import COMMISSION
from bole_demo.tables import bar, table

_INDICATORS = ("sales.amount", "field.visits", "sales.lead_conversion", "sales.satisfaction")
_FACTS_SHOWN = 2

_SCORES = """
select e.id, e.number, e.name_zh, e.name_en, d.name_zh, d.name_en, c.points, c.gate
from core_scorecard c
join core_period p on p.run_id = c.run_id
join core_employee e on e.id = c.employee_id
left join core_assignment a on a.employee_id = e.id and a.valid_from < p.ends_on and a.valid_to >= p.ends_on and a.known_to = ?
left join core_department_interval d on d.department_id = a.department_id and d.valid_from < p.ends_on and d.valid_to >= p.ends_on and d.known_to = ?
where p.code = ? order by c.points desc, e.number
"""
_MEASURED = """
select m.employee_id, i.code, m.value, s.target from core_measurement m
join core_period p on p.run_id = m.run_id
join core_indicator i on i.id = m.indicator_id
left join core_score s on s.run_id = m.run_id and s.employee_id = m.employee_id and s.indicator_id = m.indicator_id
where p.code = ?
"""
_PAYOUTS = """
select o.id, o.employee_id, o.amount, r.code, r.label_zh, r.label_en, d.code from core_payout o
join core_award a on a.id = o.award_id
join core_incentive_rule r on r.id = a.rule_id
join core_period p on p.id = a.period_id
join core_period d on d.id = o.due_period_id
where p.code = ? order by o.id
"""
_QUARTERS = """
select p.code, i.code, count(*), sum(m.numerator), sum(m.denominator) from core_measurement m
join core_period p on p.run_id = m.run_id
join core_indicator i on i.id = m.indicator_id
join core_scorecard c on c.run_id = m.run_id and c.employee_id = m.employee_id
where p.kind = 'quarter' group by p.code, i.code
"""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One seller on the board; figures in millionths, nothing where there was nothing to measure.

    Args:
        paid: minor units over all payouts of the quarter.
    """

    employee: int
    number: str
    name: Label
    team: Label
    points: int
    gate: int
    values: dict[str, int | None]
    sales_target: int | None
    paid: int


@dataclass(frozen=True, slots=True)
class Paid:
    """One payout of the quarter: minor units, the rule it comes from, the month in which it is due."""

    id: int
    employee: int
    amount: int
    rule: str
    label: Label
    due: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the whole company: sales in minor units, ratios exact as numerator and denominator."""

    code: str
    people: int
    sums: dict[str, tuple[int, int]]

    def ratio(self, indicator: str) -> Decimal:
        """Return a ratio over all sellers; 0 where there was nothing to measure."""
        top, bottom = self.sums[indicator]
        return Decimal(top) / bottom if bottom else Decimal(0)


def read_board(work: Work, quarter: str) -> list[Line]:
    """Return the sellers of a quarter, the best score first."""
    raw = Raw(work.session)
    measured = {(employee, code): (value, target) for employee, code, value, target in raw.all(_MEASURED, (quarter,))}
    paid: dict[int, int] = {}
    for each in read_payouts(work, quarter):
        paid[each.employee] = paid.get(each.employee, 0) + each.amount
    known = micros(UNTIL_REVISED)
    lines = []
    for employee, number, zh, en, team_zh, team_en, points, gate in raw.all(_SCORES, (known, known, quarter)):
        values = {code: measured[employee, code][0] for code in (*_INDICATORS, "sales.new_share")}
        target = measured[employee, "sales.amount"][1]
        lines.append(Line(employee, number, Label(zh, en), Label(team_zh or "", team_en or ""), points, gate, values, target, paid.get(employee, 0)))
    return lines


def read_payouts(work: Work, quarter: str) -> list[Paid]:
    """Return the payouts that awards of a quarter led to, in order of their number."""
    rows = Raw(work.session).all(_PAYOUTS, (quarter,))
    return [Paid(identity, employee, amount, rule, Label(zh, en), due) for identity, employee, amount, rule, zh, en, due in rows]


def read_quarters(work: Work) -> list[Quarter]:
    """Return every quarter that was computed, in order."""
    found: dict[str, Quarter] = {}
    for quarter, indicator, people, top, bottom in sorted(Raw(work.session).all(_QUARTERS)):
        each = found.setdefault(quarter, Quarter(quarter, int(people), {}))
        each.sums[indicator] = (int(top), int(bottom))
    return list(found.values())


def print_board(lines: Sequence[Line], quarter: str, lang: str) -> Iterator[str]:
    """Yield the lines of the scoreboard."""
    heads = Label(
        "名次 姓名 团队 销售额 目标 完成率 新客户 拜访 转化率 满意度 得分 奖金",
        "# Name Team Sales Target Attained New Visits Won Satisfied Score Paid",
    )
    rows = []
    for place, line in enumerate(lines, 1):
        sales, target = line.values["sales.amount"], line.sales_target
        attained = None if not target or sales is None else sales * 1_000_000 // target
        visits = line.values["field.visits"]
        rows.append(
            [
                str(place),
                line.name.of(lang),
                line.team.of(lang),
                _whole(sales),
                _whole(target),
                _percent(attained, 0),
                _percent(line.values["sales.new_share"], 0),
                "–" if visits is None else str(visits // 1_000_000),
                _percent(line.values["sales.lead_conversion"], 0),
                _percent(line.values["sales.satisfaction"], 0) + (" " if line.gate == 1_000_000 else "*"),
                f"{line.points / 10_000:.1f}",
                f"{Decimal(line.paid).scaleb(-2):,.2f}",
            ]
        )
    yield Label(f"{quarter} 计分榜（元）", f"Scoreboard of {quarter} (CNY)").of(lang)
    yield from table(heads.of(lang).split(), rows, left=3)
    if any(line.gate != 1_000_000 for line in lines):
        yield Label("* 客户满意度低于底线，提成相应扣减", "* customer satisfaction under its bound: the commission is cut").of(lang)


def print_payouts(payouts: Sequence[Paid], quarter: str, lang: str) -> Iterator[str]:
    """Yield a line for each rule and month of payment."""
    sums: dict[tuple[str, str], tuple[Label, list[int]]] = {}
    for each in payouts:
        sums.setdefault((each.rule, each.due), (each.label, []))[1].append(each.amount)
    heads = Label("规则 应付月份 笔数 金额", "Rule Due Payouts Amount")
    rows = [
        [label.of(lang), due, str(len(amounts)), f"{Decimal(sum(amounts)).scaleb(-2):,.2f}"] for (_, due), (label, amounts) in sorted(sums.items())
    ]
    total = sum(each.amount for each in payouts)
    rows.append([Label("合计", "Total").of(lang), "", str(len(payouts)), f"{Decimal(total).scaleb(-2):,.2f}"])
    yield Label(f"{quarter} 奖金发放（元）", f"Payouts of {quarter} (CNY)").of(lang)
    yield from table(heads.of(lang).split(), rows, left=2)


def print_story(quarters: Sequence[Quarter], change: str, lang: str) -> Iterator[str]:
    """Yield a line for each quarter: how the new plan changed what is sold to whom."""
    heads = Label(
        "季度 人数 人均销售额 人均拜访 24h内跟进 转化率 满意度 新客户占比", "Quarter People Sales/head Visits/head In-24h Won Satisfied New-share"
    )
    rows = []
    for each in quarters:
        share = each.ratio("sales.new_share")
        mark = "◆ " if each.code == change else "  "
        rows.append(
            [
                mark + each.code,
                str(each.people),
                f"{each.sums['sales.amount'][0] // each.people // 100:,}",
                f"{Decimal(each.sums['field.visits'][0]) / each.people:.1f}",
                f"{each.ratio('sales.followed_up_in_24h'):.0%}",
                f"{each.ratio('sales.lead_conversion'):.1%}",
                f"{each.ratio('sales.satisfaction'):.1%}",
                f"{share:.1%}",
            ]
        )
    yield Label("方案变更前后（◆ 新方案起始季度）", "Before and after the new plan (◆ its first quarter)").of(lang)
    lines = list(table(heads.of(lang).split(), rows, left=1))
    yield from lines[:2]
    for line, each in zip(lines[2:], quarters, strict=True):
        yield f"{line}  {bar(float(each.ratio('sales.new_share')), 40)}"


def choose_payout(work: Work, quarter: str) -> int:
    """Return the number of the payout that is explained: the largest commission of the quarter."""
    commissions = [each for each in read_payouts(work, quarter) if each.rule == COMMISSION]
    return max(commissions, key=lambda each: (each.amount, -each.id)).id


def print_explained(work: Work, payout: int, lang: str) -> Iterator[str]:
    """Yield the chain behind a payout, with a few of the facts under each measurement."""
    yield from _shortened(explain_payout(work, payout)).lines(lang)


def _shortened(step: Any) -> Any:
    """Return an explanation with at most so many facts under each step; the rest is counted."""
    facts = [child for child in step.children if child.kind == "observation"]
    kept = [child for child in step.children if child.kind != "observation"] + facts[:_FACTS_SHOWN]
    return dataclasses.replace(step, children=tuple(map(_shortened, kept)), more=step.more + len(facts[_FACTS_SHOWN:]))


def _whole(millionths: int | None) -> str:
    return "–" if millionths is None else f"{millionths // 1_000_000:,}"


def _percent(millionths: int | None, places: int) -> str:
    return "–" if millionths is None else f"{Decimal(millionths) / 1_000_000:.{places}%}"
