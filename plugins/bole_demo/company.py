"""The people and departments of the demo company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bole import Label, Period
from bole_demo.dice import Dice
from bole_demo.names import Name, draw_names
from bole_demo.setting import Setting

COMPANY = Label("青禾家居用品有限公司", "Verdant Home Goods")
DOMAIN = "verdant.example"
SELLER = "Sales representative"
"""Job title of those whom the performance plan is for."""

REGIONS = {"east": Label("华东区", "East"), "south": Label("华南区", "South"), "north": Label("华北区", "North")}
_NUMERALS = {1: "一", 2: "二"}
_TITLES = {
    "ceo": Label("总经理", "General manager"),
    "sales-director": Label("销售总监", "Sales director"),
    "region-manager": Label("大区经理", "Regional manager"),
    "team-lead": Label("销售主管", "Team lead"),
    "seller": Label("销售代表", SELLER),
    "hr-manager": Label("人力资源经理", "HR manager"),
    "hr-officer": Label("人力资源专员", "HR officer"),
    "finance-manager": Label("财务经理", "Finance manager"),
    "accountant": Label("会计", "Accountant"),
}
_SALARIES = {"ceo": 45_000, "sales-director": 32_000, "region-manager": 24_000, "team-lead": 19_000}
_OFFICE = {"hr-manager": 18_000, "hr-officer": 10_000, "finance-manager": 20_000, "accountant": 11_000}


@dataclass(frozen=True, slots=True)
class Unit:
    """A department; `parent` is a code, empty for the company itself."""

    code: str
    parent: str
    name: Label


@dataclass(frozen=True, slots=True)
class Person:
    """
    An employee.

    Args:
        post: key of the titles.
        salary: base pay a month in CNY.
        diligence, skill, promptness, care, size: what the seller is like, around 1; see `bole_demo.selling`.
    """

    number: str
    name: Name
    unit: str
    post: str
    hired: date
    left: date | None
    salary: int
    diligence: float = 1.0
    skill: float = 1.0
    promptness: float = 1.0
    care: float = 1.0
    size: float = 1.0

    @property
    def title(self) -> Label:
        """The post's title."""
        return _TITLES[self.post]

    @property
    def sells(self) -> bool:
        """Whether the performance plan is for this person."""
        return self.post == "seller"

    def works_in(self, month: Period) -> bool:
        """Tell whether the person is employed for the whole month."""
        return self.hired <= month.start and (self.left is None or self.left >= month.end)


@dataclass(frozen=True, slots=True)
class Company:
    """Departments, parents before their children, and people, superiors before those they lead."""

    units: tuple[Unit, ...]
    people: tuple[Person, ...]

    @property
    def sellers(self) -> tuple[Person, ...]:
        """The people for whom the performance plan is."""
        return tuple(person for person in self.people if person.sells)

    def head_of(self, unit: str) -> Person:
        """Return who heads a department."""
        posts = {"company": "ceo", "sales": "sales-director", "hr": "hr-manager", "finance": "finance-manager"}
        post = posts.get(unit, "region-manager" if unit in REGIONS else "team-lead")
        return next(person for person in self.people if person.unit == unit and person.post == post)


def found_company(setting: Setting) -> Company:
    """Return the company of a setting; the same setting gives the same company."""
    dice = Dice(setting.seed, "company")
    units = tuple(_units(setting))
    teams = [unit.code for unit in units if unit.parent in REGIONS] or list(REGIONS)
    leaders = [(code, post) for code, post in _leaders(units)]
    leavers = max(1, setting.people // 12)
    names = draw_names(dice, len(leaders) + setting.people + leavers)
    people = [_leader(place, name, *leader) for place, (name, leader) in enumerate(zip(names, leaders, strict=False), 1)]
    for place, name in enumerate(names[len(leaders) :]):
        people.append(_seller(setting, dice, len(leaders) + place + 1, name, teams[place % len(teams)], leaves=place >= setting.people))
    return Company(units, tuple(people))


def _units(setting: Setting) -> Iterator[Unit]:
    yield Unit("company", "", COMPANY)
    yield Unit("sales", "company", Label("销售中心", "Sales"))
    for code, name in REGIONS.items():
        yield Unit(code, "sales", name)
    # Teams of five or fewer would be no teams.
    for code, name in REGIONS.items() if setting.people >= 24 else ():
        for number, numeral in _NUMERALS.items():
            yield Unit(f"{code}-{number}", code, Label(f"{name.zh}{numeral}组", f"{name.en} team {number}"))
    yield Unit("hr", "company", Label("人力资源部", "Human resources"))
    yield Unit("finance", "company", Label("财务部", "Finance"))


def _leaders(units: tuple[Unit, ...]) -> Iterator[tuple[str, str]]:
    yield from (("company", "ceo"), ("sales", "sales-director"))
    yield from ((code, "region-manager") for code in REGIONS)
    yield from ((unit.code, "team-lead") for unit in units if unit.parent in REGIONS)
    yield from (("hr", "hr-manager"), ("hr", "hr-officer"), ("finance", "finance-manager"), ("finance", "accountant"))


def _leader(place: int, name: Name, unit: str, post: str) -> Person:
    return Person(f"V{place:04d}", name, unit, post, date(2019, 3, 1), None, (_SALARIES | _OFFICE)[post])


def _seller(setting: Setting, dice: Dice, place: int, name: Name, unit: str, *, leaves: bool) -> Person:
    """Return a seller; a fifth of them were hired during the history, and some left before its end."""
    months = setting.months
    hired = date(dice.whole(2019, months[0].start.year - 2), dice.whole(1, 12), 1)
    left = None
    if leaves:
        left = months[dice.whole(len(months) // 3, len(months) - 3)].start
    elif dice.happens(0.2):
        hired = months[dice.whole(1, len(months) - 4)].start
    diligence = dice.around(1.0, 0.3)
    return Person(
        f"V{place:04d}",
        name,
        unit,
        "seller",
        hired,
        left,
        salary=8_000 + 500 * dice.whole(0, 12),
        diligence=diligence,
        skill=dice.around(1.0, 0.1),
        promptness=dice.around(1.0, 0.35),
        care=dice.normal(),
        size=diligence**0.9 * dice.around(1.0, 0.12),
    )
