"""``bole serve``, ``worker``, ``deliver`` and ``schema``."""

from __future__ import annotations

import os
from typing import Any

import click

from bole.cli.deployment import Deployment
from bole.db.migrate import refuse_if_pending
from bole.errors import StartRefused
from bole.jobs import Background
from bole.jobs.broker import run_worker
from bole.services.outbox import deliver as deliver_notifications


@click.command()
@click.option("--host", "address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--workers", type=int, help="Server processes; one per processor, at most four, where not given.")
@click.pass_obj
def serve(deployment: Deployment, address: str, port: int, workers: int | None) -> None:
    """Serve the web application."""
    # The web application brings Flask, which the worker and the outbox do without.
    from bole.web.server import serve as serve_pages

    refuse_if_pending(deployment.database, deployment.host)
    click.echo(f"serving on http://{address}:{port}", err=True)
    serve_pages(deployment.config, address=address, port=port, workers=workers)


@click.command()
@click.option("--concurrency", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.pass_obj
def worker(deployment: Deployment, concurrency: int) -> None:
    """
    Work off jobs from the broker.

    Also hands due jobs to the broker and delivers notifications.
    """
    if not deployment.config.broker:
        raise StartRefused("core.no_broker", "the configuration names no broker.", "Without one, jobs run in the server: `bole serve`.")
    refuse_if_pending(deployment.database, deployment.host)
    background = Background(deployment.host, deployment.database, deployment.clock)

    def ready(**_: Any) -> None:
        # Not before: a process that forks must not have threads yet.
        background.start()
        click.echo(f"worker ready: {concurrency} process(es)", err=True)

    run_worker(deployment.host, deployment.clock, concurrency=concurrency, ready=ready)


@click.command()
@click.pass_obj
def deliver(deployment: Deployment) -> None:
    """
    Deliver pending notifications to the plugins.

    Once; a server does so all the time.
    """
    refuse_if_pending(deployment.database, deployment.host)
    click.echo(f"{deliver_notifications(deployment.database, deployment.host, deployment.clock)} delivered")


@click.command()
@click.pass_obj
def schema(deployment: Deployment) -> None:
    """Print the GraphQL schema."""
    # The schema brings graphene, which nothing else here needs.
    from bole.graphql.service import print_schema

    click.echo(print_schema(deployment.host), nl=False)
