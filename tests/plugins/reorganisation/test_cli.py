"""``bole org``: what it prints and does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bole.access import Work
from bole.clock import Clock
from bole.db import Database
from bole.errors import BoleError, NotFound
from bole.host import Config, Host
from bole.services.entries import DatedEntry
from bole.services.orgstates import read_structure
from bole.services.structure import change_departments, change_positions, move_department
from bole_reorganisation.cli import org
from bole_reorganisation.drafts import activate_draft, draft_note, draft_structure
from tests.core.services.organisation import FOUNDED, later
from tests.plugins.reorganisation.reorganising import TODAY, department, drafted, person, post, reorganising

Run = Callable[..., Result]


class Deployed:
    """A deployment whose work is given."""

    def __init__(self, work: Work, database: Database, lang: str, clock: Clock) -> None:
        self.given, self.database, self.lang, self.host, self.clock = work, database, lang, work.host, clock

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Lend it."""
        yield self.given


@pytest.fixture
def company(database: Database, tmp_path: Path) -> Iterator[Work]:
    """The company, with the plugin that reads snapshots from files."""
    host = Host(
        Config(plugins=("connectors", "reorganisation"), instance=tmp_path / "instance"),
        packages={"connectors": "bole_connectors", "reorganisation": "bole_reorganisation"},
    )
    with reorganising(database, host) as work:
        yield work


