"""
What one seller does and brings in, month by month: the causes behind the demo's figures.

Visits to prospects bring leads one and two months later. A lead that is followed up late is won less often. Leads won are sales to new
customers, who from then on buy again. Old customers buy less from year to year where nobody wins new ones. Before the plan
changes visits are few, because only sales counted; afterwards they grow quarter by quarter. All figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bole import Money, Observation, Period
from bole_demo.company import Person
from bole_demo.dice import Dice
from bole_demo.setting import ZONE, Setting

CRM, FIELD_APP, FEEDBACK = "crm", "field_app", "feedback"
"""The systems from which facts come."""

_CHANNELS = ("store", "wholesale", "online")
_LINES = ("kitchen", "bath", "textiles", "storage")
_REASONS = ("price", "competitor", "no_budget", "no_reply")
_SEASON = {1: 0.94, 2: 0.86, 3: 1.0, 4: 1.0, 5: 1.03, 6: 1.05, 7: 0.97, 8: 0.97, 9: 1.05, 10: 1.04, 11: 1.1, 12: 1.04}
_OLD_DEAL, _NEW_DEAL = 30_000.0, 38_000.0
_HOURS = (24, 72)


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One thing that happened, with the system that reports it and the day on which it does.

    Args:
        first: what the system reported wrongly before; corrected on `reported`.
    """

    source: str
    observation: Observation
    reported: date
    first: Observation | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A month, how far habits have changed by then, and eight o'clock of its working days in UTC."""

    period: Period
    progress: float
    mornings: tuple[datetime, ...]


@dataclass(slots=True)
class _Book:
    """What a seller's old customers are good for, and who they are."""

    volume: float
    customers: list[str]
    prospects: list[float] = field(default_factory=list)
    keys: int = 0


def calendar(setting: Setting) -> tuple[Month, ...]:
    """Return the months of the history, in order."""
    return tuple(Month(period, setting.progress(period), _working_days(period)) for period in setting.months)


def sell(seed: int, months: Sequence[Month], person: Person) -> Iterator[Fact]:
    """Yield everything that a seller does in the months, in no particular order."""
    dice = Dice(seed, "seller", person.number)
    book = _Book(240_000 * person.size, [f"{person.number}-C{place:03d}" for place in range(1, 19)])
    end = datetime.combine(months[-1].period.end, time(), ZONE)
    for month in months:
        if person.works_in(month.period):
            for fact in (*_visits(person, month, dice, book), *_leads(person, month, dice, book), *_orders(person, month, dice, book)):
                if fact.observation.moment < end:
                    yield fact


def left_by_delay(hours: float) -> float:
    """Return what a delay leaves of the chance to win a lead: all within a day, three fifths within three, then a third."""
    return 1.0 if hours <= _HOURS[0] else 0.6 if hours <= _HOURS[1] else 0.33


def monthly_sales(person: Person, progress: float) -> float:
    """Return what the budget expects of a settled seller in a month, in CNY: old customers, and leads from visits to prospects."""
    prospects = person.diligence * (9 + 13 * progress) * (0.25 + 0.35 * progress)
    return 200_000 * person.size + (1 + 0.75 * prospects) * 0.28 * person.skill * 1.16 * _NEW_DEAL * person.skill


def _settled(person: Person, month: Period) -> float:
    """Return how far a newcomer has found into the work: 0.4 in the first month, 1 after ten."""
    months = (month.start.year - person.hired.year) * 12 + month.start.month - person.hired.month
    return min(1.0, 0.4 + 0.06 * months)


def _visits(person: Person, month: Month, dice: Dice, book: _Book) -> Iterator[Fact]:
    count = dice.how_many(person.diligence * (9 + 13 * month.progress) * (0.5 + 0.5 * _settled(person, month.period)))
    prospects = 0
    for _ in range(count):
        prospect = dice.happens(0.25 + 0.35 * month.progress)
        prospects += prospect
        customer = f"{person.number}-P{dice.whole(1, 400):03d}" if prospect else dice.one_of(book.customers)
        moment = _moment(dice, month)
        # A phone without a network sends its visits a month late.
        late = dice.happens(0.01)
        observation = _fact(book, person, "visit.made", "V", month, moment, {"customer": customer, "new_customer": prospect})
        yield Fact(FIELD_APP, observation, _reported(moment, late=late))
    book.prospects.append(prospects)


