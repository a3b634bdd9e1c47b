"""``bole org``: the commands about versions."""

from __future__ import annotations

import json
from datetime import datetime

import click

from bole import Instant, company_day, explained, org_versions
from bole_reorganisation.cli.drafting import draft, tell_faults, tell_radius
from bole_reorganisation.cli.files import export, import_snapshots
from bole_reorganisation.cli.points import day_of, explain_own, explain_points
from bole_reorganisation.cli.telling import Day, Deployment, documents, moment, notify, tell_counts, tell_lines, tell_table
from bole_reorganisation.drafts import activate_draft, draft_notes, foresee_roll_back_version, preview, roll_back_version

YES = click.option("--yes", is_flag=True, help="Do it without asking.")


@click.group()
def org() -> None:
    """List, compare, draft, activate, roll back, export and import org versions."""


org.add_command(draft)
org.add_command(export)
org.add_command(import_snapshots)


@org.command("list")
@click.option("--drafts", "with_drafts", is_flag=True, help="Drafts instead of versions: the open ones.")
@click.option("--all", "everything", is_flag=True, help="All versions, or drafts of every status.")
@click.pass_obj
def list_versions(deployment: Deployment, with_drafts: bool, everything: bool) -> None:
    """List the last 20 versions, the last recorded first: code, state, kind, first day, when and by whom it was recorded, why."""
    with deployment.work() as work:
        if with_drafts:
            notes = draft_notes(work, status=None if everything else "open")
            rows = [
                (note.code, note.status, f"{note.lines} change(s)", f"from {note.base_day}", moment(note.edited_at), note.edited_by, note.title)
                for note in notes
            ]
        else:
            rows = []
            for each in org_versions(work, limit=None if everything else 20):
                why = f"takes back {each.undoes}" if each.undoes else f"taken back by {each.undone_by}" if each.undone_by else ""
                said = " · ".join(filter(None, (why, each.reason)))
                rows.append(
                    (each.code, each.state.replace("_", " "), each.kind, f"{each.valid_from}", moment(each.recorded_at), each.recorded_by, said)
                )
    tell_table(rows)
    if not rows:
        click.echo("there are none")


@org.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def diff(deployment: Deployment, before: str, after: str | None, as_json: bool) -> None:
    """
    Tell what is different between two points: BEFORE and AFTER are codes of versions or drafts, or days (2026-07-01).

    One alone, a version or a draft: what it changes.
    """
    with deployment.work() as work:
        lines = explain_points(work, before, after) if after else explain_own(work, before)
    if as_json:
        click.echo(json.dumps(documents(lines), ensure_ascii=False, indent=2))
        return
    tell_counts(lines)
    tell_lines(lines, deployment.lang)


@org.command()
@click.argument("code")
@click.option("--on", type=Day, metavar="DAY", help="The day from which it holds; at once where not given.")
@YES
@click.pass_context
def activate(ctx: click.Context, code: str, on: datetime | None, yes: bool) -> None:
    """Put the draft CODE in force, after showing what it changes, what is dubious and whom it touches."""
    deployment: Deployment = ctx.obj
    day = day_of(on)
    with deployment.work() as work:
        shown = preview(work, code, on=day)
        tell_lines(shown.lines, deployment.lang)
        if not tell_faults(shown, deployment.lang):
            ctx.exit(1)
        tell_radius(work, code, deployment.lang, on=on, items=False)
        if not yes:
            click.confirm(f"put {code} in force from {shown.on} on?", abort=True)
        done = activate_draft(work, code, on=day, seen=shown.revision, live=shown.live_version_code)
        click.echo(f"{done.version_code} is in force from {shown.on} on: {len(done.diff)} record(s) are different")
    notify(deployment)


@org.command()
@click.argument("code")
@click.option("--to", "restore", is_flag=True, help="Bring the whole structure back as it was with CODE, whatever came since.")
@click.option("--on", type=Day, metavar="DAY", help="The day from which it is so again; at once where not given.")
@click.option("--reason", default="", help="Kept with the version that does it.")
@YES
@click.pass_obj
def rollback(deployment: Deployment, code: str, restore: bool, on: datetime | None, reason: str, yes: bool) -> None:
    """
    Take back what the version CODE changed, by a version that undoes it.

    What later versions changed stays; where they changed the same, nothing is done and the conflict is told.
    """
    day = day_of(on)
    with deployment.work() as work:
        click.echo(f"going back to {code} changes:" if restore else f"taking {code} back changes:")
        diff = foresee_roll_back_version(work, code, restore=restore, on=day)
        tell_lines(explained(work, diff, Instant(day or company_day(work))), deployment.lang)
        if not yes:
            click.confirm(f"go back to {code}?" if restore else f"take {code} back?", abort=True)
        done = roll_back_version(work, code, restore=restore, on=day, reason=reason)
        click.echo(f"{done.code} is recorded: {len(done.diff)} record(s) are different")
    notify(deployment)
