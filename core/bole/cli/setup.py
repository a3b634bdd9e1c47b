"""``bole init``: from nothing to a deployment that somebody can log in to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import click

from bole.cli.deployment import Deployment
from bole.errors import BoleError
from bole.host import Manifest, installed
from bole.host.discovery import find_manifest
from bole.services.identity import create_user
from bole.services.installation import bring_up_to_date, create_database, write_config
from bole.services.ledger import ledger_signer
from bole.web.keys import secret_key


@click.command()
@click.option("--company", default="Bole", show_default=True, help="Name of the company.")
@click.option("--database", default="sqlite:///bole.db", show_default=True, help="Address of the database.")
@click.option("--locale", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of those who have not chosen one.")
@click.option("--plugin", "plugins", multiple=True, help="A plugin to enable; may be given again. All installed ones where not given.")
@click.option("--admin", metavar="EMAIL", default="admin@example.com", show_default=True, help="The first user.")
@click.pass_obj
def init(deployment: Deployment, company: str, database: str, locale: str, plugins: tuple[str, ...], admin: str) -> None:
    """Write a configuration, make keys and database, create the first user."""
    config = write_config(deployment.path, company=company, database=database, locale=locale, plugins=plugins or in_order(every_plugin()))
    try:
        host = deployment.host
    except BoleError:
        # What cannot start is not left behind: the next try would find a configuration there already.
        deployment.path.unlink()
        raise
    click.echo(f"configuration  {deployment.path}")
    if create_database(config.database):
        click.echo(f"database       {deployment.database.engine.url.render_as_string()} made")
    click.echo("database       migrating ...")
    done = bring_up_to_date(deployment.database, host, deployment.clock)
    click.echo(f"database       {sum(map(len, done.revisions.values()))} migrations, {done.kinds} kinds of facts, {done.indicators} indicators")
    password = secrets.token_urlsafe(12)
    secret_key(config.instance)
    with deployment.work() as work:
        ledger_signer(work)
        create_user(work, admin, password, roles=["admin"])
    click.echo(f"keys           {config.instance}")
    click.echo(f"administrator  {admin}\npassword       {password}\n\nWrite the password down: it is kept nowhere. `bole serve` starts the server.")


def every_plugin() -> dict[str, Manifest]:
    """Return the manifests of all installed plugins but those that need no enabling because their commands are always there."""
    packages = installed()
    found = {}
    for name in sorted(packages):
        try:
            manifest = find_manifest(name, packages)
        except BoleError as error:
            click.echo(f"plugin {name!r} is left out: {error}", err=True)
            continue
        if not manifest.always:
            found[name] = manifest
    return found


def in_order(manifests: Mapping[str, Manifest]) -> list[str]:
    """Return the plugins' names, each after what it requires; what requires a missing one is left out."""
    placed: list[str] = []
    while True:
        fitting = [name for name, manifest in manifests.items() if name not in placed and set(manifest.requires) <= {"core", *placed}]
        if not fitting:
            return placed
        placed += fitting
