"""The demo's story, told by the facts of the full company alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bole.contracts.observation import Observation
from bole.values import Period, PeriodKind
from bole_demo.company import Company, found_company
from bole_demo.selling import Fact, calendar, sell
from bole_demo.setting import ZONE, Setting

SETTING = Setting()


@pytest.fixture(scope="module")
def company() -> Company:
    """The full company."""
    return found_company(SETTING)


@pytest.fixture(scope="module")
def facts(company: Company) -> list[Observation]:
    """Everything that its sellers do in three years."""
    months = calendar(SETTING)
    return [fact.observation for person in company.sellers for fact in sell(SETTING.seed, months, person)]


def quarter(observation: Observation) -> str:
    """The quarter in which something happened, by the company's clock."""
    return Period.containing(observation.moment.astimezone(ZONE).date(), PeriodKind.QUARTER).code


def by_quarter(facts: Iterable[Observation], value: Callable[[Observation], float]) -> dict[str, float]:
    """Sums by quarter."""
    sums: dict[str, float] = defaultdict(float)
    for each in facts:
        sums[quarter(each)] += value(each)
    return sums


def amount(observation: Observation) -> float:
    """A sale's money."""
    assert observation.amount is not None
    return float(observation.amount.amount)


def new_shares(facts: Sequence[Observation]) -> list[float]:
    """The share of new customers in sales, quarter by quarter."""
    sales = [each for each in facts if each.kind == "sale.closed"]
    every, new = by_quarter(sales, amount), by_quarter((each for each in sales if each.attributes["new_customer"]), amount)
    return [new[each.code] / every[each.code] for each in SETTING.quarters]


def correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Pearson's coefficient."""
    count = len(pairs)
    left, right = (sum(pair[side] for pair in pairs) / count for side in (0, 1))
    together = sum((a - left) * (b - right) for a, b in pairs)
    return together / math.sqrt(sum((a - left) ** 2 for a, _ in pairs) * sum((b - right) ** 2 for _, b in pairs))


def test_the_company_has_sixty_sellers_at_the_end_and_some_who_left(company: Company) -> None:
    """Sixty sellers work in the last month, five have left, and twelve leaders and officers stand behind them."""
    working = [person for person in company.sellers if person.works_in(SETTING.months[-1])]

    assert (len(working), len(company.sellers), len(company.people), len(company.units)) == (60, 65, 80, 13)


def test_no_two_people_are_alike(company: Company) -> None:
    """Numbers, Chinese names, English names and addresses are unique."""
    for values in zip(*((person.number, person.name.zh, person.name.en, person.name.mailbox) for person in company.people), strict=True):
        assert len(set(values)) == 80


def test_before_the_change_the_company_lives_off_old_customers(facts: list[Observation]) -> None:
    """In the five quarters of the first plan new customers make less than 13 % of sales, and sales fall by a quarter."""
    sales = by_quarter((each for each in facts if each.kind == "sale.closed"), amount)
    codes = [each.code for each in SETTING.quarters]

    assert max(new_shares(facts)[:5]) < 0.13
    assert sales[codes[4]] / sales[codes[0]] < 0.85


def test_after_the_change_the_share_of_new_customers_rises_every_quarter(facts: list[Observation]) -> None:
    """From the last quarter of the old plan to the end the share rises in each of seven quarters, to over 40 %."""
    shares = new_shares(facts)[4:]

    assert shares == sorted(shares)
    assert shares[-1] > 0.40


def test_the_change_makes_sales_grow_again(facts: list[Observation]) -> None:
    """The last quarter sells over a quarter more than the first, and more than half as much again as the one of the change."""
    sales = by_quarter((each for each in facts if each.kind == "sale.closed"), amount)

    assert sales["2026Q3"] / sales["2023Q4"] > 1.25
    assert sales["2026Q3"] / sales["2025Q1"] > 1.5


def test_visits_and_sales_go_together(company: Company, facts: list[Observation]) -> None:
    """Over the people who worked through the last year, visits and sales correlate at about 0.85."""
    last = [each.code for each in SETTING.quarters[-4:]]
    through = {person.number for person in company.sellers if all(person.works_in(month) for month in SETTING.months[-12:])}
    sums: dict[str, list[float]] = {number: [0.0, 0.0] for number in sorted(through)}
    for each in facts:
        if each.employee in through and quarter(each) in last and each.kind in ("visit.made", "sale.closed"):
            sums[each.employee][each.kind == "sale.closed"] += amount(each) if each.kind == "sale.closed" else 1

    assert 0.80 < correlation([(visits, sales) for visits, sales in sums.values()]) < 0.90


def test_visits_to_prospects_come_before_leads(facts: list[Observation]) -> None:
    """Month by month after the change, leads follow the visits of the month before more closely than those of the month after."""
    months = [month.code for month in SETTING.months[15:]]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for each in facts:
        if each.kind == "lead.created" or (each.kind == "visit.made" and each.attributes["new_customer"]):
            counts[each.kind, f"{each.moment.astimezone(ZONE):%Y-%m}"] += 1
    # Both grow; what is compared is how they move from one month to the next.
    steps = {kind: [counts[kind, after] - counts[kind, before] for before, after in pairwise(months)] for kind in ("visit.made", "lead.created")}

    before = correlation(list(zip(steps["visit.made"][:-1], steps["lead.created"][1:], strict=True)))
    after = correlation(list(zip(steps["visit.made"][1:], steps["lead.created"][:-1], strict=True)))

    assert before > after


@pytest.mark.parametrize(
    ("least", "most", "low", "high"),
    [(0, 24, 0.29, 0.35), (24, 72, 0.16, 0.23), (72, 10_000, 0.07, 0.13)],
    ids=["within a day", "within three", "later"],
)
def test_a_late_follow_up_wins_less(facts: list[Observation], least: int, most: int, low: float, high: float) -> None:
    """Of leads followed up within a day almost a third is won, within three days a fifth, later a tenth."""
    delays = {
        each.attributes["lead"]: each.moment - each.answers_to for each in facts if each.kind == "lead.followed_up" and each.answers_to is not None
    }
    won = {each.attributes["lead"] for each in facts if each.kind == "lead.won"}
    leads = [lead for lead, delay in delays.items() if timedelta(hours=least) < delay <= timedelta(hours=most)]

    assert low < sum(lead in won for lead in leads) / len(leads) < high


def test_the_same_seed_gives_the_same_facts_and_another_gives_others() -> None:
    """The same seed gives the same facts, another seed others."""

    def drawn(seed: int, people: int) -> list[Fact]:
        setting = Setting(seed=seed, people=people, years=1)
        person = found_company(setting).sellers[0]
        return list(sell(seed, calendar(setting), person))

    assert drawn(7, 12) == drawn(7, 12)
    assert drawn(7, 12) != drawn(8, 12)


def test_every_fact_has_a_key_of_its_own(facts: list[Observation]) -> None:
    """No external key stands for two facts."""
    assert len({each.external_key for each in facts}) == len(facts)


def test_nothing_happens_after_the_end(facts: list[Observation]) -> None:
    """All facts lie in the three years."""
    days = [each.moment.astimezone(ZONE).date() for each in facts]

    assert SETTING.quarters[0].start <= min(days) and max(days) < SETTING.last.end
