"""The commands: what they do, what they answer, and their exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from click.testing import Result
from sqlalchemy import inspect, select, text

from bole.db import Database
from bole.host import read_config
from bole.models import ApiToken, Employee, OutboxDelivery, Role, User
from tests.chain import company
from tests.core.cli.conftest import rows

Run = Callable[..., Result]
Enable = Callable[..., Path]
BODY = '{"payout_ids": [1]}'


def test_init_makes_a_deployment_from_nothing(run: Run, folder: Path, install: Callable[[str, str], None], database_url: str) -> None:
    """Configuration, keys, database, roles and a first user are there afterwards, and nothing is pending."""
    install("trial", "tests.trial")

    answer = run("init", "--company", '伯乐 "Bole"', "--database", database_url, "--plugin", "trial", "--admin", "Boss@example.com")

    config = read_config(folder / "bole.toml")
    assert answer.exit_code == 0
    assert (config.company, config.database, config.plugins) == ('伯乐 "Bole"', database_url, ("trial",))
    assert (folder / "bole.toml").stat().st_mode & 0o777 == 0o600
    assert config.instance.is_dir() and all(path.stat().st_mode & 0o777 == 0o600 for path in config.instance.iterdir())
    assert len(list(config.instance.iterdir())) == 2
    assert run("db", "pending").output == "nothing is pending\n"
    stored = Database(database_url)
    assert rows(stored, select(User.email)) == ["boss@example.com"]
    assert sorted(rows(stored, select(Role.name))) == ["admin", "employee", "hr", "manager"]  # type: ignore[type-var]
    assert re.search(r"^password +\S{16}$", answer.output, re.MULTILINE)


def test_init_enables_every_installed_plugin_in_an_order_that_works(run: Run, folder: Path, make_plugin: Callable[..., str]) -> None:
    """Where no plugin is named all are enabled, each after what it requires, but those whose commands are always there."""
    make_plugin("alpha", manifest='[requires]\nbeta = ">=0"')
    make_plugin("beta")
    make_plugin("sample", manifest='[commands.sample]\nsummary = "Sample."\nload = "sample:sample"\nalways = true')

    assert run("init").exit_code == 0
    enabled = [name for name in read_config(folder / "bole.toml").plugins if name in ("alpha", "beta", "sample")]
    assert enabled == ["beta", "alpha"]


def test_init_makes_a_missing_postgresql_database(run: Run, folder: Path, postgresql_url: str) -> None:
    """A PostgreSQL database that is not there is made."""
    database = Database(postgresql_url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = f"{database.engine.url.database}_made"
        try:
            answer = run("init", "--database", str(postgresql_url) + "_made", "--plugin", "core-only")
            assert answer.exit_code == 2
            assert not (folder / "bole.toml").exists()
            answer = run("init", "--database", str(postgresql_url) + "_made", "--locale", "en")
            assert (answer.exit_code, f"/{name} made" in answer.output) == (0, True)
        finally:
            connection.execute(text(f"drop database if exists {name} with (force)"))


def test_init_never_overwrites(run: Run, enable: Enable) -> None:
    """A configuration that is there stays as it is."""
    path = enable()
    before = path.read_text()

    answer = run("init")

    assert (answer.exit_code, path.read_text()) == (2, before)
    assert answer.stderr.startswith("error: there is already a configuration at bole.toml.\n")


def test_pending_migrations_are_listed_with_exit_code_1(run: Run, enable: Enable, install: Callable[[str, str], None]) -> None:
    """``db pending`` names owner and revision."""
    install("dummy", "tests.dummy_plugin")
    enable("dummy")

    answer = run("db", "pending")

    assert (answer.exit_code, answer.stdout) == (1, "core: core_0001, core_0002\ndummy: dummy_0001\n")


def test_upgrading_says_what_ran(run: Run, enable: Enable, install: Callable[[str, str], None], database_url: str) -> None:
    """``db upgrade`` names what ran, and the second time nothing."""
    install("dummy", "tests.dummy_plugin")
    enable("dummy", database=database_url)

    first, second = run("db", "upgrade"), run("db", "upgrade")

    assert first.stdout.startswith("core: core_0001, core_0002\ndummy: dummy_0001\n")
    assert second.stdout == "0 new kinds of facts, 0 new indicators, 0 rollups built, 0 grants added\n"


def test_a_command_on_a_database_that_is_not_up_to_date_is_refused(run: Run, enable: Enable) -> None:
    """No command works on a database that lacks migrations."""
    enable()

    answer = run("user", "create", "a@example.com")

    said = "error: the database lacks migrations (core: core_0001, core_0002).\nhint: Run `bole db upgrade`.\n"
    assert (answer.exit_code, answer.stderr) == (2, said)


def test_a_revision_is_not_written_without_need(run: Run, deployed: Path) -> None:
    """``db revision`` says when the models need no migration."""
    assert run("db", "revision", "--owner", "dummy", "-m", "Nothing").output == "the models of 'dummy' need no migration\n"


def test_an_unreachable_database_is_named_without_its_password(run: Run, enable: Enable) -> None:
    """The refusal shows where the database should be and keeps the password to itself."""
    enable(database="postgresql+psycopg://hr:secret@127.0.0.1:1/bole")

    answer = run("db", "pending")

    assert answer.exit_code == 2
    assert answer.stderr.startswith("error: the database postgresql+psycopg://hr:***@127.0.0.1:1/bole cannot be opened: ")
    assert "secret" not in answer.stderr


def test_plugins_are_listed_enabled_first(run: Run, deployed: Path, make_plugin: Callable[..., str]) -> None:
    """The list shows state, name, version and summary, in the language asked for."""
    make_plugin("aside", version="2.5")

    english, chinese = run("plugins", "list").output.splitlines(), run("--lang", "zh", "plugins", "list").output.splitlines()

    assert english[0].split(maxsplit=3) == ["enabled", "dummy", "0.1.0", "A plugin for tests that uses every hook"]
    assert "-        aside           2.5       test" in english
    assert chinese[0].endswith("使用每个钩子的测试插件")


def test_plugins_in_order_are_named(run: Run, deployed: Path) -> None:
    """``plugins check`` names what is enabled when all is well."""
    assert run("plugins", "check").output == "2 plugins are in order: core, dummy\n"


def test_every_problem_of_the_plugins_is_reported_at_once(run: Run, enable: Enable, make_plugin: Callable[..., str]) -> None:
    """``plugins check`` reports a misspelt hook, a wrong interface, a missing requirement, a cycle and a duplicate code together."""
    kind = 'hookimpl(lambda: 0)\n@hookimpl\ndef bole_observation_kinds(): return [ObservationKind("a.b", Label("", ""))]\n'
    make_plugin("misspelt", kind + "@hookimpl\ndef bole_conectors(): return []")
    make_plugin("twice", kind)
    make_plugin("old", api=9)
    make_plugin("needy", manifest='[requires]\nbank = ">=0"')
    make_plugin("one", manifest='[requires]\ntwo = ">=0"')
    make_plugin("two", manifest='[requires]\none = ">=0"')
    path = enable("misspelt", "twice", "old", "needy", "one", "two")
    path.write_text(path.read_text() + "[plugins.twice]\ncolour = 1\n")

    answer = run("plugins", "check")

    problems = [line for line in answer.stderr.splitlines() if line.startswith("  - ")]
    wanted = [
        "is written for interface 9",
        "requires 'bank', which is not enabled",
        "they form a cycle",
        "Did you mean 'bole_connectors'?",
        "[plugins.twice] has 'colour'",
        "'a.b' is declared by both 'misspelt' and 'twice'",
    ]
    assert (answer.exit_code, len(problems)) == (2, len(wanted))
    assert all(part in line for part, line in zip(wanted, problems, strict=True))


def test_an_unknown_key_of_the_configuration_is_reported(run: Run, enable: Enable) -> None:
    """``plugins check`` reports keys that nobody knows."""
    path = enable()
    path.write_text(path.read_text() + 'colour = "red"\n')

    assert run("plugins", "check").stderr == "error: bole.toml: bole.colour: Unknown field.\nhint: See docs/configuration.md for the keys.\n"


def test_a_purge_removes_a_plugins_tables_and_deliveries(run: Run, deployed: Path, stored: Database) -> None:
    """Tables, version table and pending deliveries of the plugin are gone."""
    with stored.session() as session:
        session.execute(text("insert into core_outbox (id, hook, body, created_at, done) values (1, 'h', '{}', 0, :no)"), {"no": False})
        session.add(OutboxDelivery(outbox_id=1, plugin="dummy"))
        session.commit()

    answer = run("plugins", "purge", "dummy", "--yes")

    assert answer.output == "dummy: dummy_0001 taken back. Now take it off the list of plugins in bole.toml.\n"
    assert [name for name in inspect(stored.engine).get_table_names() if name.startswith("dummy")] == []
    assert rows(stored, select(OutboxDelivery.plugin)) == []


def test_a_purge_asks_first(run: Run, deployed: Path, stored: Database) -> None:
    """Without an answer nothing is removed."""
    answer = run("plugins", "purge", "dummy")

    assert answer.exit_code == 1
    assert inspect(stored.engine).has_table("dummy_note")


def test_a_user_gets_a_generated_password(run: Run, deployed: Path, stored: Database) -> None:
    """The password is printed and only its hash is stored."""
    answer = run("user", "create", "li@example.com", "--role", "hr")

    password = answer.output.split()[-1]
    with stored.session() as session:
        user = session.scalars(select(User)).one()
        assert (user.email, [role.name for role in user.roles]) == ("li@example.com", ["hr"])
        assert user.password is not None and user.password.startswith("$argon2id$") and password not in user.password


def test_a_user_for_programs_has_no_password(run: Run, deployed: Path, stored: Database) -> None:
    """A user that only has tokens is created without a password."""
    assert run("user", "create", "erp@example.com", "--no-password").output == "user      erp@example.com\n"
    assert rows(stored, select(User.password)) == [None]


def test_a_user_may_be_an_employee(run: Run, deployed: Path, stored: Database, tmp_path: Path) -> None:
    """The employee is named by number; an unknown one is refused and no user is made."""
    with company(stored, tmp_path, people=1, plan=False):
        pass

    refused, made = run("user", "create", "a@example.com", "--employee", "E9"), run("user", "create", "b@example.com", "--employee", "E1")

    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (2, "error: there is no employee with the number 'E9'.")
    assert made.exit_code == 0
    assert rows(stored, select(User.employee_id)) == rows(stored, select(Employee.id))


def test_a_token_is_printed_once_and_stored_as_a_hash(run: Run, deployed: Path, stored: Database) -> None:
    """The printed token's hash is what is kept, with its days."""
    run("user", "create", "erp@example.com", "--no-password")

    answer = run("token", "create", "erp", "--user", "ERP@example.com", "--days", "7")

    with stored.session() as session:
        token = session.scalars(select(ApiToken)).one()
    assert token.token_hash == sha256(answer.output.strip().encode()).digest()
    assert token.expires_at is not None and (token.expires_at - token.created_at).days == 7


