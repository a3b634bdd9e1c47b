"""``bole org draft``: a draft started, edited, looked at, decided and put away."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import click

from bole import Part, Severity, Work
from bole_reorganisation.cli.points import day_of, explain_own
from bole_reorganisation.cli.telling import Day, Deployment, moment, tell_lines
from bole_reorganisation.drafts import (
    Choice,
    DraftNote,
    Edit,
    Preview,
    archive_draft,
    blast_radius,
    draft_note,
    edit_draft,
    preview,
    reopen_draft,
    resolve_conflicts,
    start_draft,
    undo_edits,
)

PART = click.Choice([part.value for part in Part])
ON = click.option("--on", type=Day, metavar="DAY", help="As it would come into force on this day; today where not given.")


@click.group()
def draft() -> None:
    """Start, edit, check and put away drafts of the organisation."""


@draft.command()
@click.argument("code")
@click.option("--title", default="", help="What it is about.")
@click.option("--reason", default="", help="Kept with the version that it becomes.")
@click.option("--base", metavar="VERSION", help="The version to begin from; what is so now where not given.")
@click.option("--on", type=Day, metavar="DAY", help="The day whose structure it begins with.")
@click.pass_obj
def start(deployment: Deployment, code: str, title: str, reason: str, base: str | None, on: datetime | None) -> None:
    """Start the draft CODE."""
    with deployment.work() as work:
        _tell(start_draft(work, code, title=title, reason=reason, base=base, on=day_of(on)))


@draft.command()
@click.argument("code")
@click.argument("part", type=PART)
@click.argument("record")
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--close", is_flag=True, help="The record ends.")
@click.option("--undo", is_flag=True, help="Take back what the draft says of the record.")
@click.option("--seen", type=int, help="The revision that was looked at; refused where somebody edited the record since. The latest where not given.")
@click.pass_obj
def edit(deployment: Deployment, code: str, part: str, record: str, values: tuple[str, ...], close: bool, undo: bool, seen: int | None) -> None:
    """
    Say in the draft CODE what becomes different of one RECORD.

    RECORD is the code of a department or position, the number of an employee (assignment), or number@department (membership); an
    unknown one begins. An empty VALUE means nothing: `parent=` puts a department at the top.
    """
    if bool(values) + close + undo != 1:
        raise click.UsageError("give either fields with values, or --close, or --undo.")
    given = dict(_pair(each) for each in values)
    with deployment.work() as work:
        looked_at = draft_note(work, code).revision if seen is None else seen
        if undo:
            note = undo_edits(work, code, [(Part(part), record)], seen=looked_at)
        else:
            note = edit_draft(work, code, [Edit(Part(part), record, None if close else given)], seen=looked_at)
        _tell(note)


@draft.command()
@click.argument("code")
@click.pass_obj
def show(deployment: Deployment, code: str) -> None:
    """Print the draft CODE: how it stands, and what it makes different of what it was made from."""
    with deployment.work() as work:
        note = draft_note(work, code)
        _tell(note)
        made = f"from {note.base_code}, as of {note.base_day}" if note.base_code else f"as of {note.base_day}"
        click.echo(f"{made}; edited {moment(note.edited_at)} UTC by {note.edited_by}")
        if note.reason:
            click.echo(note.reason)
        tell_lines(explain_own(work, code), deployment.lang)


@draft.command()
@click.argument("code")
@ON
@click.pass_context
def check(ctx: click.Context, code: str, on: datetime | None) -> None:
    """
    Check the draft CODE against what is live.

    Tells what is in conflict, what would be wrong or dubious, and which plans end what it says. Exit code 1 where it cannot come into force.
    """
    deployment: Deployment = ctx.obj
    with deployment.work() as work:
        shown = preview(work, code, on=day_of(on))
    if not tell_faults(shown, deployment.lang):
        ctx.exit(1)


@draft.command()
@click.argument("code")
@click.argument("part", type=PART)
@click.argument("record")
@click.argument("keep", type=click.Choice(["draft", "live"]))
@click.option("--field", default="", help="The field in conflict; not given where the conflict is about the whole record.")
@ON
@click.pass_obj
def resolve(deployment: Deployment, code: str, part: str, record: str, keep: Literal["draft", "live"], field: str, on: datetime | None) -> None:
    """Decide a conflict of the draft CODE about RECORD: keep what the draft says, or what is live."""
    with deployment.work() as work:
        seen = draft_note(work, code).revision
        _tell(resolve_conflicts(work, code, [Choice(Part(part), record, field, keep)], seen=seen, on=day_of(on)))


@draft.command()
@click.argument("code")
@ON
@click.pass_obj
def radius(deployment: Deployment, code: str, on: datetime | None) -> None:
    """Tell what the draft CODE touches: people, managers, plans, targets, approvals, payouts."""
    with deployment.work() as work:
        tell_radius(work, code, deployment.lang, on=on)


@draft.command()
@click.argument("code")
@click.pass_obj
def archive(deployment: Deployment, code: str) -> None:
    """Put the draft CODE away."""
    with deployment.work() as work:
        _tell(archive_draft(work, code))


@draft.command()
@click.argument("code")
@click.pass_obj
def reopen(deployment: Deployment, code: str) -> None:
    """Take the archived draft CODE up again."""
    with deployment.work() as work:
        _tell(reopen_draft(work, code))


def tell_faults(shown: Preview, lang: str) -> bool:
    """Print what stands in a draft's way and what is dubious about it, and return whether it can come into force."""
    for conflict in shown.conflicts:
        click.secho(f"conflict: {conflict.sentence.of(lang)}", fg="red")
    for finding in shown.findings:
        click.secho(f"{finding.severity}: {finding.message.of(lang)}", fg="red" if finding.severity is Severity.ERROR else "yellow")
    for later in shown.later:
        click.echo(f"later: {later.sentence.of(lang)}")
    errors = sum(finding.severity is Severity.ERROR for finding in shown.findings)
    warnings = len(shown.findings) - errors
    click.echo(f"on {shown.on}: {len(shown.changes)} change(s), {len(shown.conflicts)} conflict(s), {errors} error(s), {warnings} warning(s)")
    return not shown.conflicts and not errors


def tell_radius(work: Work, code: str, lang: str, *, on: datetime | None, items: bool = True) -> None:
    """Print what a draft touches; kinds of which nothing is touched are left out."""
    found = [each for each in blast_radius(work, code, on=day_of(on)) if each.count]
    if not found:
        click.echo("it touches nobody")
    for each in found:
        click.echo(f"{each.count:>6}  {each.label.of(lang)}")
        for item in each.items if items else ():
            click.echo(f"        {item.of(lang)}")
        if items and each.count > len(each.items) > 0:
            click.echo(f"        and {each.count - len(each.items)} more")


def _tell(note: DraftNote) -> None:
    title = f" {note.title!r}" if note.title else ""
    click.echo(f"draft {note.code}{title}: {note.status}, revision {note.revision}, {note.lines} change(s)")


def _pair(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    if not mark or not name:
        raise click.UsageError(f"{text!r} is no FIELD=VALUE.")
    return name, value or None
