"""``bole db``: migrations."""

from __future__ import annotations

import click

from bole.cli.deployment import Deployment
from bole.db.migrate import pending
from bole.db.revisions import write_revision
from bole.services.installation import bring_up_to_date


@click.group()
def db() -> None:
    """Bring the database up to date, or say what it lacks."""


@db.command("upgrade")
@click.pass_obj
def upgrade_database(deployment: Deployment) -> None:
    """Run pending migrations and write what the plugins declare into the tables."""
    click.echo("migrating ...", err=True)
    done = bring_up_to_date(deployment.database, deployment.host, deployment.clock)
    for owner, revisions in done.revisions.items():
        click.echo(f"{owner}: {', '.join(revisions)}")
    click.echo(f"{done.kinds} new kinds of facts, {done.indicators} new indicators, {done.rollups} rollups built, {done.grants} grants added")


@db.command("pending")
@click.pass_context
def list_pending(ctx: click.Context) -> None:
    """List the migrations that the database lacks; exit code 1 when there are any."""
    waiting = pending(ctx.obj.database, ctx.obj.host)
    for owner, revisions in waiting.items():
        click.echo(f"{owner}: {', '.join(revisions)}")
    if waiting:
        ctx.exit(1)
    click.echo("nothing is pending")


@db.command("revision")
@click.option("--owner", required=True, help="The plugin whose models changed; core for the core.")
@click.option("-m", "--message", required=True, help="What the migration does, in a few words.")
@click.pass_obj
def new_revision(deployment: Deployment, owner: str, message: str) -> None:
    """Write the migration that takes an owner's tables to its models, for you to read and mend."""
    path = write_revision(deployment.host, owner, message)
    click.echo(path if path else f"the models of {owner!r} need no migration")
