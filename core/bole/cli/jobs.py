"""``bole job``: work that a server or a worker does; the core declares it by hook, as a plugin would."""

from __future__ import annotations

import click

from bole.cli.deployment import Deployment
from bole.errors import InvalidValue
from bole.services.jobs import job_status, start_job


@click.group()
def job() -> None:
    """Start jobs and see how far they are."""


@job.command()
@click.argument("code")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--key", help="The same key stands for the same job.")
@click.pass_obj
def start(deployment: Deployment, code: str, arguments: tuple[str, ...], key: str | None) -> None:
    """Ask for the job CODE and print its number; a server or a worker does it."""
    pairs = [argument.partition("=") for argument in arguments]
    for name, mark, _ in pairs:
        if not (name and mark):
            raise InvalidValue("core.job_arguments", f"the argument {name!r} has no value.", "Write NAME=VALUE.")
    with deployment.work() as work:
        click.echo(start_job(work, code, {name: value for name, _, value in pairs}, key))


@job.command()
@click.argument("number", type=int)
@click.pass_obj
def show(deployment: Deployment, number: int) -> None:
    """Print how the job NUMBER stands."""
    with deployment.work() as work:
        found = job_status(work, number)
    steps = f", {found.done} of {found.total}" if found.total else ""
    click.echo(f"{found.code}: {found.status}{steps}")
    for text in filter(None, [found.error, found.result and str(dict(found.result))]):
        click.echo(text)
