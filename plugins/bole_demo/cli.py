"""``bole demo``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bole import Config, Database, Host, Label, Period, SystemClock, Work, read_config
from bole_demo.folder import Folder, Logins
from bole_demo.setting import Setting, last_quarter
from bole_demo.tables import padded, width


@click.command()
@click.option("--no-serve", is_flag=True, help="Print the last quarter's board, payouts and one explained payout, and stop.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True, help="Where the company is kept."
)
@click.option("--rebuild", is_flag=True, help="Build it anew even where it is complete.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same company.")
@click.option("--people", type=int, default=60, show_default=True, help="Sales people, 6 to 300.")
@click.option("--years", type=int, default=3, show_default=True, help="Length of the history, 1 to 4.")
@click.option("--last", metavar="QUARTER", help="Last quarter of the history; 2026Q3, or the last one that is over, where not given.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the output; the environment's where not given.")
@click.pass_context
def demo(
    ctx: click.Context, no_serve: bool, port: int, folder: Path, rebuild: bool, seed: int, people: int, years: int, last: str | None, lang: str | None
) -> None:
    """Build a made-up company with three years of history, run the loop and serve it."""
    lang = lang or ctx.find_root().params.get("lang") or spoken()
    clock = SystemClock()
    setting = Setting(seed, people, years, last_quarter(clock.now(), Period.parse(last) if last else None))
    place = Folder(folder)
    if rebuild or not place.holds(setting):
        logins = build(place, setting, lang)
        config = read_config(place.config)
    else:
        config = read_config(place.config)
        logins = place.logins(config)
        click.echo(Label(f"沿用 {folder} 中已建好的演示公司", f"taking up the demo company in {folder}").of(lang), err=True)
    for line in report(config, setting, lang):
        click.echo(line)
    click.echo("\n".join(doors(place, logins, port, lang)))
    if not no_serve:
        serve(place, port)


def build(place: Folder, setting: Setting, lang: str) -> Logins:
    """Build the company, telling how far it is, and return the logins."""
    # Brings Polars, which a demo that is there already does without.
    from bole_demo.making import make

    began = time.perf_counter()

    def say(done: Label) -> None:
        click.echo(f"{time.perf_counter() - began:6.1f} s  {done.of(lang)}", err=True)

    say(Label(f"在 {place.path} 建立演示公司", f"building the demo company in {place.path}"))
    _, logins = make(place, setting, locale=lang, clock=SystemClock(), say=say)
    say(Label("完成", "complete"))
    return logins


def report(config: Config, setting: Setting, lang: str) -> Iterator[str]:
    """Yield what the company looks like: the last quarter's board and payouts, the story, one payout explained."""
    # Brings SQLAlchemy, which a wrong option does without.
    from bole_demo import board

    host, database = Host(config), Database(config.database)
    with database.session() as session:
        work = Work(session, host)
        quarter = setting.last.code
        yield from ("", *board.print_board(board.read_board(work, quarter), quarter, lang))
        yield from ("", *board.print_payouts(board.read_payouts(work, quarter), quarter, lang))
        yield from ("", *board.print_story(board.read_quarters(work), setting.change.code, lang))
        chosen = board.choose_payout(work, quarter)
        yield from (
            "",
            Label(f"这笔钱怎么来的（bole explain payout {chosen}）", f"Where one payout comes from (bole explain payout {chosen})").of(lang),
        )
        yield from board.print_explained(work, chosen, lang)
    database.engine.dispose()


def doors(place: Folder, logins: Logins, port: int, lang: str) -> Iterator[str]:
    """Yield how to get in: addresses, logins, the token."""
    address = f"http://127.0.0.1:{port}"
    yield "\n" + Label("登录", "Logins").of(lang)
    cells = [(login.role.of(lang), login.email, login.password) for login in logins.people]
    widths = [max(width(cell) for cell in column) for column in zip(*cells, strict=True)]
    yield from ("  " + "  ".join(padded(cell, columns) for cell, columns in zip(row, widths, strict=True)) for row in cells)
    rows: Sequence[tuple[Label, str]] = (
        (Label("接口令牌", "API token"), logins.token),
        (Label("后台", "Back office"), f"{address}/admin"),
        (Label("接口", "GraphQL"), f"{address}/graphql"),
        (Label("配置", "Configuration"), f"bole --config {place.config}"),
    )
    widest = max(width(label.of(lang)) for label, _ in rows)
    yield from (f"  {padded(label.of(lang), widest)}  {value}" for label, value in rows)


def serve(place: Folder, port: int) -> None:
    """
    Become ``bole serve`` on the demo's configuration, which answers requests until a signal ends it.

    A new process and not a call: the server forks its workers, and Polars, which building has used, does not survive a fork.
    """
    sys.stdout.flush()
    program = "import sys; from bole.cli import main; sys.exit(main())"
    os.execv(sys.executable, [sys.executable, "-c", program, "--config", str(place.config), "serve", "--port", str(port)])


def spoken() -> str:
    """Return the language of the environment: Chinese where it says so, English otherwise."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if said.lower().startswith("zh") else "en"