def test_a_token_needs_a_known_user(run: Run, deployed: Path, stored: Database) -> None:
    """A token for nobody is refused."""
    answer = run("token", "create", "erp", "--user", "x@example.com")

    assert (answer.exit_code, answer.stderr) == (2, "error: there is no user 'x@example.com'.\nhint: Create one with `bole user create`.\n")
    assert rows(stored, select(ApiToken.id)) == []


def test_pending_notifications_are_delivered(run: Run, deployed: Path, stored: Database) -> None:
    """``deliver`` says how many notifications reached a plugin."""
    with stored.session() as session:
        session.execute(
            text("insert into core_outbox (hook, body, created_at, done) values ('bole_payout_released', :body, 0, :no)"), {"no": False, "body": BODY}
        )
        session.commit()

    assert run("deliver").output == "1 delivered\n"
    assert run("deliver").output == "0 delivered\n"


def test_a_worker_needs_a_broker(run: Run, deployed: Path) -> None:
    """Without a broker there is nothing for a worker to do, and it says so."""
    answer = run("worker")

    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (2, "error: the configuration names no broker.")


def test_a_job_is_started_and_shown(run: Run, deployed: Path) -> None:
    """``job start`` prints the job's number, ``job show`` how it stands; the command comes from the core by hook."""
    number = run("job", "start", "core.run_period", "period=2026-07").stdout.strip()

    assert run("job", "show", number).stdout == "core.run_period: waiting\n"


def test_an_argument_without_value_is_refused(run: Run, deployed: Path) -> None:
    """Arguments of a job are written NAME=VALUE."""
    assert run("job", "start", "core.run_period", "2026-07").stderr.splitlines()[0] == "error: the argument '2026-07' has no value."


def test_the_schema_is_printed(run: Run, deployed: Path) -> None:
    """The printed GraphQL schema has the types of the enabled plugins."""
    answer = run("schema")

    assert answer.exit_code == 0
    assert "\ntype Employee " in answer.stdout and "\ntype Note " in answer.stdout