def _leads(person: Person, month: Month, dice: Dice, book: _Book) -> Iterator[Fact]:
    before = [2.25 * person.diligence, 2.25 * person.diligence, *book.prospects[:-1]]
    for _ in range(dice.how_many(1.0 + 0.45 * before[-1] + 0.3 * before[-2])):
        lead, customer = f"{person.number}-L{book.keys + 1}", f"{person.number}-N{book.keys + 1}"
        attributes: dict[str, str | bool] = {"customer": customer, "lead": lead}
        came = _moment(dice, month)
        yield _crm(book, person, "lead.created", "L", month, came, {**attributes, "new_customer": True, "channel": dice.one_of(_CHANNELS)})
        hours = dice.around(person.promptness * (34 - 24 * month.progress), 0.9)
        answered = came + timedelta(seconds=int(hours * 3600))
        if dice.happens(0.96):
            yield _crm(book, person, "lead.followed_up", "F", month, answered, attributes, answers_to=came)
        won = dice.happens(min(0.9, 0.34 * person.skill * left_by_delay(hours)))
        decided = answered + timedelta(days=dice.whole(4, 24))
        if won:
            yield _crm(book, person, "lead.won", "W", month, decided, {**attributes, "new_customer": True})
            yield from _deal(person, month, dice, book, decided, customer, _amount(dice, _NEW_DEAL * person.skill, 0.55), new=True)
        elif dice.happens(0.75):
            yield _crm(book, person, "lead.lost", "X", month, decided, {**attributes, "reason": dice.one_of(_REASONS)})


def _orders(person: Person, month: Month, dice: Dice, book: _Book) -> Iterator[Fact]:
    """Yield what old customers buy and what they think of it; the book shrinks by itself."""
    expected = book.volume * _SEASON[month.period.start.month] * _settled(person, month.period)
    for _ in range(dice.how_many(expected / (_OLD_DEAL * 1.13))):
        yield from _deal(person, month, dice, book, _moment(dice, month), dice.one_of(book.customers), _amount(dice, _OLD_DEAL, 0.5), new=False)
    book.volume *= 0.982
    for _ in range(dice.how_many(4.0)):
        stars = max(1, min(5, round(4.05 + 0.4 * month.progress + 0.2 * person.care + 0.9 * dice.normal())))
        moment = _moment(dice, month)
        customer = dice.one_of(book.customers)
        observation = _fact(book, person, "feedback.rated", "R", month, moment, {"customer": customer}, quantity=Decimal(stars) / 5)
        yield Fact(FEEDBACK, observation, _reported(moment))


def _deal(person: Person, month: Month, dice: Dice, book: _Book, moment: datetime, customer: str, cents: int, *, new: bool) -> Iterator[Fact]:
    deal = f"{person.number}-D{book.keys + 1}"
    attributes: dict[str, str | bool] = {"customer": customer, "new_customer": new}
    full = {**attributes, "deal": deal, "channel": dice.one_of(_CHANNELS), "product_line": dice.one_of(_LINES)}
    sale = _crm(book, person, "sale.closed", "S", month, moment, full, cents=cents)
    if dice.happens(0.012):
        # Somebody typed the tax into the amount; the next month's report mends it.
        wrong = Money.of_minor(cents * 113 // 100, "CNY")
        mended = sale.observation
        first = Observation(mended.employee, mended.kind, mended.moment, mended.external_key, amount=wrong, attributes=mended.attributes)
        sale = Fact(CRM, mended, _reported(moment, late=True), first)
    yield sale
    paid = moment + timedelta(days=dice.whole(10, 60))
    yield _crm(book, person, "payment.received", "P", month, paid, {**attributes, "deal": deal}, cents=cents)
    if new:
        book.customers.append(customer)
        book.volume += 0.03 * cents / 100


def _amount(dice: Dice, middle: float, spread: float) -> int:
    """Return a deal's money in minor units, a multiple of ten cents."""
    return int(dice.around(middle, spread) * 10) * 10


def _working_days(month: Period) -> tuple[datetime, ...]:
    days = (month.start + timedelta(days=place) for place in range((month.end - month.start).days))
    return tuple(datetime.combine(day, time(8), ZONE).astimezone(UTC) for day in days if day.weekday() < 5)


def _moment(dice: Dice, month: Month) -> datetime:
    """Return a moment of a working day of a month, between eight and six."""
    return dice.one_of(month.mornings) + timedelta(seconds=dice.whole(0, 36_000))


def _reported(moment: datetime, *, late: bool = False) -> date:
    month = moment.astimezone(ZONE).date().replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    return (following + timedelta(days=32)).replace(day=1) if late else following


def _crm(
    book: _Book,
    person: Person,
    kind: str,
    letter: str,
    month: Month,
    moment: datetime,
    attributes: dict[str, str | bool],
    *,
    cents: int | None = None,
    answers_to: datetime | None = None,
) -> Fact:
    observation = _fact(book, person, kind, letter, month, moment, attributes, cents=cents, answers_to=answers_to)
    return Fact(CRM, observation, _reported(moment))


def _fact(
    book: _Book,
    person: Person,
    kind: str,
    letter: str,
    month: Month,
    moment: datetime,
    attributes: dict[str, str | bool],
    *,
    cents: int | None = None,
    quantity: Decimal | None = None,
    answers_to: datetime | None = None,
) -> Observation:
    book.keys += 1
    key = f"{letter}{month.period.start:%y%m}-{person.number}-{book.keys}"
    amount = None if cents is None else Money.of_minor(cents, "CNY")
    return Observation(person.number, kind, moment, key, quantity=quantity, amount=amount, answers_to=answers_to, attributes=attributes)
