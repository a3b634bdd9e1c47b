"""The chain from the command line: import, run, explain, verify."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select, text

from bole.contracts.label import Label
from bole.db import Database
from bole.host import read_config
from bole.models import Payout, Source
from bole.services.awards import approve_awards
from bole.services.payouts import release_payouts
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from tests.chain import company, sale
from tests.core.cli.conftest import rows

Run = Callable[..., Result]
Enable = Callable[..., Path]

FILES = """
@hookimpl
def bole_connectors():
    return [Connector("files", Label("文件", "Files"), run)]


def run(work, mapping, files):
    with unit_of_work(work.session):
        work.session.add_all([tables.Source(code=name) for name in files if name != "bad"])
    problems = tuple(Problem("bad", 3, "amount", "x", "is no number.") for name in files if name == "bad")
    return ImportOutcome(recorded=len(files) - len(problems), problems=problems)
"""


@pytest.fixture
def importing(deployed: Path, enable: Enable, make_plugin: Callable[..., str], folder: Path) -> Path:
    """The deployment with a connector; returns a mapping file for it."""
    make_plugin("files", FILES)
    enable("dummy", "files")
    (folder / "map.toml").write_text('connector = "files"\n')
    return folder / "map.toml"


def test_an_import_writes_and_counts(run: Run, importing: Path, stored: Database) -> None:
    """What went in is counted, and the exit code is 0."""
    answer = run("import", "map.toml", "a", "b")

    assert (answer.exit_code, answer.stdout) == (0, "2 recorded, 0 corrected, 0 unchanged, 0 refused\n")
    assert sorted(rows(stored, select(Source.code))) == ["a", "b"]  # type: ignore[type-var]


def test_refused_rows_are_listed_with_exit_code_1(run: Run, importing: Path, stored: Database) -> None:
    """Bad rows are named with file, row, column and value; good ones went in."""
    answer = run("import", "map.toml", "a", "bad")

    assert (answer.exit_code, answer.stdout) == (1, "1 recorded, 0 corrected, 0 unchanged, 1 refused\n")
    assert "bad, row 3, column 'amount': 'x': is no number." in answer.stderr
    assert rows(stored, select(Source.code)) == ["a"]


def test_a_dry_run_writes_nothing(run: Run, importing: Path, stored: Database) -> None:
    """A dry run answers like an import and leaves the database as it was."""
    answer = run("import", "map.toml", "a", "bad", "--dry-run")

    assert (answer.exit_code, answer.stdout) == (1, "dry run: 1 recorded, 0 corrected, 0 unchanged, 1 refused; nothing was written\n")
    assert rows(stored, select(Source.code)) == []


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        pytest.param(None, "the mapping map.toml cannot be read: No such file or directory.", id="missing"),
        pytest.param("connector = ", "map.toml is not TOML", id="no TOML"),
        pytest.param(
            'connector = "mail"',
            "map.toml names the connector 'mail', which no enabled plugin brings.\nhint: Known: dummy.notes, files.",
            id="unknown",
        ),
    ],
)
def test_a_mapping_that_names_no_connector_is_refused(run: Run, importing: Path, mapping: str | None, said: str) -> None:
    """A mapping that is missing, is no TOML or names an unknown connector is refused."""
    importing.unlink() if mapping is None else importing.write_text(mapping)

    answer = run("import", "map.toml", "a")

    assert answer.exit_code == 2
    assert said in answer.stderr


@pytest.fixture
def paid(run: Run, enable: Enable, install: Callable[[str, str], None], folder: Path) -> Database:
    """A company of three with two payouts for the third quarter of 2026."""
    install("trial", "tests.trial")
    path = enable("trial")
    assert run("db", "upgrade").exit_code == 0
    stored = Database(read_config(path).database)
    with company(stored, folder / "instance") as work:
        label, rate = Label("提成", "Commission"), {"rate": 100_000}
        write_rule(work, "commission", type_code="trial.commission", label=label, parameters=rate, valid_from=date(2026, 1, 1))
        record_observations(work, [sale("1", "123.45"), sale("2", "80", employee="E2")], source="test")
        assert run("run", "2026Q3").exit_code == 0
        awards = work.session.scalars(text("select id from core_award order by id")).all()
        work.session.commit()
        approve_awards(work, awards)
        release_payouts(work, awards, due="2026-10")
    return stored


def test_a_period_is_computed_and_closed(run: Run, paid: Database) -> None:
    """``run`` says how many employees were measured, scored and awarded; with ``--close`` the period is closed."""
    answer = run("run", "2026Q3", "--close")

    assert answer.exit_code == 0
    assert answer.stdout == "2026Q3, run 2: 3 employees, 3 scored, 0 awards proposed\n2026Q3 is closed\n"
    assert rows(paid, text("select status from core_period where code = '2026Q3'")) == ["closed"]


@pytest.mark.parametrize(
    ("period", "said"), [("2026-13", "2026-13"), ("2031-01", "the period 2031-01 begins on 2031-01-01.")], ids=["none", "not begun"]
)
def test_a_period_that_cannot_be_computed_is_refused(run: Run, paid: Database, period: str, said: str) -> None:
    """A period that is none, or has not begun, is refused."""
    answer = run("run", period)

    assert answer.exit_code == 2
    assert said in answer.stderr.splitlines()[1]


def test_a_payout_is_explained_in_both_languages(run: Run, paid: Database) -> None:
    """The chain is printed as indented text in the language asked for."""
    number = rows(paid, select(Payout.id).order_by(Payout.id))[0]

    english, chinese = run("explain", "payout", number), run("explain", "payout", number, "--lang", "zh")

    assert english.output.splitlines()[0] == f"Payout {number}: 12.35 CNY"
    assert chinese.output.splitlines()[0].startswith(f"发放 {number}")
    assert len(english.output.splitlines()) > 10


def test_an_explanation_may_be_json(run: Run, paid: Database) -> None:
    """With ``--json`` the chain is one document."""
    number = rows(paid, select(Payout.id).order_by(Payout.id))[0]

    document = json.loads(run("explain", "payout", number, "--json").stdout)

    assert (document["kind"], document["children"][0]["kind"]) == ("payout", "award")


def test_an_unknown_payout_is_refused(run: Run, paid: Database) -> None:
    """A payout that is not there is named."""
    answer = run("explain", "payout", "999")

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (2, "error: there is no payout 999 that system may see.")


def test_a_sound_ledger_is_said_to_be_so(run: Run, paid: Database, folder: Path) -> None:
    """``verify`` prints the root and a signed checkpoint, and exports what an auditor needs."""
    answer = run("verify", "--export", "audit")

    assert answer.exit_code == 0
    assert answer.stdout.startswith("sound: ")
    assert sorted(path.name for path in (folder / "audit").iterdir()) == ["checkpoint.txt", "leaves.jsonl", "rows.jsonl", "verifier.txt"]


def test_a_changed_row_is_found_with_exit_code_1(run: Run, paid: Database) -> None:
    """An amount that somebody edited is named."""
    with paid.engine.begin() as connection:
        connection.execute(text("update core_payout set amount = amount + 1"))

    answer = run("verify")

    assert answer.exit_code == 1
    assert re.match(r"[1-9]\d* fault\(s\): ", answer.stdout)
    assert "payout leaf" in answer.stderr


def test_a_checkpoint_kept_elsewhere_is_held_against_the_log(run: Run, paid: Database, folder: Path) -> None:
    """A checkpoint that was exported before agrees as long as the log was only appended to."""
    run("verify", "--export", "audit")

    answer = run("verify", "--note", "audit/checkpoint.txt")

    assert (answer.exit_code, "2 checkpoints" in answer.stdout) == (0, True)
