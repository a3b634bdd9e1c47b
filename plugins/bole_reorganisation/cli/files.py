"""``bole org export`` and ``import``: the organisation into files, and out of them."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import click

from bole import FIELDS, Instant, NotFound, OrgSource, Part, Structure, Work, company_day, explained, read_structure, record_structure, write_facts
from bole_reorganisation.charts import chart
from bole_reorganisation.cli.points import Point, day_of, find_point
from bole_reorganisation.cli.telling import Day, Deployment, notify, tell_counts, tell_lines
from bole_reorganisation.drafts import draft_structure
from bole_reorganisation.drawing import chart_svg

COLUMNS = {
    Part.DEPARTMENT: ("code", *FIELDS[Part.DEPARTMENT]),
    Part.POSITION: ("code", *FIELDS[Part.POSITION]),
    Part.ASSIGNMENT: ("employee", *FIELDS[Part.ASSIGNMENT]),
}
"""The columns of each file, as snapshots are read. Memberships stand beside the line and are left out."""


@click.command("export")
@click.argument("code", required=False)
@click.option("--on", type=Day, metavar="DAY", help="As of this day; a version's first day, or today, where not given.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "svg"]), default="csv", show_default=True, help="What is written.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to: a folder for csv, else a file. Named after what is written where not given.")
@click.pass_obj
def export(deployment: Deployment, code: str | None, on: datetime | None, form: str, out: Path | None) -> None:
    """
    Write the organisation into files: as it is, or as the version or draft CODE has it.

    csv is a folder with departments, positions and assignments, which `bole org import FOLDER` takes again; json is one file with
    everything; svg is a picture of the tree.
    """
    with deployment.work() as work:
        point = find_point(work, code) if code else Point(Instant(company_day(work)))
        day = day_of(on) or point.at.on
        place = out or Path(f"{code or 'organisation'}-{day}" + ("" if form == "csv" else f".{form}"))
        if form == "svg":
            shown = chart(work, draft=point.draft) if point.draft else chart(work, version=point.version, on=day)
            written = [_write(place, chart_svg(shown, deployment.lang))]
        elif form == "json":
            written = [_write(place, _document(_structure(work, point, day), point, day))]
        else:
            written = _write_csv(place, _structure(work, point, day), day)
    for path in written:
        click.echo(str(path))


@click.command("import")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--from", "source", default="connectors.snapshot", show_default=True, help="Which supplier of org structures reads them.")
@click.option("--brief", is_flag=True, help="Only count what is different.")
@click.pass_obj
def import_snapshots(deployment: Deployment, addresses: tuple[str, ...], source: str, brief: bool) -> None:
    """
    Record what ADDRESSES state as org versions, one after the other.

    All are read before the first is recorded. For each it is told what it makes different; one that says nothing new makes no version.
    """
    with deployment.work() as work:
        supplier = _source(work, source)
        named = [each for given in addresses for each in (supplier.addresses(work, given) if supplier.addresses else (given,))]
        click.echo(f"reading {len(named)} snapshot(s) ...", err=True)
        for snapshot in [supplier.read(work, each) for each in named]:
            recorded = record_structure(work, snapshot)
            state = "nothing is different" if recorded.version_id is None else f"{len(recorded.diff)} record(s) are different"
            click.echo(f"{snapshot.code}, from {snapshot.valid_from}: {state}")
            if recorded.version_id is not None:
                lines = explained(work, recorded.diff, Instant(snapshot.valid_from))
                tell_counts(lines, indent="  ")
                if not brief:
                    tell_lines(lines, deployment.lang, indent="  ")
    notify(deployment)


def _source(work: Work, code: str) -> OrgSource:
    sources = work.host.registry.org_sources
    if code not in sources:
        known = ", ".join(sorted(sources)) or "none; enable a plugin that brings one, such as connectors"
        raise NotFound("reorganisation.unknown_org_source", f"no enabled plugin supplies org structures as {code!r}.", f"Known: {known}.")
    return sources[code]


def _structure(work: Work, point: Point, on: date) -> Structure:
    return draft_structure(work, point.draft) if point.draft else read_structure(work, on, point.at.known_at)


def _document(structure: Structure, point: Point, on: date) -> str:
    records = {f"{part}s": {code: write_facts(facts) for code, facts in sorted(structure.records(part).items())} for part in Part}
    said = {"on": on.isoformat(), "version": point.version or None, "draft": point.draft or None, **records}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _write_csv(folder: Path, structure: Structure, on: date) -> list[Path]:
    """Write a file for each part of which there is anything, named so that it is read as a snapshot of the day."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for part, columns in COLUMNS.items():
        records = structure.records(part)
        if not records:
            continue
        path = folder / f"{part}s-{on}.csv"
        # The mark tells spreadsheet programs that the file is UTF-8; without it they garble Chinese.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows((code, *(facts[name] for name in columns[1:])) for code, facts in sorted(records.items()))
        written.append(path)
    return written
