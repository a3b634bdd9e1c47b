"""The commands of the dummy plugin."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
def greet(name: str) -> None:
    """Greet somebody."""
    click.echo(f"hello {name}")


@click.command()
def wave() -> None:
    """Wave, with or without a configuration."""
    click.echo("o/")


@click.command()
def bow() -> None:
    """Bow; declared by hook alone."""
    click.echo("_o_")
