"""``bole payroll``: a month computed, approved, settled; a payslip told line by line."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Protocol

import click

from bole import Money, Work


class Deployment(Protocol):
    """What the program hands its commands."""

    @property
    def lang(self) -> str:
        """The language to answer in."""

    def work(self) -> AbstractContextManager[Work]:
        """Lend a unit of work on the system's behalf."""


@click.group()
def payroll() -> None:
    """Compute, approve, settle and explain payroll."""


@payroll.command("run")
@click.argument("month")
@click.option("--entity", "entities", multiple=True, metavar="CODE", help="Only this legal entity; may be given several times.")
@click.option("--approve", is_flag=True, help="Approve what was computed.")
@click.option("--settle", is_flag=True, help="Approve and settle what was computed, and the payouts in it.")
@click.pass_obj
def run_month(deployment: Deployment, month: str, entities: tuple[str, ...], approve: bool, settle: bool) -> None:
    """Compute the payslips of MONTH (2026-07). Whoever was paid for it already is left alone."""
    from bole_payroll.services.runs import approve_runs, run_payroll, settle_runs  # only this command needs Polars

    with deployment.work() as work:
        click.echo(f"computing {month} ...", err=True)
        done = run_payroll(work, month, entities)
        for one in done:
            gross, net = (Money.of_minor(amount, one.currency) for amount in (one.gross, one.net))
            click.echo(f"{one.month} {one.legal_entity}, run {one.id}: {one.slips} payslips, gross {gross}, net {net}")
            if one.left_out:
                click.echo(f"  {one.left_out} employees have no salary agreed and nothing due; they get no payslip")
        if not done:
            click.echo(f"{month}: there is nobody to pay")
        runs = [one.id for one in done]
        if runs and (approve or settle):
            click.echo(f"{approve_runs(work, runs)} payslips approved")
        if runs and settle:
            click.echo(f"{settle_runs(work, runs)} payslips settled")


@payroll.command("approve")
@click.argument("runs", nargs=-1, required=True, type=int)
@click.pass_obj
def approve(deployment: Deployment, runs: tuple[int, ...]) -> None:
    """Approve RUNS, all or none."""
    from bole_payroll.services.runs import approve_runs  # as above

    with deployment.work() as work:
        click.echo(f"{approve_runs(work, runs)} payslips approved")


@payroll.command("settle")
@click.argument("runs", nargs=-1, required=True, type=int)
@click.pass_obj
def settle(deployment: Deployment, runs: tuple[int, ...]) -> None:
    """Settle RUNS, all or none, and with them the payouts in them."""
    from bole_payroll.services.runs import settle_runs  # as above

    with deployment.work() as work:
        click.echo(f"{settle_runs(work, runs)} payslips settled")


@payroll.command("reopen")
@click.argument("runs", nargs=-1, required=True, type=int)
@click.pass_obj
def reopen(deployment: Deployment, runs: tuple[int, ...]) -> None:
    """Take the approval of RUNS back, all or none."""
    from bole_payroll.services.runs import reopen_runs  # as above

    with deployment.work() as work:
        click.echo(f"{reopen_runs(work, runs)} payslips are drafts again")


@payroll.command("discard")
@click.argument("runs", nargs=-1, required=True, type=int)
@click.pass_obj
def discard(deployment: Deployment, runs: tuple[int, ...]) -> None:
    """Discard the drafts RUNS, all or none."""
    from bole_payroll.services.runs import discard_runs  # as above

    with deployment.work() as work:
        click.echo(f"{discard_runs(work, runs)} payslips discarded")


@payroll.command("list")
@click.argument("month")
@click.pass_obj
def list_month(deployment: Deployment, month: str) -> None:
    """List the payslips of MONTH, one a line: number of the payslip, employee, status, gross, net."""
    from bole_payroll.services.slips import read_payslips  # as above

    with deployment.work() as work:
        for slip in read_payslips(work, month).iter_rows(named=True):
            gross, net = (Money.of_minor(slip[name], slip["currency"]) for name in ("gross", "net"))
            click.echo(f"{slip['id']}\t{slip['number']}\t{slip['status']}\t{gross}\t{net}")


@payroll.command("slip")
@click.argument("number", type=int)
@click.option("--chain", is_flag=True, help="Follow the payouts down to the facts behind them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the lines.")
@click.pass_obj
def slip(deployment: Deployment, number: int, chain: bool, as_json: bool, lang: str | None) -> None:
    """Print payslip NUMBER line by line, each computed anew."""
    from bole_payroll.services.slips import explain_payslip  # as above

    with deployment.work() as work:
        told = explain_payslip(work, number, chain=chain)
    locale = lang or deployment.lang
    click.echo(json.dumps(told.document(locale), ensure_ascii=False, indent=2) if as_json else "\n".join(told.lines(locale)))