@pytest.fixture
def run(company: Work, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``bole org`` with arguments in a folder of its own; an unexpected failure is raised."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, lang: str = "en", answer: str | None = None, hours: int = 0) -> Result:
        work = later(company, hours=hours)
        deployed = Deployed(work, database, lang, work.clock)
        return CliRunner().invoke(org, list(arguments), obj=deployed, input=answer, catch_exceptions=False)

    return invoke


def lines(result: Result) -> list[str]:
    """What was printed, line by line."""
    return result.stdout.splitlines()


def test_the_manifest_names_the_command(company: Work) -> None:
    """What plugin.toml says is there to be loaded."""
    _, load = company.host.manifests["reorganisation"].commands["org"]
    module, _, attribute = load.partition(":")

    assert getattr(import_module(module), attribute) is org


def test_versions_and_drafts_are_listed(company: Work, run: Run) -> None:
    """The last first, with what took what back."""
    drafted(company, "plan", department("EAST", parent="HQ"), title="One level less", reason="shorter ways")
    activate_draft(company, "plan")
    drafted(later(company, hours=1), "next")
    run("rollback", "plan", "--yes", hours=2)

    versions, drafts = lines(run("list", hours=3)), lines(run("list", "--drafts"))

    assert [line.split() for line in versions[:2]] == [
        ["rollback-4", "in", "force", "rollback", "2026-10-15", "2026-10-15", "11:30", "system", "takes", "back", "plan"],
        ["plan", "past", "merge", "2026-10-15", "2026-10-15", "09:30", "system", "taken", "back", "by", "rollback-4", "·", "shorter", "ways"],
    ]
    assert len(versions) == 4
    assert [line.split()[:2] for line in drafts] == [["next", "open"]]
    assert [line.split()[:2] for line in lines(run("list", "--drafts", "--all"))] == [["next", "open"], ["plan", "merged"]]


def test_nothing_is_listed_where_there_is_nothing(run: Run) -> None:
    """It says so."""
    assert run("list", "--drafts").stdout == "there are none\n"


def test_a_difference_is_told_in_words(company: Work, run: Run) -> None:
    """Between days, versions and drafts; marked for what begins, ends, and becomes otherwise."""
    move_department(company, "SALES", "FIN", TODAY)
    work = later(company, hours=1)
    change_positions(work, [DatedEntry("P1", FOUNDED, {"department": "FIN", "title_en": "Clerk"})])
    drafted(later(company, hours=2), "plan", post("P1"), department("LAB", parent="HQ", name_en="Lab"), department("EAST", name_en="Far east"))

    assert lines(run("diff", "2026-10-14", "2026-10-15")) == [
        "departments: 1 moved",
        "~ Sales moved from Head office to Finance, with 1 department below it",
    ]
    assert lines(run("diff", "change-3")) == lines(run("diff", "2026-10-14", "2026-10-15"))
    assert lines(run("diff", "plan")) == [
        "departments: 1 added, 1 renamed",
        "positions: 1 closed",
        "+ Department Lab added below Head office",
        "~ “East” is now called “Far east”",
        "- Post Clerk closed in Finance",
    ]
    assert lines(run("diff", "2026-10-15", "plan")) == lines(run("diff", "plan"))
    assert lines(run("diff", "plan", "2026-10-15"))[-3:] == [
        "- Department Lab closed",
        "~ “Far east” is now called “East”",
        "+ Post Clerk added in Finance",
    ]
    assert run("diff", "2026-10-15", "2026-10-15").stdout == "nothing is different\n"
    assert "Sales从Head office移至Finance，连同下属 1 个部门" in run("diff", "change-3", lang="zh").stdout
    with pytest.raises(NotFound, match="'nowhere' is no org version, no draft and no day"):
        run("diff", "nowhere", "2026-10-15")
    with pytest.raises(NotFound, match="compare 2026-10-15 with"):
        run("diff", "2026-10-15")


def test_a_difference_is_a_document(company: Work, run: Run) -> None:
    """With verbs and fields for programs."""
    move_department(company, "EAST", "FIN", TODAY)

    (told,) = json.loads(run("diff", "change-3", "--json").stdout)

    assert told == {
        "verb": "moved",
        "part": "department",
        "code": "EAST",
        "zh": "East从Sales移至Finance",
        "en": "East moved from Sales to Finance",
        "others": [],
        "fields": [{"field": "parent", "before": "SALES", "after": "FIN"}],
        "size": 0,
        "follows": "",
    }


def test_differences_are_coloured(company: Work, database: Database) -> None:
    """On a terminal: green begins, red ends, yellow becomes otherwise."""
    drafted(company, "plan", department("LAB", parent="HQ"), department("EAST", name_en="Far east"))
    deployed = Deployed(company, database, "en", company.clock)

    shown = CliRunner().invoke(org, ["diff", "plan"], obj=deployed, color=True, catch_exceptions=False).stdout.splitlines()

    assert [line[:7] for line in shown[1:]] == ["\x1b[32m+ ", "\x1b[33m~ "]


def test_a_draft_is_made_step_by_step(company: Work, run: Run) -> None:
    """Started, edited record by record, shown, checked, put away and taken up again."""
    assert run("draft", "start", "plan", "--title", "Two regions", "--reason", "growth").stdout == (
        "draft plan 'Two regions': open, revision 0, 0 change(s)\n"
    )
    run("draft", "edit", "plan", "department", "WEST", "parent=SALES", "name_en=West", "name_zh=西区")
    run("draft", "edit", "plan", "department", "EAST", "head=")
    run("draft", "edit", "plan", "assignment", "E7", "--close")
    assert "revision 4, 4 change(s)" in run("draft", "edit", "plan", "assignment", "E4", "department=WEST", "--seen", "3").stdout
    assert "revision 5, 3 change(s)" in run("draft", "edit", "plan", "assignment", "E7", "--undo").stdout

    assert lines(run("draft", "show", "plan")) == [
        "draft plan 'Two regions': open, revision 5, 3 change(s)",
        "from change-2, as of 2026-10-15; edited 2026-10-15 09:30 UTC by system",
        "growth",
        "~ West was split off from East",
        "  + Department West added below Sales",
        "~ East has no head any more (was Person E2)",
        "  ~ Person E4 moved from East to West",
    ]
    assert run("draft", "archive", "plan").stdout.startswith("draft plan 'Two regions': archived")
    assert run("draft", "reopen", "plan").stdout.startswith("draft plan 'Two regions': open")
    assert draft_structure(company, "plan").departments["WEST"]["name_zh"] == "西区"


@pytest.mark.parametrize("arguments", [(), ("parent=HQ", "--close"), ("--close", "--undo"), ("parent",)])
def test_an_edit_says_one_thing(company: Work, run: Run, arguments: tuple[str, ...]) -> None:
    """Fields, or the end, or that it is taken back."""
    drafted(company, "plan")

    refused = run("draft", "edit", "plan", "department", "EAST", *arguments)

    assert refused.exit_code == 2
    assert draft_note(company, "plan").revision == 0


def test_a_draft_is_checked_and_decided(company: Work, run: Run) -> None:
    """Conflicts and errors stand in its way; exit code 1 says so."""
    drafted(company, "plan", department("EAST", parent="HQ"), department("FIN"))
    move_department(later(company, hours=1), "EAST", "FIN", TODAY)

    checked = run("draft", "check", "plan", hours=2)

    assert (checked.exit_code, lines(checked)) == (
        1,
        [
            "conflict: department EAST: department above is HQ in the draft and FIN now (was SALES)",
            "error: department EAST: the department above FIN does not exist",
            "error: employee E6: the department FIN does not exist",
            "error: employee E7: the department FIN does not exist",
            "on 2026-10-15: 1 change(s), 1 conflict(s), 3 error(s), 0 warning(s)",
        ],
    )
    run("draft", "resolve", "plan", "department", "EAST", "draft", "--field", "parent", hours=2)
    run("draft", "edit", "plan", "department", "FIN", "--undo", hours=2)
    assert (run("draft", "check", "plan", hours=2).exit_code, run("draft", "check", "plan", hours=2).stdout) == (
        0,
        "on 2026-10-15: 1 change(s), 0 conflict(s), 0 error(s), 0 warning(s)\n",
    )


def test_a_radius_is_told(company: Work, run: Run) -> None:
    """What is not touched is left out."""
    drafted(company, "plan", department("SALES", parent="FIN"))
    drafted(company, "name", department("SALES", name_en="Selling"))

    assert lines(run("draft", "radius", "plan")) == [
        "     4  Employees who move along with their department",
        "        Person E2 (E2): East",
        "        Person E3 (E3): East",
        "        Person E4 (E4): East",
        "        Person E5 (E5): Sales",
        "     2  Employees who get another manager and approver",
        "        Person E2 (E2): Person E1 (E1) → Person E6 (E6)",
        "        Person E5 (E5): Person E1 (E1) → Person E6 (E6)",
        "     1  Heads and managers who see other people",
        "        Person E6 (E6): sees 4 more",
    ]
    assert run("draft", "radius", "name").stdout == "it touches nobody\n"


def test_a_draft_is_put_in_force_after_a_look(company: Work, run: Run) -> None:
    """It asks first; whoever says no changes nothing."""
    drafted(company, "plan", department("EAST", parent="HQ"))

    refused = run("activate", "plan", answer="n\n")
    done = run("activate", "plan", "--on", "2026-11-01", answer="y\n")

    assert (refused.exit_code, draft_note(company, "plan").version_code) == (1, "plan")
    assert "put plan in force from 2026-10-15 on? [y/N]: n" in refused.stdout
    assert lines(done)[0] == "~ East moved from Sales to Head office"
    assert lines(done)[-1] == "plan is in force from 2026-11-01 on: 1 record(s) are different"
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "SALES"


def test_a_draft_that_cannot_come_into_force_does_not(company: Work, run: Run) -> None:
    """What stands in the way is told, and exit code 1."""
    drafted(company, "plan", department("EAST"))

    refused = run("activate", "plan", "--yes")

    assert (refused.exit_code, draft_note(company, "plan").status) == (1, "open")
    assert "error: employee E2: the department EAST does not exist" in refused.stdout


def test_a_version_is_rolled_back_after_a_look(company: Work, run: Run) -> None:
    """What would become different is told before."""
    move_department(company, "EAST", "FIN", TODAY)

    refused = run("rollback", "change-3", answer="n\n", hours=1)
    done = run("rollback", "change-3", "--reason", "no", answer="y\n", hours=1)

    assert refused.exit_code == 1
    assert lines(done) == [
        "taking change-3 back changes:",
        "~ East moved from Finance to Sales",
        "take change-3 back? [y/N]: y",
        "rollback-4 is recorded: 1 record(s) are different",
    ]


def test_the_structure_of_a_version_is_brought_back(company: Work, run: Run) -> None:
    """Whatever came since."""
    move_department(company, "EAST", "FIN", TODAY)
    move_department(later(company, hours=1), "EAST", "HQ", TODAY)
    change_departments(later(company, hours=2), [DatedEntry("LAB", TODAY, {"parent": "EAST", "name_en": "Lab"})])

    done = run("rollback", "change-3", "--to", "--yes", hours=3)

    assert lines(done)[:3] == [
        "going back to change-3 changes:",
        "- Department Lab closed",
        "~ East moved from Head office to Finance, with 1 department below it",
    ]
    assert read_structure(company, TODAY).departments["EAST"]["parent"] == "FIN"
    assert "LAB" not in read_structure(company, TODAY).departments


def test_what_was_written_can_be_read_again(company: Work, run: Run, tmp_path: Path) -> None:
    """A folder of CSV files is a snapshot of the day; nothing is different."""
    change_positions(company, [DatedEntry("P1", FOUNDED, {"department": "FIN", "title_zh": "会计", "title_en": 'Clerk, "senior"'})])
    drafted(later(company, hours=1), "plan", person("E7", position="P1"), department("EAST", parent="HQ", name_zh="华东"))
    activate_draft(later(company, hours=1), "plan")
    before = read_structure(later(company, hours=2), TODAY)

    written = lines(run("export", "--out", "chart", hours=2))
    again = run("import", "chart/2026-10-15", hours=3)

    assert written == ["chart/departments-2026-10-15.csv", "chart/positions-2026-10-15.csv", "chart/assignments-2026-10-15.csv"]
    assert (again.exit_code, again.stdout.splitlines()[0].split(": ")[1]) == (0, "nothing is different")
    assert read_structure(later(company, hours=4), TODAY) == before
    assert (tmp_path / "chart" / "departments-2026-10-15.csv").read_text("utf-8-sig").splitlines()[1] == "EAST,华东,East,HQ,E2,"


def test_snapshots_are_imported_in_order(company: Work, run: Run, tmp_path: Path) -> None:
    """Each with its difference; the same again changes nothing."""
    charts = {"2026-11-01": "HQ,\nSALES,HQ\nEAST,SALES\nFIN,HQ\nLAB,HQ\n", "2026-12-01": "HQ,\nSALES,HQ\nEAST,SALES\nFIN,SALES\n"}
    for day, rows in charts.items():
        (tmp_path / f"departments-{day}.csv").write_text(f"code,parent\n{rows}")

    done = run("import", *(f"departments-{day}.csv" for day in charts), hours=1)
    again = run("import", "departments-2026-12-01.csv", "--brief", hours=2)

    assert lines(done) == [
        "departments-2026-11-01, from 2026-11-01: 1 record(s) are different",
        "  departments: 1 added",
        "  + Department LAB added below Head office",
        "departments-2026-12-01, from 2026-12-01: 2 record(s) are different",
        "  departments: 1 closed, 1 moved",
        "  - Department LAB closed",
        "  ~ Finance moved from Head office to Sales",
    ]
    assert lines(again) == ["departments-2026-12-01, from 2026-12-01: nothing is different"]
    with pytest.raises(NotFound, match="'erp'"):
        run("import", "x", "--from", "erp")


def test_a_wrong_file_stops_before_anything_is_recorded(company: Work, run: Run, tmp_path: Path) -> None:
    """All files are read first."""
    (tmp_path / "departments-2026-11-01.csv").write_text("code,parent\nHQ,\nSALES,HQ\nEAST,SALES\nFIN,EAST\n")
    (tmp_path / "departments-2026-12-01.csv").write_text("code,colour\nHQ,red\n")
    before = lines(run("list", "--all"))

    with pytest.raises(BoleError, match="colour"):
        run("import", "departments-2026-11-01.csv", "departments-2026-12-01.csv")
    assert lines(run("list", "--all")) == before


def test_the_organisation_is_written_as_document_and_picture(company: Work, run: Run, tmp_path: Path) -> None:
    """As it is, as a version had it, and as a draft would have it."""
    move_department(company, "EAST", "FIN", TODAY)
    drafted(later(company, hours=1), "plan", department("EAST", parent="HQ"))

    assert lines(run("export", "--format", "json", "--on", "2026-10-14", hours=2)) == ["organisation-2026-10-14.json"]
    assert lines(run("export", "plan", "--format", "json", hours=2)) == ["plan-2026-10-15.json"]
    assert lines(run("export", "change-3", "--format", "svg", "--out", "made/tree.svg", hours=2)) == ["made/tree.svg"]

    before, plan = (json.loads((tmp_path / name).read_text()) for name in ("organisation-2026-10-14.json", "plan-2026-10-15.json"))
    assert (before["on"], before["departments"]["EAST"]["parent"], len(before["assignments"])) == ("2026-10-14", "SALES", 7)
    assert (plan["draft"], plan["departments"]["EAST"]["parent"]) == ("plan", "HQ")
    assert "East" in (tmp_path / "made" / "tree.svg").read_text()
