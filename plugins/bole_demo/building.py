"""
Building a demo company: three years pass, month by month, through the same services as anybody's facts.

The clock stands at the moment at which each thing would have been done, so that questions about what was known when have the
answers they would have in a company that has used Bole for years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bole import (
    SYSTEM,
    Actor,
    Database,
    FixedClock,
    Host,
    Label,
    Observation,
    Period,
    Raw,
    Work,
    approve_awards,
    close_period,
    deliver,
    record_observations,
    release_payouts,
    run_period,
    sign_checkpoint,
    withdraw_observations,
)
from bole_demo import staffing
from bole_demo.company import Company, Person, found_company
from bole_demo.folder import Login
from bole_demo.payroll import pay_month
from bole_demo.reorganising import plan_reorganisation
from bole_demo.rules import change_plan, write_first_plan
from bole_demo.selling import CRM, calendar, sell
from bole_demo.setting import ZONE, Setting
from bole_demo.users import create_approver

Say = Callable[[Label], None]
"""Tells whoever waits what was done."""


@dataclass(slots=True)
class Builder:
    """
    Builds one company.

    Args:
        host, database: with every table made and no company in it.
        work: on the system's behalf; its clock is not used.

    After `build`, ``approver`` is the actor who recorded, approved and released, and ``approval`` its login.
    """

    setting: Setting
    host: Host
    database: Database
    work: Work
    say: Say
    company: Company = field(init=False)
    approver: Actor = field(init=False)
    approval: Login = field(init=False)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.company = found_company(self.setting)

    def build(self) -> None:
        """Let the years pass."""
        months = self.setting.months
        start = months[0].start
        opening = self.at(start - timedelta(days=14))
        staffing.open_company(opening, self.company)
        self.approver, self.approval = create_approver(opening, self.company)
        staffing.hire(opening, [person for person in self.company.sellers if person.hired <= start])
        write_first_plan(self.at(start - timedelta(days=10)), start)
        staffing.set_quarter(self.at(start - timedelta(days=9)), self.setting, self.setting.quarters[0], self._employed(months[0]))
        self.say(Label(f"员工 {len(self.company.people)} 人", f"{len(self.company.people)} people"))
        reports = self._reports()
        for place, month in enumerate(months):
            self._staff(place, month)
            self.counts["payslips"] += pay_month(self.at(month.start + timedelta(days=24), actor=self.approver), month)
            self._record(month, reports[month.end])
            self._pay_at_once(month)
            if month.end == staffing.quarter_of(month).end:
                self._end_quarter(staffing.quarter_of(month))
        plan_reorganisation(self.at(months[-1].end + timedelta(days=9), actor=self.approver), self.company)

    def at(self, day: date, *, hour: int = 9, actor: Actor = SYSTEM) -> Work:
        """Return the work as it stands at an hour of a day in the company's time zone."""
        moment = datetime.combine(day, time(hour), ZONE).astimezone(UTC)
        return Work(self.work.session, self.host, actor, FixedClock(moment))

    def _employed(self, month: Period) -> list[Person]:
        return [person for person in self.company.sellers if person.works_in(month)]

    def _staff(self, place: int, month: Period) -> None:
        """Enter what changes with the next month: people, pay, targets, the plan."""
        months = self.setting.months
        if place + 1 == len(months):
            return
        following = months[place + 1]
        quarter = staffing.quarter_of(following)
        work = self.at(month.start + timedelta(days=19))
        if leavers := [person for person in self.company.sellers if person.left == following.start]:
            staffing.part(work, leavers)
        newcomers = [person for person in self.company.sellers if person.hired == following.start]
        if newcomers:
            staffing.hire(work, newcomers)
        if following.start.month == 1:
            staying = [
                person for person in self.company.people if person.hired < following.start and (person.left is None or person.left > following.start)
            ]
            staffing.raise_pay(work, staying, following.start, following.start.year - months[0].start.year)
        if quarter.start == following.start:
            if quarter == self.setting.change:
                change_plan(work, quarter.start)
                self.say(Label(f"自 {quarter} 起实行新方案", f"the new plan holds from {quarter}"))
                self._transfer(work, following)
            staffing.set_quarter(work, self.setting, quarter, self._employed(following))
        else:
            staffing.set_quarter(work, self.setting, quarter, newcomers)

    def _transfer(self, work: Work, month: Period) -> None:
        """Move two sellers from the second region to the third."""
        units = [unit.code for unit in self.company.units if any(person.unit == unit.code for person in self.company.sellers)]
        source, target = units[len(units) // 3], units[-1]
        moving = [person for person in self._employed(month) if person.unit == source and person.hired < month.start and person.left is None]
        staffing.transfer(work, moving[:2], target, month.start)

    def _reports(self) -> Mapping[date, list[tuple[str, Observation, bool]]]:
        """Return what is reported on which day: source, fact, and whether it corrects an earlier report."""
        found: dict[date, list[tuple[str, Observation, bool]]] = defaultdict(list)
        last, months = self.setting.last.end, calendar(self.setting)
        for fact in (fact for person in self.company.sellers for fact in sell(self.setting.seed, months, person)):
            if fact.first is not None and fact.reported <= last:
                found[_month_before(fact.reported)].append((fact.source, fact.first, False))
                found[fact.reported].append((fact.source, fact.observation, True))
            else:
                found[min(fact.reported, last)].append((fact.source, fact.observation, False))
        return found

    def _record(self, month: Period, reports: Iterable[tuple[str, Observation, bool]]) -> None:
        batches: dict[tuple[bool, str], list[Observation]] = defaultdict(list)
        for source, observation, corrects in reports:
            batches[corrects, source].append(observation)
        for (corrects, source), batch in sorted(batches.items()):
            batch.sort(key=lambda observation: (observation.moment, observation.external_key))
            done = record_observations(self.at(month.end, hour=6, actor=self.approver), batch, source=source, correct=corrects)
            self.counts["facts"] += done.recorded
            self.counts["corrections"] += done.corrected

    def _pay_at_once(self, month: Period) -> None:
        self._tell(month.end)
        self._release(month.end + timedelta(days=1), month.shift(1))

    def _tell(self, day: date) -> None:
        """Deliver the news; the instant bonus is awarded by that."""
        self.work.session.commit()
        deliver(self.database, self.host, self.at(day, hour=7).clock)

    def _release(self, day: date, due: Period) -> int:
        """Approve and release every award that is proposed; return how many."""
        raw = Raw(self.work.session)
        proposed = [int(row[0]) for row in raw.all("select id from core_award where status = 'proposed' order by id")]
        self.work.session.rollback()
        if proposed:
            approve_awards(self.at(day, hour=10, actor=self.approver), proposed)
            made = release_payouts(self.at(day, hour=11, actor=self.approver), proposed, due=due.code)
            self.counts["payouts"] += len(made.payouts)
        return len(proposed)

    def _end_quarter(self, quarter: Period) -> None:
        end, due = quarter.end, quarter.months[-1].shift(1)
        run = run_period(self.at(end + timedelta(days=4), actor=self.approver), quarter.code)
        awards = self._release(end + timedelta(days=6), due)
        sign_checkpoint(self.at(end + timedelta(days=7)))
        if quarter != self.setting.last:
            close_period(self.at(end + timedelta(days=14), actor=self.approver), quarter.code)
        if quarter == self.setting.quarters[-2]:
            self._cancel_a_deal(quarter)
        words = (
            f"{quarter}  业务事实 {self.counts['facts']:>7,}  评分 {run.scored:>3}  激励 {awards:>3}",
            f"{quarter}  {self.counts['facts']:>7,} facts  {run.scored:>3} scored  {awards:>3} awards",
        )
        self.say(Label(*words))

    def _cancel_a_deal(self, quarter: Period) -> None:
        """Take back the largest deal of a closed quarter; what was paid for it is carried into the next payroll as a difference."""
        raw = Raw(self.work.session)
        first, end = quarter.start, quarter.months[1].end
        epoch = date(1970, 1, 1)
        row = raw.one(
            "select o.external_key from core_observation o join core_facet f on f.id = o.facet_id join core_observation_kind k on k.id = f.kind_id "
            "where k.code = 'sale.closed' and o.day >= ? and o.day < ? group by o.external_key having sum(o.sign) = 1 "
            "order by max(o.amount) desc, o.external_key limit 1",
            ((first - epoch).days, (end - epoch).days),
        )
        self.work.session.rollback()
        assert row is not None
        day = quarter.end + timedelta(days=20)
        withdraw_observations(self.at(day, actor=self.approver), [str(row[0])], source=CRM)
        self._tell(day)
        run_period(self.at(day + timedelta(days=1), actor=self.approver), quarter.code)
        self._release(day + timedelta(days=2), quarter.months[-1].shift(1))
        self.say(
            Label(f"{quarter} 已关账后撤销一笔成交，差额结转", f"a deal of {quarter} was cancelled after closing; the difference is carried forward")
        )


def _month_before(day: date) -> date:
    return (day - timedelta(days=1)).replace(day=1)
