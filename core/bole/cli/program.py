"""The program's commands by name; each is imported when it is called and not before."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from bole.cli.discovery import Offer, plugin_commands

BUILT_IN: dict[str, Offer] = {
    "init": ("Write a configuration, make keys and database, create the first user.", "bole.cli.setup:init"),
    "db": ("Bring the database up to date, or say what it lacks.", "bole.cli.database:db"),
    "serve": ("Serve the web application.", "bole.cli.server:serve"),
    "worker": ("Work off jobs from the broker.", "bole.cli.server:worker"),
    "deliver": ("Deliver pending notifications to the plugins.", "bole.cli.server:deliver"),
    "import": ("Import files through a mapping.", "bole.cli.work:import_files"),
    "run": ("Compute a period: measurements, scores, awards.", "bole.cli.work:run"),
    "explain": ("Tell where an amount comes from.", "bole.cli.work:explain"),
    "verify": ("Verify the ledger, or export it for others to verify.", "bole.cli.work:verify"),
    "plugins": ("List, check or purge plugins.", "bole.cli.plugins:plugins"),
    "user": ("Create users.", "bole.cli.users:user"),
    "token": ("Create tokens for programs.", "bole.cli.users:token"),
    "schema": ("Print the GraphQL schema.", "bole.cli.server:schema"),
}


class Program(click.Group):
    """The commands of the core and of the plugins, listed without importing any."""

    def offers(self, ctx: click.Context) -> dict[str, Offer]:
        """Return every command's summary and place by name; a plugin's never replaces the core's."""
        return plugin_commands(ctx.params.get("config") or default_config()) | BUILT_IN

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names, the core's first."""
        offers = self.offers(ctx)
        return [*BUILT_IN, *sorted(name for name in offers if name not in BUILT_IN)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it; nothing where there is none of that name."""
        offer = self.offers(ctx).get(cmd_name)
        load = offer[1] if offer else self._declared(ctx, cmd_name)
        if load is None:
            return None
        module, _, attribute = load.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def _declared(self, ctx: click.Context, name: str) -> str | None:
        """Return where a command is that a plugin declares by hook and not in its manifest; that needs the plugins themselves."""
        if not os.path.exists(ctx.params.get("config") or default_config()):
            return None
        command = ctx.obj.host.registry.commands.get(name)
        return command.load if command else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from their summaries alone."""
        offers = self.offers(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, offers[name][0]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected failure becomes two lines on stderr and exit code 2."""
        # Only a command that runs can fail in these ways, and `bole --help` must not pay for it.
        from bole.cli.deployment import Deployment
        from bole.errors import BoleError, ProblemsFound

        ctx.obj = Deployment(ctx.params["config"] or default_config(), ctx.params["lang"])
        try:
            return super().invoke(ctx)
        except BoleError as error:
            click.echo(f"error: {error.message}", err=True)
            if isinstance(error, ProblemsFound):
                click.echo("\n".join(f"  {problem}" for problem in error.problems), err=True)
            if error.hint:
                click.echo(f"hint: {error.hint}", err=True)
            ctx.exit(2)


def default_config() -> str:
    """Return the path of the configuration where none is named: ``BOLE_CONFIG``, else ``bole.toml`` here."""
    return os.environ.get("BOLE_CONFIG") or "bole.toml"


@click.group("bole", cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option("--config", is_eager=True, metavar="PATH", help="The configuration; BOLE_CONFIG or ./bole.toml where not given.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of names and explanations; the configuration's where not given.")
def main(config: str | None, lang: str | None) -> None:
    """Bole: what people do becomes indicators, scores, incentives and pay, and every cent can be traced back."""
