"""The parts the demo is built from: settings, chance, names, tables, the folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bole.contracts.label import Label
from bole.errors import Conflict, InvalidValue
from bole.values import Period
from bole_demo.dice import Dice
from bole_demo.folder import Folder, Login, Logins
from bole_demo.names import draw_names
from bole_demo.selling import left_by_delay
from bole_demo.setting import Setting, last_quarter
from bole_demo.tables import bar, padded, table, width


@pytest.mark.parametrize(
    ("now", "quarter"),
    [
        pytest.param(datetime(2026, 10, 10, tzinfo=UTC), "2026Q2", id="the third quarter is not settled yet"),
        pytest.param(datetime(2026, 10, 27, tzinfo=UTC), "2026Q3", id="it is now"),
        pytest.param(datetime(2031, 1, 1, tzinfo=UTC), "2026Q3", id="and stays the last one"),
        pytest.param(datetime(2025, 5, 1, tzinfo=UTC), "2025Q1", id="on a clock that stands earlier"),
    ],
)
def test_the_history_ends_in_a_settled_quarter(now: datetime, quarter: str) -> None:
    """The history ends with 2026Q3 for everybody whose clock stands late enough, else with the last settled quarter."""
    assert last_quarter(now) == Period.parse(quarter)


def test_a_quarter_that_is_still_to_come_is_refused() -> None:
    """A history cannot end in a quarter that is not over for 25 days; the last possible one is named."""
    with pytest.raises(InvalidValue) as refused:
        last_quarter(datetime(2026, 10, 10, tzinfo=UTC), Period.parse("2026Q3"))

    assert (refused.value.code, refused.value.hint) == ("demo.not_settled", "The last quarter that can be asked for is 2026Q2.")


@pytest.mark.parametrize(("years", "change"), [(1, "2026Q2"), (2, "2025Q3"), (3, "2025Q1"), (4, "2024Q3")])
def test_the_plan_changes_after_five_twelfths(years: int, change: str) -> None:
    """Of three years the plan changes with the sixth quarter, of others in proportion."""
    assert Setting(years=years).change.code == change


def test_habits_change_quarter_by_quarter() -> None:
    """Before the change nothing moves; from then on habits change evenly up to the last quarter."""
    setting = Setting(years=2)

    progress = [setting.progress(quarter.months[0]) for quarter in setting.quarters]

    assert progress == [0, 0, 0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_dice_fall_the_same_for_the_same_name() -> None:
    """The first throws of a name are these, on every machine and in every version of Python."""
    dice = Dice(7, "test")

    assert [dice.whole(1, 6) for _ in range(8)] == [1, 3, 5, 3, 4, 2, 5, 6]


def test_dice_are_fair() -> None:
    """Over ten thousand throws means and spreads are as promised."""
    dice = Dice("fair")

    normal = [dice.normal() for _ in range(10_000)]
    counted = [dice.how_many(4.0) for _ in range(10_000)]

    assert abs(sum(normal) / 10_000) < 0.05
    assert abs(sum(each * each for each in normal) / 10_000 - 1) < 0.05
    assert abs(sum(counted) / 10_000 - 4) < 0.1
    assert {dice.whole(1, 3) for _ in range(100)} == {1, 2, 3}


def test_names_are_unique_in_both_languages() -> None:
    """Of four hundred people no two share a name or an address."""
    names = draw_names(Dice("names"), 400)

    assert [len({getattr(name, part) for name in names}) for part in ("zh", "en", "mailbox")] == [400, 400, 400]
    assert all(name.mailbox.isascii() for name in names)


@pytest.mark.parametrize(("hours", "left"), [(0, 1.0), (24, 1.0), (24.1, 0.6), (72, 0.6), (73, 0.33)])
def test_a_delay_costs_a_part_of_the_chance(hours: float, left: float) -> None:
    """A lead is worth all within a day, three fifths within three days, a third later."""
    assert left_by_delay(hours) == left


@pytest.mark.parametrize(("text", "columns"), [("Verdant", 7), ("青禾", 4), ("Lü", 2), ("◆ 2025Q1", 8), ("（元）", 6), ("é", 1)])
def test_the_width_of_a_text_is_that_of_a_terminal(text: str, columns: int) -> None:
    """Chinese characters and full-width signs take two columns, combining marks none."""
    assert width(text) == columns


def test_a_table_stands_upright_whatever_stands_in_it() -> None:
    """Texts stand on the left, figures on the right, and columns begin where they should in both scripts."""
    lines = list(table(["Name", "Sales"], [["林远", "1,000"], ["Ada Lin", "20"]], left=1))

    assert lines == ["Name     Sales", "──────────────", "林远     1,000", "Ada Lin     20"]


def test_padding_never_cuts() -> None:
    """A text wider than its column stays whole."""
    assert (padded("青禾家居", 4), padded("青禾", 6), padded("青禾", 6, right=True)) == ("青禾家居", "青禾  ", "  青禾")


@pytest.mark.parametrize(("share", "drawn"), [(0.0, ""), (0.5, "█████"), (1.4, "██████████"), (-1, "")])
def test_a_bar_stays_in_its_place(share: float, drawn: str) -> None:
    """A bar is as long as its share, never longer than its place."""
    assert bar(share, 10) == drawn


def test_a_fresh_folder_holds_no_demo(tmp_path: Path) -> None:
    """A folder that is missing or empty can take a demo."""
    assert not Folder(tmp_path / "demo").holds(Setting())
    assert not Folder(tmp_path).holds(Setting())


def test_an_unfinished_demo_is_built_anew(tmp_path: Path) -> None:
    """What was begun and not completed is no demo, and may be cleared."""
    folder = Folder(tmp_path / "demo")
    folder.clear()
    folder.begin(Setting(), "zh")

    assert not folder.holds(Setting())
    folder.clear()
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_complete_demo_is_taken_up_with_its_logins(tmp_path: Path) -> None:
    """A complete demo of the same setting is held; its logins come back; another setting is refused."""
    from bole.host import read_config

    folder, logins = Folder(tmp_path / "demo"), Logins((Login(Label("人力", "HR"), "hr@verdant.example", "secret words"),), "bole_token")
    folder.clear()
    folder.begin(Setting(), "en")
    config = read_config(folder.config)
    folder.complete(Setting(), config, logins)

    assert folder.holds(Setting())
    assert folder.logins(config) == logins
    with pytest.raises(Conflict, match="holds a demo built with"):
        folder.holds(Setting(seed=8))
    assert config.settings == {"payroll": {"cities": {"verdant": "shanghai"}}}
