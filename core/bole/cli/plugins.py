"""``bole plugins``: what is installed, what is wrong with it, and taking one away for good."""

from __future__ import annotations

import click
from sqlalchemy import delete

from bole.cli.deployment import Deployment
from bole.db import unit_of_work
from bole.db.migrate import purge
from bole.errors import BoleError
from bole.host import Host, installed
from bole.host.discovery import find_manifest
from bole.models import OutboxDelivery


@click.group()
def plugins() -> None:
    """List, check or purge plugins."""


@plugins.command("list")
@click.pass_obj
def list_all(deployment: Deployment) -> None:
    """List installed plugins: enabled ones first, in call order, then the others."""
    packages = installed()
    enabled = list(deployment.config.plugins)
    for name in [*enabled, *sorted(set(packages) - set(enabled))]:
        try:
            manifest = find_manifest(name, packages)
        except BoleError as error:
            click.echo(f"{'!':<9}{name:<16}{error}")
            continue
        state = "enabled" if name in enabled else "-"
        click.echo(f"{state:<9}{name:<16}{manifest.version:<10}{manifest.summary.of(deployment.lang)}")


@plugins.command("check")
@click.pass_obj
def check(deployment: Deployment) -> None:
    """Check configuration and enabled plugins; all problems are reported at once."""
    host = Host(deployment.config)
    click.echo(f"{len(host.manifests)} plugins are in order: {', '.join(host.manifests)}")


@plugins.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge_one(deployment: Deployment, name: str, yes: bool) -> None:
    """Remove a plugin's tables and everything in them."""
    if not yes:
        click.confirm(f"Everything that {name!r} has stored will be deleted. Go on?", abort=True)
    taken = purge(deployment.database, deployment.host, name)
    with deployment.database.session() as session, unit_of_work(session):
        session.execute(delete(OutboxDelivery).where(OutboxDelivery.plugin == name))
    click.echo(f"{name}: {', '.join(taken) or 'nothing'} taken back. Now take it off the list of plugins in {deployment.path}.")
