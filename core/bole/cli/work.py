"""``bole import``, ``run``, ``explain`` and ``verify``: the chain, from the command line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import click

from bole.access import Work
from bole.cli.deployment import Deployment
from bole.contracts.extension import Connector, ImportOutcome
from bole.db import unit_of_work
from bole.errors import InvalidValue, NotFound
from bole.services.explain import explain_payout
from bole.services.ledger import export_ledger, sign_checkpoint, verify_ledger
from bole.services.outbox import deliver
from bole.services.periods import close_period
from bole.services.runs import run_period


class _DryRun(Exception):
    """Ends the transaction of a dry run without a trace."""


@click.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Report what would happen and write nothing.")
@click.pass_context
def import_files(ctx: click.Context, mapping: Path, files: tuple[str, ...], dry_run: bool) -> None:
    """
    Import files through a mapping.

    Good rows of FILES go in as MAPPING says, bad ones are listed; exit code 1 when there are any.
    """
    deployment: Deployment = ctx.obj
    with deployment.work() as work:
        click.echo(f"reading {len(files)} file(s) ...", err=True)
        connector = connector_of(work, mapping)
        outcome = rehearse(work, connector, mapping, files) if dry_run else connector.run(work, mapping, files)
    for problem in outcome.problems:
        click.echo(str(problem), err=True)
    if outcome.untold:
        click.echo(f"{outcome.untold:,} further problems are not listed", err=True)
    for reason, rows in outcome.left_out:
        click.echo(f"{rows:,} row(s) left out: {reason}", err=True)
    refused = len(outcome.problems) + outcome.untold
    said = f"{outcome.recorded} recorded, {outcome.corrected} corrected, {outcome.unchanged} unchanged, {refused} refused"
    click.echo(f"dry run: {said}; nothing was written" if dry_run else said)
    if not dry_run:
        notify(deployment)
    if outcome.problems:
        ctx.exit(1)


def connector_of(work: Work, mapping: Path) -> Connector:
    """
    Return the connector that a mapping names by the key ``connector``; the only one there is where it names none.

    Raises:
        NotFound: there is no such file, or no enabled plugin brings the connector.
        InvalidValue: the file is not TOML.
    """
    connectors = work.host.registry.connectors
    known = ", ".join(sorted(connectors)) or "none; enable a plugin that brings one"
    try:
        code = tomllib.loads(mapping.read_text("utf-8")).get("connector", "")
    except OSError as error:
        raise NotFound(
            "core.mapping_missing", f"the mapping {mapping} cannot be read: {error.strerror}.", "Name the mapping first, then the files."
        ) from error
    except ValueError as error:
        raise InvalidValue("core.mapping_unreadable", f"{mapping} is not TOML: {error}.", "Name the mapping first, then the files.") from error
    if code == "" and len(connectors) == 1:
        return next(iter(connectors.values()))
    if code not in connectors:
        raise NotFound("core.unknown_connector", f"{mapping} names the connector {code!r}, which no enabled plugin brings.", f"Known: {known}.")
    return connectors[code]


def rehearse(work: Work, connector: Connector, mapping: Path, files: Sequence[str]) -> ImportOutcome:
    """Return what an import would do; everything it wrote is taken back."""
    outcome = ImportOutcome()
    try:
        with unit_of_work(work.session):
            outcome = connector.run(work, mapping, files)
            raise _DryRun
    except _DryRun:
        # What was remembered of the rows taken back must not serve the next transaction.
        work.host.memory.clear()
        return outcome


def notify(deployment: Deployment) -> None:
    """Deliver the news of what was just done, so that nobody waits for a server to be started."""
    told = deliver(deployment.database, deployment.host, deployment.clock)
    if told:
        click.echo(f"{told} notification(s) delivered", err=True)


@click.command()
@click.argument("period")
@click.option("--close", is_flag=True, help="Close the period afterwards.")
@click.pass_obj
def run(deployment: Deployment, period: str, close: bool) -> None:
    """
    Compute a period: measurements, scores, awards.

    PERIOD is a month (2026-07), a quarter (2026Q3) or a year (2026). The awards are proposed, not approved.
    """
    with deployment.work() as work:
        click.echo(f"computing {period} ...", err=True)
        done = run_period(work, period)
        click.echo(f"{done.period}, run {done.number}: {done.measured} employees, {done.scored} scored, {done.awards} awards proposed")
        if close:
            close_period(work, period)
            click.echo(f"{done.period} is closed")
    notify(deployment)


@click.group()
def explain() -> None:
    """Tell where an amount comes from."""


@explain.command("payout")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the explanation.")
@click.pass_obj
def explain_one(deployment: Deployment, number: int, as_json: bool, lang: str | None) -> None:
    """Print the chain behind payout NUMBER, down to the observations."""
    with deployment.work() as work:
        step = explain_payout(work, number)
    locale = lang or deployment.lang
    click.echo(json.dumps(step.document(locale), ensure_ascii=False, indent=2) if as_json else "\n".join(step.lines(locale)))


@click.command()
@click.option("--export", "folder", type=click.Path(path_type=Path, file_okay=False), help="Also write what an auditor needs into this folder.")
@click.option("--note", "notes", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A checkpoint kept elsewhere.")
@click.pass_context
def verify(ctx: click.Context, folder: Path | None, notes: tuple[Path, ...]) -> None:
    """
    Verify the ledger, or export it for others to verify.

    The whole ledger is computed anew from its rows and compared; exit code 1 when anything disagrees.
    """
    deployment: Deployment = ctx.obj
    with deployment.work() as work:
        click.echo("verifying ...", err=True)
        verdict = verify_ledger(work, notes=tuple(note.read_text("utf-8") for note in notes))
        for fault in verdict.faults:
            click.echo(str(fault), err=True)
        state = "sound" if verdict.is_sound else f"{len(verdict.faults)} fault(s)"
        click.echo(f"{state}: {verdict.leaves} leaves over {verdict.rows} rows, {verdict.checkpoints} checkpoints, root {verdict.root.hex()}")
        if not verdict.is_sound:
            ctx.exit(1)
        click.echo(sign_checkpoint(work))
        for name, lines in (export_ledger(work, folder) if folder else {}).items():
            click.echo(f"{folder}/{name}: {lines} lines")
