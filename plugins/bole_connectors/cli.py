"""``bole org-version``: a structure from elsewhere, recorded as an org version."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

import click

from bole import NotFound, Work


class Deployment(Protocol):
    """What the program hands to its commands."""

    def work(self) -> AbstractContextManager[Work]:
        """Lend a unit of work on the system's behalf."""


@click.command("org-version")
@click.argument("address")
@click.option("--from", "source", default="connectors.snapshot", show_default=True, help="Which supplier of org structures reads it.")
@click.pass_obj
def record_org_version(deployment: Deployment, address: str, source: str) -> None:
    """Record the departments that ADDRESS (a file, for the snapshot) states, as an org version."""
    with deployment.work() as work:
        sources = work.host.registry.org_sources
        if source not in sources:
            known = ", ".join(sorted(sources))
            raise NotFound("connectors.unknown_org_source", f"no enabled plugin supplies org structures as {source!r}.", f"Known: {known}.")
        click.echo(f"org version {sources[source].load(work, address)!r} is recorded")
